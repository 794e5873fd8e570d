"""The daemon with the analysis service: charts are written and removed, the limit holds, no fresh chart is lost."""

import json
import subprocess
import unittest

from support import PATIENCE, ReaperTest, WRITER, environment_of, run

MEBIBYTE = 1024 * 1024


class Writers(ReaperTest):
    def write(self, *arguments):
        """Runs the writer to its end; returns its summary."""
        result = subprocess.run([WRITER, "--root", str(self.root), *arguments], env=environment_of({}), check=True,
                                capture_output=True, text=True, timeout=PATIENCE * 2)
        return json.loads(result.stdout)

    def test_files_of_the_service_are_charts(self):
        written = self.write("--symbols", "6", "--interval-list", "1day,1h", "--once")
        self.assertEqual(written["charts_written"], 48)
        stats = self.start().json("GET", "/charts/storage/stats")[1]["stats"]
        self.assertEqual(stats["total_files"], 48)
        self.assertEqual(stats["total_size_mb"], round(written["bytes_written"] / MEBIBYTE, 2))

    def test_the_limit_is_kept_by_removing_the_oldest_first(self):
        self.write("--symbols", "6", "--once")
        limit = {"CHART_OUTPUT_DIR": str(self.root), "CHART_MAX_SIZE_MB": "5", "CHART_MIN_AGE_SECONDS": "0"}
        oldest_first = sorted(self.root.rglob("*.png"), key=lambda path: (path.stat().st_mtime_ns, str(path)))
        self.assertEqual(run("sweep", environment=limit).returncode, 0)
        left = sorted(self.root.rglob("*.png"))
        self.assertEqual(left, sorted(oldest_first[-len(left):]))
        self.assertLessEqual(sum(path.stat().st_size for path in left), 5 * MEBIBYTE)
        self.assertGreater(sum(path.stat().st_size for path in left), 4 * MEBIBYTE)

    def test_no_fresh_chart_is_lost_at_full_speed(self):
        for mode in ("in-place", "rename"):
            with self.subTest(mode):
                # The newest chart is never the one over the limit, so any chart that the writer misses was lost.
                daemon = self.spawn({"CHART_MAX_SIZE_MB": "3", "CHART_MIN_AGE_SECONDS": "0",
                                     "CHART_CLEANUP_INTERVAL_MINUTES": "0.0001"})
                written = self.write("--symbols", "3", "--rate", "0", "--seconds", "4", "--mode", mode, "--verify")
                self.assertEqual(written["lost_charts"], 0)
                self.assertGreater(written["charts_written"], 20)
                self.assertEqual(written["failed_writes"], 0)
                stats = daemon.json("POST", "/charts/cleanup")[1]["stats"]
                self.assertEqual(stats["errors"], 0)
                daemon.stop()
                self.assertEqual([name for name in self.charts() if "chart-reaper" in name], [])


if __name__ == "__main__":
    unittest.main()
