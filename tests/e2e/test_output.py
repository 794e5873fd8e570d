"""Standard output that cannot be written (closed reader, full disk, no descriptor), and stray signals."""

import os
import signal
import subprocess
import unittest

from support import PATIENCE, REAPER, ReaperTest, environment_of

OK, CANNOT_WRITE, BAD_SETTINGS = 0, 74, 78

# Commands that write to standard output. `health` needs a daemon and is tested separately.
COMMANDS = (("--help",), ("--version",), ("check",), ("sweep", "--dry-run"), ("sweep", "--dry-run", "--json"),
            ("sweep",), ("sweep", "--json"))


class Output(ReaperTest):
    def setUp(self):
        super().setUp()
        for number in range(700):  # a dry run lists more than a pipe holds
            self.chart(f"A_1d/{number}-{'n' * 100}.png", 25)
        self.settings = {"CHART_OUTPUT_DIR": str(self.root), "CHART_LOG_LEVEL": "error"}

    def to(self, output, *arguments, settings=None, **options):
        """Runs a command that writes to this descriptor or file; returns its exit code and standard error."""
        environment = environment_of({**self.settings, **(settings or {})})
        done = subprocess.run([REAPER, *arguments], stdout=output, stderr=subprocess.PIPE, text=True, timeout=PATIENCE,
                              env=environment, check=False, **options)
        return done.returncode, done.stderr

    def to_closed_pipe(self, *arguments, settings=None):
        reader, writer = os.pipe()
        os.close(reader)
        try:
            return self.to(writer, *arguments, settings=settings)
        finally:
            os.close(writer)

    def to_full_disk(self, *arguments, settings=None):
        with open("/dev/full", "wb") as full:
            return self.to(full, *arguments, settings=settings)

    def test_a_closed_reader_does_not_end_a_command_or_sweep(self):
        for command in COMMANDS:
            self.assertEqual(self.to_closed_pipe(*command), (OK, ""), command)
        self.assertEqual(self.charts(), [])
        address = self.start().address
        self.assertEqual(self.to_closed_pipe("health", "--address", address), (OK, ""))

    def test_a_reader_that_closes_early_has_read_the_beginning(self):
        command = [REAPER, "sweep", "--dry-run"]
        environment = environment_of(self.settings)
        with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, bufsize=1,
                              env=environment) as process:
            self.assertIn("AGE (h)", process.stdout.readline())
            process.stdout.close()
            self.assertEqual((process.stderr.read(), process.wait(PATIENCE)), ("", OK))

    def test_unwritable_output_is_an_error_after_the_work_is_done(self):
        commands = [*COMMANDS, ("health", "--address", self.spawn({"CHART_ENABLE_CLEANUP": "false"}).address)]
        for command in commands:
            code, errors = self.to_full_disk(*command)
            self.assertEqual(code, CANNOT_WRITE, command)
            self.assertEqual(errors, "chart-reaper: write to standard output: No space left on device\n", command)
        self.assertEqual(self.charts(), [])

    def test_the_commands_own_error_comes_first(self):
        wrong = {"CHART_MAX_AGE_HOURS": "never"}
        for to in (self.to_closed_pipe, self.to_full_disk):
            code, errors = to("check", settings=wrong)
            self.assertEqual(code, BAD_SETTINGS)
            self.assertIn("CHART_MAX_AGE_HOURS", errors)

    def test_without_a_standard_output_the_report_is_written_nowhere_else(self):
        audit = self.directory / "audit.jsonl"
        environment = environment_of({"CHART_OUTPUT_DIR": str(self.root), "CHART_AUDIT_FILE": str(audit)})
        for closed in (">&-", "0<&- >&-", ">&- 2>&-", "0<&- >&- 2>&-"):
            self.chart("A_1d/x.png", 25)
            audit.unlink(missing_ok=True)
            done = subprocess.run(["sh", "-c", f"exec '{REAPER}' sweep {closed}"], env=environment, timeout=PATIENCE,
                                  stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=False)
            self.assertEqual(done.returncode, CANNOT_WRITE, closed)
            for line in audit.read_text().splitlines():
                self.assertTrue(line.startswith('{"time":'), line)

    def test_without_a_standard_error_the_exit_code_is_correct(self):
        environment = environment_of({"CHART_OUTPUT_DIR": str(self.root), "CHART_MAX_AGE_HOURS": "never"})
        for lost in ("2>&-", "2>/dev/full"):
            done = subprocess.run(["sh", "-c", f"exec '{REAPER}' check {lost}"], env=environment, timeout=PATIENCE,
                                  stdout=subprocess.PIPE, check=False)
            self.assertEqual(done.returncode, BAD_SETTINGS, lost)

    def test_a_full_nonblocking_pipe_is_waited_for(self):
        reader, writer = os.pipe()
        os.set_blocking(writer, False)
        environment = environment_of(self.settings)
        with open(reader, "rb") as text, subprocess.Popen([REAPER, "sweep", "--dry-run"], stdout=writer,
                                                          env=environment) as process:
            os.close(writer)
            lines = text.read().decode().splitlines()
            self.assertEqual(process.wait(PATIENCE), OK)
        self.assertEqual(sum(".png" in line for line in lines), 700)


class Signals(ReaperTest):
    def test_sigquit_ends_a_sweep_cleanly_and_stray_signals_do_not(self):
        for number in range(300):
            self.chart(f"A_1d/{number}.png", 25)
        # The removal takes some seconds, so that the signals arrive during it.
        environment = environment_of({"CHART_OUTPUT_DIR": str(self.root), "CHART_MAX_REMOVALS_PER_SECOND": "60"})
        with subprocess.Popen([REAPER, "sweep"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment,
                              cwd=self.directory) as process:
            self.assertIn(b"Chart removed", process.stderr.readline())
            for number in (signal.SIGUSR1, signal.SIGUSR2, signal.SIGALRM, signal.SIGPIPE):
                process.send_signal(number)
            self.assertIn(b"Chart removed", process.stderr.readline())
            process.send_signal(signal.SIGQUIT)
            shown, _ = process.communicate(timeout=PATIENCE)
        self.assertEqual(process.returncode, -signal.SIGQUIT)
        self.assertIn(b"The sweep was stopped before its end.", shown)
        left = self.charts()
        self.assertGreater(len(left), 0)
        self.assertEqual([name for name in left if "chart-reaper" in name], [])
        self.assertEqual([path.name for path in self.directory.iterdir()], ["charts"])  # no core file


if __name__ == "__main__":
    unittest.main()
