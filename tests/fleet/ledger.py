"""The charts of one volume as they were written: which of them must exist now."""

import dataclasses


@dataclasses.dataclass(frozen=True)
class Write:
    """A finished write of one chart."""

    at_ns: int  # the time of the write
    path: str
    modified_ns: int  # the modification time that the file has since then
    size: int

    @property
    def state(self):
        return self.modified_ns, self.size


class Ledger:
    """Remembers all writes. A chart is protected while it is younger than `protection_ns`."""

    def __init__(self, protection_ns):
        self._protection_ns = protection_ns
        self._protected = {}
        self.writes = []

    def note(self, write):
        self.writes.append(write)
        self._protected[write.path] = write

    def protected(self, path, now_ns):
        """Returns the last write of the chart if it must exist now, else None."""
        write = self._protected.get(path)
        return write if write and now_ns < write.modified_ns + self._protection_ns else None

    def forget(self, write):
        """Drops the protection of a chart that is known to be lost, so that it counts once."""
        if self._protected.get(write.path) == write:
            del self._protected[write.path]

    def absent(self, found, now_ns):
        """Returns the writes of protected charts that are not found as they were written.

        `found` has the (modification time, size) of each path, and was complete at `now_ns`.
        """
        self._protected = {path: write for path, write in self._protected.items() if self.protected(path, now_ns)}
        return [write for write in self._protected.values() if found.get(write.path) != write.state]
