"""The fleet: its kinds of volumes, the settings of its pods, and the times of a run."""

import dataclasses

SECOND_NS = 1_000_000_000
MEBIBYTE = 1024 * 1024

# Limits far below those of production, so that charts reach each of them many times within minutes.
LIMIT_MB = 8
MIN_AGE_SECONDS = 5
MAX_AGE_SECONDS = 30

# A tenth of a real chart: the limit is small, too, and a run must write several hundred charts a
# second on two processors.
CHART_BYTES = 40_000
CHARTS_IN_A_SET = 4

# The symbols of a volume stay below its limit. A burst adds more sets than the limit allows, whatever was there.
SYMBOLS = 30
BURST_SETS = 60
BACKLOG_SETS = 75  # expired charts: what a pod removes while it is killed

ANALYSES_PER_SECOND = 0.5
# The sentinel set of a volume is always younger than the minimum age. So it must exist at every moment.
SENTINEL_SECONDS = 2
BURST_SECONDS = (10, 20)

LOOK_SECONDS = 2
SCRAPE_SECONDS = 15  # the default of many Prometheus installations is 15 to 60 s

# Longer than two looks need to see the same excess, and than a pod needs on a busy machine.
BREACH_SECONDS = 3
# A takeover is due within one interval. A busy machine may need this much more for the work itself.
TAKEOVER_ALLOWANCE_SECONDS = 2

# The pods of a shared volume have a shorter interval, so that a run sees many takeovers.
SHARED_INTERVALS_IN_ONE = 6


@dataclasses.dataclass(frozen=True)
class Kind:
    """A kind of volume."""

    name: str
    pods: int = 1
    writes: bool = True
    bursts: bool = False  # it exceeds its limit at times

    @property
    def is_shared(self):
        return self.pods > 1

    @property
    def protection_ns(self):
        """The age up to which no chart may go. A volume below its limit keeps all charts up to the maximum age."""
        return (MIN_AGE_SECONDS if self.bursts else MAX_AGE_SECONDS) * SECOND_NS


CALM = Kind("calm")
BURSTING = Kind("bursting", bursts=True)
SHARED = Kind("shared", pods=3, bursts=True)
# No event tells a standby here that the active pod has ended. Only its interval does.
QUIET = Kind("shared and quiet", pods=3, writes=False)
KINDS = (CALM, BURSTING, SHARED, QUIET)


def kind_of(number):
    """Returns the kind of a volume: of twenty, one is shared, one is shared and quiet, and four have bursts."""
    if number % 10 == 0:
        return SHARED if number % 20 == 0 else QUIET
    return BURSTING if number % 5 == 3 else CALM


@dataclasses.dataclass(frozen=True)
class Plan:
    """The choices for one run."""

    volumes: int
    seconds: float
    interval_seconds: float
    seed: int

    def interval_of(self, kind):
        return self.interval_seconds / SHARED_INTERVALS_IN_ONE if kind.is_shared else self.interval_seconds

    @property
    def takeover_bound_seconds(self):
        return self.interval_of(SHARED) + TAKEOVER_ALLOWANCE_SECONDS

    @property
    def pods(self):
        return sum(kind_of(number).pods for number in range(self.volumes))

    @property
    def settle_seconds(self):
        """The time at the end without writes and disturbances. The next sweep of each volume recovers what a killed pod
        left in quarantine."""
        return self.takeover_bound_seconds

    @property
    def herd_seconds(self):
        """The time after which each pod has begun its first timed sweep."""
        return self.interval_seconds + 5

    @property
    def space_bytes(self):
        """The space that the charts may take: a burst or a backlog above the limit in each volume."""
        above = max(BURST_SETS, BACKLOG_SETS) * CHARTS_IN_A_SET * CHART_BYTES
        return self.volumes * (LIMIT_MB * MEBIBYTE + above)

    def settings(self, kind):
        """Returns the settings of a pod on this kind of volume."""
        return {"CHART_MAX_AGE_HOURS": f"{MAX_AGE_SECONDS / 3600:.9f}", "CHART_MAX_SIZE_MB": str(LIMIT_MB),
                "CHART_MIN_AGE_SECONDS": str(MIN_AGE_SECONDS), "CHART_LOG_LEVEL": "warning",
                "CHART_CLEANUP_INTERVAL_MINUTES": f"{self.interval_of(kind) / 60:.9f}"}
