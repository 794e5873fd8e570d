"""Volumes that are full, for all users or for one. Removal must work there, although a rename may fail."""

import contextlib
import errno
import os
import re
import shutil
import subprocess
import time
import unittest

from support import HOUR, PATIENCE, ReaperTest
from volumes import NOBODY, OTHER_USER, MountsTest, OthersTest, VolumeTest, needs_tools

MEBIBYTE = 1024 * 1024
LONG_AGO = 1e9


class FullVolumeTest(MountsTest, VolumeTest):
    FRESH = ("S0_1d/fresh.png", "S6_1d/fresh.png")

    def fill(self, name_of, sizes=(300_000, 4096, 0), charts=60_000):
        """Writes fresh charts, then expired ones of smaller and smaller sizes until not even an empty one fits;
        returns the errno of the last failure."""
        for name in self.FRESH:
            self.chart(name).write_bytes(b"fresh")
        number, refusal = 0, 0
        for size in sizes:
            while number < charts:
                try:
                    self.chart(name_of(number), 48, size)
                except OSError as error:
                    refusal = error.errno
                    break
                number += 1
        # A chart that was cut short did not get its old time; on some volumes there is no room to set it now.
        for path in self.root.rglob("*.png"):
            if path.name != "fresh.png" and time.time() - path.stat().st_mtime < HOUR:
                try:
                    os.utime(path, (LONG_AGO, LONG_AGO))
                except OSError:
                    path.unlink()
        return refusal

    @staticmethod
    def varied(number):
        """Returns names of different lengths in many sets, so that only some directories have room for a longer name."""
        return f"S{number % 7}_1d/{'n' * (number % 50)}{number}.png"

    @staticmethod
    def long(number):
        """Returns names almost as long as quarantine allows."""
        return f"S{number % 7}_1d/{number:06}{'n' * 200}.png"

    def sweep_all_but_fresh(self):
        """Sweeps, and checks that all expired charts and nothing else were removed; returns how many were not
        quarantined first."""
        code, stats, log = self.sweep()
        self.assertEqual((code, stats["errors"]), (0, 0), log)
        self.assertGreater(stats["files_removed"], 0)
        self.assertEqual(stats["files_removed"], stats["charts_seen"] - len(self.FRESH))
        self.assertEqual([name for name in self.charts() if name.endswith((".png", "~"))], sorted(self.FRESH))
        for name in self.FRESH:
            self.assertEqual((self.root / name).read_bytes(), b"fresh")
        not_quarantined = re.search(r"not_set_aside=(\d+)", log)
        return int(not_quarantined.group(1)) if not_quarantined else 0


class FullVolumes(FullVolumeTest):
    def check_that_space_comes_free(self, **fill):
        self.assertEqual(self.fill(**{"name_of": self.varied, **fill}), errno.ENOSPC)
        free_before = shutil.disk_usage(self.root).free
        not_quarantined = self.sweep_all_but_fresh()
        os.sync()
        self.assertGreater(shutil.disk_usage(self.root).free, free_before + 20 * MEBIBYTE)
        return not_quarantined

    @needs_tools("mkfs.ext4")
    def test_a_full_ext4(self):
        self.mount_image("ext4", 48, "-q", "-m", "0", "-N", "2000")
        self.check_that_space_comes_free()

    @needs_tools("mkfs.ext4")
    def test_an_ext4_without_a_block_for_a_directory(self):
        """A longer name needs another block if the blocks of its directory are full: then the rename itself fails."""
        self.mount_image("ext4", 16, "-q", "-m", "0", "-b", "1024", "-N", "4000")
        self.fill(self.varied, sizes=(0,), charts=2000)
        ballast = self.root / "ballast"
        with ballast.open("wb", buffering=0) as file, self.assertRaises(OSError):
            while file.write(bytes(1024)):
                pass
        self.assertGreater(self.sweep_all_but_fresh(), 0)
        # Directories keep their blocks, but now have room for new names.
        for number in range(500):
            self.chart(self.varied(number), size=0)
        ballast.unlink()
        self.fill(self.varied)
        self.sweep_all_but_fresh()
        self.chart("S0_1d/next.png", size=5 * MEBIBYTE)

    @needs_tools("mkfs.btrfs")
    def test_a_full_btrfs(self):
        """On btrfs each name costs metadata, so on a full volume every rename fails until there is room."""
        self.mount_image("btrfs", 64, "-q", "--mixed")
        self.assertGreater(self.check_that_space_comes_free(name_of=self.long), 0)

    def test_a_full_tmpfs(self):
        self.mount("-t", "tmpfs", "-o", "size=32M,nr_inodes=2000", "tmpfs", self.root)
        self.check_that_space_comes_free()


