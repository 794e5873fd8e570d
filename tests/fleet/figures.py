"""Turns a finished simulation into figures, and judges them."""

import collections
import statistics

import herd
import series
from plan import KINDS, LIMIT_MB, MAX_AGE_SECONDS, MEBIBYTE, MIN_AGE_SECONDS, QUIET, SECOND_NS, SHARED
from removals import Rules, unexplained
from service import SET_WORDS

RULES = Rules(MIN_AGE_SECONDS * SECOND_NS, MAX_AGE_SECONDS * SECOND_NS, LIMIT_MB * MEBIBYTE)


def figures_of(simulation):
    """Returns all figures of a run, as a dictionary for JSON."""
    return {"volumes": _volumes(simulation), "charts": _charts(simulation), "ends": _ends(simulation),
            "takeovers": _takeovers(simulation), "limit": _limit(simulation), "herd": _herd(simulation),
            "pods": _pods(simulation), "series": _series(simulation.pods),
            "simulator_late_seconds": round(simulation.longest_delay, 3)}


def failures(figures):
    """Returns why the run failed, as short texts; empty if it passed."""
    found = []
    if figures["charts"]["lost"]:
        found.append(f"{len(figures['charts']['lost'])} charts lost")
    if figures["ends"]["failed_ends"]:
        found.append(f"{figures['ends']['failed_ends']} pods ended with a wrong exit code")
    found += figures["takeovers"]["faults"]
    return found


def spread(values):
    """Returns the minimum, the median and the maximum; zeros without values."""
    values = list(values) or [0]
    return {"min": min(values), "median": statistics.median(values), "max": max(values)}


def _volumes(simulation):
    of_kind = collections.Counter(volume.kind.name for volume in simulation.volumes)
    return {**{kind.name: of_kind[kind.name] for kind in KINDS}, "pods": len(simulation.pods),
            "watching": sum(pod.is_watching for pod in simulation.pods)}


def _charts(simulation):
    """A lost chart was absent although it was protected, or was removed without a reason in the settings."""
    lost, reasons, written = [], collections.Counter(), 0
    for volume in simulation.volumes:
        removals = volume.removals()
        wrong = volume.lost + unexplained(RULES, volume.ledger.writes, removals)
        lost += [f"volume {volume.number}: {text}" for text in wrong]
        reasons.update(removal.reason for removal in removals)
        written += len(volume.ledger.writes)
    return {"written": written, "bursts": simulation.bursts, "removed": dict(reasons), "lost": lost,
            "set_aside": sum(volume.set_aside for volume in simulation.volumes),
            "slowest_write_seconds": max(volume.service.slowest_seconds for volume in simulation.volumes)}


def _ends(simulation):
    done = simulation.disturbances
    return {"ends": done.ends, "kills": done.kills, "kills_in_sweep": done.kills_in_sweep,
            "failed_ends": done.failed_ends,
            "error_lines": [line for pod in simulation.pods for line in pod.log_lines("Error")]}


def _takeovers(simulation):
    interval = simulation.plan.interval_of(SHARED)
    kinds = {volume.number: volume.kind for volume in simulation.volumes}

    def intervals(kind):
        return spread(one.seconds / interval for one in simulation.takeovers.finished if kinds[one.volume] == kind)

    return {"count": len(simulation.takeovers.finished), "interval_seconds": interval,
            "bound_seconds": simulation.plan.takeover_bound_seconds, "faults": simulation.takeovers.faults,
            "busy_intervals": intervals(SHARED), "quiet_intervals": intervals(QUIET)}


def _limit(simulation):
    usages = [volume.usage for volume in simulation.volumes]
    return {"samples": sum(one.samples for one in usages), "above": sum(one.above for one in usages),
            "breaches": sum(one.breaches for one in usages),
            "longest_seconds": max(one.longest_seconds for one in usages),
            "max_excess_mb": max(one.max_excess_bytes for one in usages) / MEBIBYTE,
            "longest_removable_seconds": max(one.longest_removable_seconds for one in usages),
            "max_removable_excess_mb": max(one.max_removable_excess_bytes for one in usages) / MEBIBYTE}


def _herd(simulation):
    pods, interval = simulation.first_sweeps, simulation.plan.interval_seconds

    def row(times):
        one = herd.herd_of(times, interval)
        return {"densest": one.densest, "spread_seconds": round(one.spread_seconds, 3)}

    return {"pods": len(pods), "interval_seconds": interval, "window_seconds": herd.WINDOW * interval,
            "measured": row(herd.measured(pods)), "computed_without": row(herd.without_spread(pods, interval)),
            "at_once": row(herd.started_at_once(pods)), "at_once_without": row([interval] * len(pods))}


def _pods(simulation):
    groups = {"alone": [volume for volume in simulation.volumes if not volume.kind.is_shared],
              "shared": [volume for volume in simulation.volumes if volume.kind.is_shared]}
    figures = {"starts": sum(pod.starts for pod in simulation.pods),
               "scrapes": sum(pod.scrapes for pod in simulation.pods),
               "failed_scrapes": sum(pod.failed_scrapes for pod in simulation.pods)}
    for name, volumes in groups.items():
        pods = [pod for volume in volumes for pod in volume.pods]
        figures[name] = {"cpu_seconds": spread(pod.cpu_seconds for pod in pods),
                         "resident_mib": spread(pod.resident_mib for pod in pods),
                         "peak_mib": spread(pod.peak_mib for pod in pods)}
    return figures


def _series(pods):
    every = [names for pod in pods for names in (pod.first_series, pod.last_series) if names]
    return {"all": spread(len(pod.last_series) for pod in pods),
            "first_of_the_pod": spread(len(series.of_the_pod(pod.first_series)) for pod in pods),
            "of_the_pod": spread(len(series.of_the_pod(pod.last_series)) for pod in pods),
            "naming_a_set": len(set().union(*(series.naming(names, SET_WORDS) for names in every)))}
