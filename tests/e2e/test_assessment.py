"""One assessment: statistics, metrics, log, probes and `health` report the same problems in each state."""

import shutil
import subprocess
import unittest

from support import ReaperTest, run, wait_until
from volumes import MountsTest, OthersTest, become_other_user, needs_root

OK, UNHEALTHY, CANNOT_USE_ROOT = 0, 1, 74

MEGABYTE = 1024 * 1024


class StatesTest(ReaperTest):
    """Reads the daemon's problems from everything that reports them."""

    def statistics(self, daemon):
        status, body = daemon.json("GET", "/charts/storage/stats")
        return body["stats"] if status == 200 else body

    def codes(self, daemon):
        return [problem["code"] for problem in self.statistics(daemon).get("problems", [])]

    def problem(self, daemon, code):
        """Waits until the daemon reports the problem; returns it."""
        wait_until(lambda: code in self.codes(daemon), f"the problem {code}")
        return next(found for found in self.statistics(daemon)["problems"] if found["code"] == code)

    def check_told_everywhere(self, daemon, code, log_line):
        """Checks that the metrics have the problem, the log has it once, and `health` prints it but stays healthy."""
        problem = self.problem(daemon, code)
        self.assertTrue(problem["sentence"] and problem["advice"] and problem["since"])
        self.assertIn(f'chart_reaper_problem{{code="{code}"}} 1\n', daemon.request("GET", "/metrics")[2])
        daemon.wait_for(f"{log_line}: code={code} ")
        told = [line for line in daemon.lines if f"code={code} " in line and line.startswith(log_line)]
        self.assertEqual(len(told), 1)
        health = run("health", "--address", daemon.address)
        self.assertEqual(health.returncode, OK, health.stderr)
        self.assertIn(f"{problem['severity']} {code}: {problem['sentence']}", health.stdout)
        return problem


