"""Sets are moved over, into and out of each other while writers make charts with two names in them. Once the writers
stop, the figures are correct and count no missing chart.

MOVED_SETS_SECONDS=30 runs the long version, which found the bugs that the short one guards against.
"""

import os
import random
import shutil
import time
import unittest

from support import PATIENCE, ReaperTest

SECONDS = float(os.environ.get("MOVED_SETS_SECONDS", "4"))
WRITERS = 3
MIB = 1024 * 1024
SETS = [f"{symbol}_{interval}" for symbol in "ABCDEFGH" for interval in ("1d", "1h", "5m")]
NAMES = [f"{name}.png" for name in ("technical", "pattern", "volume", "mtf", "extra")] + ["notes.txt"]


class Writer:
    """A process that repeats one operation. Failures caused by its neighbours do not matter."""

    def __init__(self, root, outside, seed):
        self.root = root
        self.outside = outside
        self.random = random.Random(seed)

    def work(self, until):
        done = 0
        while time.monotonic() < until:
            try:
                self.random.choice((self.write,) * 4 + (self.replace, self.rename, self.link, self.link, self.unlink,
                                                        self.move, self.move, self.move_out, self.move_in, self.make, self.clear))()
            except OSError:
                pass
            done += 1
        return done

    def set(self):
        name = self.random.choice(SETS)
        return self.root / self.random.choice(SETS) / name if self.random.random() < 0.2 else self.root / name

    def file(self):
        return self.set() / self.random.choice(NAMES)

    def content(self):
        return b"x" * self.random.randrange(6000)

    def write(self):
        file = self.file()
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(self.content())

    def replace(self):
        file = self.file()
        temporary = file.with_suffix(".tmp")
        temporary.write_bytes(self.content())
        os.rename(temporary, file)

    def rename(self):
        os.rename(self.file(), self.file())

    def link(self):
        os.link(self.file(), self.file())

    def unlink(self):
        os.unlink(self.file())

    def make(self):
        self.set().mkdir(parents=True)

    def clear(self):
        shutil.rmtree(self.set())

    def move(self):
        target = self.set()
        if self.random.random() < 0.3:
            # A rename over another set needs that set to be empty.
            for name in os.listdir(target):
                os.unlink(target / name)
        os.rename(self.set(), target)

    def move_out(self):
        os.rename(self.set(), self.outside / self.random.choice(SETS))

    def move_in(self):
        os.rename(self.outside / self.random.choice(SETS), self.set())


class MovedSets(ReaperTest):
    def statistics(self, daemon):
        status, body = daemon.json("GET", "/charts/storage/stats")
        self.assertEqual(status, 200, body)
        return body["stats"]

    def on_disk(self):
        charts = [path for path in self.root.rglob("*.png") if path.is_file()]
        return len(charts), len({path.parent for path in charts}), round(sum(path.stat().st_size for path in charts) / MIB, 2)

    @staticmethod
    def told(stats):
        return stats["total_files"], stats["chart_sets"], stats["total_size_mb"]

    def write_for_a_while(self):
        outside = self.directory / "outside"
        outside.mkdir()
        until = time.monotonic() + SECONDS
        children = []
        for seed in range(WRITERS):
            child = os.fork()
            if child == 0:
                try:
                    Writer(self.root, outside, seed).work(until)
                finally:
                    os._exit(0)
            children.append(child)
        for child in children:
            os.waitpid(child, 0)
        shutil.rmtree(outside)

    def until_true(self, daemon, ask, condition):
        """Polls until the figures match the disk and the condition holds."""
        deadline = time.monotonic() + PATIENCE / 4
        while True:
            daemon.json(*ask)
            told, on_disk = self.told(self.statistics(daemon)), self.on_disk()
            if told == on_disk and condition(told):
                return
            self.assertLess(time.monotonic(), deadline, f"told {told}, on disk {on_disk}")

    def test_missing_charts_are_not_counted(self):
        # Charts with two names make every sweep a full scan.
        daemon = self.start({"CHART_CLEANUP_INTERVAL_MINUTES": "0.001", "CHART_MAX_SIZE_MB": "1000"})
        self.write_for_a_while()
        self.until_true(daemon, ("POST", "/charts/cleanup"), lambda told: True)
        # Removing one name of a chart changes the chart, so only the next request removes it.
        self.until_true(daemon, ("DELETE", "/charts/all"), lambda told: told == (0, 0, 0))


if __name__ == "__main__":
    unittest.main(verbosity=2)
