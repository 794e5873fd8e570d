"""The first scan of a slow volume: the daemon reports no figures before it has ended."""

import os
import pathlib
import re
import signal
import unittest

import tracing
from support import REAPER, ReaperTest, wait_until

SETS = 40
SECONDS_FOR_EACH_READING = 0.1  # each set takes two reads


@tracing.needs_strace
class FirstScan(ReaperTest):
    def setUp(self):
        super().setUp()
        for number in range(SETS):
            self.chart(f"S{number}_1d/old.png", 48)
            self.chart(f"S{number}_1d/new.png", 1)

    def slow_daemon(self):
        slow = f"inject=getdents64:delay_enter={round(SECONDS_FOR_EACH_READING * 1e6)}"
        paths = [option for path in tracing.paths_below(self.root) for option in ("-P", str(path))]
        daemon = self.spawn({"CHART_IO_CONCURRENCY": "1"},
                            program=(tracing.STRACE, "-f", "-qq", "-o", "/dev/null", "-e", "trace=getdents64", "-e", slow,
                                     *paths, REAPER))
        # Killing only strace would leave the program running.
        tracer = daemon.process.pid
        for child in pathlib.Path(f"/proc/{tracer}/task/{tracer}/children").read_text().split():
            self.addCleanup(os.kill, int(child), signal.SIGKILL)
        return daemon

    def test_there_are_no_figures_before_it_ends(self):
        daemon = self.slow_daemon()
        self.assertIsNotNone(daemon.address, daemon.lines)
        seen = set()

        def has_ended():
            status, body = daemon.json("GET", "/charts/storage/stats")
            self.assertEqual(status, 200, body)
            stats = body["stats"]
            if stats["total_files"] is not None:
                return stats
            for figure in ("total_size_mb", "usage_percent", "oldest_file_age_hours", "newest_file_age_hours",
                           "chart_sets", "scanned_at"):
                self.assertIsNone(stats[figure])
            self.assertFalse(stats["complete"])
            self.assertEqual(daemon.request("GET", "/healthz")[0], 200)
            seen.add(stats["sweep"]["scanned"])
            return None

        self.assertIsNone(has_ended())
        self.assertEqual(daemon.request("GET", "/readyz")[0], 503)
        self.assertNotIn("\nchart_reaper_size_bytes", daemon.request("GET", "/metrics")[2])
        self.assertEqual(daemon.json("GET", "/charts/usage")[1]["points"], [])
        stats = wait_until(has_ended, "the first scan has ended")
        self.assertGreater(len(seen), 1, "the progress does not move")
        self.assertTrue(stats["complete"])
        self.assertGreaterEqual(stats["total_files"], SETS)
        daemon.wait_for_readiness()
        expected = re.compile(rf"^chart_reaper_charts {SETS}$", re.MULTILINE)
        wait_until(lambda: expected.search(daemon.request("GET", "/metrics")[2]), "the expired charts are gone")
        for point in daemon.json("GET", "/charts/usage")[1]["points"]:
            self.assertGreaterEqual(point["charts"], SETS)


if __name__ == "__main__":
    unittest.main(verbosity=2)  # prints the reasons of skipped tests
