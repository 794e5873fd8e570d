"""Measures one row: an undisturbed sweep, the calls for each removed chart, and a sweep during writes."""

import collections
import dataclasses
import pathlib
import random
import re
import tempfile
import time
from collections.abc import Callable

import reaper
from charts import Layout
from rewriter import Rewriter, write_into_place_or_by_rename

# A FUSE client reports a closed file to its server later, not at once.
SETTLE_SECONDS = 5

# The system calls that reach a volume; the rest are those of the process itself.
VOLUME_CALLS = ("%file,%desc", {"write", "writev", "read", "mmap", "munmap", "poll", "ppoll", "epoll_wait", "epoll_ctl",
                                "epoll_create1", "eventfd2", "timerfd_create", "timerfd_settime", "execve", "signalfd4",
                                "sendto", "recvfrom", "pipe2", "socket", "connect", "landlock_create_ruleset",
                                "landlock_add_rule", "landlock_restrict_self"})


@dataclasses.dataclass
class Volume:
    """A mounted volume, and access to the files below the mount."""

    program: pathlib.Path
    root: pathlib.Path  # where the program works
    store: object  # the charts as the server sees them: a DirectoryStore or one like it
    due_sets: int = 10  # of four charts each
    young_sets: int = 10
    count_calls: Callable[[], collections.Counter] | None = None  # all calls so far; None: system calls by strace
    call_word: str = "system calls"
    remount: Callable[[], None] | None = None  # gives each sweep empty client caches
    patience: float = 120.0
    grace_seconds: float = 1.0  # wait of the last charts, see docs/removal.md; most charts are done before
    writer_rounds: int = 1  # more if charts are few or removals short
    write: Callable[[int, str], None] | None = None  # how the writer writes; None: through the root
    writer_seconds: float | None = None  # None: each chart near its turn; else in any order within this time


@dataclasses.dataclass
class Measurement:
    """The figures of one row. None: not measured."""

    due: int = 0
    removed: int = 0
    written: int = 0
    lost: int = 0
    failed_writes: int = 0
    reported_bytes: int | None = None
    freed_bytes: int | None = None
    calls: float | None = None  # for a removed chart, beyond those of the scan
    call_word: str = "system calls"
    moved_bytes: int | None = None  # content carried over the network, beyond that of the scan
    scan_seconds: float = 0.0
    seconds: float = 0.0
    exit_code: int = 0
    said: bool = False  # an error line, or errors in the statistics
    strays: int = 0
    excess: int | None = None  # charts that were removed without need
    notes: list = dataclasses.field(default_factory=list)

    @property
    def is_silent(self):
        """Charts were due, none was removed, and neither exit code nor log says so."""
        return self.due > 0 and self.removed == 0 and self.exit_code == 0 and not self.said


def measure(volume):
    result = Measurement(call_word=volume.call_word)
    layout = Layout(volume.due_sets, volume.young_sets)
    result.due = len(layout.due)
    measure_undisturbed(volume, layout, result)
    if volume.count_calls is None:
        measure_system_calls(volume, layout, result)
    for number in range(volume.writer_rounds):
        measure_beside_writer(volume, layout, result, seed=number)
    return result


def measure_undisturbed(volume, layout, result):
    prepare(volume, layout)
    dry_run, scan = counted(volume, "--dry-run")
    result.scan_seconds = dry_run.seconds
    forget(volume)
    bytes_before = volume.store.used_bytes()
    swept, beyond_scan = counted(volume)
    note_sweep(swept, result)
    files = settled_files(volume.store, layout)
    result.removed = layout.removed(files)
    result.freed_bytes = bytes_before - volume.store.used_bytes()
    result.lost += layout.lost_young(files)
    result.strays = len(layout.strays(files))
    if result.strays:
        result.notes.append(f"left behind: {', '.join(layout.strays(files)[:3])}")
    beyond_scan.subtract(scan)
    if "moved bytes" in beyond_scan:
        result.moved_bytes = beyond_scan.pop("moved bytes")
    if volume.count_calls and result.removed:
        note_calls(beyond_scan, result)


