"""Mounts of a test's own, who may make them, and sweeps on them."""

import contextlib
import ctypes
import json
import os
import shutil
import subprocess
import unittest

from support import REAPER, ReaperTest, run

LIBC = ctypes.CDLL(None, use_errno=True)
CLONE_NEWNS = 0x00020000  # <linux/sched.h>

# The user and the group of the shipped container image: nobody in particular.
OTHER_USER = 65532
NOBODY = {"user": OTHER_USER, "group": OTHER_USER, "extra_groups": []}  # for subprocess

needs_root = unittest.skipUnless(os.geteuid() == 0, "needs root")


def needs_tools(*tools):
    """Skips a test on a machine without all of the tools."""
    missing = [tool for tool in tools if shutil.which(tool) is None]
    return unittest.skipIf(missing, f"not installed: {', '.join(missing)}")


def hide_mounts():
    """Gives this process a mount table of its own, so that whatever it mounts goes with it, however it ends.

    Skips the test where that is refused, as in most containers.
    """
    if os.geteuid() != 0:
        raise unittest.SkipTest("needs root, to mount")
    if LIBC.unshare(CLONE_NEWNS) != 0:
        raise unittest.SkipTest(f"no mount table of its own: {os.strerror(ctypes.get_errno())}")
    made = subprocess.run(["mount", "--make-rprivate", "/"], capture_output=True, text=True, check=False)
    if made.returncode != 0:
        raise unittest.SkipTest(f"mounts cannot be kept apart: {made.stderr.strip()}")


class OthersTest:
    """For test cases in which another user works, too; use it beside ReaperTest."""

    def let_others_in(self):
        """Skips the test where the other user cannot run the program."""
        self.directory.chmod(0o755)
        with contextlib.suppress(PermissionError):
            if os.access(REAPER, os.X_OK) and run("--version", **NOBODY).returncode == 0:
                return
        self.skipTest("another user may not run the program where it is")


class MountsTest:
    """For test cases that mount; use it beside ReaperTest."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        hide_mounts()

    def mount(self, *arguments):
        """mount(8); undone at the end of the test, also if somebody still uses it. The last argument is the place."""
        made = subprocess.run(["mount", *map(str, arguments)], capture_output=True, text=True, check=False)
        if made.returncode != 0:
            self.skipTest(f"mount {' '.join(map(str, arguments))}: {made.stderr.strip()}")
        self.addCleanup(self.unmount, arguments[-1])

    @staticmethod
    def unmount(place):
        with contextlib.suppress(OSError):
            subprocess.run(["umount", "--lazy", str(place)], capture_output=True, check=False)

    def mount_image(self, kind, mebibytes, *options):
        """A new file system of the kind in a file, mounted on the root."""
        image = self.directory / f"{kind}.img"
        with image.open("wb") as file:
            file.truncate(mebibytes * 1024 * 1024)
        subprocess.run([f"mkfs.{kind}", *options, str(image)], check=True, capture_output=True)
        self.mount("-o", "loop", image, self.root)


class VolumeTest(ReaperTest):
    """For test cases that look at what one sweep does to a volume."""

    as_user = {}  # who sweeps, as subprocess takes it

    def sweep(self, **settings):
        """(exit code, statistics, log) of one sweep."""
        result = run("sweep", "--json", environment={"CHART_OUTPUT_DIR": str(self.root), **settings}, **self.as_user)
        return result.returncode, json.loads(result.stdout)["stats"], result.stderr

    def sweep_well(self, **settings):
        """The statistics of a sweep that has to go without an error."""
        code, stats, log = self.sweep(**settings)
        self.assertEqual((code, stats["errors"]), (0, 0), log)
        return stats
