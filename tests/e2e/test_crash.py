"""The program can be killed at any instruction: the next start recovers everything and loses no fresh chart."""

import os
import signal
import unittest

import tracing
from crash_rounds import Rounds
from sanitizers import SANITIZED
from support import PATIENCE, ReaperTest, run

# A sanitizer makes each start about a hundred times slower.
KILLS = 10 if SANITIZED else 40
RESTARTS = 20 if SANITIZED else 100
AGELESS = "800000"  # hours, so that no chart expires


class RandomKills(ReaperTest):
    def test_no_fresh_chart_is_lost_and_quarantine_is_empty(self):
        crashes = Rounds(self.root, seed=20)
        # Go on until a kill has left charts in quarantine. Without one, the kills came too early or too late to test
        # anything.
        while (crashes.killed < KILLS or crashes.left_in_quarantine == 0) and crashes.rounds < 20 * KILLS:
            self.assertEqual(crashes.round(), [], str(crashes))
        self.assertGreaterEqual(crashes.killed, KILLS)
        self.assertGreater(crashes.left_in_quarantine, 0, str(crashes))


@tracing.needs_strace
class ChosenKills(ReaperTest):
    """Sweeps a small tree with a kill at each system call in turn."""

    CALLS = ("flock", "fcntl", "renameat2", "rt_sigtimedwait", "unlinkat")

    def plant(self):
        """Makes two expired sets, a fresh chart, and two charts that a crash left in quarantine."""
        for name in ("A_1d/one.png", "A_1d/two.png", "B_1h/one.png", "C_1d/.chart-reaper~left.png~",
                     "C_1d/.chart-reaper~taken.png~"):
            self.chart(name, 48).write_bytes(f"old {name}".encode())
            os.utime(self.root / name, (1e9, 1e9))
        self.chart("A_1d/fresh.png").write_bytes(b"fresh")
        self.chart("C_1d/taken.png").write_bytes(b"fresh, too")

    def killed_sweep(self, *inject):
        """Sweeps until the kill. Returns False if the program made no such call and was not killed."""
        calls = ",".join(one.split(":")[0] for one in inject)
        # A wait has no path, so strace would not see it if paths were given.
        paths = [] if calls == "rt_sigtimedwait" else tracing.paths_below(self.root)
        return tracing.run(["sweep"], self.settings(), inject, (calls, paths)).code == -signal.SIGKILL

    def settings(self, **more):
        return {"CHART_OUTPUT_DIR": str(self.root), **more}

    def sweep(self, **settings):
        result = run("sweep", environment=self.settings(**settings))
        self.assertEqual(result.returncode, 0, result.stderr)
        return result

    def quarantined(self):
        return [name for name in self.charts() if "chart-reaper" in name]

    def check_fresh(self):
        self.assertEqual((self.root / "A_1d/fresh.png").read_bytes(), b"fresh")
        self.assertEqual((self.root / "C_1d/taken.png").read_bytes(), b"fresh, too")

    def test_the_next_sweep_recovers_from_a_kill_at_any_call(self):
        for call in self.CALLS:
            kills = 0
            while True:
                self.plant()
                if not self.killed_sweep(f"{call}:signal=KILL:when={kills + 1}"):
                    break
                kills += 1
                with self.subTest(call=call, number=kills):
                    self.check_fresh()
                    self.sweep()
                    self.assertEqual(self.charts(), ["A_1d/fresh.png", "C_1d/taken.png"])
                    self.check_fresh()
            self.assertGreater(kills, 0, call)

    def test_the_next_sweep_recovers_from_a_kill_between_link_and_unlink(self):
        """Without RENAME_NOREPLACE a chart is put back by a link and an unlink, so it briefly has both names."""
        for number in range(1, 10):
            self.plant()
            if not self.killed_sweep("renameat2:error=EINVAL", f"unlinkat:signal=KILL:when={number}"):
                break
            with self.subTest(number=number):
                self.sweep()
                self.assertEqual(self.quarantined(), [])
                # Removing one of its names changed the chart, so this sweep keeps it once more.
                self.sweep()
                self.assertEqual(self.charts(), ["A_1d/fresh.png", "C_1d/taken.png"])
                self.check_fresh()
        self.assertGreater(number, 4)

    def leave_in_quarantine(self):
        """Kills a sweep that has quarantined its charts and waits."""
        self.plant()
        self.assertTrue(self.killed_sweep("rt_sigtimedwait:signal=KILL:when=1"))
        self.assertIn("A_1d/.chart-reaper~one.png~", self.quarantined())

    def test_a_chart_left_in_quarantine_gets_its_name_back(self):
        self.leave_in_quarantine()
        self.sweep(CHART_MAX_AGE_HOURS=AGELESS)
        self.assertEqual(self.quarantined(), [])
        self.assertEqual((self.root / "A_1d/one.png").read_bytes(), b"old A_1d/one.png")
        self.assertEqual((self.root / "A_1d/one.png").stat().st_mtime, 1e9)
        self.check_fresh()

    def test_the_daemon_recovers_charts_of_a_killed_sweep(self):
        self.leave_in_quarantine()
        daemon = self.start({"CHART_MAX_AGE_HOURS": AGELESS})
        daemon.wait_for("left in quarantine were recovered: put_back=")
        self.assertEqual(self.quarantined(), [])
        self.assertEqual((self.root / "B_1h/one.png").read_bytes(), b"old B_1h/one.png")
        self.assertEqual(daemon.json("GET", "/charts/storage/stats")[1]["stats"]["total_files"], len(self.charts()))

    def test_a_new_chart_of_the_same_name_stays(self):
        self.leave_in_quarantine()
        self.chart("A_1d/one.png").write_bytes(b"new")
        for max_age_hours in (AGELESS, "24"):
            self.sweep(CHART_MAX_AGE_HOURS=max_age_hours)
            self.assertEqual(self.quarantined(), [])
            self.assertEqual((self.root / "A_1d/one.png").read_bytes(), b"new")
            self.check_fresh()

    def test_a_rewritten_chart_in_quarantine_is_not_lost(self):
        """The kill releases a writer that the lease blocked; it then writes into the quarantined chart."""
        self.leave_in_quarantine()
        (self.root / "A_1d/.chart-reaper~one.png~").write_bytes(b"rewritten")
        self.sweep()
        self.assertEqual(self.quarantined(), [])
        self.assertEqual((self.root / "A_1d/one.png").read_bytes(), b"rewritten")


class Restarts(ReaperTest):
    def test_many_restarts_leave_no_files_behind(self):
        self.chart("A_1d/x.png", 1)
        before = sorted(self.directory.rglob("*"))
        socket = self.directory / "reaper.sock"
        for number in range(RESTARTS):
            daemon = self.spawn({"CHART_LISTEN": f"unix:{socket}"})
            self.assertIsNotNone(daemon.address, daemon.lines)
            # Kills every fourth daemon, which must not stop the next one from listening at the same address.
            if number % 4 == 0:
                daemon.process.kill()
                daemon.process.wait(PATIENCE)
            else:
                self.assertEqual(daemon.stop()[0], 0)
        self.assertEqual(sorted(self.directory.rglob("*")), before)


if __name__ == "__main__":
    unittest.main(verbosity=2)  # prints the reasons of skipped tests
