#!/usr/bin/env python3
"""Shows chart-reaper at work: scripts/demo.py BUILD_DIRECTORY [SECONDS]

Runs the daemon and a program that writes charts like the analysis service. Limits are so short that charts come and
go within a minute. Prints a line every few seconds. Exits with 1 if usage exceeded the limit or an error was logged.
"""

import http.client
import json
import pathlib
import re
import signal
import subprocess
import sys
import tempfile
import threading
import time

LIMIT_MB = 30
MAX_AGE_SECONDS = 14
MIN_AGE_SECONDS = 2
INTERVAL_SECONDS = 2
CHART_SETS_PER_SECOND = 1
LINE_SECONDS = 3
# The writer does not stop between two sweeps. So usage may exceed the limit by the charts of one interval, and by those
# younger than the minimum age.
SLACK_MB = CHART_SETS_PER_SECOND * 4 * 0.8 * (INTERVAL_SECONDS + MIN_AGE_SECONDS)

SETTINGS = {
    "CHART_LISTEN": "127.0.0.1:0",
    "CHART_MAX_SIZE_MB": str(LIMIT_MB),
    "CHART_MAX_AGE_HOURS": str(MAX_AGE_SECONDS / 3600),
    "CHART_MIN_AGE_SECONDS": str(MIN_AGE_SECONDS),
    "CHART_CLEANUP_INTERVAL_MINUTES": str(INTERVAL_SECONDS / 60),
}


class Log:
    """Reads the daemon's log: counts sweeps and removals, and keeps the errors."""

    def __init__(self, stream):
        self.removed = 0
        self.sweeps = 0
        self.errors = []
        self.port = None
        self.listening = threading.Event()
        threading.Thread(target=self._read, args=(stream,), daemon=True).start()

    def _read(self, stream):
        for line in stream:
            self.removed += line.startswith("Chart removed")
            self.sweeps += line.startswith("Chart cleanup completed")
            if line.startswith("Error") or ("level=error" in line and "of the limit" not in line):
                self.errors.append(line)
            if found := re.match(r"Listening: address=127\.0\.0\.1:(\d+)", line):
                self.port = int(found.group(1))
                self.listening.set()


def statistics(port):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    connection.request("GET", "/charts/storage/stats")
    return json.loads(connection.getresponse().read())["stats"]


def resident_kib(pid):
    return int(re.search(r"VmRSS:\s+(\d+)", pathlib.Path(f"/proc/{pid}/status").read_text()).group(1))


def watch(daemon, log, seconds):
    """Prints the progress; returns the highest usage in MB, and the memory in KiB at each line."""
    print(f"{'time':>6} {'charts':>7} {'MB':>7} {'of limit':>8} {'removed':>8} {'sweeps':>7} {'memory':>9}")
    began = time.monotonic()
    highest, memory = 0.0, []
    while (passed := time.monotonic() - began) < seconds:
        stats = statistics(log.port)
        highest = max(highest, stats["total_size_mb"])
        memory.append(resident_kib(daemon.pid))
        print(f"{passed:5.0f}s {stats['total_files']:7} {stats['total_size_mb']:7.1f} "
              f"{stats['total_size_mb'] / LIMIT_MB:8.0%} {log.removed:8} {log.sweeps:7} {memory[-1]:5} KiB",
              flush=True)
        time.sleep(LINE_SECONDS)
    return highest, memory


def run(build, root, seconds):
    """Runs both programs on `root`, stops them and returns the figures that main judges."""
    print(f"Charts of at most {MAX_AGE_SECONDS} s and {LIMIT_MB} MB in {root}; "
          f"the writer makes {CHART_SETS_PER_SECOND * 4} a second.", flush=True)
    daemon = subprocess.Popen([f"{build}/chart-reaper"], env={**SETTINGS, "CHART_OUTPUT_DIR": root},
                              stderr=subprocess.PIPE, text=True)
    log = Log(daemon.stderr)
    writer = subprocess.Popen([f"{build}/tests/chart_writer", "--root", root, "--symbols", "200", "--interval-list",
                               "1day,1h", "--rate", str(CHART_SETS_PER_SECOND)], stdout=subprocess.PIPE, text=True)
    try:
        if not log.listening.wait(10):
            raise SystemExit("The daemon does not listen:\n" + "".join(log.errors))
        highest, memory = watch(daemon, log, seconds)
    finally:
        for process in (writer, daemon):
            process.terminate()
        written = json.loads(writer.communicate(timeout=30)[0])
        code = daemon.wait(30)
    return log, highest, memory, written, code


def main(build, seconds=60):
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    with tempfile.TemporaryDirectory(prefix="chart-reaper-demo-") as root:
        try:
            log, highest, memory, written, code = run(build, root, seconds)
        except KeyboardInterrupt:
            return 130

    half = memory[len(memory) // 2:]
    print(f"\nWritten {written['charts_written']} charts, removed {log.removed} in {log.sweeps} sweeps. "
          f"Highest usage {highest:.1f} of {LIMIT_MB} MB, memory {min(half)}-{max(half)} KiB in the second half, "
          f"{len(log.errors)} errors, {written['failed_writes']} failed writes, exit code {code}.")
    sys.stdout.writelines(log.errors[:10])
    return 0 if highest <= LIMIT_MB + SLACK_MB and not log.errors and code == 0 else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], *(float(seconds) for seconds in sys.argv[2:])))
