"""Charts that the program has no right to remove: every answer says so, before and after an attempt."""

import json
import subprocess
import unittest

from support import ReaperTest, run, wait_until
from volumes import NOBODY, OTHER_USER, MountsTest, OthersTest, become_other_user, needs_root, needs_tools

OK, CANNOT_USE_ROOT, BAD_SETTINGS = 0, 74, 78

# Without watches the daemon looks again after a hundred times the duration of its last look.
SECRET_SETS = 200


@needs_root
class SetsOfRoot(OthersTest, ReaperTest):
    """Sets owned by root, as from a writer container that runs as root, and a program that runs as another user."""

    def setUp(self):
        super().setUp()
        self.let_others_in()
        self.root.chmod(0o777)
        self.settings = {"CHART_OUTPUT_DIR": str(self.root)}
        for name in ("A_1d/x.png", "A_1d/y.png", "B_1d/x.png"):
            self.chart(name, 48)

    def daemon(self, **settings):
        daemon = self.spawn(settings, preexec=become_other_user)
        daemon.wait_for_readiness()
        return daemon

    def check_failure(self, answer, due):
        status, body = answer
        self.assertEqual(status, 503)
        self.assertFalse(body["success"])
        self.assertRegex(body["message"], f"^None of the {due} (due|requested) charts could be removed: ")
        self.assertIn("Permission denied", body["message"])
        stats = body["stats"]
        self.assertEqual((stats["due"], stats["failed"], stats["files_removed"]), (due, due, 0))
        self.assertEqual({error["message"] for error in body["errors_list"]}, {"Permission denied"})
        self.assertTrue(all(error["operation"] and error["path"] for error in body["errors_list"]))

    def test_a_removal_without_any_rights_reports_it(self):
        daemon = self.daemon(CHART_ENABLE_CLEANUP="false")
        self.check_failure(daemon.json("POST", "/charts/cleanup"), 3)
        self.check_failure(daemon.json("DELETE", "/charts/A/1d"), 2)
        self.check_failure(daemon.json("DELETE", "/charts/all"), 3)
        self.assertEqual(daemon.json("DELETE", "/charts/NOPE/1d")[0], 404)
        self.assertEqual(len(self.charts()), 3)

    def test_a_partial_removal_is_a_success_with_errors(self):
        (self.root / "B_1d").chmod(0o777)
        status, body = self.daemon(CHART_ENABLE_CLEANUP="false").json("POST", "/charts/cleanup")
        self.assertEqual((status, body["success"]), (200, True))
        self.assertEqual((body["stats"]["due"], body["stats"]["failed"], body["stats"]["files_removed"]), (3, 2, 1))
        self.assertEqual(len(body["errors_list"]), 1)

    def test_a_command_line_sweep_reports_it(self):
        result = run("sweep", "--json", environment=self.settings, **NOBODY)
        self.assertEqual(result.returncode, CANNOT_USE_ROOT)
        self.check_failure((503, json.loads(result.stdout)), 3)

    def check_plan(self, body, due):
        self.assertTrue(body["success"])
        stats = body["stats"]
        self.assertEqual((stats["due"], stats["would_fail"], stats["files_removed"]), (due, due, 0))
        self.assertEqual({error["message"] for error in body["errors_list"]}, {"Permission denied"})
        self.assertEqual(body["removals"], [])

    def test_a_dry_run_reports_it_in_advance(self):
        daemon = self.daemon(CHART_ENABLE_CLEANUP="false")
        status, body = daemon.json("POST", "/charts/cleanup?dry_run=true")
        self.assertEqual(status, 200)
        self.check_plan(body, 3)
        self.check_plan(daemon.json("DELETE", "/charts/A/1d?dry_run=true")[1], 2)
        result = run("sweep", "--dry-run", "--json", environment=self.settings, **NOBODY)
        self.assertEqual(result.returncode, CANNOT_USE_ROOT)
        self.check_plan(json.loads(result.stdout), 3)
        table = run("sweep", "--dry-run", environment=self.settings, **NOBODY)
        self.assertEqual(table.returncode, CANNOT_USE_ROOT)
        self.assertRegex(table.stdout, r"would stay +3\n")
        self.assertIn("Permission denied", table.stdout)

    def check_command(self, as_user=None, **settings):
        """Runs check; returns (exit code, the line of the root and that of the sample)."""
        result = run("check", environment={**self.settings, **settings}, **(as_user or {}))
        lines = [line for line in result.stdout.splitlines() if line.startswith(("root ", "sample: "))]
        return result.returncode, "\n".join(lines) + result.stderr

    def test_check_tries_a_sample(self):
        code, said = self.check_command(NOBODY)
        self.assertEqual(code, CANNOT_USE_ROOT, said)
        self.assertIn(f"sample: 2 of 2 sets cannot be written: owner root, you are {OTHER_USER}; 3 charts would stay", said)
        self.assertIn(f"without leases: owner root, you are {OTHER_USER}; a grace time of a second", said)
        self.assertNotIn("protected", said)
        self.assertEqual(len(self.charts()), 3)

    def test_check_reports_protection_only_for_charts_that_it_leased(self):
        code, said = self.check_command()
        self.assertEqual(code, OK, said)
        self.assertIn("protected by leases", said)
        for path in (self.root / "A_1d", self.root / "B_1d"):
            path.chmod(0o777)
        code, said = self.check_command(NOBODY)  # NOBODY may remove them but not lease them
        self.assertEqual(code, OK, said)
        self.assertIn("without leases", said)
        for path in self.charts():
            (self.root / path).unlink()
        code, said = self.check_command(NOBODY)
        self.assertEqual(code, OK, said)
        self.assertIn("no chart to try a lease on yet", said)
        self.assertNotIn("protected", said)

    def test_check_cannot_use_a_root_without_rights(self):
        self.root.chmod(0o755)
        code, said = self.check_command(NOBODY)
        self.assertEqual(code, CANNOT_USE_ROOT, said)
        self.assertEqual(self.check_command(CHART_OUTPUT_DIR="/dev/null")[0], CANNOT_USE_ROOT)
        self.assertEqual(self.check_command(CHART_MAX_AGE_HOURS="x")[0], BAD_SETTINGS)

    def test_charts_of_other_users_stay_in_a_sticky_set(self):
        (self.root / "A_1d").chmod(0o1777)
        (self.root / "B_1d").chmod(0o777)
        result = run("sweep", "--dry-run", "--json", environment=self.settings, **NOBODY)
        stats = json.loads(result.stdout)["stats"]
        self.assertEqual((result.returncode, stats["would_fail"], stats["files_removed"]), (CANNOT_USE_ROOT, 2, 1))
        code, said = self.check_command(NOBODY)
        self.assertEqual(code, CANNOT_USE_ROOT)
        self.assertIn("1 of 2 sets", said)

    def statistics(self, daemon):
        return daemon.json("GET", "/charts/storage/stats")[1]["stats"]

    def test_unreadable_sets_are_counted(self):
        for number in range(SECRET_SETS):
            self.chart(f"S{number}_1d/x.png", 1)
            (self.root / f"S{number}_1d").chmod(0o700)
        for watch in ("auto", "off"):
            with self.subTest(watch=watch):
                daemon = self.daemon(CHART_WATCH=watch, CHART_ENABLE_CLEANUP="false")
                stats = self.statistics(daemon)
                self.assertEqual((stats["unreadable_directories"], stats["lower_bound"]), (SECRET_SETS, True))
                self.assertEqual((stats["total_files"], stats["complete"]), (3, True))
                status, body = daemon.json("GET", "/charts/explain?path=S1_1d/x.png")
                self.assertEqual(status, 503)
                self.assertIn("openat2 'S1_1d': Permission denied", body["detail"])
                self.assertEqual(daemon.json("GET", "/charts/explain?path=NOPE_1d/x.png")[0], 404)
                self.assertEqual(daemon.request("GET", "/readyz")[0], 200)
                for number in range(SECRET_SETS // 2):
                    (self.root / f"S{number}_1d").chmod(0o755)
                wait_until(lambda d=daemon: self.statistics(d)["unreadable_directories"] == SECRET_SETS // 2, "half is read")
                self.assertEqual(self.statistics(daemon)["total_files"], 3 + SECRET_SETS // 2)
                for number in range(SECRET_SETS):
                    (self.root / f"S{number}_1d").chmod(0o755)
                wait_until(lambda d=daemon: not self.statistics(d)["lower_bound"], "all is read")
                self.assertEqual(self.statistics(daemon)["total_files"], 3 + SECRET_SETS)
                daemon.stop()
                for number in range(SECRET_SETS):
                    (self.root / f"S{number}_1d").chmod(0o700)


class ReadOnly(MountsTest, ReaperTest):
    def test_a_read_only_volume_is_reported_in_advance(self):
        self.mount("-t", "tmpfs", "tmpfs", self.root)
        self.chart("A_1d/x.png", 48)
        self.mount("-o", "remount,ro", self.root)
        settings = {"CHART_OUTPUT_DIR": str(self.root)}
        result = run("sweep", "--dry-run", "--json", environment=settings)
        body = json.loads(result.stdout)
        self.assertEqual((result.returncode, body["stats"]["would_fail"]), (CANNOT_USE_ROOT, 1), body)
        self.assertEqual(body["errors_list"][0]["message"], "Read-only file system")
        self.assertEqual(run("check", environment=settings).returncode, CANNOT_USE_ROOT)


@needs_tools("chattr")
class Immutable(MountsTest, ReaperTest):
    def test_an_immutable_chart_is_reported_in_advance(self):
        self.mount_image("ext4", 8)
        chart = self.chart("A_1d/x.png", 48)
        self.chart("A_1d/y.png", 48)
        subprocess.run(["chattr", "+i", chart], check=True)
        self.addCleanup(subprocess.run, ["chattr", "-i", chart], check=False)
        settings = {"CHART_OUTPUT_DIR": str(self.root)}
        result = run("sweep", "--dry-run", "--json", environment=settings)
        body = json.loads(result.stdout)
        self.assertEqual((result.returncode, body["stats"]["would_fail"], body["stats"]["files_removed"]),
                         (CANNOT_USE_ROOT, 1, 1), body)
        self.assertEqual(body["errors_list"][0], {"operation": "unlinkat", "path": "A_1d/x.png",
                                                  "message": "Operation not permitted"})


if __name__ == "__main__":
    unittest.main(verbosity=2)  # prints the reasons of skipped tests
