"""Volumes behind a server: leases do not see other machines, and the client hides open files it should remove."""

import contextlib
import fcntl
import os
import re
import socket
import subprocess
import time
import unittest
from pathlib import Path

from support import PATIENCE, run, wait_until
from volumes import MountsTest, VolumeTest, needs_tools

SFTP_SERVER = Path("/usr/lib/openssh/sftp-server")
CANNOT_USE_ROOT = 74
CHARTS, CHART_BYTES = 12, 5000


class NetworkVolumeTest(MountsTest, VolumeTest):
    def setUp(self):
        super().setUp()
        self.below = self.directory / "below"
        self.below.mkdir()

    def mount_by(self, command, **pipes):
        """Starts a FUSE server in the foreground; returns when it has mounted the root."""
        server = subprocess.Popen(command, stderr=subprocess.DEVNULL, **pipes)
        self.addCleanup(server.wait)
        self.addCleanup(server.kill)
        self.addCleanup(self.unmount, self.root)
        deadline = time.monotonic() + PATIENCE
        while not os.path.ismount(self.root):
            if server.poll() is not None or time.monotonic() > deadline:
                self.skipTest(f"{command[0]} cannot mount")
            os.sched_yield()

    def write_old_charts(self):
        for number in range(CHARTS):
            self.chart(f"A_1d/{number}.png", 48, CHART_BYTES)

    def volume_line(self):
        """Returns what `check` prints about the volume."""
        printed = run("check", environment={"CHART_OUTPUT_DIR": str(self.root)}).stdout
        return re.search("^volume: (.*)$", printed, re.MULTILINE).group(1)

    @staticmethod
    def stats(daemon):
        return daemon.json("GET", "/charts/storage/stats")[1]["stats"]

    def check_not_watched(self, stats, sentence):
        """Checks that the problem `not_watched` is the only one of its kind, and has this sentence."""
        sentences = [found["sentence"] for found in stats["problems"] if found["code"] == "not_watched"]
        self.assertEqual(len(sentences), 1)
        self.assertIn(sentence, sentences[0])

    def files_below(self):
        return sorted(path.name for path in self.below.rglob("*") if path.is_file())

    def wait_for_files_below(self, expected):
        """Waits until the client has closed the file on the server, which it does with a delay."""
        deadline = time.monotonic() + PATIENCE
        while self.files_below() != expected and time.monotonic() < deadline:
            os.sched_yield()
        self.assertEqual(self.files_below(), expected)


