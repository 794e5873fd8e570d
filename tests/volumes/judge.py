"""Judges the figures of a row by expectations.toml, and prints the row of the table."""

import pathlib
import signal
import tomllib

COLUMNS = ("volume", "removed", "fresh lost / written", "freed: reported / really", "a removed chart costs", "seconds",
           "now")


def load_expectations():
    with open(pathlib.Path(__file__).with_name("expectations.toml"), "rb") as file:
        return tomllib.load(file)


def expected_of(row, expectations):
    return {**expectations["default"], **expectations.get(row, {})}


def failures(figures, expected):
    """The failed expectations as short texts; empty if the row passes."""
    found = []

    def check(holds, text):
        if not holds:
            found.append(text)

    due, removed = figures.due, figures.removed
    check(removed >= expected["removed"] * due, f"removed {removed} of {due}")
    check(not figures.is_silent, "nothing removed, and exit 0 without a word")
    check(figures.exit_code >= 0 or figures.exit_code == -signal.SIGTERM, f"ended by signal {-figures.exit_code}")
    check(figures.lost * 1000 <= expected["lost_per_1000"] * max(figures.written, 1),
          f"lost {figures.lost} of {figures.written}")
    check(figures.failed_writes * 1000 <= expected["failed_per_1000"] * max(figures.written, 1),
          f"{figures.failed_writes} writes failed")
    check(not figures.strays, f"{figures.strays} files left behind")
    if figures.reported_bytes is not None:
        off = abs(figures.reported_bytes - figures.freed_bytes)
        check(off <= expected["freed_error"] * figures.freed_bytes,
              f"freed {figures.freed_bytes}, said {figures.reported_bytes}")
    check(figures.seconds <= expected["seconds"], f"{figures.seconds:.1f} s > {expected['seconds']}")
    for name, unit in (("calls", figures.call_word), ("moved_bytes", "bytes moved"), ("excess", "charts too many")):
        value = getattr(figures, name)
        if name in expected and value is not None:
            check(value <= expected[name], f"{round(value, 1):,} {unit} > {expected[name]}")
    return found


def heading():
    return f"| {' | '.join(COLUMNS)} |\n|{' --- |' * len(COLUMNS)}"


def row_of_table(row, figures, verdict):
    lost = f"{figures.lost} / {figures.written}" if figures.written else str(figures.lost)
    freed = "-" if figures.reported_bytes is None else f"{figures.reported_bytes:,} / {figures.freed_bytes:,}"
    calls = "-" if figures.calls is None else f"{figures.calls:.1f} {figures.call_word}"
    if figures.moved_bytes is not None:
        calls += f", {figures.moved_bytes / max(figures.removed, 1):,.0f} bytes moved"
    removed = f"{figures.removed} of {figures.due}" if figures.due else "-"
    return f"| {row} | {removed} | {lost} | {freed} | {calls} | {figures.seconds:.1f} | {verdict} |"


def row_without_figures(row, verdict):
    return f"| {row} |{' |' * (len(COLUMNS) - 2)} {verdict} |"
