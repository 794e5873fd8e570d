"""Volumes as on real machines: mounts inside the root, read-only, missing, with odd times and sizes."""

import contextlib
import json
import os
import resource
import socket
import stat
import subprocess
import time
import unittest

from sanitizers import SANITIZED
from support import HOUR, run, wait_until
from volumes import MountsTest, VolumeTest

CANNOT_USE_ROOT = 74
MEBIBYTE = 1024 * 1024


class MountsInside(MountsTest, VolumeTest):
    """The daemon leaves everything mounted below the root alone."""

    def setUp(self):
        super().setUp()
        self.elsewhere = self.directory / "elsewhere"
        self.elsewhere.mkdir()
        self.victim = self.elsewhere / "victim.png"
        self.victim.write_bytes(b"precious")
        os.utime(self.victim, (0, 0))
        self.chart("A_1d/old.png", 48)

    def test_a_mounted_set_is_not_entered(self):
        (self.root / "B_1d").mkdir()
        self.mount("--bind", self.elsewhere, self.root / "B_1d")
        self.assertEqual(self.sweep_well()["files_removed"], 1)
        self.assertEqual(self.victim.read_bytes(), b"precious")
        daemon = self.start()
        self.assertEqual(daemon.request("DELETE", "/charts/B/1d")[0], 404)
        self.assertEqual(daemon.json("DELETE", "/charts/all")[1]["stats"]["files_removed"], 0)
        self.assertEqual(self.victim.read_bytes(), b"precious")

    def test_a_mounted_chart_stays(self):
        place = self.chart("A_1d/mounted.png", 48)
        self.mount("--bind", self.victim, place)
        for _ in range(2):
            self.sweep_well()
            self.assertEqual(self.charts(), ["A_1d/mounted.png"])
        self.assertEqual(self.start().json("DELETE", "/charts/A/1d")[0], 404)
        self.assertEqual(self.victim.read_bytes(), b"precious")
        self.assertEqual(self.victim.stat().st_nlink, 1)

    def test_a_root_mounted_inside_itself_is_swept_once(self):
        self.chart("A_1d/new.png", 1, size=500)
        (self.root / "loop_1d").mkdir()
        self.mount("--bind", self.root, self.root / "loop_1d")
        stats = self.sweep_well()
        self.assertEqual((stats["charts_seen"], stats["files_removed"]), (2, 1))
        self.assertEqual(self.sweep_well()["charts_seen"], 1)

    def test_a_mount_over_a_known_set_is_not_entered(self):
        daemon = self.start()
        self.chart("A_1d/new.png", 1)
        self.assertEqual(daemon.json("POST", "/charts/cleanup")[1]["stats"]["charts_seen"], 1)
        self.mount("--bind", self.elsewhere, self.root / "A_1d")
        self.assertEqual(daemon.json("POST", "/charts/cleanup")[1]["stats"]["charts_seen"], 0)
        self.assertEqual(self.victim.read_bytes(), b"precious")


