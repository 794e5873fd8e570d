"""The daemon between sweeps: it follows changes on the volume, keeps the limit and reports its progress."""

import os
import signal
import time
import unittest

from sanitizers import SANITIZED
from support import PATIENCE, REAPER, ReaperTest, environment_of, run

MIB = 1024 * 1024


class Live(ReaperTest):
    def statistics(self, daemon):
        status, body = daemon.json("GET", "/charts/storage/stats")
        self.assertEqual(status, 200, body)
        return body["stats"]

    def until(self, daemon, condition):
        """Returns the statistics as soon as they meet the condition."""
        deadline = time.monotonic() + PATIENCE
        while not condition(stats := self.statistics(daemon)):
            self.assertLess(time.monotonic(), deadline, stats)
        return stats

    def test_the_next_answer_includes_a_new_chart(self):
        daemon = self.start()
        self.assertTrue(self.statistics(daemon)["watched"])
        for count in range(1, 21):
            self.chart(f"S{count}_1d/x.png")
            self.assertEqual(self.statistics(daemon)["total_files"], count)
        os.rename(self.root / "S1_1d", self.directory / "away")
        self.assertEqual(self.statistics(daemon)["total_files"], 19)

    def test_charts_linked_before_they_are_written_are_checked_again(self):
        (self.root / "A_1d").mkdir()
        daemon = self.start()
        # Given a directory descriptor, Python makes linkat(2) follow the symbolic link.
        own = os.open("/proc/self/fd", os.O_RDONLY)
        self.addCleanup(os.close, own)
        files = []
        for number in range(20):
            file = os.open(self.root / "A_1d", os.O_TMPFILE | os.O_WRONLY)
            self.addCleanup(os.close, file)
            os.link(str(file), self.root / "A_1d" / f"{number}.png", src_dir_fd=own, follow_symlinks=True)
            files.append(file)
        self.until(daemon, lambda stats: stats["total_files"] == 20)
        for file in files:
            os.write(file, b"x" * 300_000)
        began = time.monotonic()
        self.until(daemon, lambda stats: stats["total_size_mb"] == round(20 * 300_000 / MIB, 2))
        self.assertLess(time.monotonic() - began, 10)

    def test_charts_quarantined_by_a_killed_neighbour_return_within_an_interval(self):
        daemon = self.start({"CHART_CLEANUP_INTERVAL_MINUTES": "0.005"})
        chart = self.chart("A_1d/x.png")
        self.until(daemon, lambda stats: stats["total_files"] == 1)
        os.rename(chart, self.root / "A_1d" / ".chart-reaper~x.png~")
        self.until(daemon, lambda stats: stats["total_files"] == 0 or self.charts() == ["A_1d/x.png"])
        daemon.wait_for("Charts that an interrupted cleanup left in quarantine were recovered")
        self.assertEqual(self.charts(), ["A_1d/x.png"])
        self.until(daemon, lambda stats: stats["total_files"] == 1)
        self.assertEqual([line for line in daemon.lines if "trigger=timer" in line and "full_scan=true" in line], [])

    def test_without_watches_changes_are_known_a_moment_later(self):
        daemon = self.start({"CHART_WATCH": "off"})
        self.chart("A_1d/x.png")
        stats = self.until(daemon, lambda stats: stats["total_files"] == 1)
        self.assertFalse(stats["watched"])

    def test_the_limit_is_kept_while_a_writer_writes_at_full_speed(self):
        limit = 8 * MIB
        daemon = self.start({"CHART_MAX_SIZE_MB": "8", "CHART_MIN_AGE_SECONDS": "0"})
        for count in range(400):
            self.chart(f"S{count % 50}_1d/{count}.png", size=200_000)
        self.until(daemon, lambda stats: stats["total_size_mb"] <= 8)
        on_disk = sum(path.stat().st_size for path in self.root.rglob("*.png"))
        self.assertLessEqual(on_disk, limit)
        # The daemon removed the oldest charts; the newest are left.
        numbers = sorted(int(path.stem) for path in self.root.rglob("*.png"))
        self.assertGreater(numbers[0], 300)

    def test_a_young_chart_over_the_limit_is_removed_when_old_enough(self):
        daemon = self.start({"CHART_MAX_SIZE_MB": "1", "CHART_MIN_AGE_SECONDS": "1.5"})
        self.chart("A_1d/x.png", size=2 * MIB)
        self.assertEqual(self.statistics(daemon)["total_files"], 1)
        self.assertIn("reason=over_limit", daemon.wait_for("Chart removed: path=A_1d/x.png"))
        daemon.wait_for("Chart cleanup completed: trigger=limit")

    def test_a_lower_limit_takes_effect_on_reload(self):
        self.chart("A_1d/x.png", 1, size=2 * MIB)
        file = self.directory / "reaper.conf"
        file.write_text("max-size-mb=10\n")
        daemon = self.start(arguments=("--config", str(file)))
        self.assertEqual(self.charts(), ["A_1d/x.png"])
        file.write_text("max-size-mb=1\n")
        daemon.process.send_signal(signal.SIGHUP)
        daemon.wait_for("Chart removed: path=A_1d/x.png")

    def test_an_interval_without_changes_reads_nothing(self):
        for count in range(50):
            self.chart(f"S{count}_1d/x.png", 1)
        daemon = self.start({"CHART_CLEANUP_INTERVAL_MINUTES": "0.002"})
        first = daemon.wait_for("trigger=timer")
        self.assertIn("full_scan=false", first)
        self.assertIn("charts_seen=50", first)

    def test_a_long_removal_is_rate_limited_and_reports_its_progress(self):
        for count in range(60):
            self.chart(f"A_1d/{count}.png", 30)
        daemon = self.spawn({"CHART_MAX_REMOVALS_PER_SECOND": "40"})
        stats = self.until(daemon, lambda stats: stats["sweep"]["removed"] > 0)
        self.assertEqual(stats["sweep"]["state"], "removing")
        self.assertLess(stats["sweep"]["removed"], 60)
        self.assertEqual(daemon.request("GET", "/healthz")[0], 200)
        self.until(daemon, lambda stats: stats["sweep"]["state"] == "idle" and stats["total_files"] == 0)

    def test_it_is_ready_during_a_rate_limited_removal(self):
        for count in range(60):
            self.chart(f"A_1d/{count}.png", 30)
        daemon = self.spawn({"CHART_MAX_REMOVALS_PER_SECOND": "20"})
        daemon.wait_for_readiness()
        stats = self.statistics(daemon)
        self.assertEqual(stats["sweep"]["state"], "removing")
        self.assertTrue(stats["complete"])
        self.assertGreater(stats["total_files"], 0)
        self.assertEqual(len([line for line in daemon.lines if "Chart cleanup completed" in line]), 0)

    def test_a_stop_during_a_rate_limited_removal_leaves_nothing_in_quarantine(self):
        for count in range(60):
            self.chart(f"A_1d/{count}.png", 30)
        daemon = self.spawn({"CHART_MAX_REMOVALS_PER_SECOND": "20"})
        daemon.wait_for("Chart removed")
        code, took = daemon.stop()
        self.assertEqual(code, 0)
        self.assertLess(took, 1)
        self.assertEqual([name for name in self.charts() if "chart-reaper" in name], [])

    def test_a_root_that_returns_is_watched_again(self):
        daemon = self.start()
        os.rename(self.root, self.directory / "away")
        daemon.wait_for_readiness(503)
        self.root.mkdir()
        self.chart("A_1d/x.png")
        daemon.wait_for_readiness()
        self.until(daemon, lambda stats: stats["total_files"] == 1 and stats["watched"])
        self.chart("B_1d/x.png")
        self.assertEqual(self.statistics(daemon)["total_files"], 2)
        # The daemon no longer watches the old tree.
        (self.directory / "away" / "A_1d").mkdir()
        (self.directory / "away" / "A_1d" / "y.png").write_bytes(b"x")
        self.assertEqual(self.statistics(daemon)["total_files"], 2)


