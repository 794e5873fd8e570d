"""Settings that change without a restart: through the configuration file, the route and the command."""

import json
import re
import signal
import unittest

from service_manager import FakeServiceManager
from support import ReaperTest, run

OK, NO_ANSWER, BAD_SETTINGS = 0, 1, 78


class ReloadTest(ReaperTest):
    def setUp(self):
        super().setUp()
        self.file = self.directory / "etc/reaper.conf"
        self.file.parent.mkdir()
        self.file.write_text("max-age-hours=24\n")

    def start_with_file(self, settings=None, **options):
        return self.start(settings, arguments=("--config", str(self.file)), **options)

    def replace(self, text):
        """Replaces the file like an editor: writes a new one and renames it."""
        new = self.file.with_name("new")
        new.write_text(text)
        new.rename(self.file)

    @staticmethod
    def max_age(daemon):
        return daemon.json("GET", "/charts/storage/stats")[1]["stats"]["max_age_hours"]

    @staticmethod
    def count(daemon, text):
        return sum(text in line for line in daemon.lines)


class ChangedFile(ReloadTest):
    def test_a_file_replaced_by_rename_takes_effect(self):
        self.chart("A_1d/x.png", 12)
        daemon = self.start_with_file()
        self.replace("max-age-hours=6\n")
        line = daemon.wait_for("Settings reloaded: max_age_hours=6")
        self.assertIn('asked_by="configuration file"', line)
        self.assertEqual(self.max_age(daemon), 6)
        self.assertEqual(daemon.json("POST", "/charts/cleanup")[1]["stats"]["files_removed"], 1)

    def test_a_file_written_in_place_is_read_as_a_whole(self):
        daemon = self.start_with_file()
        with self.file.open("w") as file:
            file.write("max-age-hours=7\n")
            file.flush()
            file.write("log-level=debug\n")
        daemon.wait_for("Settings reloaded: max_age_hours=7")
        self.assertEqual(self.count(daemon, "Settings not reloaded"), 0)

    def test_an_updated_config_map_takes_effect(self):
        """Updates it like the kubelet: the file links to ..data/reaper.conf, and a rename replaces ..data."""
        self.file.unlink()
        self.publish("..2026_01", "max-age-hours=24\n")
        self.file.symlink_to("..data/reaper.conf")
        daemon = self.start_with_file()
        for hours in (6, 5):
            self.publish(f"..2026_{hours:02}", f"max-age-hours={hours}\n")
            daemon.wait_for(f"Settings reloaded: max_age_hours={hours}")
        self.assertEqual(self.max_age(daemon), 5)

    def publish(self, version, text):
        folder = self.file.parent
        (folder / version).mkdir()
        (folder / version / "reaper.conf").write_text(text)
        (folder / "..data_tmp").symlink_to(version)
        (folder / "..data_tmp").rename(folder / "..data")

    def test_a_bad_file_keeps_the_old_settings_and_is_reported_once(self):
        manager = FakeServiceManager(self, watchdog_seconds=60)
        daemon = self.start_with_file(manager.settings())
        self.replace("max-age-hours=never\n")
        daemon.wait_for("Settings not reloaded")
        manager.receive("RELOADING=1")
        with self.assertRaises(TimeoutError):
            manager.receive("RELOADING=1", within=5)  # at least two more checks of the file
        self.replace("max-age-hours=24\nlog-level=debug\n")
        daemon.wait_for("Settings reloaded")
        self.assertEqual(self.count(daemon, "Settings not reloaded"), 1)
        self.assertEqual(self.max_age(daemon), 24)

    def test_a_missing_file_keeps_the_old_settings(self):
        daemon = self.start_with_file()
        self.file.unlink()
        self.assertIn("No such file", daemon.wait_for("Settings not reloaded"))
        self.assertEqual(self.max_age(daemon), 24)
        self.replace("max-age-hours=6\n")
        daemon.wait_for("Settings reloaded: max_age_hours=6")

    def test_a_file_read_on_a_signal_is_not_read_again(self):
        daemon = self.start_with_file()
        self.replace("max-age-hours=never\n")
        daemon.process.send_signal(signal.SIGHUP)
        self.assertIn("asked_by=SIGHUP", daemon.wait_for("Settings not reloaded"))
        self.replace("max-age-hours=6\n")
        daemon.wait_for("Settings reloaded")
        self.assertEqual(self.count(daemon, "Settings not reloaded"), 1)

    def test_a_setting_that_needs_a_restart_says_so(self):
        daemon = self.start_with_file()
        self.replace("max-age-hours=6\nwatch=off\n")
        self.assertIn("CHART_WATCH", daemon.wait_for("takes effect with the next start"))
        daemon.wait_for("Settings reloaded: max_age_hours=6")

    def test_the_service_manager_is_notified(self):
        manager = FakeServiceManager(self, watchdog_seconds=60)
        daemon = self.start_with_file(manager.settings())
        manager.receive("READY=1")
        for text in ("max-age-hours=6\n", "max-age-hours=never\n"):
            self.replace(text)
            self.assertIn("MONOTONIC_USEC=", manager.receive("RELOADING=1"))
            manager.receive("READY=1")
        daemon.wait_for("Settings not reloaded")

    def test_the_daemon_still_stops_fast(self):
        daemon = self.start_with_file()
        code, seconds = daemon.stop()
        self.assertEqual(code, OK)
        self.assertLess(seconds, 1.5)


