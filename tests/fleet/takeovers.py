"""Follows which pod of each shared volume is active, and how long a volume has none."""

import dataclasses


@dataclasses.dataclass(frozen=True)
class Takeover:
    volume: int
    seconds: float  # from the signal to the active pod until another one has the lock


class Takeovers:
    """Receives the ends of active pods, and the holders of the locks. A takeover after `bound_seconds` is a fault."""

    def __init__(self, bound_seconds):
        self._bound_seconds = bound_seconds
        self._ended = {}  # volume -> (process ID, time of the signal)
        self.finished = []
        self.faults = []

    def note_end(self, volume, pid, now):
        """Notes that the active pod of the volume, with this process ID, received a signal at `now`."""
        self._ended.setdefault(volume, (pid, now))

    def note_holder(self, volume, pid, now):
        """Notes that this process holds the lock of the volume at `now`."""
        ended, began = self._ended.get(volume, (pid, now))
        if pid == ended:  # a pod that ends by SIGTERM keeps the lock for a moment
            return
        del self._ended[volume]
        self.finished.append(Takeover(volume, now - began))
        if now - began > self._bound_seconds:
            self.faults.append(f"volume {volume} had no active pod for {now - began:.1f} s")

    def note_roles(self, volume, roles):
        """Notes the roles that the pods of the volume report."""
        if roles.count("active") > 1:
            self.faults.append(f"volume {volume} had {roles.count('active')} active pods")

    def is_pending(self, volume):
        return volume in self._ended

    def any_pending(self):
        return bool(self._ended)

    def note_last_holder(self, volume, pod):
        """Notes which pod of the volume is active at the end of the run; None is a fault."""
        if pod is None:
            self.faults.append(f"volume {volume} had no active pod at the end")
