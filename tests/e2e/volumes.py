"""Mounts for tests, a check for the right to make them, and sweeps on them."""

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

# The unprivileged user and group of the shipped container image.
OTHER_USER = 65532
NOBODY = {"user": OTHER_USER, "group": OTHER_USER, "extra_groups": []}  # for subprocess

needs_root = unittest.skipUnless(os.geteuid() == 0, "needs root")


def needs_tools(*tools):
    """Skips a test if the machine lacks one of the tools."""
    missing = [tool for tool in tools if shutil.which(tool) is None]
    return unittest.skipIf(missing, f"not installed: {', '.join(missing)}")


def hide_mounts():
    """Gives this process its own mount namespace, so that its mounts end with it.

    Skips the test if that is refused, as in most containers.
    """
    if os.geteuid() != 0:
        raise unittest.SkipTest("needs root to mount")
    if LIBC.unshare(CLONE_NEWNS) != 0:
        raise unittest.SkipTest(f"cannot create a mount namespace: {os.strerror(ctypes.get_errno())}")
    made = subprocess.run(["mount", "--make-rprivate", "/"], capture_output=True, text=True, check=False)
    if made.returncode != 0:
        raise unittest.SkipTest(f"cannot make mounts private: {made.stderr.strip()}")


def become_other_user():
    """Drops all rights of root; for `preexec`."""
    os.setgroups([])
    os.setgid(OTHER_USER)
    os.setuid(OTHER_USER)


class OthersTest:
    """For test cases with a second user; use it beside ReaperTest."""

    def let_others_in(self):
        """Skips the test if the other user cannot run the program."""
        self.directory.chmod(0o755)
        with contextlib.suppress(PermissionError):
            if os.access(REAPER, os.X_OK) and run("--version", **NOBODY).returncode == 0:
                return
        self.skipTest("the other user cannot run the program")


class MountsTest:
    """For test cases that mount; use it beside ReaperTest."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        hide_mounts()

    def mount(self, *arguments):
        """Calls mount(8), and unmounts at the end of the test even if the mount is in use. The last argument is the
        mount point."""
        made = subprocess.run(["mount", *map(str, arguments)], capture_output=True, text=True, check=False)
        if made.returncode != 0:
            self.skipTest(f"mount {' '.join(map(str, arguments))}: {made.stderr.strip()}")
        self.addCleanup(self.unmount, arguments[-1])

    @staticmethod
    def unmount(place):
        with contextlib.suppress(OSError):
            subprocess.run(["umount", "--lazy", str(place)], capture_output=True, check=False)

    def mount_image(self, kind, mebibytes, *options):
        """Makes a file system of the kind in an image file and mounts it on the root."""
        image = self.directory / f"{kind}.img"
        with image.open("wb") as file:
            file.truncate(mebibytes * 1024 * 1024)
        subprocess.run([f"mkfs.{kind}", *options, str(image)], check=True, capture_output=True)
        self.mount("-o", "loop", image, self.root)


class VolumeTest(ReaperTest):
    """For test cases about the effect of one sweep on a volume."""

    as_user = {}  # the sweeping user, as arguments of subprocess

    def sweep(self, **settings):
        """Runs one sweep; returns (exit code, statistics, log)."""
        result = run("sweep", "--json", environment={"CHART_OUTPUT_DIR": str(self.root), **settings}, **self.as_user)
        return result.returncode, json.loads(result.stdout)["stats"], result.stderr

    def sweep_well(self, **settings):
        """Runs a sweep that must succeed without errors; returns its statistics."""
        code, stats, log = self.sweep(**settings)
        self.assertEqual((code, stats["errors"]), (0, 0), log)
        return stats
