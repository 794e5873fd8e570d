"""One volume: its chart directory, its pods, its service, and what was found on it."""

import contextlib
import os
import time

from ledger import Ledger
from plan import BREACH_SECONDS, LIMIT_MB, MEBIBYTE, MIN_AGE_SECONDS, SECOND_NS
from pod import Pod
from removals import parse_removals
from service import BACKLOG_AGE_NS, Service
from usage import Usage

QUARANTINE = ".chart-reaper~"


class Volume:
    def __init__(self, number, kind, directory, random):
        self.number, self.kind = number, kind
        self._directory = directory
        self._root = directory / "charts"
        self._root.mkdir(parents=True)
        self.inode = self._root.stat().st_ino
        self.ledger = Ledger(kind.protection_ns)
        self.usage = Usage(LIMIT_MB * MEBIBYTE, BREACH_SECONDS)
        self.service = Service(str(self._root), random, number % 2 == 1, self)
        self.pods = []
        self.is_disturbed = False  # True while a pod of the volume is down, or has just started
        self.lost = []
        self.set_aside = 0  # protected charts that a killed pod had left in quarantine

    def add_pod(self, program, settings):
        directory = self._directory / f"pod{len(self.pods)}"
        directory.mkdir()
        self.pods.append(Pod(program, directory, self._root, settings))

    def active_pod(self, locks):
        """Returns the pod that holds the lock of the volume, or None."""
        for pod in self.pods:
            if (pod.pid, self.inode) in locks and pod.is_running:
                return pod
        return None

    def roles(self):
        """Returns the roles that the pods report."""
        answers = [pod.ask_json("/charts/storage/stats") for pod in self.pods if pod.is_running]
        return [answer["stats"]["role"] for answer in answers if answer]

    def has(self, path):
        return (self._root / path).exists()

    def is_in_sweep(self):
        """True if a sweep has not finished: charts are in quarantine, or a part of a backlog is left."""
        found, quarantined = self._list()
        backlog_ns = time.time_ns() - BACKLOG_AGE_NS
        return bool(quarantined) or any(modified < backlog_ns for modified, _ in found.values())

    def check_before_write(self, path):
        """Notes a chart as lost that is about to be written again, but is no longer there."""
        write = self.ledger.protected(path, time.time_ns())
        if write and self._state(path) != write.state:
            self._confirm_lost(write)

    def look(self):
        """Reads the whole volume: which charts are there, and how much they take."""
        found, _ = self._list()
        now_ns = time.time_ns()
        for write in self.ledger.absent(found, now_ns):
            self._confirm_lost(write)
        total = sum(size for _, size in found.values())
        removable = sum(size for modified, size in found.values() if now_ns - modified > MIN_AGE_SECONDS * SECOND_NS)
        self.usage.sample(time.monotonic(), total, removable)
        if self.is_disturbed:
            self.usage.restart()

    def left_in_quarantine(self):
        """Returns the charts that are in quarantine now."""
        return self._list()[1]

    def removals(self):
        """Returns all removals in the audit files of the pods."""
        found = []
        for pod in self.pods:
            with contextlib.suppress(FileNotFoundError):
                found += parse_removals(pod.audit_file.read_text(encoding="utf-8", errors="replace"))
        return found

    def _confirm_lost(self, write):
        """A pod may have the chart in quarantine, or may be putting it back: so look there, and at its name again."""
        for is_aside, path in ((True, _quarantined(write.path)), (False, write.path)):
            if self._state(path) == write.state:
                self.set_aside += is_aside
                return
        self.ledger.forget(write)
        age = (time.time_ns() - write.modified_ns) / SECOND_NS
        self.lost.append(f"{write.path}: not there {age:.3f} s after it was written")

    def _state(self, path):
        with contextlib.suppress(FileNotFoundError, NotADirectoryError):
            status = os.lstat(f"{self._root}/{path}")
            return status.st_mtime_ns, status.st_size
        return None

    def _list(self):
        """Returns the (modification time, size) of each chart, and the paths in quarantine."""
        found, quarantined = {}, []
        with os.scandir(self._root) as sets:
            names = [one.name for one in sets if one.is_dir(follow_symlinks=False)]
        for name in names:
            # A sweep may remove a chart or an empty set now.
            with contextlib.suppress(FileNotFoundError), os.scandir(f"{self._root}/{name}") as charts:
                for chart in charts:
                    path = f"{name}/{chart.name}"
                    if chart.name.startswith(QUARANTINE):
                        quarantined.append(path)
                    elif chart.name.endswith(".png") and (state := self._state(path)):
                        found[path] = state
        return found, quarantined


def _quarantined(path):
    name, chart = path.split("/")
    return f"{name}/{QUARANTINE}{chart}~"
