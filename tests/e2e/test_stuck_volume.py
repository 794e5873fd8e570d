"""A volume that does not answer, simulated by a stopped FUSE server: the daemon goes on, and stops when asked to.

Also the reverse: a slow volume that answers is not mistaken for a stuck one.
"""

import contextlib
import http.client
import os
import pathlib
import resource
import signal
import subprocess
import threading
import time
import unittest

import tracing
from service_manager import FakeServiceManager
from support import PATIENCE, REAPER, ReaperTest, environment_of, run, wait_until
from volumes import MountsTest, needs_tools

# The timeout of a container probe, and the longest time that the daemon may take to stop.
PROBE_SECONDS, END_SECONDS = 1, 5

# The limits for waiting requests and for connections (lib/http/server_limits.hpp).
MOST_WAITING, MOST_CONNECTIONS = 256, 400

# Short, to keep the tests fast. The daemon allows its worker as long as the service manager allows the daemon.
WATCHDOG_SECONDS = 2


@needs_tools("bindfs")
class StuckVolume(MountsTest, ReaperTest):
    CONCURRENCY = "1"  # calls in flight

    def start(self, settings=None, **options):
        return super().start({"CHART_IO_CONCURRENCY": self.CONCURRENCY, **(settings or {})}, **options)

    def setUp(self):
        super().setUp()
        self.below = self.directory / "below"
        self.below.mkdir()
        self.server = subprocess.Popen(["bindfs", "-f", str(self.below), str(self.root)], stderr=subprocess.PIPE)
        self.addCleanup(self.server.communicate)
        self.addCleanup(self.server.kill)  # runs first, because a stopped server blocks the unmount
        self.addCleanup(self.unmount, self.root)
        self.wait_for_mount()

    def wait_for_mount(self):
        """Waits until the server has mounted its volume or has failed."""
        deadline = time.monotonic() + PATIENCE
        while not os.path.ismount(self.root):
            if self.server.poll() is not None or time.monotonic() > deadline:
                self.skipTest(f"bindfs cannot mount: {self.server.stderr.read().decode().strip()}")
            os.sched_yield()

    def stop_server(self):
        """Stops the server, so that the volume answers no call."""
        self.server.send_signal(signal.SIGSTOP)
        os.waitid(os.P_PID, self.server.pid, os.WSTOPPED | os.WNOWAIT)

    def start_stuck_sweep(self, daemon):
        """Requests a sweep and waits until the daemon is blocked on the volume; returns the requesting thread and the
        list for its answer."""
        answers = []

        def ask():
            # The daemon may stop without answering the request.
            with contextlib.suppress(http.client.RemoteDisconnected):
                answers.append(daemon.request("POST", "/charts/cleanup")[0])

        thread = threading.Thread(target=ask)
        thread.start()
        self.addCleanup(thread.join, PATIENCE)
        self.wait_until_blocked(daemon.process.pid)
        return thread, answers

    def wait_until_blocked(self, pid):
        """Waits until a thread of the process is inside a call on the volume."""
        waiting = pathlib.Path(f"/proc/{pid}/task")
        wait_until(lambda: any("fuse" in (task / "stack").read_text() or "fuse" in (task / "wchan").read_text()
                               for task in waiting.iterdir()), "the program waits for the volume")

    def check_that_it_answers(self, daemon):
        self.check_probes(daemon, ("/healthz", "/charts/storage/stats", "/metrics", "/readyz"))

    def check_probes(self, daemon, targets=("/healthz", "/metrics", "/readyz")):
        for target in targets:
            began = time.monotonic()
            status = daemon.request("GET", target)[0]
            self.assertLess(time.monotonic() - began, 5 if target != "/healthz" else PROBE_SECONDS, target)
            if target != "/readyz":
                self.assertEqual(status, 200)

    def test_probes_are_answered_and_sigterm_ends_it_in_time(self):
        self.chart("A_1d/x.png", 1)
        daemon = self.start()
        self.stop_server()
        self.start_stuck_sweep(daemon)
        self.check_that_it_answers(daemon)
        code, seconds = daemon.stop()
        self.assertEqual(code, 0, daemon.lines)
        self.assertLess(seconds, END_SECONDS)
        daemon.wait_for("does not answer")

    def test_sigterm_ends_a_sweep_command_in_time(self):
        for number in range(100):
            self.chart(f"A_1d/{number}.png", 48)
        settings = {"CHART_OUTPUT_DIR": str(self.root), "CHART_MAX_REMOVALS_PER_SECOND": "5",
                    "CHART_IO_CONCURRENCY": self.CONCURRENCY}
        sweep = subprocess.Popen([REAPER, "sweep"], env=environment_of(settings), stderr=subprocess.PIPE, text=True)
        self.addCleanup(sweep.kill)
        wait_until(lambda: len(os.listdir(self.below / "A_1d")) < 100, "a chart is removed")
        self.stop_server()
        self.wait_until_blocked(sweep.pid)
        began = time.monotonic()
        sweep.send_signal(signal.SIGTERM)
        said = sweep.communicate(timeout=PATIENCE)[1]
        self.assertLess(time.monotonic() - began, END_SECONDS)
        self.assertEqual(sweep.returncode, -signal.SIGTERM)
        self.assertIn("the volume does not answer", said)

    def test_a_volume_that_answers_again_is_swept(self):
        self.chart("A_1d/x.png", 1)
        daemon = self.start()
        self.stop_server()
        thread, answers = self.start_stuck_sweep(daemon)
        self.check_that_it_answers(daemon)
        self.server.send_signal(signal.SIGCONT)
        thread.join(PATIENCE)
        self.assertEqual(answers, [200])
        self.chart("A_1d/old.png", 48)
        self.assertEqual(daemon.json("POST", "/charts/cleanup")[1]["stats"]["files_removed"], 1)
        self.assertEqual(daemon.stop()[0], 0)

    def test_probes_are_answered_when_too_many_requests_wait(self):
        resource.setrlimit(resource.RLIMIT_NOFILE, (4096, resource.getrlimit(resource.RLIMIT_NOFILE)[1]))
        self.chart("A_1d/x.png", 1)
        daemon = self.start()
        self.stop_server()
        self.start_stuck_sweep(daemon)
        clients = []
        self.addCleanup(lambda: [client.close() for client in clients])
        # These wait until the volume answers; the daemon closes none of them to make room.
        while len(clients) < MOST_WAITING - 1:
            clients.append(daemon.connect())
            clients[-1].sendall(b"POST /charts/cleanup HTTP/1.1\r\nHost: localhost\r\n\r\n")
        deadline = time.monotonic() + PATIENCE
        while (answer := daemon.request("GET", "/charts/usage"))[0] == 200:
            self.assertLess(time.monotonic(), deadline, "requests without end may wait")
        self.assertEqual((answer[0], answer[1]["Retry-After"]), (503, "1"))
        self.assertIn("Too many requests", answer[2])
        for number in range(MOST_CONNECTIONS):  # of those that wait for nothing some more than there is room for
            clients.append(daemon.connect())
            if number % 2:
                clients[-1].sendall(b"GET /charts/storage/stats HTTP/1.1\r\nHost: localhost\r\n\r\n")
        self.check_probes(daemon)
        self.assertEqual(daemon.request("POST", "/charts/cleanup")[0], 503)
        self.assertRegex(daemon.request("GET", "/metrics")[2], r'_http_refused_total{listener="admin",why="busy"} [1-9]')

        self.server.send_signal(signal.SIGCONT)
        for client in clients[:MOST_WAITING - 1]:
            self.assertTrue(client.recv(65536).startswith(b"HTTP/1.1 200 "))
        self.assertEqual(daemon.request("GET", "/charts/usage")[0], 200)

    def test_a_reload_during_a_sweep_takes_effect_at_once(self):
        self.chart("A_1d/x.png", 12)
        file = self.directory / "reaper.conf"
        file.write_text("max-age-hours=24\n")
        daemon = self.start(arguments=("--config", str(file)))
        self.stop_server()
        thread, answers = self.start_stuck_sweep(daemon)
        file.write_text("max-age-hours=6\n")
        daemon.process.send_signal(signal.SIGHUP)
        daemon.wait_for("Settings reloaded")
        self.server.send_signal(signal.SIGCONT)
        thread.join(PATIENCE)
        self.assertEqual(answers, [200])
        self.assertEqual(daemon.json("GET", "/charts/storage/stats")[1]["stats"]["max_age_hours"], 6)
        daemon.json("POST", "/charts/cleanup")
        self.assertEqual(self.charts(), [])

    def test_the_watchdog_fires_while_the_worker_hangs_and_not_before(self):
        self.chart("A_1d/x.png", 1)
        manager = FakeServiceManager(self, WATCHDOG_SECONDS)
        daemon = self.start(manager.settings())
        idle_until = time.monotonic() + 1.5 * WATCHDOG_SECONDS
        self.assertTrue(manager.sees_life_until(lambda: time.monotonic() > idle_until))
        self.stop_server()
        thread, answers = self.start_stuck_sweep(daemon)
        began = time.monotonic()
        self.assertFalse(manager.sees_life_until(lambda: False))
        self.assertLess(time.monotonic() - began, 4 * WATCHDOG_SECONDS)
        status, body = daemon.json("GET", "/healthz")
        self.assertEqual(status, 503)
        self.assertIn("no progress for more than 2 seconds", body["detail"])

        self.server.send_signal(signal.SIGCONT)
        thread.join(PATIENCE)
        self.assertEqual(answers, [200])
        manager.receive("WATCHDOG=1")
        self.assertEqual(daemon.request("GET", "/healthz")[0], 200)

    def test_charts_on_it_are_removed_without_leases(self):
        self.chart("A_1d/old.png", 48)
        self.chart("A_1d/new.png", 1)
        daemon = self.start()
        daemon.wait_for("without_lease=1")
        self.assertEqual(self.charts(), ["A_1d/new.png"])


