"""A running daemon, measured from outside."""

import contextlib
import http.client
import json
import pathlib
import socket
import subprocess
import time

from machine import PATIENCE, REAPER

NEVER_MINUTES = "500000"
LIMITS = {"CHART_MAX_AGE_HOURS": "24", "CHART_MAX_SIZE_MB": "1000000", "CHART_CLEANUP_INTERVAL_MINUTES": NEVER_MINUTES}


class Connection(http.client.HTTPConnection):
    """HTTP over a Unix socket. Reconnects after the daemon has closed the connection."""

    def __init__(self, path):
        super().__init__("localhost", timeout=PATIENCE)
        self._path = path

    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.settimeout(PATIENCE)
        self.sock.connect(self._path)

    def ask(self, method, target):
        """Makes one request; returns (status, body)."""
        self.request(method, target)
        response = self.getresponse()
        return response.status, response.read()


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
            connection = Connection(self.socket)
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
        """Returns the CPU time of all its threads so far, exact to the nanosecond."""
        total = 0
        for task in pathlib.Path(f"/proc/{self.process.pid}/task").iterdir():
            total += int((task / "schedstat").read_text().split()[0])
        return total / 1e9

    def memory_mib(self, field):
        """Returns VmRSS or VmHWM in MiB."""
        for line in pathlib.Path(f"/proc/{self.process.pid}/status").read_text().splitlines():
            if line.startswith(field + ":"):
                return int(line.split()[1]) / 1024
        raise RuntimeError(f"no {field}")


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
