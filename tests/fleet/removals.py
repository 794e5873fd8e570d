"""Judges the removals in the audit files of one volume: which of them do the settings not explain."""

import dataclasses
import datetime
import json

MILLISECOND_NS = 1_000_000
# The audit file has times and ages in whole milliseconds.
ROUNDING_NS = 2 * MILLISECOND_NS


@dataclasses.dataclass(frozen=True)
class Removal:
    """A line of an audit file."""

    at_ns: int  # a moment after the removal
    path: str
    reason: str
    modified_ns: int  # the modification time of the chart, within ROUNDING_NS


@dataclasses.dataclass(frozen=True)
class Rules:
    """The settings that explain removals."""

    min_age_ns: int
    max_age_ns: int
    limit_bytes: int


def parse_removals(text):
    """Returns the removals of an audit file. Skips a last line that a killed pod did not finish."""
    removals = []
    for line in text.splitlines():
        try:
            fields = json.loads(line)
        except ValueError:
            continue
        # The age is the one at the start of the sweep. The removal comes later.
        modified_ns = time_ns(fields["sweep"]) - round(fields["age_seconds"] * 1e9)
        at_ns = time_ns(fields["time"]) + MILLISECOND_NS
        removals.append(Removal(at_ns, fields["path"], fields["reason"], modified_ns))
    return removals


def time_ns(text):
    """Returns the nanoseconds since 1970 of a time in RFC 3339, UTC."""
    moment = datetime.datetime.fromisoformat(text.replace("Z", "+00:00"))
    return round(moment.timestamp() * 1000) * MILLISECOND_NS


def unexplained(rules, writes, removals):
    """Replays the writes and removals of a volume; returns a line for each removal that the settings do not explain.

    The total can only be too high: a removal counts after its time, and one that a kill hid from the audit file does
    not count. So no right removal is called wrong.
    """
    present, total, wrong = {}, 0, []
    events = sorted([*writes, *removals], key=lambda event: event.at_ns)
    for event in events:
        known = present.get(event.path)
        if not isinstance(event, Removal):
            total += event.size - (known.size if known else 0)
            present[event.path] = event
            continue
        # If the chart was written again after the removal, but before the line in the audit file, it is still there.
        is_known = known is not None and known.modified_ns <= event.modified_ns + ROUNDING_NS
        if why := _fault(rules, event, total):
            wrong.append(f"{event.path}: {why}")
        if is_known:
            total -= known.size
            del present[event.path]
    return wrong


def _fault(rules, removal, total):
    """Returns the reason why a removal was wrong, or an empty text."""
    age_ns = removal.at_ns - removal.modified_ns
    if removal.reason not in ("expired", "over_limit"):
        return f"removed as {removal.reason}"
    if age_ns + ROUNDING_NS < (rules.max_age_ns if removal.reason == "expired" else rules.min_age_ns):
        return f"{removal.reason} at an age of {age_ns / 1e9:.3f} s"
    if removal.reason == "over_limit" and total <= rules.limit_bytes:
        return f"over_limit at a total of {total} bytes"
    return ""
