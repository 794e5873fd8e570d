"""Follows the usage of one volume against its limit, sample by sample."""


class Usage:
    """A breach is usage above the limit for longer than `breach_seconds`, while charts above the minimum age exist."""

    def __init__(self, limit_bytes, breach_seconds):
        self._limit_bytes, self._breach_seconds = limit_bytes, breach_seconds
        self._above_since = self._removable_since = None
        self._is_breach = False
        self.samples = self.above = self.breaches = 0
        self.longest_seconds = self.longest_removable_seconds = 0.0
        self.max_excess_bytes = self.max_removable_excess_bytes = 0

    def sample(self, now, total_bytes, removable_bytes):
        """Notes the usage at `now`. `removable_bytes` counts only charts above the minimum age."""
        excess = max(0, total_bytes - self._limit_bytes)
        removable = min(excess, removable_bytes)
        self.samples += 1
        self.above += excess > 0
        self.max_excess_bytes = max(self.max_excess_bytes, excess)
        self.max_removable_excess_bytes = max(self.max_removable_excess_bytes, removable)
        self._above_since = _since(self._above_since, excess, now)
        self._removable_since = _since(self._removable_since, removable, now)
        self.longest_seconds = max(self.longest_seconds, _lasted(self._above_since, now))
        lasted = _lasted(self._removable_since, now)
        self.longest_removable_seconds = max(self.longest_removable_seconds, lasted)
        was_breach, self._is_breach = self._is_breach, lasted > self._breach_seconds
        self.breaches += self._is_breach and not was_breach

    def restart(self):
        """Forgets since when the usage is above the limit, because no pod was active meanwhile."""
        self._above_since = self._removable_since = None
        self._is_breach = False


def _since(before, excess, now):
    if excess == 0:
        return None
    return now if before is None else before


def _lasted(since, now):
    return 0.0 if since is None else now - since
