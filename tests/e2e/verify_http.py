"""The Python part of scripts/verify-http: attacks a daemon and checks that probes are answered."""

import contextlib
import multiprocessing
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import threading
import time

from support import PATIENCE, Daemon
from test_questions import Load, ask_in_a_process

SECONDS = 25  # per attack: longer than every deadline except that of idle connections
CHARTS = 300_000
ASKING = Load(sets=CHARTS // 1000, charts_each=1000, askers=200, seconds=15)
SETTLE_SECONDS = 45  # so that deadlines close what an attack left open


class Prober:
    """Requests /healthz repeatedly in a thread, each time on a new connection."""

    def __init__(self, daemon):
        self.milliseconds, self.failed = [], 0
        self._daemon, self._ended = daemon, threading.Event()
        self._thread = threading.Thread(target=self._run)

    def _run(self):
        while not self._ended.wait(0.02):
            began = time.perf_counter()
            try:
                ok = self._daemon.request("GET", "/healthz")[0] == 200
            except OSError:
                ok = False
            self.milliseconds.append(1000 * (time.perf_counter() - began))
            self.failed += not ok

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *_):
        self._ended.set()
        self._thread.join()

    def percentile(self, percent):
        ordered = sorted(self.milliseconds)
        return ordered[min(len(ordered) - 1, len(ordered) * percent // 100)]


def resident_kib(daemon):
    return int(pathlib.Path(f"/proc/{daemon.process.pid}/status").read_text().split("VmRSS:")[1].split()[0])


def descriptors(daemon):
    return len(os.listdir(f"/proc/{daemon.process.pid}/fd"))


def attack(name, command, daemon, most_ms):
    """Runs a command against the daemon; prints the results of the probes. Returns True if they are good."""
    if shutil.which(command[0]) is None:
        print(f"{name}: skip, {command[0]} is not installed")
        return True
    before = descriptors(daemon), resident_kib(daemon)
    with Prober(daemon) as prober:
        done = subprocess.run(command, capture_output=True, text=True, timeout=4 * SECONDS, check=False)
    memory = resident_kib(daemon)
    deadline = time.monotonic() + SETTLE_SECONDS
    while descriptors(daemon) > before[0] and time.monotonic() < deadline:
        with contextlib.suppress(OSError):
            daemon.request("GET", "/healthz")
    left = descriptors(daemon) - before[0]
    good = prober.failed == 0 and prober.percentile(99) < most_ms and left <= 0 and daemon.process.poll() is None
    rate = re.search(r"Requests/sec: *(\S+)", done.stdout)
    print(f"{name}: {'pass' if good else 'FAIL'}, {len(prober.milliseconds)} probes, {prober.failed} failed, "
          f"median {prober.percentile(50):.1f} ms, p99 {prober.percentile(99):.1f} ms, "
          f"longest {max(prober.milliseconds):.1f} ms; memory {before[1]} -> {memory} KiB; "
          f"{max(left, 0)} descriptors left over" + (f"; {rate.group(1)} requests a second" if rate else ""))
    return good


def slow(kind, url):
    """Returns a slowhttptest command: 1,000 connections of one kind, 200 a second."""
    return ["slowhttptest", *kind, "-c", "1000", "-r", "200", "-l", str(SECONDS), "-i", "2", "-p", "3", "-u", url]


def time_sweep(daemon):
    began = time.monotonic()
    status = daemon.request("POST", "/charts/cleanup?dry_run=true")[0]
    return time.monotonic() - began if status == 200 else float("inf")


def ask_in_sweeps(daemon):
    """Asks questions about charts while one sweep follows another; prints how long the sweeps took. Returns True if
    they took little longer than without questions. Half of the clients leave before they get an answer."""
    quiet = sorted(time_sweep(daemon) for _ in range(5))[2]
    before = resident_kib(daemon)
    results = multiprocessing.Queue()
    asking = multiprocessing.Process(target=ask_in_a_process, args=(daemon.port, ASKING, results))
    asking.start()
    time.sleep(1)  # lets questions queue up
    swept, memory = [], []
    deadline = time.monotonic() + ASKING.seconds + PATIENCE
    while results.empty():
        if time.monotonic() > deadline:
            raise AssertionError("the clients have not ended")
        swept.append(time_sweep(daemon))
        memory.append(resident_kib(daemon))
    asking.join()
    longest = max(swept)
    good = longest - quiet < 2 * quiet
    print(f"questions ({ASKING.askers} connections for {ASKING.seconds} s) and sweeps: {'pass' if good else 'FAIL'}, a sweep "
          f"over {CHARTS} charts takes {quiet:.2f} s by itself, {sorted(swept)[len(swept) // 2]:.2f} s in the median of "
          f"{len(swept)} meanwhile, {longest:.2f} s at the most; memory {before} -> {max(memory)} KiB; "
          f"answers: {', '.join(sorted(results.get()))}")
    return good


def fill(root):
    """Makes many expired charts, so that a sweep takes as long as the attack."""
    for number in range(CHARTS // 1000):
        (root / f"S{number}_1d").mkdir()
        for chart in range(1000):
            path = root / f"S{number}_1d" / f"{chart}.png"
            os.close(os.open(path, os.O_CREAT | os.O_WRONLY))
            os.utime(path, (1, 1))


def verify(directory, most_ms):
    root = directory / "charts"
    root.mkdir()
    daemon = Daemon(root, {"CHART_CLEANUP_INTERVAL_MINUTES": "1000"})
    url = f"http://127.0.0.1:{daemon.port}"
    good = []
    try:
        stats = url + "/charts/storage/stats"
        good.append(attack("slow headers (slowhttptest -H)", slow(["-H"], stats), daemon, most_ms))
        good.append(attack("slow bodies (slowhttptest -B)", slow(["-B"], url + "/charts/cleanup"), daemon, most_ms))
        good.append(attack("slow reading (slowhttptest -X)", slow(["-X", "-w", "1", "-y", "10", "-z", "5", "-k", "3"],
                                                                  url + "/metrics"), daemon, most_ms))
        load = ["wrk", "-t1", "-c100", f"-d{SECONDS}s", stats]
        good.append(attack("load (wrk, 100 connections)", load, daemon, most_ms))
        fill(root)
        good.append(ask_in_sweeps(daemon))
        sweep = threading.Thread(target=lambda: daemon.request("POST", "/charts/cleanup"))
        sweep.start()
        good.append(attack(f"load in a sweep over {CHARTS} charts", load, daemon, most_ms))
        sweep.join()
        removals = url + "/charts/removals?limit=1000"
        good.append(attack("long answers (wrk, 100 connections)", ["wrk", "-t1", "-c100", f"-d{SECONDS}s", removals],
                           daemon, most_ms))
    finally:
        daemon.process.kill()
        daemon.process.wait()
    return all(good)


def main():
    with tempfile.TemporaryDirectory(prefix="chart-reaper-verify-") as directory:
        good = verify(pathlib.Path(directory), float(sys.argv[1]))
    nginx = subprocess.run([sys.executable, "-B", pathlib.Path(__file__).with_name("test_http_nginx.py")],
                           capture_output=True, text=True, check=False)
    skipped = "skipped" in nginx.stderr
    print("the same requests to nginx: " + ("skip, nginx is not installed" if skipped else
                                            "pass" if nginx.returncode == 0 else f"FAIL\n{nginx.stderr}"))
    return 0 if good and nginx.returncode == 0 else 1


if __name__ == "__main__":
    sys.exit(main())
