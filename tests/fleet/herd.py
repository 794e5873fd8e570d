"""Counts how many pods begin their first timed sweep at the same time."""

import dataclasses

# The width of the window, as a part of the interval.
WINDOW = 0.01


@dataclasses.dataclass(frozen=True)
class FirstSweeps:
    """The first sweeps of one pod, in seconds since 1970."""

    start_ended: float  # the end of the sweep at the start
    timer_started: float  # the start of the first sweep by the timer


@dataclasses.dataclass(frozen=True)
class Herd:
    densest: int  # the largest number of sweeps that start within one window
    spread_seconds: float  # from the first to the last start


def densest(times, window):
    """Returns the largest number of times that lie within one window, both ends included."""
    times = sorted(times)
    most = first = 0
    for last, time in enumerate(times):
        while time - times[first] > window:
            first += 1
        most = max(most, last - first + 1)
    return most


def herd_of(times, interval):
    times = list(times)
    return Herd(densest(times, WINDOW * interval), max(times) - min(times) if times else 0.0)


def measured(pods):
    """Returns the times at which the first timed sweeps started."""
    return [pod.timer_started for pod in pods]


def without_spread(pods, interval):
    """Computes when they would have started: a full interval after the sweep at the start."""
    return [pod.start_ended + interval for pod in pods]


def started_at_once(pods):
    """Computes when they would have started, if all sweeps at the start had ended at the same moment (0)."""
    return [pod.timer_started - pod.start_ended for pod in pods]


def first_sweeps(entries, time_of):
    """Returns the FirstSweeps of a pod from its history (GET /charts/sweeps), or None if there is none yet."""
    of = {}
    for entry in entries:  # the newest first
        of[entry["trigger"]] = entry
    if "start" not in of or "timer" not in of:
        return None
    start = of["start"]
    return FirstSweeps(time_of(start["started"]) + start["duration_seconds"], time_of(of["timer"]["started"]))
