"""Access to the daemon's Unix sockets, and how CHART_SOCKET_GROUP changes it."""

import grp
import os
import signal
import subprocess
import unittest

from support import PATIENCE, REAPER, ReaperTest, environment_of, run, wait_until
from volumes import OTHER_USER, OthersTest, needs_root

# A group without a name, and the id of an unrelated user and group.
GROUP, STRANGER = 54321, 54399

ASK = ("import socket, sys\ns = socket.socket(socket.AF_UNIX)\ns.connect(sys.argv[1])\n"
       "s.sendall((sys.argv[2] + ' HTTP/1.1\\r\\nHost: localhost\\r\\n\\r\\n').encode())\n"
       "print(s.recv(65536).decode())\n")

HEALTH, STATS, CLEANUP, DELETE_ALL = ("GET /healthz", "GET /charts/storage/stats", "POST /charts/cleanup",
                                      "DELETE /charts/all")


@needs_root
class UnixSocket(OthersTest, ReaperTest):
    def setUp(self):
        super().setUp()
        self.let_others_in()
        self.path = self.directory / "reaper.sock"
        self.chart("A_1d/x.png")
        self.before = self.charts()

    def start_on_socket(self, settings=None, **options):
        return self.start({"CHART_LISTEN": f"unix:{self.path}", **(settings or {})}, **options)

    def mode_and_group(self, path=None):
        status = (path or self.path).stat()
        return status.st_mode & 0o7777, status.st_gid

    def ask(self, request, user=STRANGER, group=STRANGER, groups=(), path=None):
        """Returns the status of the answer to such a user, or nothing if the user may not connect."""
        asked = subprocess.run(["python3", "-c", ASK, str(path or self.path), request], text=True, capture_output=True,
                               check=False, user=user, group=group, extra_groups=groups, cwd="/")
        if "PermissionError" in asked.stderr:
            return None
        self.assertEqual(asked.stderr, "")
        return int(asked.stdout.split()[1])

    def test_another_user_is_refused_even_if_the_socket_is_open(self):
        daemon = self.start_on_socket()
        self.assertEqual(self.mode_and_group()[0], 0o600)
        self.assertIsNone(self.ask(HEALTH))
        self.path.chmod(0o666)
        for request in (HEALTH, DELETE_ALL):
            self.assertEqual(self.ask(request), 403)
        self.assertIn(f"unix:uid={STRANGER}", daemon.wait_for("Request refused"))
        self.assertEqual(self.charts(), self.before)
        self.assertEqual(self.ask(DELETE_ALL, user=0), 200)
        self.assertIn('asked_by="unix:uid=0"', daemon.wait_for("All charts are to be removed"))

    def test_members_of_the_group_may_read_and_change(self):
        daemon = self.start_on_socket({"CHART_SOCKET_GROUP": str(GROUP)})
        self.assertEqual(self.mode_and_group(), (0o660, GROUP))
        for membership in ({"group": GROUP}, {"groups": [GROUP]}, {"groups": [*range(60000, 60060), GROUP]}):
            for request in (HEALTH, STATS, CLEANUP):
                self.assertEqual(self.ask(request, **membership), 200, membership)
        self.assertEqual(self.charts(), self.before)
        self.assertEqual(self.ask(DELETE_ALL, groups=[GROUP]), 200)
        self.assertIn(f'asked_by="unix:uid={STRANGER}"', daemon.wait_for("All charts are to be removed"))
        self.assertEqual(self.charts(), [])

    def test_users_outside_the_group_are_refused_even_if_the_socket_is_open(self):
        self.start_on_socket({"CHART_SOCKET_GROUP": str(GROUP)})
        self.assertIsNone(self.ask(HEALTH, groups=[STRANGER, 60000]))
        self.path.chmod(0o666)
        for request in (HEALTH, DELETE_ALL):
            self.assertEqual(self.ask(request, groups=[STRANGER, 60000]), 403)
        self.assertEqual(self.ask(HEALTH, user=0), 200)
        self.assertEqual(self.charts(), self.before)

    def test_it_applies_to_both_listeners(self):
        metrics = self.directory / "metrics.sock"
        self.start_on_socket({"CHART_SOCKET_GROUP": str(GROUP), "CHART_METRICS_LISTEN": f"unix:{metrics}"})
        self.assertEqual(self.mode_and_group(metrics), (0o660, GROUP))
        self.assertEqual(self.ask("GET /metrics", groups=[GROUP], path=metrics), 200)
        self.assertEqual(self.ask(DELETE_ALL, groups=[GROUP], path=metrics), 405)

    def test_a_user_can_only_choose_a_group_of_their_own(self):
        for path in (self.directory, *self.directory.rglob("*")):
            os.lchown(path, OTHER_USER, OTHER_USER)
        outside, inside = ({"user": OTHER_USER, "group": OTHER_USER, "extra_groups": groups} for groups in ([], [GROUP]))
        settings = {"CHART_OUTPUT_DIR": str(self.root), "CHART_LISTEN": f"unix:{self.path}",
                    "CHART_SOCKET_GROUP": str(GROUP)}
        refused = run("serve", environment=settings, **outside)
        self.assertEqual(refused.returncode, 70)
        self.assertRegex(refused.stderr, rf"Cannot listen.*chown to group {GROUP} \(CHART_SOCKET_GROUP; only one that the "
                                         r"daemon is in\).*Operation not permitted")
        self.assertFalse(self.path.exists())

        log = self.directory / "log"
        with log.open("w") as output, subprocess.Popen([REAPER], env=environment_of(settings), stderr=output,
                                                       **inside) as daemon:
            self.addCleanup(daemon.kill)
            wait_until(lambda: "Chart cleanup completed" in log.read_text(), "the first sweep ends")
            self.assertEqual(self.mode_and_group(), (0o660, GROUP))
            self.assertEqual(self.ask(CLEANUP, groups=[GROUP]), 200)
            health = run("health", environment=settings, user=STRANGER, group=STRANGER, extra_groups=[GROUP])
            self.assertEqual((health.returncode, health.stdout), (0, '{"status":"ok"}\n'))
            daemon.terminate()
            self.assertEqual(daemon.wait(PATIENCE), 0)
        self.assertFalse(self.path.exists())

    def test_a_reload_does_not_change_it(self):
        """The reload happens inside the sandbox, where /etc/group cannot be read."""
        named = grp.getgrall()[-1]
        file = self.directory / "etc/reaper.conf"
        file.parent.mkdir()
        file.write_text(f"socket-group={named.gr_name}\nmax-age-hours=24\n")
        daemon = self.start_on_socket(arguments=("--config", str(file)))
        self.assertEqual(self.mode_and_group(), (0o660, named.gr_gid))
        for group in (named.gr_name, "another"):
            after = len(daemon.lines)
            file.write_text(f"socket-group={group}\nmax-age-hours=23\n")
            daemon.process.send_signal(signal.SIGHUP)
            self.assertIn("max_age_hours=23", daemon.wait_for("Settings reloaded", after))
            warned = [line for line in daemon.lines[after:] if "takes effect with the next start" in line]
            self.assertEqual(["CHART_SOCKET_GROUP" in line for line in warned], [True] if group == "another" else [])
        self.assertEqual(self.mode_and_group(), (0o660, named.gr_gid))
        self.assertEqual(self.ask(HEALTH, groups=[named.gr_gid]), 200)


class Setting(ReaperTest):
    def test_check_shows_it(self):
        shown = run("check", environment={"CHART_OUTPUT_DIR": str(self.root), "CHART_SOCKET_GROUP": "root"})
        self.assertEqual(shown.returncode, 0)
        self.assertRegex(shown.stdout, r"CHART_SOCKET_GROUP +root +environment\n")

    def test_an_unknown_group_is_a_bad_value(self):
        for command in ("serve", "check", "sweep", "health"):
            refused = run(command, environment={"CHART_OUTPUT_DIR": str(self.root), "CHART_SOCKET_GROUP": "no-such-group"})
            self.assertEqual(refused.returncode, 78)
            self.assertEqual(refused.stderr.splitlines()[:1], [
                "chart-reaper: CHART_SOCKET_GROUP from environment: 'no-such-group' is not allowed; allowed: the name of a "
                "group in /etc/group, or a number up to 4294967294"])


if __name__ == "__main__":
    unittest.main()