def measure_system_calls(volume, layout, result):
    """A separate round, because strace slows the program down."""
    prepare(volume, layout)
    scan = traced_calls(volume)
    forget(volume)
    beyond_scan = traced_calls(volume, for_real=True)
    beyond_scan.subtract(scan)
    if layout.removed(volume.store.files()):
        note_calls(beyond_scan, result)


def measure_beside_writer(volume, layout, result, seed=0):
    prepare(volume, layout)
    paths, whole = layout.due, max(result.seconds - result.scan_seconds, 0.0)
    seconds = max(whole - volume.grace_seconds, whole / 2)
    if volume.writer_seconds is not None:
        paths, seconds = random.Random(seed).sample(layout.due, len(layout.due)), volume.writer_seconds
    write = volume.write or write_into_place_or_by_rename(volume.root)
    writer = Rewriter(paths, (result.scan_seconds, seconds), write, seed)
    writer.start()
    try:
        swept = sweep(volume)
    finally:
        writer.finish(volume.patience)
    files = settled_files(volume.store, layout)
    result.written += len(writer.written)
    result.failed_writes += len(writer.failures)
    lost = writer.lost(files)
    result.lost += len(lost) + layout.lost_young(files)
    if lost:
        what = {path: "old content" if path in files else "gone" for path in lost[:5]}
        result.notes.append(f"lost: {', '.join(f'{path} ({state})' for path, state in what.items())}")
    if writer.failures:
        result.notes.append(f"a write failed: {writer.failures[0]}")
    result.notes.append(f"beside the writer: {swept.stats.get('files_removed')} removed, "
                        f"left {swept.stats.get('skipped')}, {swept.seconds:.1f} s")
    if not swept.in_time:
        result.notes.append(f"the sweep beside the writer got SIGTERM after {volume.patience:.0f} s")


def prepare(volume, layout):
    layout.write(volume.store)
    forget(volume)


def forget(volume):
    """Empties the caches of the client. Then a scan costs most, and the client sees charts written below the mount."""
    if volume.remount is not None:
        volume.remount()


def sweep(volume, *arguments, **options):
    return reaper.sweep(volume.program, volume.root, *arguments, patience=volume.patience, **options)


def note_sweep(swept, result):
    result.seconds, result.exit_code = swept.seconds, swept.exit_code
    result.reported_bytes = swept.stats.get("bytes_freed")
    result.said = "Error during chart cleanup" in swept.log or swept.stats.get("errors", 0) > 0
    if not swept.in_time:
        result.notes.append("the sweep got SIGTERM")
    if error := re.search(r"^Error during chart cleanup: (.*)$", swept.log, re.MULTILINE):
        result.notes.append(error.group(1)[:150])


def note_calls(calls, result):
    total = sum(calls.values())
    result.calls = total / result.removed
    largest = sorted(calls.items(), key=lambda call: -call[1])[:5]
    most = ", ".join(f"{name} {count / result.removed:.1f}" for name, count in largest if count > 0)
    result.notes.append(f"{result.call_word} a removed chart: {most}")


def counted(volume, *arguments):
    """One sweep, and the calls during it, by name."""
    count = volume.count_calls or collections.Counter
    before = count()
    swept = sweep(volume, *arguments)
    calls = count()
    calls.subtract(before)
    return swept, calls


def traced_calls(volume, for_real=False):
    """The system calls that one sweep makes on its volume, by name."""
    group, others = VOLUME_CALLS
    with tempfile.NamedTemporaryFile(prefix="chart-reaper-calls-") as log:
        tracer = ("strace", "-f", "-qq", "-o", log.name, "-e", f"trace={group}", "-e", "signal=none")
        sweep(volume, *(() if for_real else ("--dry-run",)), tracer=tracer)
        with open(log.name, encoding="utf-8", errors="replace") as lines:
            names = [found.group(1) for line in lines if (found := re.match(r"\d+ +(\w+)\(", line))]
    return collections.Counter(name for name in names if name not in others)


def settled_files(store, layout):
    """The files below the mount, once the client has sent all changes to its server."""
    deadline = time.monotonic() + SETTLE_SECONDS
    while layout.strays(files := store.files()) and time.monotonic() < deadline:
        time.sleep(0.1)
    return files
