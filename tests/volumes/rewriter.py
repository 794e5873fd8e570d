"""An analysis service that works during a sweep: it rewrites each due chart once, near the time of its removal."""

import os
import pathlib
import random
import threading
import time

from charts import FRESH

# Each write is earlier or later than its turn by up to this share of the whole time. So writes meet every step of a
# removal.
JITTER = 0.15


def moments(count, after, seconds, seed):
    """Sorted pairs of time and number, one for each write: a pause of `after` seconds, then writes for `seconds`."""
    chance = random.Random(seed)
    spread = JITTER * seconds
    return sorted((max(0.0, after + seconds * number / count + chance.uniform(-spread, spread)), number)
                  for number in range(count))


def write_into_place(root):
    """Returns a function that writes a chart with open(2) and O_TRUNC."""
    return lambda _, path: (pathlib.Path(root) / path).write_bytes(FRESH)


def write_into_place_or_by_rename(root):
    """Returns a function that writes the n-th chart: every other one in place, the rest by rename, as services do."""
    def write(number, path):
        file = pathlib.Path(root) / path
        if number % 2 == 0:
            file.write_bytes(FRESH)
            return
        temporary = file.with_suffix(".new")
        temporary.write_bytes(FRESH)
        os.rename(temporary, file)

    return write


class Rewriter(threading.Thread):
    """Runs during a sweep. Afterwards `written` has the charts whose write succeeded."""

    def __init__(self, paths, times, write, seed):
        """`times`: how long to wait, and how long to write after that. Each seed gives different moments."""
        super().__init__(daemon=True)
        self._paths, self._write = paths, write
        self._moments = moments(len(paths), *times, seed)
        self._stopped = threading.Event()
        self.written, self.failures = [], []

    def run(self):
        began = time.monotonic()
        for moment, number in self._moments:
            if self._stopped.wait(max(0.0, began + moment - time.monotonic())):
                return
            try:
                self._write(number, self._paths[number])
                self.written.append(self._paths[number])
            except OSError as error:
                self.failures.append(f"{self._paths[number]}: {error}")

    def finish(self, patience):
        """Waits until the writer ends; leaves it behind if it hangs."""
        self.join(patience)
        self._stopped.set()

    def lost(self, files):
        """The written charts that are gone, or have their old content again."""
        return [path for path in self.written if files.get(path) != len(FRESH)]
