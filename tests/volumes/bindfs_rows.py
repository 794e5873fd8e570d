"""A directory mounted again by bindfs."""

import os
import time

import reaper
from charts import DirectoryStore
from measure import Measurement, Volume, measure
from workspace import PROGRAM, Workspace, need_packages

MEBIBYTE = 1024 * 1024
CHART_BYTES = 65536

# The program keeps 2 % of a small volume free, so it must free half of that.
VOLUME_BYTES, MIN_FREE_PERCENT, FULL_PERCENT = 64 * MEBIBYTE, 2, 99


def mount_bindfs(workspace, below):
    need_packages("bindfs", "fuse3")
    root = workspace.directory("charts")
    return root, workspace.mount_by("bindfs", "-f", below, root, root=root)


def ordinary():
    need_packages("strace")
    with Workspace() as workspace:
        below = workspace.directory("below")
        root, mount = mount_bindfs(workspace, below)
        return measure(Volume(PROGRAM, root, DirectoryStore(below), remount=mount.again, writer_rounds=3))


def full():
    """99 % full of charts that are not old: the program removes just enough of the oldest for the free space."""
    with Workspace() as workspace:
        below = workspace.directory("below")
        workspace.mount("-t", "tmpfs", "-o", f"size={VOLUME_BYTES}", "tmpfs", below)
        store = DirectoryStore(below)
        number = 0
        while used_percent(below) < FULL_PERCENT:
            store.write(f"SYM{number // 4}_1day/{number % 4}.png", b"f" * CHART_BYTES, time.time() - 3600 + number)
            number += 1
        wanted = VOLUME_BYTES * MIN_FREE_PERCENT // 100 - free_bytes(below)
        free_before = free_bytes(below)
        root, _ = mount_bindfs(workspace, below)
        swept = reaper.sweep(PROGRAM, root)
        result = Measurement(due=-(-wanted // CHART_BYTES), seconds=swept.seconds, exit_code=swept.exit_code)
        result.removed = number - len(store.files())
        result.excess = max(0, result.removed - result.due)
        result.reported_bytes = swept.stats.get("bytes_freed")
        result.freed_bytes = free_bytes(below) - free_before
        result.said = "Error during chart cleanup" in swept.log
        result.notes.append(f"{number} fresh charts; {result.removed} went, {result.due} had to")
        return result


def free_bytes(directory):
    figures = os.statvfs(directory)
    return figures.f_bavail * figures.f_frsize


def used_percent(directory):
    return 100 * (1 - free_bytes(directory) / VOLUME_BYTES)


ROWS = {"bindfs": ordinary, "bindfs-full": full}
