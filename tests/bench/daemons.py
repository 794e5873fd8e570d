"""A running daemon, measured from outside."""

import contextlib
import json
import pathlib
import subprocess
import sys
import time

from machine import PATIENCE, REAPER

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))

from daemon_process import UnixConnection, cpu_seconds, memory_mib

NEVER_MINUTES = "500000"
LIMITS = {"CHART_MAX_AGE_HOURS": "24", "CHART_MAX_SIZE_MB": "1000000", "CHART_CLEANUP_INTERVAL_MINUTES": NEVER_MINUTES}


class Daemon:
    """A daemon on a root; leaving the `with` block stops it."""

    def __init__(self, root, directory, **settings):
        self.socket = str(pathlib.Path(directory) / f"{pathlib.Path(root).name}.sock")
        environment = {**LIMITS, "CHART_OUTPUT_DIR": str(root), "CHART_LISTEN": f"unix:{self.socket}",
                       "CHART_LOG_LEVEL": "warning", **settings}
        self.began = time.perf_counter()
        self.process = subprocess.Popen([REAPER], env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                                        stderr=subprocess.DEVNULL)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait(PATIENCE)

    def connect(self):
        """Returns a new connection as soon as the daemon listens, which may be before its first sweep has ended."""
        deadline = time.monotonic() + PATIENCE
        while True:
            connection = UnixConnection(self.socket, PATIENCE)
            with contextlib.suppress(FileNotFoundError, ConnectionRefusedError):
                connection.connect()
                return connection
            if self.process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"the daemon does not listen; its exit code is {self.process.poll()}")

    def wait_until_ready(self):
        """Waits until the first scan has ended; returns the connection."""
        connection = self.connect()
        deadline = time.monotonic() + PATIENCE
        while connection.ask("GET", "/readyz")[0] != 200:
            if time.monotonic() > deadline:
                raise RuntimeError(f"the daemon is not ready after {PATIENCE} s")
            time.sleep(0.01)
        return connection

    def cpu_seconds(self):
        """Returns the CPU time of all its threads so far."""
        return cpu_seconds(self.process.pid)

    def memory_mib(self, field):
        """Returns VmRSS or VmHWM in MiB."""
        return memory_mib(self.process.pid, field)


def statistics_of(connection):
    status, body = connection.ask("GET", "/charts/storage/stats")
    if status != 200:
        raise RuntimeError(f"statistics answer {status}: {body}")
    return json.loads(body)["stats"]


def timer_sweeps(connection):
    """Returns the number of sweeps that the timer has started, as counted by the daemon."""
    text = connection.ask("GET", "/metrics")[1].decode()
    lines = [line for line in text.splitlines() if line.startswith("chart_reaper_sweeps_total") and '"timer"' in line]
    return sum(float(line.rsplit(" ", 1)[1]) for line in lines)