class StuckVolumeWithManyCalls(StuckVolume):
    CONCURRENCY = "8"

    @tracing.needs_strace
    def test_one_hung_call_is_noticed_although_others_go_on(self):
        self.chart("B_1d/first.png", 72)
        for number in range(20 * 8 * WATCHDOG_SECONDS):
            self.chart(f"A_1d/{number}.png", 48, size=0)
        manager = FakeServiceManager(self, WATCHDOG_SECONDS)
        settings = {"CHART_OUTPUT_DIR": str(self.root), "CHART_LISTEN": f"unix:{self.directory}/socket",
                    "CHART_IO_CONCURRENCY": self.CONCURRENCY, "CHART_MAX_REMOVALS_PER_SECOND": "20",
                    **manager.settings()}
        hung = f"unlinkat:delay_enter={round(4 * WATCHDOG_SECONDS * 1e6)}"
        daemon = tracing.Traced([], settings, [hung], ("unlinkat", [self.root / "B_1d"]))
        self.addCleanup(daemon.end)
        manager.receive("READY=1")
        noticed = "a call to the volume has taken more than 2 seconds"
        wait_until(lambda: noticed in self.hang(), "the hung call is noticed")
        left = len(os.listdir(self.below / "A_1d"))
        wait_until(lambda: len(os.listdir(self.below / "A_1d")) < left, "other charts are removed")
        wait_until(lambda: not self.hang(), "the call ends")
        wait_until(lambda: not self.charts(), "all are removed")

    def hang(self):
        """Returns the output of the health command; empty if the daemon is healthy."""
        result = run("health", environment={"CHART_LISTEN": f"unix:{self.directory}/socket"})
        return result.stdout + result.stderr if result.returncode else ""


@tracing.needs_strace
class SlowVolume(ReaperTest):
    CHARTS, SECONDS_FOR_EACH = 900, 0.005

    def test_the_watchdog_does_not_fire_in_a_long_sweep_that_makes_progress(self):
        for number in range(self.CHARTS):
            self.chart(f"A_1d/{number}.png", 48, size=0)
        manager = FakeServiceManager(self, WATCHDOG_SECONDS)
        settings = {"CHART_OUTPUT_DIR": str(self.root), "CHART_LISTEN": "127.0.0.1:0", "CHART_LOG_LEVEL": "warning",
                    **manager.settings()}
        slow = f"unlinkat:delay_enter={round(self.SECONDS_FOR_EACH * 1e6)}"
        began = time.monotonic()
        daemon = tracing.Traced([], settings, [slow], ("unlinkat", [self.root, self.root / "A_1d"]))
        self.addCleanup(daemon.end)
        manager.receive("READY=1")
        self.assertTrue(manager.sees_life_until(lambda: not self.charts()))
        self.assertGreater(time.monotonic() - began, 2 * WATCHDOG_SECONDS)


if __name__ == "__main__":
    unittest.main(verbosity=2)  # prints the reasons of skipped tests
