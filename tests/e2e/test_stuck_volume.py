"""A volume that does not answer, played by a FUSE server that is stopped: the daemon goes on, and ends when told to."""

import contextlib
import http.client
import os
import pathlib
import signal
import subprocess
import threading
import time
import unittest

from support import PATIENCE, ReaperTest
from volumes import MountsTest, needs_tools

# What a probe of a container waits at the most, and what the end of the daemon may take.
PROBE_SECONDS, END_SECONDS = 1, 5


@needs_tools("bindfs")
class StuckVolume(MountsTest, ReaperTest):
    def setUp(self):
        super().setUp()
        self.below = self.directory / "below"
        self.below.mkdir()
        self.server = subprocess.Popen(["bindfs", "-f", str(self.below), str(self.root)], stderr=subprocess.PIPE)
        self.addCleanup(self.server.communicate)
        self.addCleanup(self.server.kill)  # first, as a stopped server holds up the unmounting
        self.addCleanup(self.unmount, self.root)
        self.wait_for_mount()

    def wait_for_mount(self):
        """Until the server has mounted its volume, or has given up."""
        deadline = time.monotonic() + PATIENCE
        while not os.path.ismount(self.root):
            if self.server.poll() is not None or time.monotonic() > deadline:
                self.skipTest(f"bindfs cannot mount here: {self.server.stderr.read().decode().strip()}")
            os.sched_yield()

    def stop_server(self):
        """The volume answers nobody from now on."""
        self.server.send_signal(signal.SIGSTOP)
        os.waitid(os.P_PID, self.server.pid, os.WSTOPPED | os.WNOWAIT)

    def start_stuck_sweep(self, daemon):
        """Asks for a sweep, and comes back when the daemon waits for the volume; returns who waits for the answer."""
        answers = []

        def ask():
            # The end of the daemon leaves the request without an answer.
            with contextlib.suppress(http.client.RemoteDisconnected):
                answers.append(daemon.request("POST", "/charts/cleanup")[0])

        thread = threading.Thread(target=ask)
        thread.start()
        self.addCleanup(thread.join, PATIENCE)
        waiting = pathlib.Path(f"/proc/{daemon.process.pid}/task")
        deadline = time.monotonic() + PATIENCE
        while not any("fuse" in (task / "stack").read_text() or "fuse" in (task / "wchan").read_text()
                      for task in waiting.iterdir()):
            self.assertLess(time.monotonic(), deadline, "the daemon does not wait for the volume")
            os.sched_yield()
        return thread, answers

    def check_that_it_answers(self, daemon):
        for target in ("/healthz", "/charts/storage/stats", "/metrics", "/readyz"):
            began = time.monotonic()
            status = daemon.request("GET", target)[0]
            self.assertLess(time.monotonic() - began, 5 if target != "/healthz" else PROBE_SECONDS, target)
            if target == "/healthz":
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

    def test_charts_on_it_go_without_leases(self):
        self.chart("A_1d/old.png", 48)
        self.chart("A_1d/new.png", 1)
        daemon = self.start()
        daemon.wait_for("without_lease=1")
        self.assertEqual(self.charts(), ["A_1d/new.png"])


if __name__ == "__main__":
    unittest.main(verbosity=2)  # says why something is skipped
