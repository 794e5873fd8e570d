"""Charts that the program may not touch: every answer says so, before and after it has tried."""

import json
import os
import unittest

from support import ReaperTest, run
from volumes import NOBODY, OTHER_USER, OthersTest, needs_root

OK, CANNOT_USE_ROOT = 0, 74


@needs_root
class SetsOfRoot(OthersTest, ReaperTest):
    """Sets that are root's, and a program that runs as another user: the writer's container runs as root, ours does not."""

    def setUp(self):
        super().setUp()
        self.let_others_in()
        self.root.chmod(0o777)
        self.settings = {"CHART_OUTPUT_DIR": str(self.root)}
        for name in ("A_1d/x.png", "A_1d/y.png", "B_1d/x.png"):
            self.chart(name, 48)

    def daemon(self, **settings):
        def become_nobody():
            os.setgroups([])
            os.setgid(OTHER_USER)
            os.setuid(OTHER_USER)
        daemon = self.spawn(settings, preexec=become_nobody)
        daemon.wait_for_readiness()
        return daemon

    def check_failure(self, answer, due):
        status, body = answer
        self.assertEqual(status, 503)
        self.assertFalse(body["success"])
        self.assertIn(f"None of the {due} charts", body["message"])
        self.assertIn("Permission denied", body["message"])
        stats = body["stats"]
        self.assertEqual((stats["due"], stats["failed"], stats["files_removed"]), (due, due, 0))
        self.assertEqual({error["message"] for error in body["errors_list"]}, {"Permission denied"})
        self.assertTrue(all(error["operation"] and error["path"] for error in body["errors_list"]))

    def test_a_removal_that_cannot_do_anything_says_so(self):
        daemon = self.daemon(CHART_ENABLE_CLEANUP="false")
        self.check_failure(daemon.json("POST", "/charts/cleanup"), 3)
        self.check_failure(daemon.json("DELETE", "/charts/A/1d"), 2)
        self.check_failure(daemon.json("DELETE", "/charts/all"), 3)
        self.assertEqual(daemon.json("DELETE", "/charts/NOPE/1d")[0], 404)
        self.assertEqual(len(self.charts()), 3)

    def test_partial_work_is_a_success_with_its_errors(self):
        (self.root / "B_1d").chmod(0o777)
        status, body = self.daemon(CHART_ENABLE_CLEANUP="false").json("POST", "/charts/cleanup")
        self.assertEqual((status, body["success"]), (200, True))
        self.assertEqual((body["stats"]["due"], body["stats"]["failed"], body["stats"]["files_removed"]), (3, 2, 1))
        self.assertEqual(len(body["errors_list"]), 1)

    def test_a_sweep_of_the_command_line_says_so(self):
        result = run("sweep", "--json", environment=self.settings, **NOBODY)
        self.assertEqual(result.returncode, CANNOT_USE_ROOT)
        self.check_failure((503, json.loads(result.stdout)), 3)


if __name__ == "__main__":
    unittest.main(verbosity=2)  # says why something is skipped
