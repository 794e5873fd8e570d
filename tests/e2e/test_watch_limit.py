"""The daemon and the limit of inotify watches, set in a user namespace of the test."""

import json
import shutil
import subprocess
import time
import unittest

from support import PATIENCE, REAPER, ReaperTest

# Sets a limit and becomes the daemon; a background loop sets a new limit for each line it reads.
SCRIPT = """
limit() { echo "$1" > /proc/sys/user/max_inotify_watches; }
limit 16
exec 3<&0
while read -r next; do limit "$next"; done <&3 2>&- &
exec "$@" < /dev/null 3<&-
"""


def may_unshare():
    """Returns True if this user may create a user namespace and set its limits."""
    if shutil.which("unshare") is None:
        return False
    done = subprocess.run(["unshare", "--user", "--map-root-user", "sh", "-c",
                           "echo 16 > /proc/sys/user/max_inotify_watches"], capture_output=True, check=False)
    return done.returncode == 0


@unittest.skipUnless(may_unshare(), "cannot create a user namespace and set its limits")
class WatchLimit(ReaperTest):
    def test_it_leaves_an_eighth_of_the_watches_free_and_watches_again_when_the_limit_rises(self):
        for number in range(14):
            self.chart(f"S{number}_1d/x.png", 1)
        daemon = self.spawn({"CHART_CLEANUP_INTERVAL_MINUTES": "0.01"},
                            program=("unshare", "--user", "--map-root-user", "sh", "-c", SCRIPT, "-", REAPER),
                            stdin=subprocess.PIPE)
        self.addCleanup(daemon.process.stdin.close)
        line = daemon.wait_for("Chart directory is not watched")
        self.assertIn("15 directories need one inotify watch each", line)
        self.assertIn("14 are available", line)
        self.assertIn("\nchart_reaper_watches_limit 14\n", daemon.request("GET", "/metrics")[2])
        # The daemon is already confined, and must still see the new limit.
        daemon.process.stdin.write(b"32\n")
        daemon.wait_for("Chart directory is watched: directories=15 watches_limit=28")
        deadline = time.monotonic() + PATIENCE
        # The worker logs the line a moment before it hands over the figures.
        while "\nchart_reaper_watches 15\n" not in daemon.request("GET", "/metrics")[2]:
            self.assertLess(time.monotonic(), deadline)
        self.assertIn("\nchart_reaper_watching 1\n", daemon.request("GET", "/metrics")[2])
        self.chart("T_1d/x.png")
        while json.loads(daemon.request("GET", "/charts/storage/stats")[2])["stats"]["total_files"] != 15:
            self.assertLess(time.monotonic(), deadline)
        # One line for each change, however often the daemon tried.
        self.assertEqual(sum("is not watched" in line for line in daemon.lines), 1)


if __name__ == "__main__":
    unittest.main(verbosity=2)
