"""Mounts of a test's own, and who may make them."""

import contextlib
import ctypes
import os
import shutil
import subprocess
import unittest

LIBC = ctypes.CDLL(None, use_errno=True)
CLONE_NEWNS = 0x00020000  # <linux/sched.h>

# The user and the group of the shipped container image: nobody in particular.
OTHER_USER = 65532

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