class Route(ReloadTest):
    def test_it_reports_changes_and_settings_that_need_a_restart(self):
        daemon = self.start_with_file()
        self.file.write_text("max-age-hours=6\nlog-level=debug\nmax-size-mb=1000\nwatch=off\nsandbox=off\n")
        status, body = daemon.json("POST", "/config/reload")
        self.assertEqual((status, body), (200, {
            "success": True, "message": "Settings reloaded", "changed": ["CHART_MAX_AGE_HOURS", "CHART_LOG_LEVEL"],
            "needs_restart": ["CHART_WATCH", "CHART_SANDBOX"]}))
        self.assertRegex(daemon.wait_for("Settings reloaded"), r"asked_by=127\.0\.0\.1:\d+")
        self.assertEqual(self.max_age(daemon), 6)
        status, body = daemon.json("POST", "/config/reload")
        self.assertEqual((status, body["changed"], body["needs_restart"]), (200, [], ["CHART_WATCH", "CHART_SANDBOX"]))

    def test_every_bad_setting_is_named_and_the_old_ones_stay(self):
        daemon = self.start_with_file()
        self.file.write_text("max-age-hours=never\nlog-level=\"info\"\n")
        status, headers, text = daemon.request("POST", "/config/reload")
        self.assertEqual((status, headers["Content-Type"]), (422, "application/problem+json"))
        detail = json.loads(text)["detail"]
        self.assertEqual(len(detail.splitlines()), 2)
        self.assertIn(f"CHART_MAX_AGE_HOURS from {self.file}:1: 'never'", detail)
        self.assertIn(f"CHART_LOG_LEVEL from {self.file}:2: '\"info\"'", detail)
        self.assertEqual(self.max_age(daemon), 24)

    def test_without_a_configuration_file_it_has_nothing_to_change(self):
        daemon = self.start()
        self.assertEqual(daemon.json("POST", "/config/reload")[1]["changed"], [])

    def test_an_audit_file_outside_the_sandbox_needs_a_restart(self):
        daemon = self.start_with_file({"CHART_AUDIT_FILE": ""})
        self.file.write_text(f"max-age-hours=6\naudit-file={self.directory}/missing/audit\n")
        body = daemon.json("POST", "/config/reload")[1]
        self.assertEqual((body["changed"], body["needs_restart"]), (["CHART_MAX_AGE_HOURS"], ["CHART_AUDIT_FILE"]))
        daemon.wait_for("Audit file cannot be opened")

    def test_the_token_is_required_as_for_other_changes(self):
        token = self.directory / "token"
        token.write_text("secret\n")
        token.chmod(0o400)
        daemon = self.start_with_file({"CHART_LISTEN": "0.0.0.0:0", "CHART_ADMIN_TOKEN_FILE": str(token)})
        self.file.write_text("max-age-hours=6\n")
        self.assertEqual(daemon.request("POST", "/config/reload")[0], 401)
        self.assertEqual(daemon.request("POST", "/config/reload", {"Authorization": "Bearer wrong"})[0], 401)
        self.assertEqual(self.count(daemon, "Settings reloaded"), 0)
        self.assertEqual(daemon.request("POST", "/config/reload", {"Authorization": "Bearer secret"})[0], 200)

    def test_a_page_of_another_site_is_refused(self):
        daemon = self.start_with_file()
        self.assertEqual(daemon.request("POST", "/config/reload", {"Origin": "http://evil.example"})[0], 403)
        self.assertEqual(daemon.request("GET", "/config/reload")[0], 405)
        self.assertEqual(daemon.request("POST", "/config/reload?dry_run=true")[0], 400)


