"""Volumes of our own odd_fs, each with one oddity."""

import collections
import functools
import os
import re
import select
import signal
import subprocess
import time

from charts import HOUR, OLD, DirectoryStore, Layout
from measure import Measurement, Volume, measure, settled_files
from rewriter import write_into_place, write_into_place_or_by_rename
from workspace import PROGRAM, Workspace, build_odd_fs, wait_until

# The program must report a hanging volume within this time. Once its calls end, the program must end within it, too.
END_SECONDS = 5


def mount_odd_fs(workspace, *oddities):
    """A new volume: its root, the directory below, and the mount."""
    program = build_odd_fs()
    root, below = workspace.directory("charts"), workspace.directory("below")
    return root, below, workspace.mount_by(program, below, *oddities, root, "-f", root=root)


def counted_calls(root):
    """The calls of the file system so far. No caller waits for the release of a file, so it does not count."""
    text = os.getxattr(root, "user.calls").decode()
    counts = dict(re.findall(r"(\w+)=(\d+)", text))
    return collections.Counter({name: int(count) for name, count in counts.items() if name != "release"})


def odd(*oddities, renames=True, other_client=False, writer_rounds=3):
    """`other_client`: the writer works below, unseen by the kernel that serves the program."""
    with Workspace() as workspace:
        root, below, mount = mount_odd_fs(workspace, *oddities)
        writer = write_into_place_or_by_rename if renames else write_into_place
        write = writer(below if other_client else root)
        return measure(Volume(PROGRAM, root, DirectoryStore(below), call_word="FUSE calls",
                              count_calls=lambda: counted_calls(root), remount=mount.again, write=write,
                              writer_rounds=writer_rounds))


def hanging():
    """A volume that never answers an unlink. On SIGTERM the program says so in time and removes nothing. The kernel
    keeps it until the call ends, because the FUSE program has accepted the call."""
    with Workspace() as workspace:
        root, below, mount = mount_odd_fs(workspace, "--hang=unlink")
        layout = Layout(2, 2)
        layout.write(DirectoryStore(below))
        process = workspace.start(PROGRAM, "sweep", stderr=subprocess.PIPE, text=True,
                                  env={"CHART_OUTPUT_DIR": str(root), "CHART_MAX_AGE_HOURS": "24"})
        wait_until(lambda: counted_calls(root)["unlink"] > 0, "the sweep calls unlink")
        began = time.monotonic()
        process.send_signal(signal.SIGTERM)
        wait_for_line(process, "the volume does not answer", END_SECONDS)
        result = Measurement(due=len(layout.due), said=True)
        mount.server.kill()  # which ends every call on the volume
        process.wait(END_SECONDS)
        result.seconds = time.monotonic() - began
        result.exit_code = process.returncode
        files = DirectoryStore(below).files()  # a chart that is left in quarantine is put back by the next start
        result.removed = layout.removed(files)
        result.lost = layout.lost_young(files)
        return result


def still_directories():
    """Another machine writes charts, but no directory time changes: the daemon must remove them nevertheless."""
    with Workspace() as workspace:
        root, below, _ = mount_odd_fs(workspace, "--still-directories")
        store, layout = DirectoryStore(below), Layout(10, 10)
        for path in layout.young + layout.due:  # so that only the files are new later
            store.write(path, OLD, time.time() - HOUR)
        daemon = workspace.start(PROGRAM, stderr=subprocess.PIPE, text=True, env={
            "CHART_OUTPUT_DIR": str(root), "CHART_MAX_AGE_HOURS": "24", "CHART_LISTEN": "127.0.0.1:0",
            "CHART_CLEANUP_INTERVAL_MINUTES": "0.05"})
        wait_for_line(daemon, "Chart cleanup completed")
        layout.write(store)
        began = time.monotonic()
        result = Measurement(due=len(layout.due))
        try:
            wait_until(lambda: not store.files().keys() & set(layout.due), "the daemon removes the new charts", 30)
        except AssertionError as error:
            result.notes.append(str(error))
        result.seconds = time.monotonic() - began
        files = settled_files(store, layout)
        result.removed = layout.removed(files)
        result.lost = layout.lost_young(files)
        result.strays = len(layout.strays(files))
        result.said = True  # this row does not check the daemon's messages
        return result


def wait_for_line(process, text, seconds=30):
    def next_line_has_it():
        ready, _, _ = select.select([process.stderr], [], [], 1)
        return bool(ready) and text in process.stderr.readline()

    wait_until(next_line_has_it, f"the program says {text!r}", seconds)


ROWS = {
    "odd-plain": odd,
    "odd-2ms": functools.partial(odd, "--delay-ms=2", writer_rounds=12),  # a writer can meet the gaps between calls
    "odd-2ms-other-client": functools.partial(odd, "--delay-ms=2", other_client=True, writer_rounds=12),
    "odd-path-inodes": functools.partial(odd, "--path-inodes"),
    "odd-no-link": functools.partial(odd, "--fail=link:ENOSYS"),
    "odd-no-rename": functools.partial(odd, "--fail=link:ENOSYS", "--fail=rename:ENOSYS", renames=False),
    "odd-no-flock": functools.partial(odd, "--fail=flock:ENOSYS"),
    "odd-no-statfs": functools.partial(odd, "--fail=statfs:ENOSYS"),
    "odd-no-unlink": functools.partial(odd, "--fail=unlink:EIO"),
    "odd-hang": hanging,
    "odd-still-directories": still_directories,
}
