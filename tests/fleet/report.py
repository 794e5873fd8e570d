"""Prints the figures of a run as a table."""

from figures import failures
from plan import BREACH_SECONDS

SHOWN = 20  # --json has all
WHAT_WIDTH, FIGURE_WIDTH = 31, 66


def print_report(figures):
    _print("WHAT", "FIGURE", "VERDICT")
    for part in (_fleet, _charts, _takeovers, _limit, _herd, _costs):
        for what, figure, *verdict in part(figures):
            _print(what, figure, *verdict)
    wrong = failures(figures)
    print(f"\n{'FAIL: ' + '; '.join(wrong) if wrong else 'pass'}")
    for line in figures["charts"]["lost"][:SHOWN]:
        print(f"    lost: {line}")
    for line in figures["ends"]["error_lines"][:SHOWN]:
        print(f"    log: {line}")


def _print(what, figure, verdict=""):
    print(f"{what:<{WHAT_WIDTH}}{figure:<{FIGURE_WIDTH}}{verdict}".rstrip())


def _spread(values, form):
    return " / ".join(format(values[name], form) for name in ("min", "median", "max"))


def _fleet(figures):
    volumes, ends, pods = figures["volumes"], figures["ends"], figures["pods"]
    yield "volumes", ", ".join(f"{count} {name}" for name, count in volumes.items() if name not in ("pods", "watching"))
    yield "pods", f"{volumes['pods']}, of which {volumes['watching']} watch; {pods['starts']} starts"
    yield "ended, killed", f"{ends['ends']}, {ends['kills']} (in the middle of a sweep: {ends['kills_in_sweep']})"
    yield "wrong exit codes, error lines", f"{ends['failed_ends']}, {len(ends['error_lines'])}"


def _charts(figures):
    charts = figures["charts"]
    slowest = charts["slowest_write_seconds"] * 1000
    yield "charts written", f"{charts['written']:,}, also in {charts['bursts']} bursts; slowest {slowest:.0f} ms"
    yield "charts removed", ", ".join(f"{count:,} {reason}" for reason, count in sorted(charts["removed"].items()))
    lost = len(charts["lost"])
    yield "LOST CHARTS", f"{lost} (set aside by a kill, and put back: {charts['set_aside']})", _verdict(lost)


def _takeovers(figures):
    takeovers, faults = figures["takeovers"], figures["takeovers"]["faults"]
    yield "takeovers", f"{takeovers['count']}; time in intervals of {takeovers['interval_seconds']:.0f} s:"
    yield "  where charts are written", f"{_spread(takeovers['busy_intervals'], '.2f')} (min / median / max)"
    yield "  where nothing happens", _spread(takeovers["quiet_intervals"], ".2f")
    bound = f"two active pods, or none for {takeovers['bound_seconds']:.0f} s"
    yield "FAULTS OF ROLES", f"{len(faults)} ({bound})", _verdict(faults)


def _limit(figures):
    limit = figures["limit"]
    yield "samples above the limit", (f"{limit['above']:,} of {limit['samples']:,}; longest "
                                      f"{limit['longest_seconds']:.1f} s, at most {limit['max_excess_mb']:.1f} MB")
    yield "  with charts that may go", (f"longest {limit['longest_removable_seconds']:.1f} s, at most "
                                        f"{limit['max_removable_excess_mb']:.1f} MB")
    yield "limit breaches", f"{limit['breaches']} (longer than {BREACH_SECONDS} s with charts that may go)"


def _herd(figures):
    herd = figures["herd"]
    yield "first timed sweeps", f"{herd['pods']} pods, interval {herd['interval_seconds']:.0f} s; that start together:"
    for name, text in (("measured", "with the spread, measured"), ("computed_without", "without it, computed"),
                       ("at_once", "with it, computed *"), ("at_once_without", "without it, computed *")):
        row = herd[name]
        yield f"  {text}", (f"{row['densest']} within {herd['window_seconds']:.1f} s, all within "
                            f"{row['spread_seconds']:.1f} s")
    yield "", "* as if the sweeps at the start had all ended at the same moment"


def _costs(figures):
    pods, series = figures["pods"], figures["series"]
    for name, text in (("alone", "alone"), ("shared", "one of three")):
        yield f"CPU s, pod {text}", f"{_spread(pods[name]['cpu_seconds'], '.2f')} (min / median / max)"
        yield f"RSS MiB, pod {text}", (f"{_spread(pods[name]['resident_mib'], '.1f')}; peak "
                                       f"{_spread(pods[name]['peak_mib'], '.1f')}")
    yield "scrapes, without an answer", f"{pods['scrapes']:,}, {pods['failed_scrapes']}"
    yield "series a pod", f"{_spread(series['all'], '.0f')}; names a chart set: {series['naming_a_set']}"
    yield "  without those of requests", (f"{_spread(series['of_the_pod'], '.0f')}; at the first scrape "
                                          f"{_spread(series['first_of_the_pod'], '.0f')}")
    yield "simulator late by at most", f"{figures['simulator_late_seconds']:.2f} s"


def _verdict(faults):
    return "FAIL" if faults else "pass"
