"""Directories that file systems and network stores create in a chart directory are skipped without an error."""

import os
import unittest

from support import run
from volumes import NOBODY, OTHER_USER, OthersTest, VolumeTest, become_other_user, needs_root

FOREIGN = ("lost+found", ".snapshot", ".snapshots", "@eaDir", ".Trash-1000", ".Trashes", "#recycle", "#snapshot",
           "@Recycle", "@Recently-Snapshot", "$RECYCLE.BIN", "System Volume Information", ".zfs")


@needs_root
class ForeignDirectories(OthersTest, VolumeTest):
    as_user = NOBODY

    def setUp(self):
        super().setUp()
        self.let_others_in()
        self.chart("A_1d/old.png", 99)
        self.chart("A_1d/new.png", 1)
        for path in (self.root, *self.root.rglob("*")):
            os.chown(path, OTHER_USER, OTHER_USER)
        self.left = []
        self.close("lost+found")

    def close(self, name):
        """Makes a directory like mkfs: owned by root, closed to others. It holds a file that looks like an old chart."""
        self.chart(f"{name}/old.png", 99)
        (self.root / name).chmod(0o700)
        self.left.append(f"{name}/old.png")

    def assert_left(self, *others):
        self.assertEqual(self.charts(), sorted([*self.left, *others]))

    def test_an_unreadable_lost_and_found_is_no_error(self):
        stats = self.sweep_well()
        self.assertEqual((stats["files_removed"], stats["charts_seen"]), (1, 2))
        self.assert_left("A_1d/new.png")

    def test_such_directories_are_skipped_at_any_depth(self):
        for name in FOREIGN:
            self.close(f"A_1d/{name}")
        stats = self.sweep_well()
        self.assertEqual((stats["files_removed"], stats["charts_seen"]), (1, 2))
        self.assert_left("A_1d/new.png")

    def test_the_daemon_neither_watches_nor_counts_them_even_if_created_later(self):
        for watch in ("auto", "off"):
            with self.subTest(watch=watch):
                daemon = self.start({"CHART_WATCH": watch}, preexec=become_other_user)
                self.close(f".Trash-{watch}")
                sets = daemon.json("GET", "/charts/sets")[1]["sets"]
                self.assertEqual([entry["path"] for entry in sets], ["A_1d"])
                stats = daemon.json("GET", "/charts/storage/stats")[1]["stats"]
                self.assertEqual((stats["total_files"], stats["complete"]), (1, True))
                stats = daemon.json("POST", "/charts/cleanup")[1]["stats"]
                self.assertEqual((stats["errors"], stats["files_removed"]), (0, 0))
                self.assertEqual([line for line in daemon.lines if "Error during chart cleanup" in line], [])
                self.assertEqual(daemon.stop()[0], 0)
        self.assert_left("A_1d/new.png")

    def test_delete_requests_do_not_reach_into_them(self):
        self.close(".Trash-A_1d")
        daemon = self.start(preexec=become_other_user)
        self.assertEqual(daemon.json("DELETE", "/charts/.Trash-A/1d")[0], 404)
        status, body = daemon.json("DELETE", "/charts/all")
        self.assertEqual((status, body["stats"]["errors"], body["stats"]["files_removed"]), (200, 0, 1))
        self.assert_left()

    def test_a_daemon_run_by_root_skips_them_too(self):
        result = run("sweep", environment={"CHART_OUTPUT_DIR": str(self.root)})
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assert_left("A_1d/new.png")


if __name__ == "__main__":
    unittest.main()