class States(StatesTest):
    def test_healthy(self):
        self.chart("A_1d/x.png", 1)
        daemon = self.spawn({})
        daemon.wait_for_readiness()
        stats = self.statistics(daemon)
        self.assertEqual((stats["status"], stats["problems"]), ("ok", []))
        self.assertNotRegex(daemon.request("GET", "/metrics")[2], r'chart_reaper_problem\{code="[a-z_]+"\} 1')
        self.assertEqual(run("health", "--address", daemon.address).stdout, '{"status":"ok"}\n')

    def test_over_the_limit_with_cleanup_off(self):
        self.chart("A_1d/x.png", 1, size=2 * MEGABYTE)
        daemon = self.spawn({"CHART_ENABLE_CLEANUP": "false", "CHART_MAX_SIZE_MB": "1"})
        problem = self.check_told_everywhere(daemon, "over_limit", "Chart storage above the limit")
        self.assertIn("200 % of the limit", problem["sentence"])
        self.assertEqual(self.statistics(daemon)["status"], "failing")
        self.assertIn("cleanup_disabled", self.codes(daemon))
        self.assertEqual(daemon.request("GET", "/readyz")[0], 200)
        explanation = daemon.json("GET", "/charts/explain?path=A_1d/x.png")[1]["explanation"]
        self.assertNotIn("fit", explanation)
        daemon.json("DELETE", "/charts/all")
        daemon.wait_for("Chart storage below the limit again: code=over_limit lasted_seconds=")
        wait_until(lambda: self.codes(daemon) == ["cleanup_disabled"], "only cleanup is off")

    def test_charts_removed_long_before_their_maximum_age(self):
        for number in range(4):
            self.chart(f"A_1d/{number}.png", 0.1 + number / 100, size=MEGABYTE // 2)
        daemon = self.spawn({"CHART_MAX_SIZE_MB": "1"})
        problem = self.check_told_everywhere(daemon, "retention_short",
                                             "Charts are removed long before their maximum age")
        self.assertIn("The maximum age is 24 hours", problem["sentence"])

    def test_charts_removed_by_another_program(self):
        for number in range(12):
            self.chart(f"A_1d/{number}.png", 1)
        daemon = self.spawn({})
        daemon.wait_for_readiness()
        shutil.rmtree(self.root / "A_1d")
        problem = self.check_told_everywhere(daemon, "other_cleaner", "Charts are removed by another program")
        self.assertIn("other programs removed 12 charts", problem["sentence"])

    def test_a_size_limit_above_the_usable_size_of_the_volume(self):
        settings = {"CHART_VOLUME_SIZE_MB": "100", "CHART_MAX_SIZE_MB": "200"}
        daemon = self.spawn(settings)
        problem = self.check_told_everywhere(daemon, "settings_conflict", "Settings conflict")
        self.assertIn("CHART_VOLUME_SIZE_MB (100.00 MB)", problem["sentence"])
        check = run("check", environment={"CHART_OUTPUT_DIR": str(self.root), **settings})
        self.assertEqual(check.returncode, OK, check.stderr)
        self.assertIn("settings_conflict", check.stdout)

    def test_a_missing_root(self):
        daemon = self.spawn({})
        daemon.wait_for_readiness()
        self.root.rename(self.directory / "away")
        daemon.wait_for_readiness(503)
        status, body = daemon.json("GET", "/charts/storage/stats")
        self.assertEqual(status, 503)
        self.assertEqual([problem["code"] for problem in body["problems"]], ["root_unusable"])
        daemon.wait_for("Chart directory cannot be used: code=root_unusable ")
        health = run("health", "--address", daemon.address)
        self.assertEqual(health.returncode, OK)
        self.assertIn("critical root_unusable: The chart directory cannot be used", health.stdout)
        (self.directory / "away").rename(self.root)
        daemon.wait_for_readiness()
        daemon.wait_for("Chart directory can be used again: code=root_unusable ")

    def test_a_command_line_sweep_that_stays_over_the_limit(self):
        self.chart("A_1d/x.png", 0, size=2 * MEGABYTE)
        result = run("sweep", environment={"CHART_OUTPUT_DIR": str(self.root), "CHART_MAX_SIZE_MB": "1"})
        self.assertEqual(result.returncode, OK)
        self.assertIn("Chart storage above the limit: code=over_limit ", result.stderr)


@needs_root
class StatesOfOthers(OthersTest, StatesTest):
    """Sets owned by root, and a daemon that runs as another user."""

    def test_no_chart_can_be_removed(self):
        self.let_others_in()
        self.root.chmod(0o777)
        for name in ("A_1d/x.png", "A_1d/y.png", "B_1d/x.png"):
            self.chart(name, 48)
        daemon = self.spawn({}, preexec=become_other_user)
        daemon.wait_for_readiness()
        problem = self.check_told_everywhere(daemon, "removal_failing", "Charts cannot be removed")
        self.assertRegex(problem["sentence"], r"None of the 3 due charts .*'[AB]_1d.*Permission denied")
        self.assertEqual(self.statistics(daemon)["status"], "failing")
        explanation = daemon.json("GET", "/charts/explain?path=A_1d/x.png")[1]["explanation"]
        self.assertRegex(explanation, r"^It is due: .*cannot be removed now.*Permission denied")
        for name in ("A_1d", "B_1d"):
            (self.root / name).chmod(0o777)
        self.assertEqual(daemon.json("POST", "/charts/cleanup")[0], 200)
        self.assertNotIn("removal_failing", self.codes(daemon))
        daemon.wait_for("Charts can be removed again: code=removal_failing ")


@needs_root
class StatesOfMounts(MountsTest, StatesTest):
    """A root on a read-only file system, as after a forgotten ReadWritePaths=."""

    def test_a_read_only_root(self):
        self.chart("A_1d/x.png", 48)
        self.mount("--bind", str(self.root), str(self.root))
        self.mount("-o", "remount,bind,ro", str(self.root))
        daemon = self.spawn({})
        problem = self.problem(daemon, "root_unusable")
        status, _, body = daemon.request("GET", "/readyz")
        self.assertEqual(status, 503)
        self.assertIn("Read-only file system", body)
        self.assertIn("Read-only file system", problem["sentence"])
        metrics = daemon.request("GET", "/metrics")[2]
        self.assertIn("chart_reaper_root_usable 0\n", metrics)
        self.assertIn('chart_reaper_paused{why="root"} 1\n', metrics)
        check = run("check", environment={"CHART_OUTPUT_DIR": str(self.root)})
        self.assertEqual(check.returncode, CANNOT_USE_ROOT)
        subprocess.run(["mount", "-o", "remount,bind,rw", str(self.root)], check=True)
        daemon.wait_for_readiness()


if __name__ == "__main__":
    unittest.main()
