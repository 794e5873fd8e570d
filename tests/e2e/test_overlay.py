"""A chart directory on overlayfs, in a container's own layers: which writers a lease detects there, and which not."""

import ctypes
import mmap
import os
import unittest

from volumes import LIBC, MountsTest, VolumeTest

LIBC.mmap.restype = ctypes.c_void_p
LIBC.mmap.argtypes = (ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int, ctypes.c_int, ctypes.c_int, ctypes.c_long)
LIBC.munmap.argtypes = (ctypes.c_void_p, ctypes.c_size_t)
MAP_FAILED = ctypes.c_void_p(-1).value
SIZE = 4096


class Overlay(MountsTest, VolumeTest):
    def setUp(self):
        super().setUp()
        self.layers = self.directory / "layers"
        self.layers.mkdir()
        self.mount("-t", "tmpfs", "tmpfs", self.layers)
        for name in ("lower", "upper", "work"):
            (self.layers / name).mkdir()

    def mount_overlay(self):
        options = ",".join(f"{name}dir={self.layers / name}" for name in ("lower", "upper", "work"))
        self.mount("-t", "overlay", "-o", options, "overlay", self.root)

    def map_for_writing(self, path):
        """Maps an expired chart like a writer; returns its descriptor, which the mapping does not need."""
        descriptor = os.open(path, os.O_RDWR)
        # Python's mmap would keep its own descriptor open.
        address = LIBC.mmap(None, SIZE, mmap.PROT_READ | mmap.PROT_WRITE, mmap.MAP_SHARED, descriptor, 0)
        self.assertNotEqual(address, MAP_FAILED)
        self.addCleanup(LIBC.munmap, address, SIZE)
        os.utime(path, (1e9, 1e9))
        return descriptor

    def test_charts_of_every_layer_are_swept(self):
        lower = self.layers / "lower/A_1d/lower.png"
        lower.parent.mkdir()
        lower.write_bytes(b"of the image")
        os.utime(lower, (1e9, 1e9))
        self.mount_overlay()
        self.chart("A_1d/upper.png", 48)
        self.chart("A_1d/new.png", 1)
        self.assertEqual(self.sweep_well()["files_removed"], 2)
        self.assertEqual(self.charts(), ["A_1d/new.png"])
        self.assertEqual(lower.read_bytes(), b"of the image")  # only hidden: the lower layer never changes

    def test_a_chart_open_and_mapped_for_writing_stays(self):
        self.mount_overlay()
        descriptor = self.map_for_writing(self.chart("A_1d/mapped.png", size=SIZE))
        stats = self.sweep_well()
        self.assertEqual((stats["files_removed"], stats["skipped"]["busy"]), (0, 1))
        os.close(descriptor)

    def test_a_mapping_alone_is_detected_on_the_lower_volume_but_not_on_overlayfs(self):
        """The exception in docs/removal.md. If this test fails, remove the exception there."""
        for through_overlay, outcome in ((False, (0, 1)), (True, (1, 0))):
            with self.subTest(through_overlay=through_overlay):
                if through_overlay:
                    self.mount_overlay()
                else:
                    self.mount("--bind", self.layers / "upper", self.root)
                path = self.chart("A_1d/mapped.png", size=SIZE)
                os.close(self.map_for_writing(path))
                stats = self.sweep_well()
                self.assertEqual((stats["files_removed"], stats["skipped"]["busy"]), outcome)
                path.unlink(missing_ok=True)
                self.unmount(self.root)


if __name__ == "__main__":
    unittest.main(verbosity=2)  # prints the reasons of skipped tests
