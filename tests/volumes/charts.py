"""The charts of a row: written before a sweep, and read after it, as the server sees them."""

import contextlib
import os
import pathlib
import time

HOUR = 3600
NAMES = ("technical_overview.png", "pattern_analysis.png", "volume_analysis.png", "mtf_comparison.png")

# Charts that differ in content and size, so that the size shows if an old one took the place of a fresh one.
OLD = b"o" * 8192
FRESH = b"f" * 4096


class DirectoryStore:
    """Charts in a directory that the measuring process sees directly."""

    def __init__(self, directory):
        self.directory = pathlib.Path(directory)

    def write(self, path, content, modified):
        file = self.directory / path
        file.parent.mkdir(exist_ok=True)
        file.write_bytes(content)
        os.utime(file, (modified, modified))

    def files(self):
        """The size of each file below the directory, by path, including hidden files."""
        found = {}
        for file in self.directory.rglob("*"):
            with contextlib.suppress(FileNotFoundError):
                if file.is_file():
                    found[str(file.relative_to(self.directory))] = file.stat().st_size
        return found

    def used_bytes(self):
        """The size of all files. A file with several names counts once."""
        sizes = {}
        for path in self.files():
            with contextlib.suppress(FileNotFoundError):
                file = (self.directory / path).stat()
                sizes[file.st_ino] = file.st_size
        return sum(sizes.values())

    def remove(self, path):
        (self.directory / path).unlink(missing_ok=True)


def quarantined(path):
    """The name of a chart during its removal, or after an interrupted removal."""
    directory, name = path.rsplit("/", 1)
    return f"{directory}/.chart-reaper~{name}~"


class Layout:
    """Chart sets; some are due, the others are young. `due` is in the order in which a sweep removes them."""

    def __init__(self, due_sets, young_sets):
        self.due = [f"OLD{number}_1day/{name}" for number in range(due_sets) for name in NAMES]
        self.young = [f"YOUNG{number}_1day/{name}" for number in range(young_sets) for name in NAMES]

    def write(self, store):
        """Makes the volume hold exactly these charts."""
        now = time.time()
        for stray in store.files().keys() - {*self.due, *self.young}:
            store.remove(stray)
        for number, path in enumerate(self.due):
            store.write(path, OLD, now - 48 * HOUR + number)
        for number, path in enumerate(self.young):
            store.write(path, FRESH, now - HOUR + number)

    def removed(self, files):
        """The number of due charts that are gone, both under their own name and in quarantine."""
        return sum(path not in files and quarantined(path) not in files for path in self.due)

    def lost_young(self, files):
        """The number of young charts that are gone or old, although no rule removes them."""
        return sum(files.get(path) != len(FRESH) for path in self.young)

    def strays(self, files):
        """Files that no writer made: charts left in quarantine, and files that a client hides instead of removing."""
        return sorted(files.keys() - {*self.due, *self.young})