class Quotas(OthersTest, FullVolumeTest):
    """A user over quota may write nothing, not even a longer name, but may remove files."""

    def check_that_room_is_made(self, writing=contextlib.nullcontext):
        with writing():
            self.assertEqual(self.fill(self.long), errno.EDQUOT)
            with self.assertRaises(OSError) as refused:
                self.chart("S0_1d/next.png", size=MEBIBYTE)
            self.assertEqual(refused.exception.errno, errno.EDQUOT)
            (self.root / "S0_1d/next.png").unlink(missing_ok=True)
        not_quarantined = self.sweep_all_but_fresh()
        os.sync()
        with writing():
            self.chart("S0_1d/next.png", size=MEBIBYTE)
        return not_quarantined

    @needs_tools("mkfs.btrfs", "btrfs")
    def test_a_subvolume_over_its_quota(self):
        self.mount_image("btrfs", 128, "-q", "--mixed")
        for command in (("quota", "enable", self.root), ("qgroup", "limit", "16M", "0/5", self.root)):
            done = subprocess.run(["btrfs", *map(str, command)], capture_output=True, text=True, check=False)
            if done.returncode != 0:
                self.skipTest(f"btrfs {command[0]}: {done.stderr.strip()}")
        self.assertGreater(self.check_that_room_is_made(), 0)

    def test_a_user_over_his_quota(self):
        self.let_others_in()
        # Needs Linux 6.6 with CONFIG_TMPFS_QUOTA. User quotas do not apply to root, so another user writes and sweeps.
        self.mount("-t", "tmpfs", "-o", f"mode=755,uid={OTHER_USER},usrquota,usrquota_block_hardlimit=16M", "tmpfs",
                   self.root)
        self.as_user = NOBODY
        self.check_that_room_is_made(self.acting_as_other_user)

    @staticmethod
    @contextlib.contextmanager
    def acting_as_other_user():
        os.setegid(OTHER_USER)
        os.seteuid(OTHER_USER)
        try:
            yield
        finally:
            os.seteuid(0)
            os.setegid(0)