@needs_tools("bindfs")
class BehindBindfs(NetworkVolumeTest):
    def test_charts_free_their_bytes(self):
        self.mount_by(["bindfs", "-f", str(self.below), str(self.root)])
        self.write_old_charts()
        self.chart("A_1d/new.png", 1)
        stats = self.sweep_well()
        self.assertEqual((stats["files_removed"], stats["bytes_freed"]), (CHARTS, CHARTS * CHART_BYTES))
        self.wait_for_files_below(["new.png"])

    def test_a_sweep_that_can_remove_no_chart_reports_it(self):
        self.mount_by(["bindfs", "-f", str(self.below), str(self.root)])
        self.write_old_charts()
        with contextlib.ExitStack() as in_use:
            for path in self.root.rglob("*.png"):
                fcntl.flock(in_use.enter_context(path.open()), fcntl.LOCK_EX)
            code, stats, log = self.sweep()
        self.assertEqual((code, stats["errors"], stats["errors_by_operation"]), (CANNOT_USE_ROOT, 1, {"removal": 1}))
        self.assertEqual((stats["files_removed"], stats["skipped"]["busy"]), (0, CHARTS))
        self.assertRegex(log, re.compile("^Error during chart cleanup: .*no due chart could be removed", re.MULTILINE))
        self.assertEqual(len(self.files_below()), CHARTS)

    def test_a_fuse_program_that_is_not_known_gets_the_weakest_promises(self):
        self.mount_by(["bindfs", "-f", str(self.below), str(self.root)])
        self.assertRegex(self.volume_line(), r"^fuse \(unknown\): no reliable leases, locks unknown, rename unknown, "
                                             r"inode numbers unknown, \d+ us a call$")

    def test_a_subtype_names_the_program(self):
        self.mount_by(["bindfs", "-f", "-o", "subtype=s3fs", str(self.below), str(self.root)])
        self.assertRegex(self.volume_line(), r"^fuse\.s3fs \(bucket\): no reliable leases, locks on this host, rename by "
                                             r"copying, unstable inode numbers, \d+ us a call$")

    def test_figures_are_those_of_the_last_full_scan_until_the_next(self):
        self.mount_by(["bindfs", "-f", str(self.below), str(self.root)])
        self.chart("A_1d/x.png", 1)
        daemon = self.start({"CHART_CLEANUP_INTERVAL_MINUTES": "60"})
        first = self.stats(daemon)
        self.assertEqual((first["total_files"], first["complete"], first["watched"]), (1, True, False))
        self.check_not_watched(first, "This volume does not report changes")
        daemon.wait_for("Chart directory is not watched: code=not_watched detail=\"This volume does not report changes")
        self.chart("A_1d/new.png", 1)
        self.chart("B_1d/new.png", 1)
        # Each question about a chart makes the daemon update its catalog.
        self.assertEqual(daemon.request("GET", "/charts/explain?path=A_1d/new.png")[0], 404)
        later = self.stats(daemon)
        self.assertEqual((later["total_files"], later["scanned_at"]), (1, first["scanned_at"]))
        self.assertEqual(daemon.json("GET", "/charts/ages")[1]["as_of"], first["scanned_at"])
        self.assertEqual(daemon.request("POST", "/charts/cleanup")[0], 200)
        last = self.stats(daemon)
        self.assertEqual(last["total_files"], 3)
        self.assertGreater(last["scanned_at"], first["scanned_at"])
        daemon.stop()  # reads the rest of its log
        self.assertEqual(sum("Chart directory is not watched" in line for line in daemon.lines), 1, daemon.lines)

    def test_without_cleanup_the_volume_is_scanned_at_each_interval(self):
        self.mount_by(["bindfs", "-f", str(self.below), str(self.root)])
        daemon = self.spawn({"CHART_ENABLE_CLEANUP": "false", "CHART_CLEANUP_INTERVAL_MINUTES": "0.01",
                             "CHART_WATCH": "off"})
        daemon.wait_for_readiness()
        self.chart("A_1d/new.png", 99)
        wait_until(lambda: self.stats(daemon)["total_files"] == 1, "the chart is counted")
        self.check_not_watched(self.stats(daemon), "This volume does not report changes")

    def test_check_says_that_the_volume_does_not_report_changes(self):
        self.mount_by(["bindfs", "-f", "-o", "subtype=s3fs", str(self.below), str(self.root)])
        printed = run("check", environment={"CHART_OUTPUT_DIR": str(self.root)})
        self.assertEqual(printed.returncode, 0)
        self.assertIn("\ninfo not_watched: This volume does not report changes", printed.stdout)

    def test_charts_of_a_bucket_are_compared_and_unlinked(self):
        self.mount_by(["bindfs", "-f", "-o", "subtype=s3fs", str(self.below), str(self.root)])
        self.write_old_charts()
        self.chart("A_1d/five-minutes.png", 5 / 60)
        self.chart("A_1d/fifteen-minutes.png", 15 / 60)
        limit_of_nothing = {"CHART_MAX_SIZE_MB": "0.001"}
        printed = run("check", environment={"CHART_OUTPUT_DIR": str(self.root), **limit_of_nothing}).stdout
        self.assertIn("\nminimum age in force: 600 s", printed)
        code, stats, log = self.sweep(**limit_of_nothing)
        self.assertEqual((code, stats["files_removed"], stats["errors"]), (0, CHARTS + 1, 0), log)
        self.assertRegex(log, f"less protected way.* only_compared={CHARTS + 1} ")
        self.wait_for_files_below(["five-minutes.png"])

    def test_a_volume_mounted_over_the_root_is_recognized_inside_the_sandbox(self):
        daemon = self.spawn({"CHART_ENABLE_CLEANUP": "false"})
        daemon.wait_for_readiness()
        before = daemon.json("GET", "/config")[1]["volume"]
        self.assertNotIn("fuse", before["type"])
        self.mount_by(["bindfs", "-f", "-o", "subtype=sshfs", str(self.below), str(self.root)])
        self.assertEqual(daemon.request("POST", "/charts/cleanup?dry_run=true")[0], 200)
        volume = daemon.json("GET", "/config")[1]["volume"]
        self.assertEqual((volume["type"], volume["kind"], volume["locks"]), ("fuse.sshfs", "network", "local"))
        daemon.wait_for("Volume: type=fuse.sshfs kind=network leases=no locks=local rename=atomic")
        self.assertIn('chart_reaper_volume_info{type="fuse.sshfs",kind="network",leases="no",locks="local",'
                      'rename="atomic"} 1\n', daemon.request("GET", "/metrics")[2])


@needs_tools("sshfs")
@unittest.skipUnless(SFTP_SERVER.exists(), "not installed: sftp-server")
class BehindSshfs(NetworkVolumeTest):
    """Over sshfs a second link has another inode number. A rename keeps the number."""

    def mount_sshfs(self, *options):
        client, server = socket.socketpair()
        with client, server:
            sftp = subprocess.Popen([str(SFTP_SERVER)], stdin=server, stdout=server)
            self.addCleanup(sftp.wait)
            self.addCleanup(sftp.kill)
            self.mount_by(["sshfs", "-f", "-o", ",".join(("passive", *options)), f":{self.below}", str(self.root)],
                          stdin=client, stdout=client)
        self.write_old_charts()

    def test_the_volume_is_recognized(self):
        self.mount_sshfs()
        self.assertRegex(self.volume_line(), r"^fuse\.sshfs \(network\): no reliable leases, locks on this host, atomic "
                                             r"rename, unstable inode numbers, \d+ us a call$")

    def test_charts_are_removed(self):
        self.mount_sshfs()
        self.check_removal()

    def test_charts_are_removed_without_hard_links(self):
        self.mount_sshfs("disable_hardlink")
        self.check_removal()

    def test_new_charts_are_found_by_the_times_of_directories(self):
        self.mount_sshfs()
        printed = run("check", environment={"CHART_OUTPUT_DIR": str(self.root)}).stdout
        self.assertNotIn("not_watched", printed)
        daemon = self.start({"CHART_CLEANUP_INTERVAL_MINUTES": "60", "CHART_MAX_AGE_HOURS": "99"})
        first = self.stats(daemon)
        self.check_not_watched(first, "inotify does not report changes by other machines")
        self.assertEqual(first["total_files"], CHARTS)
        self.chart("A_1d/new.png", 1)
        self.chart("B_1d/new.png", 1)
        wait_until(lambda: self.stats(daemon)["total_files"] == CHARTS + 2, "polling finds the new charts")
        self.assertGreater(self.stats(daemon)["scanned_at"], first["scanned_at"])

    def check_removal(self):
        stats = self.sweep_well()
        self.assertEqual((stats["files_removed"], stats["bytes_freed"]), (CHARTS, CHARTS * CHART_BYTES))
        self.wait_for_files_below([])


if __name__ == "__main__":
    unittest.main(verbosity=2)  # prints the reasons of skipped tests
