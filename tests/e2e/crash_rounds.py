"""Kills the program at random moments, again and again: crash_rounds.py [KILLS [SEED]]

In each round a sweep or the daemon removes some hundred old charts while a writer rewrites others. It gets SIGKILL
at a random moment. The next start must recover: every chart that the writer finished is there with its content, no
young chart has changed, and quarantine is empty. Prints a summary; exits with 1 if anything was lost.
"""

import os
import pathlib
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time

from support import HOUR, PATIENCE, REAPER, Daemon, environment_of, run

OLD, REWRITTEN, YOUNG = 150, 75, 50
CHARTS_IN_A_SET = 25
# The shortest interval allowed, so that the daemon sweeps most of the time.
DAEMON_SETTINGS = {"CHART_CLEANUP_INTERVAL_MINUTES": "0.0001"}
EVERY_NTH_ROUND_A_DAEMON = 5


class Writer(threading.Thread):
    """Rewrites charts in place or by rename until stopped; remembers the finished ones."""

    def __init__(self, paths, seed):
        super().__init__()
        self.finished = {}
        self._paths = paths
        self._random = random.Random(seed)
        self._told_to_stop = threading.Event()

    def run(self):
        count = 0
        while not self._told_to_stop.is_set():
            path = self._random.choice(self._paths)
            content = f"{path.name} fresh {count} ".encode() * 50
            target = path if self._random.random() < 0.5 else path.with_name(f".{path.name}.tmp")
            # Writes unbuffered and in two pieces, so that a sweep can meet a half-written chart.
            with open(target, "wb", buffering=0) as file:
                file.write(content[:100])
                file.write(content[100:])
            if target != path:
                target.rename(path)
            self.finished[path] = content
            count += 1

    def stop(self):
        self._told_to_stop.set()
        self.join()


class Rounds:
    """A chart directory in which the program is killed again and again."""

    def __init__(self, root, seed):
        self.root = root
        self.random = random.Random(seed)
        self.settings = {"CHART_OUTPUT_DIR": str(root), "CHART_LOG_LEVEL": "warning"}
        self.young = {self._path("young", number): f"young {number}".encode() for number in range(YOUNG)}
        self.old = {self._path("old", number): f"old {number}".encode() for number in range(OLD)}
        self.rewritten = [self._path("rewritten", number) for number in range(REWRITTEN)]
        for path, content in self.young.items():
            path.parent.mkdir(exist_ok=True)
            path.write_bytes(content)
        # The kills are spread over the duration of a sweep, which each round estimates better.
        self.duration = 0.1
        self.rounds = self.killed = self.left_in_quarantine = self.written = 0

    def _path(self, kind, number):
        # Both kinds share their sets, so that charts of both are in quarantine at the same time.
        return self.root / f"S{number % (OLD // CHARTS_IN_A_SET)}_1d" / f"{kind}-{number}.png"

    def _plant(self):
        long_ago = time.time() - 100 * HOUR
        for path in [*self.old, *self.rewritten]:
            path.parent.mkdir(exist_ok=True)
            path.write_bytes(self.old.get(path, b"worthless"))
            os.utime(path, (long_ago, long_ago))

    def round(self):
        """Kills and restarts once; returns the problems found afterwards, as lines of text."""
        self._plant()
        as_daemon = self.rounds % EVERY_NTH_ROUND_A_DAEMON == 0
        writer = Writer(self.rewritten, self.random.random())
        writer.start()
        try:
            self._kill(as_daemon)
            self.left_in_quarantine += bool(self.quarantined())
            problems = self._restart(as_daemon)
        finally:
            writer.stop()
        # The kill may have released a writer that then wrote into a quarantined chart, so sweep once more.
        after = run("sweep", environment=self.settings)
        if after.returncode != 0:
            problems.append(f"the last sweep failed: {after.stderr}")
        self.rounds += 1
        self.written += len(writer.finished)
        return problems + self._problems(writer.finished)

    def _kill(self, as_daemon):
        command, settings = ([REAPER], DAEMON_SETTINGS) if as_daemon else ([REAPER, "sweep"], {})
        environment = environment_of({**self.settings, "CHART_LISTEN": "127.0.0.1:0", **settings})
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        with subprocess.Popen(command, env=environment, **quiet) as process:
            # This sleep waits for no event: it picks a random moment of the sweep.
            time.sleep(self.random.random() * self.duration)
            process.kill()
            came_in_time = process.wait(PATIENCE) == -signal.SIGKILL
        self.killed += came_in_time
        self.duration *= 1.03 if came_in_time else 0.9

    def _restart(self, as_daemon):
        if not as_daemon:
            result = run("sweep", environment=self.settings)
            return [] if result.returncode == 0 else [f"the sweep after the kill failed: {result.stderr}"]
        daemon = Daemon(self.root, {**DAEMON_SETTINGS, "CHART_LOG_LEVEL": "info"})
        with daemon.process, daemon.process.stderr:
            daemon.wait_for("Chart cleanup completed")
            code, _ = daemon.stop()
        errors = [line for line in daemon.lines if line.startswith("Error")]
        return errors + ([f"the daemon ended with {code}"] if code != 0 else [])

    def quarantined(self):
        return [path for path in self.root.rglob(".chart-reaper~*")]

    def _problems(self, finished):
        problems = [f"left in quarantine: {path}" for path in self.quarantined()]
        for path, content in {**self.young, **finished}.items():
            if not path.exists():
                problems.append(f"lost: {path}")
            elif path.read_bytes() != content:
                problems.append(f"changed: {path}")
        problems += [f"not removed: {path}" for path in self.old if path.exists()]
        return problems

    def __str__(self):
        return (f"{self.rounds} rounds: {self.killed} killed at work, {self.left_in_quarantine} with charts left in quarantine, "
                f"{self.written} charts rewritten meanwhile")


def main(kills=1000, seed=1):
    directory = pathlib.Path(tempfile.mkdtemp(prefix="chart-reaper-crash-"))
    try:
        crashes = Rounds(directory, seed)
        while crashes.killed < kills and crashes.rounds < 10 * kills:
            if problems := crashes.round():
                print(f"round {crashes.rounds} with seed {seed}:", *problems, sep="\n  ")
                return 1
            if crashes.rounds % 100 == 0 or crashes.killed == kills:
                print(crashes, flush=True)
    finally:
        shutil.rmtree(directory, ignore_errors=True)
    print("Nothing fresh was lost, nothing was left in quarantine.")
    return 0


if __name__ == "__main__":
    sys.exit(main(*(int(argument) for argument in sys.argv[1:])))
