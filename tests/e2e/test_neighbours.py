"""Other programs at work in the same tree: cleaners, writers of another user, and a stopped reaper."""

import fcntl
import json
import os
import pathlib
import signal
import subprocess
import time
import unittest

import tracing
from support import PATIENCE, ReaperTest, WRITER, environment_of, run, wait_until
from volumes import NOBODY, OTHER_USER, OthersTest, needs_root, needs_tools

OK, CANNOT_USE_ROOT = 0, 74
LEASE_BREAK_TIME = pathlib.Path("/proc/sys/fs/lease-break-time")


class NeighbourTest(OthersTest, ReaperTest):
    def settings(self, **more):
        return {"CHART_OUTPUT_DIR": str(self.root), **more}

    def sweep(self, environment=None, **options):
        """Runs one sweep; returns (exit code, statistics, log)."""
        result = run("sweep", "--json", environment=self.settings(**(environment or {})), **options)
        return result.returncode, json.loads(result.stdout)["stats"], result.stderr

    def quarantined(self):
        return [name for name in self.charts() if "chart-reaper" in name]


class OtherCleaners(NeighbourTest):
    def test_a_locked_chart_stays(self):
        self.chart("A_1d/free.png", 48)
        with self.chart("A_1d/locked.png", 48).open("rb") as file:
            for kind in (fcntl.LOCK_SH, fcntl.LOCK_EX):
                fcntl.flock(file, kind)
                code, stats, _ = self.sweep()
                self.assertEqual((code, stats["skipped"]["busy"]), (OK, 1))
                self.assertEqual(self.charts(), ["A_1d/locked.png"])
        self.assertEqual(self.sweep()[1]["files_removed"], 1)

    def test_two_reapers_beside_a_writer_lose_nothing(self):
        for mode in ("in-place", "rename"):
            with self.subTest(mode):
                # The newest chart is never the one over the limit, so any chart that the writer misses was lost.
                reapers = [self.spawn({"CHART_MAX_SIZE_MB": "3", "CHART_MIN_AGE_SECONDS": "0",
                                       "CHART_CLEANUP_INTERVAL_MINUTES": "0.0001"}) for _ in range(2)]
                written = json.loads(subprocess.run(
                    [WRITER, "--root", self.root, "--symbols", "3", "--rate", "0", "--seconds", "3", "--mode", mode,
                     "--verify"], env=environment_of({}), check=True, capture_output=True, timeout=PATIENCE * 2).stdout)
                self.assertEqual((written["lost_charts"], written["failed_writes"]), (0, 0))
                # The writer makes few charts on a busy machine, because each write may wait for a removal.
                self.assertGreater(written["charts_written"], 5)
                for reaper in reapers:
                    self.assertEqual(reaper.stop()[0], OK)
                    self.assertEqual([line for line in reaper.lines if line.startswith("Error")], [])
                self.assertEqual(self.quarantined(), [])

    def test_two_sweeps_at_once_remove_each_chart_once(self):
        for number in range(2000):
            self.chart(f"S{number % 10}_1d/{number}.png", 48, size=1)
        command = [os.environ["CHART_REAPER"], "sweep", "--json"]
        sweeps = [subprocess.Popen(command, env=environment_of(self.settings()), stdout=subprocess.PIPE,
                                   stderr=subprocess.DEVNULL) for _ in range(2)]
        stats = [json.loads(process.communicate(timeout=PATIENCE)[0])["stats"] for process in sweeps]
        self.assertEqual([one["errors"] for one in stats], [0, 0])
        # A chart that one sweep held while the other reached it may stay until the next sweep.
        self.assertEqual(sum(one["files_removed"] for one in stats), 2000 - len(self.charts()))
        self.sweep()
        self.assertEqual(self.charts(), [])


@needs_root
class OtherUsers(NeighbourTest):
    """The reaper does not own the charts, but is in the group that may write them."""

    OWNER = 12345

    def setUp(self):
        super().setUp()
        self.let_others_in()

    def give_away(self, mode=0o2775):
        for path in [self.root, *self.root.rglob("*")]:
            os.chown(path, self.OWNER, OTHER_USER)
            path.chmod(mode if path.is_dir() else 0o664)

    def test_charts_of_another_user_are_removed_after_a_longer_wait(self):
        self.chart("A_1d/old.png", 48)
        self.chart("A_1d/new.png", 1)
        self.give_away()
        code, stats, log = self.sweep(**NOBODY)
        self.assertEqual((code, stats["files_removed"]), (OK, 1), log)
        self.assertIn("without_lease=1", log)
        self.assertGreaterEqual(stats["duration_seconds"], 1)
        self.assertEqual(self.charts(), ["A_1d/new.png"])

    def test_a_writer_that_had_the_chart_open_keeps_it(self):
        path = self.chart("A_1d/old.png", 48)
        self.give_away()
        with path.open("r+b", buffering=0) as writer:
            sweep = subprocess.Popen([os.environ["CHART_REAPER"], "sweep", "--json"], stdout=subprocess.PIPE,
                                     stderr=subprocess.DEVNULL, env=environment_of(self.settings()), **NOBODY)
            wait_until(lambda: self.quarantined() or sweep.poll() is not None, "a chart is in quarantine")
            writer.write(b"fresh")
            stats = json.loads(sweep.communicate(timeout=PATIENCE)[0])["stats"]
        self.assertEqual((stats["files_removed"], stats["skipped"]["changed"]), (0, 1))
        self.assertEqual(self.charts(), ["A_1d/old.png"])
        self.assertTrue(path.read_bytes().startswith(b"fresh"))

    def test_charts_of_other_users_stay_in_a_sticky_directory(self):
        self.chart("A_1d/old.png", 48)
        self.chart("B_1d/old.png", 48)
        self.give_away()
        (self.root / "A_1d").chmod(0o3775)
        code, stats, log = self.sweep(**NOBODY)
        self.assertEqual((code, stats["files_removed"], stats["errors"]), (CANNOT_USE_ROOT, 1, 1), log)
        self.assertEqual(self.charts(), ["A_1d/old.png"])
        (self.root / "A_1d").chmod(0o2775)
        self.assertEqual(self.sweep(**NOBODY)[1]["files_removed"], 1)

    def test_an_unreadable_directory_is_reported_and_the_rest_is_swept(self):
        self.chart("A_1d/old.png", 48)
        self.chart("B_1d/old.png", 48)
        self.give_away()
        (self.root / "A_1d").chmod(0o700)
        code, stats, log = self.sweep(**NOBODY)
        self.assertEqual((code, stats["files_removed"], stats["errors"]), (CANNOT_USE_ROOT, 1, 1))
        self.assertIn("'A_1d': Permission denied", log)
        self.assertEqual(self.charts(), ["A_1d/old.png"])