class VolumesThatChange(MountsTest, VolumeTest):
    def setUp(self):
        super().setUp()
        self.mount("-t", "tmpfs", "tmpfs", self.root)

    def test_a_read_only_volume_is_tried_again(self):
        for number in range(50):
            self.chart(f"A_1d/{number}.png", 48)
        subprocess.run(["mount", "-o", "remount,ro", self.root], check=True)
        code, stats, log = self.sweep()
        self.assertEqual((code, stats["files_removed"]), (CANNOT_USE_ROOT, 0))
        self.assertEqual(stats["errors"] + stats["skipped"]["not_tried"], 50)
        self.assertEqual(log.count("Error during chart cleanup: error=\"renameat2"), 1, log)
        self.assertEqual(len(self.charts()), 50)
        subprocess.run(["mount", "-o", "remount,rw", self.root], check=True)
        self.assertEqual(self.sweep_well()["files_removed"], 50)

    def test_an_unmounted_root_is_noticed_in_one_sweep(self):
        beside = self.directory / "beside"
        beside.mkdir()
        self.mount("--bind", self.root, beside)
        daemon = self.start()
        (beside / "A_1d").mkdir()
        (beside / "A_1d/old.png").write_bytes(b"x")
        os.utime(beside / "A_1d/old.png", (1e9, 1e9))

        subprocess.run(["umount", "--lazy", self.root], check=True)
        self.chart("B_1d/under.png", 48)
        stats = daemon.json("POST", "/charts/cleanup")[1]["stats"]
        daemon.wait_for("Chart directory was replaced")
        self.assertEqual(stats["files_removed"], 1)
        self.assertEqual(self.charts(), [])
        self.assertEqual([path.name for path in beside.rglob("*.png")], ["old.png"])

        self.mount("--bind", beside, self.root)
        self.assertEqual(daemon.json("POST", "/charts/cleanup")[1]["stats"]["files_removed"], 1)
        self.assertEqual(daemon.stop()[0], 0)

    def test_a_daemon_with_a_lost_root_is_not_ready_and_recovers_by_itself(self):
        self.chart("A_1d/x.png", 1)
        daemon = self.start()
        subprocess.run(["umount", "--lazy", self.root], check=True)
        self.root.rmdir()
        self.assertEqual(daemon.request("POST", "/charts/cleanup")[0], 503)
        self.assertEqual(daemon.request("GET", "/readyz")[0], 503)
        self.assertEqual(daemon.request("GET", "/healthz")[0], 200)
        self.root.mkdir()
        self.mount("-t", "tmpfs", "tmpfs", self.root)
        self.chart("B_1d/old.png", 48)
        daemon.wait_for_readiness()
        wait_until(lambda: self.charts() == [], "the daemon sweeps the new root without a request")