class Backlog(ReaperTest):
    @unittest.skipIf(SANITIZED, "a sanitizer's runtime needs extra memory")
    def test_a_backlog_takes_constant_memory(self):
        def peak_kib(sets):
            for number in range(sets):
                for name in ("a", "b", "c", "d"):
                    self.chart(f"SYMBOL{number:06}_1day/{name}.png", 100, size=1)
            child = os.posix_spawn(REAPER, [REAPER, "sweep"], environment_of(
                {"CHART_OUTPUT_DIR": str(self.root), "CHART_LOG_LEVEL": "error"}))
            _, status, usage = os.wait4(child, 0)
            self.assertEqual(os.waitstatus_to_exitcode(status), 0)
            self.assertEqual(self.charts(), [])
            return usage.ru_maxrss

        # If the daemon remembered them, ten thousand more charts would cost over a megabyte.
        small, large = peak_kib(1500), peak_kib(4000)
        self.assertLess(large - small, 1024)

    def test_a_dry_run_of_a_backlog_lists_the_oldest(self):
        for number in range(5000):
            self.chart(f"A_1d/{number}.png", 100 + number % 100, size=1)
        done = run("sweep", "--dry-run", "--json", environment={"CHART_OUTPUT_DIR": str(self.root)})
        self.assertIn('"files_removed":5000', done.stdout)
        self.assertEqual(len(self.charts()), 5000)


if __name__ == "__main__":
    unittest.main(verbosity=2)  # prints the reasons of skipped tests