class Command(ReloadTest):
    def ask(self, daemon, *arguments, **environment):
        return run("reload", "--address", daemon.address, *arguments, environment=environment)

    def test_it_prints_the_changes(self):
        daemon = self.start_with_file()
        self.file.write_text("max-age-hours=6\nlog-level=debug\nwatch=off\n")
        result = self.ask(daemon)
        self.assertEqual((result.returncode, result.stderr), (OK, ""))
        self.assertEqual(result.stdout, "Settings reloaded\nchanged: CHART_MAX_AGE_HOURS, CHART_LOG_LEVEL\n"
                                        "needs a restart: CHART_WATCH\n")
        self.file.write_text("max-age-hours=6\nlog-level=debug\n")
        self.assertEqual(self.ask(daemon).stdout, "Settings reloaded\nchanged: nothing\n")
        self.assertEqual(json.loads(self.ask(daemon, "--json").stdout)["success"], True)

    def test_bad_settings_are_printed(self):
        daemon = self.start_with_file()
        self.file.write_text("max-age-hours=never\nmax-size-mb=-1\n")
        # The daemon prints them, and the command itself if the address comes from the settings.
        for result in (self.ask(daemon), run("reload", "--config", str(self.file))):
            self.assertEqual((result.returncode, result.stdout), (BAD_SETTINGS, ""))
            lines = result.stderr.splitlines()
            self.assertEqual(len(lines), 2)
            self.assertTrue(lines[0].startswith(f"chart-reaper: CHART_MAX_AGE_HOURS from {self.file}:1: 'never'"))
        self.assertEqual(self.max_age(daemon), 24)

    def test_the_address_comes_from_the_settings(self):
        address = f"unix:{self.directory}/reaper.sock"
        daemon = self.start_with_file({"CHART_LISTEN": address})
        self.file.write_text("max-age-hours=6\n")
        result = run("reload", environment={"CHART_LISTEN": address})
        self.assertEqual(result.returncode, OK, result.stderr)
        daemon.wait_for("Settings reloaded: max_age_hours=6")

    def test_the_token_comes_from_the_settings(self):
        token = self.directory / "token"
        token.write_text("secret\nsecond line\n")
        token.chmod(0o400)
        daemon = self.start_with_file({"CHART_LISTEN": "0.0.0.0:0", "CHART_ADMIN_TOKEN_FILE": str(token)})
        refused = self.ask(daemon)
        self.assertEqual(refused.returncode, NO_ANSWER)
        self.assertRegex(refused.stderr, "^chart-reaper: A change needs the header")
        self.assertEqual(self.ask(daemon, CHART_ADMIN_TOKEN_FILE=str(token)).returncode, OK)
        self.assertEqual(self.ask(daemon, "--admin-token-file", str(token)).returncode, OK)

    def test_it_fails_if_no_daemon_runs(self):
        daemon = self.start_with_file()
        daemon.stop()
        result = self.ask(daemon)
        self.assertEqual((result.returncode, result.stdout), (NO_ANSWER, ""))
        self.assertTrue(re.match(f"chart-reaper: {daemon.address}: POST /config/reload of .*refused", result.stderr))


if __name__ == "__main__":
    unittest.main()
