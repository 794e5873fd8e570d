"""The program is killed at any instruction: the next start puts everything right, and nothing fresh is lost."""

import os
import signal
import unittest

import tracing
from crash_rounds import Rounds
from sanitizers import SANITIZED
from support import PATIENCE, ReaperTest, run

# A sanitizer makes each start some hundred times slower.
KILLS = 10 if SANITIZED else 40
RESTARTS = 20 if SANITIZED else 100
AGELESS = "800000"  # hours: nothing expires


class RandomKills(ReaperTest):
    def test_nothing_fresh_is_lost_and_nothing_stays_aside(self):
        crashes = Rounds(self.root, seed=20)
        # Until one has left charts in quarantine: else the kills had come too early or too late to show anything.
        while (crashes.killed < KILLS or crashes.left_aside == 0) and crashes.rounds < 20 * KILLS:
            self.assertEqual(crashes.round(), [], str(crashes))
        self.assertGreaterEqual(crashes.killed, KILLS)
        self.assertGreater(crashes.left_aside, 0, str(crashes))


@tracing.needs_strace
class ChosenKills(ReaperTest):
    """Kills at each call in turn, while a tree small enough to know every call of is swept."""

    CALLS = ("flock", "fcntl", "renameat2", "rt_sigtimedwait", "unlinkat")

    def plant(self):
        """Two expired sets, one fresh chart, and two charts that a crash had left in quarantine already."""
        for name in ("A_1d/one.png", "A_1d/two.png", "B_1h/one.png", "C_1d/.chart-reaper~left.png~",
                     "C_1d/.chart-reaper~taken.png~"):
            self.chart(name, 48).write_bytes(f"old {name}".encode())
            os.utime(self.root / name, (1e9, 1e9))
        self.chart("A_1d/fresh.png").write_bytes(b"fresh")
        self.chart("C_1d/taken.png").write_bytes(b"fresh, too")

    def killed_sweep(self, *inject):
        """Sweeps until the kill; false if there was none, as there is no such call any more."""
        calls = ",".join(one.split(":")[0] for one in inject)
        # A wait has no path; with paths given, strace would not see it.
        paths = [] if calls == "rt_sigtimedwait" else tracing.paths_below(self.root)
        return tracing.run(["sweep"], self.settings(), inject, (calls, paths)).code == -signal.SIGKILL

    def settings(self, **more):
        return {"CHART_OUTPUT_DIR": str(self.root), **more}

    def sweep(self, **settings):
        result = run("sweep", environment=self.settings(**settings))
        self.assertEqual(result.returncode, 0, result.stderr)
        return result

    def aside(self):
        return [name for name in self.charts() if "chart-reaper" in name]

    def check_fresh(self):
        self.assertEqual((self.root / "A_1d/fresh.png").read_bytes(), b"fresh")
        self.assertEqual((self.root / "C_1d/taken.png").read_bytes(), b"fresh, too")

    def test_a_kill_at_any_call_is_put_right(self):
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

    def test_a_kill_between_the_two_halves_of_a_rename_is_put_right(self):
        """Where RENAME_NOREPLACE is missing a chart has both names for a moment."""
        for number in range(1, 10):
            self.plant()
            if not self.killed_sweep("renameat2:error=EINVAL", f"unlinkat:signal=KILL:when={number}"):
                break
            with self.subTest(number=number):
                self.sweep()
                self.assertEqual(self.aside(), [])
                # Losing a name changes the file, and one that has changed since it was seen stays once more.
                self.sweep()
                self.assertEqual(self.charts(), ["A_1d/fresh.png", "C_1d/taken.png"])
                self.check_fresh()
        self.assertGreater(number, 4)

    def leave_aside(self):
        """Kills a sweep that has quarantined its charts and waits."""
        self.plant()
        self.assertTrue(self.killed_sweep("rt_sigtimedwait:signal=KILL:when=1"))
        self.assertIn("A_1d/.chart-reaper~one.png~", self.aside())

    def test_a_chart_left_aside_is_back_under_its_name(self):
        self.leave_aside()
        self.sweep(CHART_MAX_AGE_HOURS=AGELESS)
        self.assertEqual(self.aside(), [])
        self.assertEqual((self.root / "A_1d/one.png").read_bytes(), b"old A_1d/one.png")
        self.assertEqual((self.root / "A_1d/one.png").stat().st_mtime, 1e9)
        self.check_fresh()

    def test_the_daemon_puts_right_what_a_killed_one_left(self):
        self.leave_aside()
        daemon = self.start({"CHART_MAX_AGE_HOURS": AGELESS})
        daemon.wait_for("set aside were put right: put_back=")
        self.assertEqual(self.aside(), [])
        self.assertEqual((self.root / "B_1h/one.png").read_bytes(), b"old B_1h/one.png")
        self.assertEqual(daemon.json("GET", "/charts/storage/stats")[1]["stats"]["total_files"], len(self.charts()))

    def test_a_new_chart_under_the_name_stays(self):
        self.leave_aside()
        self.chart("A_1d/one.png").write_bytes(b"new")
        for max_age_hours in (AGELESS, "24"):
            self.sweep(CHART_MAX_AGE_HOURS=max_age_hours)
            self.assertEqual(self.aside(), [])
            self.assertEqual((self.root / "A_1d/one.png").read_bytes(), b"new")
            self.check_fresh()

    def test_a_chart_left_aside_that_was_rewritten_is_not_lost(self):
        """A writer that was held by the lease is let go by the kill, and writes into what stands in quarantine."""
        self.leave_aside()
        (self.root / "A_1d/.chart-reaper~one.png~").write_bytes(b"rewritten")
        self.sweep()
        self.assertEqual(self.aside(), [])
        self.assertEqual((self.root / "A_1d/one.png").read_bytes(), b"rewritten")


class Restarts(ReaperTest):
    def test_many_restarts_leave_nothing_behind(self):
        self.chart("A_1d/x.png", 1)
        before = sorted(self.directory.rglob("*"))
        socket = self.directory / "reaper.sock"
        for number in range(RESTARTS):
            daemon = self.spawn({"CHART_LISTEN": f"unix:{socket}"})
            self.assertIsNotNone(daemon.address, daemon.lines)
            # Every fourth is killed, and must not keep the next one from listening at the same place.
            if number % 4 == 0:
                daemon.process.kill()
                daemon.process.wait(PATIENCE)
            else:
                self.assertEqual(daemon.stop()[0], 0)
        self.assertEqual(sorted(self.directory.rglob("*")), before)


if __name__ == "__main__":
    unittest.main(verbosity=2)  # says why something is skipped