class NearlyFull(MountsTest, ReaperTest):
    """The daemon keeps a volume writable that other programs fill as well."""

    def mount_nearly_full(self, charts=60, leaves=500_000, age_hours=1.0):
        """Mounts 8 MiB with charts of 100 KB, and fills it up to `leaves` bytes."""
        self.mount("-t", "tmpfs", "-o", "size=8M", "tmpfs", self.root)
        for number in range(charts):
            self.chart(f"S{number // 4}_1d/{number}.png", age_hours + (charts - number) / HOUR, 100_000)
        ballast = shutil.disk_usage(self.root).free - leaves
        (self.root / "ballast").write_bytes(bytes(ballast))

    @staticmethod
    def metric(daemon, name):
        for line in daemon.request("GET", "/metrics")[2].splitlines():
            if line.startswith(f"chart_reaper_{name} "):
                return float(line.rsplit(" ", 1)[1])
        raise AssertionError(f"no metric {name}")

    def removed_for_space(self, daemon):
        return self.metric(daemon, 'removed_charts_total{reason="disk_pressure"}')

    def test_removals_that_do_not_help(self):
        """A reader keeps the removed charts open: their blocks are freed when it closes them."""
        self.mount_nearly_full()
        readers = [path.open("rb") for path in self.root.rglob("*.png")]
        for reader in readers:
            self.addCleanup(reader.close)
        daemon = self.start()
        daemon.wait_for("Removing charts does not free space on the volume")
        self.assertEqual(self.removed_for_space(daemon), 4)
        self.assertEqual(daemon.json("GET", "/charts/sweeps")[1]["paused"], ["no_gain"])
        self.assertEqual(self.metric(daemon, 'paused{why="no_gain"}'), 1)
        self.assertIsNotNone(daemon.json("GET", "/charts/storage/stats")[1]["stats"]["no_gain_until"])
        oldest = min(self.root.rglob("*.png"), key=lambda path: path.stat().st_mtime).relative_to(self.root)
        explained = daemon.json("GET", f"/charts/explain?path={oldest}")[1]
        self.assertEqual((explained["rule"], explained["action"]), ("no_gain", "keep"), explained)
        # A requested sweep tries again without success, so free-space sweeps stay paused.
        self.assertEqual(daemon.json("POST", "/charts/cleanup")[1]["stats"]["files_removed"], 4)
        self.assertEqual(daemon.json("GET", "/charts/sweeps")[1]["paused"], ["no_gain"])
        for reader in readers:
            reader.close()
        deadline = time.monotonic() + PATIENCE
        while daemon.json("GET", "/charts/sweeps")[1]["paused"]:
            self.assertLess(time.monotonic(), deadline)
            daemon.json("GET", "/charts/storage/stats")
        daemon.wait_for("Charts are removed for free space again")
        self.assertGreaterEqual(self.removed_for_space(daemon), 8)

    @needs_tools("bindfs", "fusermount")
    def test_a_volume_that_renames_open_files_instead_of_removing_them(self):
        """FUSE renames an open chart to `.fuse_hidden` instead of removing it: then nothing counts as freed."""
        self.mount_nearly_full(leaves=50_000)
        mirror = self.directory / "mirror"
        mirror.mkdir()
        self.assertEqual(subprocess.run(["bindfs", self.root, mirror], check=False).returncode, 0)
        self.addCleanup(self.unmount, mirror)
        daemon = self.start(environment={"CHART_OUTPUT_DIR": str(mirror)})
        # The volume lacks the space of 17 charts.
        self.assertLessEqual(self.removed_for_space(daemon), 17)
        self.assertGreater(self.removed_for_space(daemon), 5)

    def test_a_small_volume_has_room_for_the_next_analysis(self):
        self.mount("-t", "tmpfs", "-o", "size=16M", "tmpfs", self.root)
        self.start({"ENVIRONMENT": "production", "CHART_MIN_AGE_SECONDS": "1"})
        refused_late, began = 0, time.monotonic()
        for analysis in range(14):
            for number in range(4):
                try:
                    self.chart(f"S{analysis}_1d/{number}.png", size=700_000)
                except OSError:
                    refused_late += time.monotonic() - began > 3
            time.sleep(max(0.0, began + (analysis + 1) / 2 - time.monotonic()))  # at the speed of the service
        self.assertEqual(refused_late, 0)

    def test_a_volume_without_free_inodes(self):
        self.mount("-t", "tmpfs", "-o", "size=8M,nr_inodes=200", "tmpfs", self.root)
        for number in range(100):
            self.chart(f"S{number % 4}_1d/{number}.png", 1.0, 100)
        with self.assertRaises(OSError):
            for number in range(200):
                (self.root / f"note{number}").touch()
        daemon = self.start()
        self.assertEqual(self.removed_for_space(daemon), 4)
        self.assertEqual(self.metric(daemon, "volume_free_inodes"), 4)
        self.assertEqual(daemon.json("GET", "/charts/storage/stats")[1]["stats"]["volume_free_inodes"], 4)
        self.chart("S0_1d/next.png")

    def test_a_volume_that_fills_up_within_the_minimum_age(self):
        self.mount_nearly_full(age_hours=0)
        daemon = self.start({"CHART_MIN_AGE_SECONDS": "600"})
        daemon.wait_for("The volume is nearly full and all charts are younger than CHART_MIN_AGE_SECONDS")
        self.assertEqual(self.removed_for_space(daemon), 0)


if __name__ == "__main__":
    unittest.main(verbosity=2)  # prints the reasons of skipped tests