class ShareOfTheVolume(MountsTest, VolumeTest):
    """CHART_MAX_SIZE_PERCENT on a tmpfs of 16 MB with ten charts of 300 KiB; 10 % of it are room for five."""

    SIZE = 300 * 1024
    LIMIT = 16 * MEBIBYTE // 10

    def setUp(self):
        super().setUp()
        self.mount("-t", "tmpfs", "-o", "size=16m", "tmpfs", self.root)
        for number in range(10):
            self.chart(f"A_1d/{number}.png", 10 - number, size=self.SIZE)

    def newest(self, count):
        return [f"A_1d/{number}.png" for number in range(10 - count, 10)]

    def figures(self, daemon):
        """Returns (limit in the statistics, usage in percent), after a check that all answers agree."""
        stats = daemon.json("GET", "/charts/storage/stats")[1]["stats"]
        self.assertEqual(stats["max_size_mb"], 1000)
        self.assertIn(f"\nchart_reaper_limit_bytes {stats['limit_bytes']}\n", daemon.request("GET", "/metrics")[2])
        self.assertEqual(daemon.json("GET", "/charts/usage")[1]["limit_bytes"], stats["limit_bytes"])
        return stats["limit_bytes"], stats["usage_percent"]

    def test_the_oldest_are_removed_down_to_the_percentage_which_a_reload_changes(self):
        config = self.directory / "reaper.conf"
        config.write_text("max-size-percent=10\n")
        daemon = self.start({"CHART_CONFIG_FILE": str(config)})
        self.assertEqual(self.charts(), self.newest(5))
        self.assertIn(f" limit_bytes={self.LIMIT} ", daemon.wait_for("Chart manager initialized"))
        self.assertEqual(self.figures(daemon), (self.LIMIT, round(100 * 5 * self.SIZE / self.LIMIT, 2)))
        explanation = daemon.json("GET", "/charts/explain?path=A_1d/9.png")[1]
        self.assertEqual(explanation["bytes_until_limit"], self.LIMIT - self.SIZE)
        self.assertNotIn("settings_conflict", daemon.request("GET", "/charts/storage/stats")[2])

        replacement = self.directory / "new.conf"
        replacement.write_text("max-size-percent=5%\n")
        replacement.rename(config)
        self.assertIn(f" limit_bytes={16 * MEBIBYTE // 20} ", daemon.wait_for("Settings reloaded"))
        wait_until(lambda: self.charts() == self.newest(2), "the lower limit applies at once")
        self.assertEqual(self.figures(daemon)[0], 16 * MEBIBYTE // 20)
        replacement.write_text("max-size-percent=0\n")
        replacement.rename(config)
        self.assertIn("CHART_MAX_SIZE_PERCENT from", daemon.wait_for("Settings not reloaded"))
        self.assertEqual(self.figures(daemon)[0], 16 * MEBIBYTE // 20)

    def test_the_limit_follows_the_size_of_the_volume(self):
        daemon = self.start({"CHART_MAX_SIZE_PERCENT": "25"})
        self.assertEqual((self.figures(daemon)[0], len(self.charts())), (4 * MEBIBYTE, 10))
        subprocess.run(["mount", "-o", "remount,size=8m", self.root], check=True)
        daemon.json("POST", "/charts/cleanup")
        self.assertEqual(self.charts(), self.newest(6))
        self.assertEqual(self.figures(daemon)[0], 2 * MEBIBYTE)

    def test_the_size_that_is_declared_counts_instead_and_the_smaller_limit_is_in_force(self):
        settings = {"CHART_MAX_SIZE_PERCENT": "50", "CHART_VOLUME_SIZE_MB": "2"}
        self.assertEqual(self.sweep_well(**settings)["files_removed"], 7)
        self.assertEqual(self.sweep_well(CHART_MAX_SIZE_MB="0.5", **settings)["files_removed"], 2)
        printed = run("sweep", environment={"CHART_OUTPUT_DIR": str(self.root), "CHART_MAX_SIZE_PERCENT": "10"})
        self.assertIn("0.29 of 1.6 MB (18.3 %)", printed.stdout)

    def test_other_data_on_the_volume_is_a_conflict(self):
        (self.root / "other.bin").write_bytes(b"x" * 3 * MEBIBYTE)
        daemon = self.start({"CHART_MAX_SIZE_PERCENT": "10"})
        problems = daemon.json("GET", "/charts/storage/stats")[1]["stats"]["problems"]
        conflict = next(problem for problem in problems if problem["code"] == "settings_conflict")
        self.assertIn("The volume is shared with other data, which takes 3.0", conflict["sentence"])
        self.assertIn("CHART_VOLUME_SIZE_MB", conflict["advice"])
        daemon.stop()  # it would be the active one
        declared = self.start({"CHART_MAX_SIZE_PERCENT": "10", "CHART_VOLUME_SIZE_MB": "16"})
        self.assertNotIn("settings_conflict", declared.request("GET", "/charts/storage/stats")[2])

    def check(self, root, **settings):
        result = run("check", environment={"CHART_OUTPUT_DIR": str(root), "CHART_MAX_SIZE_PERCENT": "10", **settings})
        self.assertEqual(result.returncode, 0, result.stderr)
        return result.stdout

    def test_check_prints_the_limit_in_force_and_warns_of_a_shared_volume(self):
        """An emptyDir is a mounted directory of the node's disk."""
        limit = "limit in force: 1.60 MB, the smaller one of CHART_MAX_SIZE_MB and 10 % of 16.00 MB\n"
        alone = self.check(self.root)
        self.assertIn(limit, alone)
        self.assertNotIn("settings_conflict", alone)
        empty_dir = self.directory / "empty-dir"
        empty_dir.mkdir()
        self.mount("--bind", self.root / "A_1d", empty_dir)
        for root in (self.root / "A_1d", empty_dir):
            shared = self.check(root)
            self.assertIn(limit, shared)
            self.assertIn("warning settings_conflict: The chart directory is only a part of its volume", shared)
        declared = self.check(empty_dir, CHART_VOLUME_SIZE_MB="8")
        self.assertIn("limit in force: 0.80 MB, the smaller one of CHART_MAX_SIZE_MB and 10 % of 8.00 MB\n", declared)
        self.assertNotIn("settings_conflict", declared)
        self.assertNotIn("limit in force", run("check", environment={"CHART_OUTPUT_DIR": str(self.root)}).stdout)


class OddCharts(VolumeTest):
    def test_charts_with_odd_names_are_removed_and_similar_names_stay(self):
        for name in ("-rf.png", "*.png", "..png", " .png", ".png", "a\nb\x1b[0m\"\\.png", f"{'n' * 251}.png",
                     os.fsdecode(b"\xff\xfe.png")):
            self.chart(f"A_1d/{name}", 48)
        kept = [f"A_1d/{name}" for name in ("x.PNG", "x.png.tmp", ".tmp.x", "png", "x.png~")]
        for name in kept:
            self.chart(name, 48)
        self.assertEqual(self.sweep_well()["files_removed"], 8)
        self.assertEqual(self.charts(), sorted(kept))

    def test_only_regular_files_are_charts(self):
        directory = self.root / "A_1d"
        (directory / "directory.png").mkdir(parents=True)
        os.mkfifo(directory / "pipe.png")
        with socket.socket(socket.AF_UNIX) as listener:
            listener.bind(str(directory / "socket.png"))
        with contextlib.suppress(PermissionError):  # in a container not even root may make one
            os.mknod(directory / "device.png", stat.S_IFCHR | 0o600, os.makedev(1, 3))  # /dev/null
            os.mknod(directory / "disk.png", stat.S_IFBLK | 0o600, os.makedev(7, 0))
        for name in ("A_1d", "A_1d/file.png", "nowhere", "link.png"):
            (directory / f"to-{name.replace('/', '-')}.png").symlink_to(self.root / name)
        (directory / "link.png").symlink_to(directory / "link.png")
        before = {path.name: path.lstat() for path in directory.iterdir()}
        for path in directory.iterdir():
            os.utime(path, (1e9, 1e9), follow_symlinks=False)
        self.chart("A_1d/file.png", 48)
        self.assertEqual(self.sweep_well()["files_removed"], 1)
        stats = self.start().json("DELETE", "/charts/all")[1]["stats"]
        self.assertEqual((stats["files_removed"], stats["errors"]), (0, 0))
        after = {path.name: path.lstat() for path in directory.iterdir()}
        self.assertEqual({name: (file.st_ino, file.st_mode) for name, file in after.items()},
                         {name: (file.st_ino, file.st_mode) for name, file in before.items()})

    def test_a_chart_stays_while_it_is_open_for_writing(self):
        daemon = self.start({"CHART_CLEANUP_INTERVAL_MINUTES": "0.001"})
        with self.chart("A_1d/open.png", 48).open("r+b") as writer:
            for _ in range(20):
                self.assertEqual(daemon.json("POST", "/charts/cleanup")[1]["stats"]["skipped"]["busy"], 1)
            writer.write(b"late")
        self.assertEqual((self.root / "A_1d/open.png").read_bytes()[:4], b"late")
        # Writing has made the chart young. Make it old again, so that a sweep removes it once it is closed.
        os.utime(self.root / "A_1d/open.png", (1e9, 1e9))
        daemon.json("POST", "/charts/cleanup")
        self.assertEqual(self.charts(), [])

    def test_a_hard_link_outside_keeps_its_file(self):
        outside = self.directory / "outside.png"
        outside.write_bytes(b"precious")
        os.utime(outside, (1e9, 1e9))
        (self.root / "A_1d").mkdir()
        os.link(outside, self.root / "A_1d/linked.png")
        before = outside.stat()
        stats = self.sweep_well()
        self.assertEqual((stats["files_removed"], stats["bytes_freed"]), (1, 0))
        after = outside.stat()
        self.assertEqual((after.st_ino, after.st_mtime_ns, after.st_nlink), (before.st_ino, before.st_mtime_ns, 1))
        self.assertEqual(outside.read_bytes(), b"precious")

    def set_time(self, path, seconds):
        os.utime(path, (seconds, seconds))
        if int(path.stat().st_mtime) != int(seconds):
            self.skipTest(f"this volume cannot store the time {seconds}")

    def test_charts_from_the_future_do_not_push_out_others(self):
        for name, years in (("ten.png", 10), ("one.png", 1), ("hour.png", 1 / 8766)):
            self.set_time(self.chart(f"A_1d/{name}", size=MEBIBYTE), time.time() + years * 8766 * HOUR)
        self.chart("A_1d/right.png", size=MEBIBYTE)
        stats = self.sweep_well(CHART_MAX_SIZE_MB="1", CHART_MIN_AGE_SECONDS="0")
        self.assertEqual((stats["files_removed"], self.charts()), (3, ["A_1d/right.png"]))

    def test_new_charts_with_a_future_time_count_as_young(self):
        self.set_time(self.chart("A_1d/ahead.png", size=MEBIBYTE), time.time() + HOUR)
        stats = self.sweep_well(CHART_MAX_SIZE_MB="0.5")
        self.assertEqual((stats["files_removed"], stats["skipped"]["future"]), (0, 1))

    def test_charts_from_before_the_epoch_are_old(self):
        for name, seconds in (("epoch.png", 0), ("before.png", -1_000_000), ("long-before.png", -(2**31))):
            self.set_time(self.chart(f"A_1d/{name}"), seconds)
        self.chart("A_1d/new.png", 1)
        self.assertEqual(self.sweep_well()["removed_by_reason"]["expired"], 3)
        self.assertEqual(self.charts(), ["A_1d/new.png"])

    def test_a_sparse_terabyte_file_counts_by_its_allocated_size(self):
        sparse = self.chart("A_1d/sparse.png", size=5)
        try:
            os.truncate(sparse, 1 << 40)
        except OSError as error:
            self.skipTest(f"cannot make such a file: {error}")
        for number in range(5):
            self.chart(f"A_1d/{number}.png", 1)
        os.utime(sparse, (time.time() - 2 * HOUR,) * 2)
        self.assertEqual(self.sweep_well(CHART_MAX_SIZE_MB="1")["files_removed"], 0)
        os.utime(sparse, (0, 0))
        stats = self.sweep_well(CHART_MAX_SIZE_MB="1")
        self.assertEqual(stats["files_removed"], 1)
        self.assertLess(stats["bytes_freed"], MEBIBYTE)

    def test_one_huge_fresh_chart_over_the_limit_causes_no_sweep_loop(self):
        self.chart("A_1d/huge.png", size=3 * MEBIBYTE)
        self.chart("A_1d/old.png", 1)
        daemon = self.start({"CHART_MAX_SIZE_MB": "1"})
        self.assertEqual(self.charts(), ["A_1d/huge.png"])
        stats = daemon.json("POST", "/charts/cleanup")[1]["stats"]
        self.assertEqual((stats["files_removed"], stats["skipped"]["young"]), (0, 1))

    def test_many_charts_in_one_directory_need_little_memory(self):
        directory = self.root / "A_1d"
        directory.mkdir()
        for number in range(20_000):
            os.close(os.open(directory / f"{number}.png", os.O_CREAT | os.O_WRONLY))
        long_ago = time.time() - 48 * HOUR
        with os.scandir(directory) as entries:
            for entry in entries:
                os.utime(entry.path, (long_ago, long_ago))
        # A data limit of 64 MiB; a sanitizer needs more.
        few = (resource.RLIM_INFINITY if SANITIZED else 64 * MEBIBYTE,) * 2
        result = run("sweep", "--json", environment={"CHART_OUTPUT_DIR": str(self.root)},
                     preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_DATA, few))
        stats = json.loads(result.stdout)["stats"]
        self.assertEqual((stats["charts_seen"], stats["files_removed"], stats["errors"]), (20_000, 20_000, 0))
        # A directory that changes while it is read shows some names twice; the daemon still judges each chart once.
        self.assertEqual(self.charts(), [])


class LocalVolume(MountsTest, VolumeTest):
    def test_check_and_the_daemon_say_what_holds_on_a_tmpfs(self):
        self.mount("-t", "tmpfs", "tmpfs", self.root)
        printed = run("check", environment={"CHART_OUTPUT_DIR": str(self.root)})
        self.assertEqual(printed.returncode, 0, printed.stderr)
        self.assertRegex(printed.stdout, r"\nvolume: tmpfs \(local\): leases, locks on this host, atomic rename, stable "
                                         r"inode numbers, \d+ us a call\n")
        self.assertEqual(list(self.root.iterdir()), [])
        daemon = self.start()
        daemon.wait_for("Volume: type=tmpfs kind=local leases=yes locks=local rename=atomic no_replace=true")
        volume = daemon.json("GET", "/config")[1]["volume"]
        self.assertEqual((volume["type"], volume["leases"], volume["stable_inodes"]), ("tmpfs", "yes", True))
        self.assertIn('chart_reaper_volume_info{type="tmpfs",kind="local",leases="yes",locks="local",rename="atomic"} 1\n',
                      daemon.request("GET", "/metrics")[2])


if __name__ == "__main__":
    unittest.main(verbosity=2)  # prints the reasons of skipped tests