@needs_root
@needs_tools("chattr")
class Attributes(NeighbourTest):
    """Files that not even root may remove, made with chattr(1)."""

    def set(self, attribute, path):
        changed = subprocess.run(["chattr", attribute, str(path)], capture_output=True, text=True, check=False)
        if changed.returncode != 0:
            self.skipTest(f"chattr {attribute}: {changed.stderr.strip()}")
        self.addCleanup(subprocess.run, ["chattr", attribute.replace("+", "-"), str(path)], check=False,
                        stderr=subprocess.DEVNULL)

    def check_that_it_stays_until(self, attribute, path, protected):
        self.chart("B_1d/old.png", 48)
        self.set(attribute, path)
        code, stats, log = self.sweep()
        self.assertEqual((code, stats["files_removed"], stats["errors"]), (CANNOT_USE_ROOT, 1, 1), log)
        self.assertIn("Operation not permitted", log)
        self.assertEqual(self.charts(), [protected])
        subprocess.run(["chattr", attribute.replace("+", "-"), str(path)], check=True)
        self.assertEqual(self.sweep()[1]["files_removed"], 1)
        self.assertEqual(self.charts(), [])

    def test_an_immutable_chart(self):
        self.check_that_it_stays_until("+i", self.chart("A_1d/old.png", 48), "A_1d/old.png")

    def test_an_append_only_directory(self):
        self.check_that_it_stays_until("+a", self.chart("A_1d/old.png", 48).parent, "A_1d/old.png")


@needs_root
@tracing.needs_strace
class StoppedReaper(NeighbourTest):
    """A reaper is stopped (SIGSTOP) at the worst moment: while its lease keeps a writer waiting."""

    def setUp(self):
        super().setUp()
        before = LEASE_BREAK_TIME.read_text()
        try:
            LEASE_BREAK_TIME.write_text("1")
        except OSError as error:
            self.skipTest(f"{LEASE_BREAK_TIME}: {error}")
        self.addCleanup(LEASE_BREAK_TIME.write_text, before)

    def stop_at(self, call, path):
        """Starts a traced sweep that stops after the first such call on the path; returns it and the reaper's pid."""
        traced = tracing.Traced(["sweep", "--json"], self.settings(), [f"{call}:signal=STOP:when=1"], (call, [path]))
        self.addCleanup(traced.end)
        return traced, traced.wait_until_stopped()

    def test_a_writer_waits_no_longer_than_the_lease_break_time(self):
        path = self.chart("A_1d/old.png", 48)
        # Stops after the check that the chart is unchanged, and before the rename.
        traced, process = self.stop_at("statx", path)
        self.assertEqual(self.charts(), ["A_1d/old.png"])
        began = time.monotonic()
        with path.open("wb", buffering=0) as writer:
            waited = time.monotonic() - began
            writer.write(b"fresh")
        os.kill(process, signal.SIGCONT)
        result = traced.finish()
        self.assertGreater(waited, 0.5)
        self.assertLess(waited, 10)
        self.assertEqual(result.code, OK, result.stderr)
        self.assertEqual(json.loads(result.stdout)["stats"]["files_removed"], 0)
        self.assertEqual(path.read_bytes(), b"fresh")
        self.assertEqual(self.quarantined(), [])

    def test_charts_quarantined_by_a_stopped_reaper_are_left_to_it(self):
        path = self.chart("A_1d/old.png", 48)
        traced, process = self.stop_at("renameat2", path.parent)
        # The kernel may stop the thread that waits for the sweep a moment before the thread that makes the call.
        wait_until(lambda: self.quarantined() == ["A_1d/.chart-reaper~old.png~"], "the chart is in quarantine")
        self.assertEqual(self.sweep()[0], OK)
        self.assertEqual(self.quarantined(), ["A_1d/.chart-reaper~old.png~"])
        path.write_bytes(b"fresh")
        os.kill(process, signal.SIGCONT)
        self.assertEqual(traced.finish().code, OK)
        self.assertEqual(self.charts(), ["A_1d/old.png"])
        self.assertEqual(path.read_bytes(), b"fresh")


if __name__ == "__main__":
    unittest.main(verbosity=2)  # prints the reasons of skipped tests
