"""Output and exit codes of the commands that run to an end: sweep, check, health, --help, --version."""

import json
import os
import pty
import subprocess
import unittest

from support import PATIENCE, REAPER, ReaperTest, environment_of, run

OK, UNHEALTHY, USAGE, CANNOT_MAKE_ROOT, CANNOT_USE_ROOT, BAD_SETTINGS = 0, 1, 64, 73, 74, 78


class Commands(ReaperTest):
    def settings(self, **more):
        return {"CHART_OUTPUT_DIR": str(self.root), **more}

    def test_help_and_version_go_to_standard_output(self):
        for argument, text in (("--help", "CHART_MAX_AGE_HOURS"), ("--version", "chart-reaper ")):
            result = run(argument)
            self.assertEqual((result.returncode, result.stderr), (OK, ""))
            self.assertIn(text, result.stdout)

    def test_an_invalid_command_line_is_a_usage_error(self):
        for arguments in (("--max-age-hour", "6"), ("sweeep",), ("serve", "--dry-run"), ("sweep", "--address", "x")):
            result = run(*arguments)
            self.assertEqual(result.returncode, USAGE, arguments)
            self.assertIn("chart-reaper: ", result.stderr)

    def test_a_sweep_removes_charts_by_the_rules(self):
        self.chart("A_1d/old.png", 25)
        self.chart("A_1d/new.png", 1)
        self.chart("A_1d/notes.txt", 999)
        result = run("sweep", environment=self.settings())
        self.assertEqual(result.returncode, OK, result.stderr)
        self.assertEqual(self.charts(), ["A_1d/new.png", "A_1d/notes.txt"])
        self.assertIn("Chart removed: path=A_1d/old.png", result.stderr)
        self.assertIn("Chart cleanup completed: ", result.stderr)
        self.assertIn("expired", result.stdout)

    def test_a_dry_run_lists_charts_and_removes_none(self):
        self.chart("A_1d/old.png", 25)
        result = run("sweep", "--dry-run", environment=self.settings())
        self.assertEqual(result.returncode, OK)
        self.assertIn("A_1d/old.png", result.stdout)
        self.assertEqual(self.charts(), ["A_1d/old.png"])

    def test_json_output_is_one_object(self):
        self.chart("A_1d/old.png", 25, size=1234)
        body = json.loads(run("sweep", "--json", "--dry-run", environment=self.settings()).stdout)
        self.assertIs(body["dry_run"], True)
        self.assertEqual(body["stats"]["files_removed"], 1)
        self.assertEqual(body["removals"][0]["path"], "A_1d/old.png")
        body = json.loads(run("sweep", "--json", environment=self.settings()).stdout)
        self.assertEqual(body["stats"]["bytes_freed"], 1234)

    def test_a_terminal_gets_a_progress_line_and_a_table_instead_of_log_lines(self):
        for number in range(3000):
            self.chart(f"A_1d/{number}.png", 25, size=1)
        main, terminal = pty.openpty()
        with subprocess.Popen([REAPER, "sweep"], env=environment_of(self.settings()), stdout=subprocess.PIPE,
                              stderr=terminal) as process:
            os.close(terminal)
            table = process.stdout.read().decode()
            code = process.wait(PATIENCE)
        shown = b""
        try:
            while chunk := os.read(main, 65536):
                shown += chunk
        except OSError:
            pass  # Linux reports a closed terminal with EIO
        os.close(main)
        self.assertEqual(code, OK)
        self.assertIn("3000", table)
        self.assertNotIn(b"Chart removed", shown)
        self.assertTrue(shown.endswith(b"\r\x1b[K"), shown[-200:])

    def test_every_wrong_setting_is_named_and_nothing_is_removed(self):
        self.chart("A_1d/old.png", 99)
        for command in ("serve", "sweep", "check"):
            result = run(command, environment=self.settings(CHART_MAX_AGE_HOURS="6h", CHART_LOG_LEVEL="loud"))
            self.assertEqual(result.returncode, BAD_SETTINGS)
            self.assertIn("CHART_MAX_AGE_HOURS", result.stderr)
            self.assertIn("6h", result.stderr)
            self.assertIn("CHART_LOG_LEVEL", result.stderr)
        self.assertEqual(self.charts(), ["A_1d/old.png"])

    def test_a_root_with_quotes_or_a_newline_is_refused_and_not_created(self):
        self.chart("A_1d/old.png", 99)
        file = self.directory / "reaper.conf"
        for value in (f'"{self.root}"', f"'{self.root}'", f"{self.root}\r", f"{self.root}\n", f" {self.root}",
                      f"\ufeff{self.root}"):
            for command in ("serve", "sweep", "check", "health"):
                file.write_text(f"output-dir={value.strip()}\n", encoding="utf-8")
                runs = [run(command, environment={"CHART_OUTPUT_DIR": value}, cwd=self.directory),
                        run(command, f"--output-dir={value}", cwd=self.directory)]
                if value == value.strip():
                    runs.append(run(command, "--config", str(file), cwd=self.directory))
                for result in runs:
                    self.assertEqual(result.returncode, BAD_SETTINGS, (command, value))
                    self.assertRegex(result.stderr, r"^chart-reaper: CHART_OUTPUT_DIR from .*; remove the .*\n$")
        self.assertEqual(sorted(path.name for path in self.directory.iterdir()), ["charts", "reaper.conf"])
        self.assertEqual(self.charts(), ["A_1d/old.png"])

    def test_check_prints_every_setting_with_its_source(self):
        file = self.directory / "reaper.conf"
        file.write_text("max-size-mb = 7\n")
        result = run("check", "--config", str(file), "--max-age-hours", "2.5",
                     environment=self.settings(ENVIRONMENT="Production", CHART_MAX_AGES="1"))
        self.assertEqual(result.returncode, OK, result.stderr)
        lines = {line.split()[0]: line for line in result.stdout.splitlines()}
        self.assertRegex(lines["CHART_MAX_AGE_HOURS"], r"2\.5 .*command line")
        self.assertRegex(lines["CHART_MAX_SIZE_MB"], rf"7 .*{file}")
        self.assertRegex(lines["CHART_CLEANUP_INTERVAL_MINUTES"], "15 .*preset")
        self.assertRegex(lines["CHART_OUTPUT_DIR"], "environment")
        self.assertIn("CHART_MAX_AGES", result.stderr)
        self.assertIn("CHART_MAX_AGE_HOURS", result.stderr)

    def test_a_root_that_cannot_be_created_or_used_has_its_own_exit_code(self):
        blocker = self.directory / "file"
        blocker.write_text("a file")
        for command in ("serve", "sweep"):
            below = {"CHART_OUTPUT_DIR": str(blocker / "charts"), "CHART_LISTEN": "127.0.0.1:0"}
            self.assertEqual(run(command, environment=below).returncode, CANNOT_MAKE_ROOT)
            itself = {"CHART_OUTPUT_DIR": str(blocker), "CHART_LISTEN": "127.0.0.1:0"}
            self.assertIn(run(command, environment=itself).returncode, (CANNOT_MAKE_ROOT, CANNOT_USE_ROOT))

    def test_a_missing_root_is_created_but_not_by_a_dry_run(self):
        missing = {"CHART_OUTPUT_DIR": str(self.directory / "a/b")}
        self.assertEqual(run("sweep", "--dry-run", environment=missing).returncode, CANNOT_USE_ROOT)
        self.assertEqual(run("sweep", environment=missing).returncode, OK)
        self.assertTrue((self.directory / "a/b").is_dir())

    def test_health_fails_if_no_daemon_runs(self):
        daemon = self.start()
        self.assertEqual(run("health", "--address", daemon.address).returncode, OK)
        daemon.stop()
        result = run("health", "--address", daemon.address)
        self.assertEqual(result.returncode, UNHEALTHY)
        self.assertIn(daemon.address, result.stderr)

    def test_health_works_over_a_unix_socket(self):
        address = f"unix:{self.directory}/reaper.sock"
        self.start({"CHART_LISTEN": address})
        self.assertEqual(run("health", environment={"CHART_LISTEN": address}).returncode, OK)


