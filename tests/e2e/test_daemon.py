"""The life of the daemon: start, timer, signals, reload, log, service manager."""

import json
import os
import signal
import subprocess
import unittest

from service_manager import FakeServiceManager
from support import PATIENCE, REAPER, ReaperTest, environment_of, wait_until

INITIALIZED = "Chart manager initialized"
COMPLETED = "Chart cleanup completed"


class Daemon(ReaperTest):
    def test_it_logs_its_settings_and_sweeps_at_once(self):
        self.chart("A_1d/old.png", 25)
        daemon = self.start()
        starts = [line.split(":")[0] for line in daemon.lines]
        self.assertLess(starts.index(INITIALIZED), starts.index(COMPLETED))
        self.assertEqual(starts.count(INITIALIZED), 1)
        line = daemon.wait_for(INITIALIZED)
        self.assertIn(f"root={self.root}", line)
        self.assertIn("max_age_hours=24", line)
        self.assertIn("max_size_mb=1000", line)
        self.assertEqual(self.charts(), [])

    def test_the_timer_sweeps_again(self):
        daemon = self.start({"CHART_CLEANUP_INTERVAL_MINUTES": "0.002"})
        self.chart("A_1d/old.png", 25)
        daemon.wait_for("Chart removed: path=A_1d/old.png")

    def test_disabled_cleanup_only_removes_charts_on_request(self):
        self.chart("A_1d/old.png", 25)
        daemon = self.spawn({"CHART_ENABLE_CLEANUP": "false", "CHART_CLEANUP_INTERVAL_MINUTES": "0.001"})
        daemon.wait_for_readiness()
        self.assertEqual(self.charts(), ["A_1d/old.png"])
        self.assertEqual(daemon.json("POST", "/charts/cleanup")[1]["stats"]["files_removed"], 1)

    def test_every_line_of_the_json_log_is_json(self):
        nasty = "A_1d/new\nline\x1b[31m\"quote\\.png"
        self.chart(nasty, 25)
        (self.root / "A_1d").joinpath(os.fsdecode(b"\xff\xfe.png")).write_bytes(b"x")
        os.utime(os.fsencode(self.root / "A_1d") + b"/\xff\xfe.png", (1, 1))
        daemon = self.start({"CHART_LOG_FORMAT": "json"})
        removed = [json.loads(line) for line in daemon.lines if "Chart removed" in line]
        self.assertEqual(len(removed), 2)
        for line in daemon.lines:
            self.assertIn("message", json.loads(line))

    def test_a_name_with_control_characters_stays_on_one_log_line(self):
        self.chart("A_1d/new\nline\x1b[31m.png", 25)
        daemon = self.start()
        line = daemon.wait_for("Chart removed")
        self.assertIn(r"new\nline\x1b[31m.png", line)

    def test_sigterm_sigint_and_sigquit_stop_it_within_a_second(self):
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGQUIT):
            daemon = self.start()
            code, seconds = daemon.stop(number)
            self.assertEqual(code, 0)
            self.assertIn(f"signal={number.name}", daemon.wait_for("Chart manager stopping"))
            self.assertLess(seconds, 1 if "ASAN_OPTIONS" not in os.environ else PATIENCE)

    def test_sigterm_during_a_sweep_leaves_nothing_in_quarantine(self):
        for number in range(20000):
            (self.root / f"S{number // 500}_1d").mkdir(exist_ok=True)
            (self.root / f"S{number // 500}_1d/{number}.png").touch()
            os.utime(self.root / f"S{number // 500}_1d/{number}.png", (1, 1))
        daemon = self.spawn()
        daemon.wait_for("Chart removed")
        code, seconds = daemon.stop()
        self.assertEqual(code, 0)
        self.assertLess(seconds, 3)
        left = self.charts()
        self.assertGreater(len(left), 0)
        self.assertEqual([name for name in left if "chart-reaper" in name], [])

    def test_a_second_signal_has_no_effect(self):
        daemon = self.start()
        daemon.process.send_signal(signal.SIGTERM)
        code, _ = daemon.stop()
        self.assertEqual(code, 0)

    def test_unrelated_signals_do_not_stop_it(self):
        daemon = self.start()
        for number in (signal.SIGPIPE, signal.SIGIO, signal.SIGUSR1, signal.SIGUSR2, signal.SIGALRM, signal.SIGXFSZ):
            daemon.process.send_signal(number)
        self.assertEqual(daemon.request("GET", "/healthz")[0], 200)

    def test_it_runs_with_standard_error_closed(self):
        process = subprocess.Popen(["sh", "-c", f"exec '{REAPER}' 2>&-"],
                                   env=environment_of({"CHART_OUTPUT_DIR": str(self.root),
                                                       "CHART_LISTEN": f"unix:{self.directory}/s"}))
        self.addCleanup(process.wait)
        self.addCleanup(process.kill)
        self.chart("A_1d/old.png", 25)
        wait_until((self.directory / "s").exists, "the daemon listens")
        process.send_signal(signal.SIGTERM)
        self.assertEqual(process.wait(PATIENCE), 0)

    def test_a_log_that_nothing_reads_does_not_block_it(self):
        for number in range(3000):
            self.chart(f"A_1d/{number}-{'n' * 100}.png", 25, size=1)
        daemon = self.spawn()
        # Three thousand lines exceed the pipe's capacity, and nothing reads them.
        wait_until(lambda: not self.charts(), "every chart is removed")
        self.assertEqual(daemon.request("GET", "/healthz")[0], 200)

    def test_a_good_reload_takes_effect_and_a_bad_one_does_not(self):
        file = self.directory / "reaper.conf"
        file.write_text("max-age-hours=24\n")
        self.chart("A_1d/x.png", 12)
        daemon = self.start(arguments=("--config", str(file)))
        self.assertEqual(self.charts(), ["A_1d/x.png"])

        file.write_text("max-age-hours=never\nmax-size-mb=-1\n")
        daemon.process.send_signal(signal.SIGHUP)
        line = daemon.wait_for("Settings not reloaded")
        self.assertIn("never", line)
        self.assertEqual(daemon.json("GET", "/charts/storage/stats")[1]["stats"]["max_age_hours"], 24)

        file.write_text("max-age-hours=6\n")
        daemon.process.send_signal(signal.SIGHUP)
        daemon.wait_for("Settings reloaded")
        self.assertEqual(daemon.json("GET", "/charts/storage/stats")[1]["stats"]["max_age_hours"], 6)
        self.assertEqual(daemon.json("POST", "/charts/cleanup")[1]["stats"]["files_removed"], 1)

    def test_a_root_that_disappears_and_returns(self):
        self.chart("A_1d/old.png", 1)
        daemon = self.start()
        away = self.directory / "away"
        self.root.rename(away)
        status, body = daemon.json("POST", "/charts/cleanup")
        self.assertEqual(status, 503)
        self.assertEqual(daemon.request("GET", "/readyz")[0], 503)
        self.assertEqual(daemon.request("GET", "/healthz")[0], 200)
        daemon.wait_for("Error during chart cleanup")
        away.rename(self.root)
        daemon.wait_for_readiness()  # the daemon sweeps as soon as it finds the root again
        self.assertEqual(self.charts(), ["A_1d/old.png"])

    def test_a_replaced_root_is_swept_and_the_old_one_is_not(self):
        daemon = self.start()
        self.chart("A_1d/old.png", 99)
        away = self.directory / "away"
        self.root.rename(away)
        self.root.mkdir()
        self.chart("B_1d/old.png", 99)
        self.assertEqual(daemon.json("POST", "/charts/cleanup")[1]["stats"]["files_removed"], 1)
        daemon.wait_for("Chart directory was replaced")
        self.assertTrue((away / "A_1d/old.png").exists())

    def test_crossing_a_usage_threshold_is_logged_once(self):
        daemon = self.start({"CHART_MAX_SIZE_MB": "0.01"})
        self.chart("A_1d/x.png", 1, size=9500)
        for _ in range(3):
            daemon.request("POST", "/charts/cleanup")
        self.chart("A_1d/y.png", 0, size=900)
        daemon.request("POST", "/charts/cleanup")
        daemon.wait_for("above 95 %")
        self.assertEqual(sum("above 80 %" in line for line in daemon.lines), 1)

    def test_an_address_in_use_is_reported(self):
        daemon = self.start()
        other = self.spawn({"CHART_LISTEN": daemon.address})
        self.assertEqual(other.ended()[0], 70)
        self.assertIn("Address already in use", "\n".join(other.lines))

    def test_only_the_owner_may_use_the_unix_socket_and_it_is_removed_at_exit(self):
        path = self.directory / "reaper.sock"
        for _ in range(2):
            daemon = self.start({"CHART_LISTEN": f"unix:{path}"})
            self.assertEqual(path.stat().st_mode & 0o777, 0o600)
            daemon.stop()
            self.assertFalse(path.exists())


class ServiceManager(ReaperTest):
    def test_the_daemon_notifies_ready_reloading_and_stopping(self):
        manager = FakeServiceManager(self, watchdog_seconds=0.2)
        file = self.directory / "reaper.conf"
        file.write_text("")
        self.chart("A_1d/x.png", 1, size=1024 * 1024)
        daemon = self.start(manager.settings(), arguments=("--config", str(file)))
        manager.receive("READY=1")
        self.assertIn("1 chart, 1.0 of 1000 MB", manager.receive("STATUS="))
        manager.receive("WATCHDOG=1")
        manager.receive("WATCHDOG=1")
        daemon.process.send_signal(signal.SIGHUP)
        self.assertIn("MONOTONIC_USEC=", manager.receive("RELOADING=1"))
        manager.receive("READY=1")
        daemon.process.send_signal(signal.SIGTERM)
        manager.receive("STOPPING=1")


if __name__ == "__main__":
    unittest.main()
