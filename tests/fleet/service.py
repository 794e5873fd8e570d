"""Plays the analysis service of one volume: four charts an analysis, under the same names again and again."""

import os
import time

from ledger import Write
from plan import BACKLOG_SETS, BURST_SETS, CHART_BYTES, SECOND_NS, SYMBOLS

NAMES = ("technical_overview.png", "pattern_analysis.png", "volume_analysis.png", "mtf_comparison.png")
CONTENT = b"\x89PNG\r\n\x1a\n" + bytes(CHART_BYTES - 8)
HALF = CHART_BYTES // 2
BACKLOG_AGE_NS = 3600 * SECOND_NS

SENTINEL = "SENTINEL_1day"
# Words that are in the names of all chart sets, and that no metric may contain.
SET_WORDS = ("SENTINEL", "SYMBOL", "BURST", "BACKLOG")

# Few enough that the sweep of the backlog has not ended when they are written.
REWRITTEN_SETS = 10

# A sweep may remove an empty set just before a chart is written into it.
TRIES = 10


class Service:
    """Writes charts below `root`. Half of the services write in place, the others by rename."""

    def __init__(self, root, random, by_rename, volume):
        self._root, self._random, self._by_rename, self._volume = root, random, by_rename, volume
        self.slowest_seconds = 0.0

    def analyse(self):
        """Writes the set of a random symbol."""
        self._write_set(f"SYMBOL{self._random.randrange(SYMBOLS):03}_1day")

    def write_sentinel(self):
        self._write_set(SENTINEL)

    def burst(self):
        """Writes more than the limit allows, at once."""
        for number in range(BURST_SETS):
            self._write_set(f"BURST{number:03}_1h")

    def write_backlog(self):
        """Writes expired charts, as a restore from a backup does. Returns the path of one of them."""
        for number in range(BACKLOG_SETS):
            self._write_set(f"BACKLOG{number:03}_1h", age_ns=BACKLOG_AGE_NS)
        return f"BACKLOG000_1h/{NAMES[0]}"

    def rewrite_backlog(self):
        """Writes some of the expired charts again, as fresh ones, while a sweep removes them."""
        for number in self._random.sample(range(BACKLOG_SETS), REWRITTEN_SETS):
            self._write_set(f"BACKLOG{number:03}_1h")

    def _write_set(self, name, age_ns=0):
        for chart in NAMES:
            self._volume.check_before_write(f"{name}/{chart}")
            began = time.monotonic()
            write = self._write(name, chart, age_ns)
            self.slowest_seconds = max(self.slowest_seconds, time.monotonic() - began)
            self._volume.ledger.note(write)

    def _write(self, name, chart, age_ns):
        path = f"{self._root}/{name}/{chart}"
        target = f"{self._root}/{name}/.{chart}.tmp" if self._by_rename else path
        at_ns = time.time_ns()
        descriptor = self._open(target)
        try:
            # Two pieces, so that a sweep can meet a half-written chart.
            os.write(descriptor, CONTENT[:HALF])
            os.write(descriptor, CONTENT[HALF:])
            if age_ns:
                os.utime(descriptor, ns=(at_ns - age_ns, at_ns - age_ns))
            modified_ns = os.fstat(descriptor).st_mtime_ns
        finally:
            os.close(descriptor)
        if self._by_rename:
            os.rename(target, path)
        return Write(at_ns, f"{name}/{chart}", modified_ns, CHART_BYTES)

    def _open(self, path):
        for _ in range(TRIES):
            try:
                return os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o644)
            except FileNotFoundError:
                os.makedirs(os.path.dirname(path), exist_ok=True)
        raise OSError(f"{path}: its directory vanishes again and again")