# A fake systemctl on the PATH. It prints the properties of a unit that runs on the given directory.
SYSTEMCTL = """#!/bin/sh
echo "$@" >>{directory}/asked
cat <<'END'
ExecStart={{ path=/usr/bin/chart-reaper ; argv[]=chart-reaper serve ; ignore_errors=no ; pid=0 }}
Environment=ENVIRONMENT=production CHART_OUTPUT_DIR={root} CHART_CONFIG_FILE={directory}/service.conf
EnvironmentFiles={directory}/service.env (ignore_errors=yes)
User=analysis
LoadState={state}
END
"""


class BesideTheService(ReaperTest):
    """The commands without settings, on a machine where systemd runs chart-reaper.service."""

    def setUp(self):
        super().setUp()
        self.have_service("loaded")
        (self.directory / "service.conf").write_text("max-size-mb=7\n")

    def have_service(self, state):
        program = self.directory / "bin/systemctl"
        program.parent.mkdir(exist_ok=True)
        program.write_text(SYSTEMCTL.format(directory=self.directory, root=self.root, state=state))
        program.chmod(0o755)

    def run_here(self, *arguments, **environment):
        """Runs a command in a directory without charts."""
        path = f"{self.directory}/bin:{os.environ['PATH']}"
        (self.directory / "here").mkdir(exist_ok=True)
        return run(*arguments, environment={"PATH": path, **environment}, cwd=self.directory / "here")

    def has_asked(self):
        return (self.directory / "asked").exists()

    def test_check_prints_the_service_settings_with_their_sources(self):
        (self.directory / "service.env").write_text("CHART_MIN_AGE_SECONDS='5'\n")
        result = self.run_here("check", "--log-level=error")
        self.assertEqual(result.returncode, OK, result.stderr)
        lines = {line.split()[0]: line for line in result.stdout.splitlines()}
        self.assertRegex(lines["CHART_OUTPUT_DIR"], rf"{self.root} +chart-reaper\.service$")
        self.assertRegex(lines["CHART_MAX_AGE_HOURS"], "6 +preset production$")
        self.assertRegex(lines["CHART_MAX_SIZE_MB"], rf"7 +{self.directory}/service\.conf:1$")
        self.assertRegex(lines["CHART_MIN_AGE_SECONDS"], rf"5 +{self.directory}/service\.env$")
        self.assertRegex(lines["CHART_LOG_LEVEL"], "error +command line --log-level$")
        self.assertEqual(result.stderr,
                         "chart-reaper: using the settings of chart-reaper.service, which runs as analysis\n")

    def test_service_settings_in_quotes_stop_every_command(self):
        self.chart("A_1d/old.png", 99)
        (self.directory / "service.env").write_text(f"CHART_AUDIT_FILE='\"{self.directory}/audit\"'\n")
        for command in ("sweep", "check", "health"):
            result = self.run_here(command)
            self.assertEqual(result.returncode, BAD_SETTINGS)
            self.assertIn(f"CHART_AUDIT_FILE from {self.directory}/service.env: '\"{self.directory}/audit\"' is not",
                          result.stderr)
        self.assertEqual(self.charts(), ["A_1d/old.png"])

    def test_a_sweep_uses_the_directory_and_limits_of_the_service(self):
        self.chart("A_1d/old.png", 7)
        self.chart("A_1d/new.png", 5)
        result = self.run_here("sweep")
        self.assertEqual(result.returncode, OK, result.stderr)
        self.assertEqual(self.charts(), ["A_1d/new.png"])
        self.assertIn("using the settings of chart-reaper.service", result.stderr)
        self.assertEqual(list((self.directory / "here").iterdir()), [])

    def test_a_lifecycle_rule_uses_the_limits_of_the_service(self):
        (self.directory / "service.conf").write_text("max-age-hours=49\n")
        result = self.run_here("lifecycle", "s3", "--prefix=charts/")
        self.assertEqual(result.returncode, OK, result.stderr)
        self.assertEqual(json.loads(result.stdout)["Rules"][0]["Expiration"], {"Days": 3})
        self.assertTrue(result.stderr.startswith("chart-reaper: using the settings of chart-reaper.service"))

    def test_a_sweep_of_another_directory_ignores_the_service(self):
        self.chart("A_1d/old.png", 7)
        for arguments, environment in ((("--output-dir", "."), {}), ((), {"CHART_OUTPUT_DIR": "."})):
            result = self.run_here("sweep", *arguments, **environment)
            self.assertEqual(result.returncode, OK, result.stderr)
            self.assertNotIn("chart-reaper.service", result.stderr)
        self.assertEqual(self.charts(), ["A_1d/old.png"])
        self.assertFalse(self.has_asked())

    def test_health_uses_the_address_of_the_service(self):
        address = f"unix:{self.directory}/reaper.sock"
        (self.directory / "service.env").write_text(f"CHART_LISTEN={address}\n")
        daemon = self.start({"CHART_LISTEN": address})
        result = self.run_here("health")
        self.assertEqual((result.returncode, result.stderr), (OK, ""))
        daemon.stop()
        result = self.run_here("health")
        self.assertEqual(result.returncode, UNHEALTHY)
        self.assertIn("using the settings of chart-reaper.service", result.stderr)
        self.assertIn(address, result.stderr)

    def test_reload_uses_the_address_of_the_service(self):
        address = f"unix:{self.directory}/reaper.sock"
        (self.directory / "service.env").write_text(f"CHART_LISTEN={address}\n")
        daemon = self.start({"CHART_LISTEN": address}, arguments=("--config", str(self.directory / "service.conf")))
        (self.directory / "service.conf").write_text("max-size-mb=9\n")
        result = self.run_here("reload")
        self.assertEqual((result.returncode, result.stdout), (OK, "Settings reloaded\nchanged: CHART_MAX_SIZE_MB\n"))
        daemon.stop()
        result = self.run_here("reload")
        self.assertEqual(result.returncode, UNHEALTHY)
        self.assertIn("using the settings of chart-reaper.service", result.stderr)

    def test_unreadable_service_settings_stop_a_sweep(self):
        self.chart("A_1d/old.png", 99)
        (self.directory / "service.env").mkdir()
        result = self.run_here("sweep")
        self.assertEqual(result.returncode, BAD_SETTINGS)
        self.assertIn("service.env", result.stderr)
        self.assertEqual(self.charts(), ["A_1d/old.png"])

    def test_a_machine_without_the_unit_works_like_one_without_systemd(self):
        self.have_service("not-found")
        result = self.run_here("check")
        self.assertEqual((result.returncode, result.stderr), (OK, ""))
        self.assertRegex(result.stdout, r"CHART_OUTPUT_DIR +\./output/charts +default")
        self.assertTrue(self.has_asked())

    def test_the_daemon_never_calls_systemctl(self):
        self.assertEqual(self.run_here("serve", CHART_LOG_LEVEL="loud").returncode, BAD_SETTINGS)
        self.assertFalse(self.has_asked())

    def test_a_failing_systemctl_without_systemd_is_no_error(self):
        program = self.directory / "bin/systemctl"
        program.write_text("#!/bin/sh\necho 'System has not been booted with systemd' >&2\nexit 1\n")
        result = self.run_here("check")
        expected = "" if not os.path.exists("/run/systemd/system") else (
            "chart-reaper: not using the settings of chart-reaper.service: System has not been booted with systemd\n")
        self.assertEqual((result.returncode, result.stderr), (OK, expected))

    def test_a_systemd_that_does_not_answer_is_abandoned(self):
        program = self.directory / "bin/systemctl"
        program.write_text(f"#!/bin/sh\necho $$ >{self.directory}/asked\nexec sleep 60\n")
        result = self.run_here("check")
        self.assertEqual(result.returncode, OK, result.stderr)
        self.assertIn("not using the settings of chart-reaper.service: read 'systemctl'", result.stderr)
        self.assertRegex(result.stdout, r"CHART_OUTPUT_DIR +\./output/charts +default")
        with self.assertRaises(ProcessLookupError):
            os.kill(int((self.directory / "asked").read_text()), 0)


if __name__ == "__main__":
    unittest.main()
