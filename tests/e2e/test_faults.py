"""The real program with failing system calls: no chart that should stay is removed, and every error is counted."""

import json
import os
import resource
import time
import unittest

import tracing
from sanitizers import SANITIZED
from support import HOUR, ReaperTest, run

# Errors that each call may return on a broken disk, a network volume, in a restricted container or without resources.
ERRORS = ("EIO", "ESTALE", "EACCES", "EPERM", "EROFS", "EBUSY", "EINTR", "ENOMEM", "EMFILE", "ENOSPC")
CALLS = ("openat", "openat2", "getdents64", "statx", "fstatfs", "renameat2", "unlinkat", "fcntl", "flock")

OK, CANNOT_MAKE_ROOT, CANNOT_USE_ROOT = 0, 73, 74


class FaultTest(ReaperTest):
    """A small tree with one of everything that a sweep can meet."""

    # The files that stay after a sweep without faults.
    STAYS = ["A_1d/fresh.png", "A_1d/notes.txt", "C_1d/taken.png"]
    EXPIRED = {"A_1d/one.png", "A_1d/two.png", "B_1h/one.png", "B_1h/two.png", "C_1d/left.png"}

    def setUp(self):
        super().setUp()
        self.outside = self.directory / "outside.png"
        self.outside.write_bytes(b"precious")
        self.settings = {"CHART_OUTPUT_DIR": str(self.root)}

    def plant(self):
        """Makes the tree as it is before each sweep."""
        for name in sorted(self.EXPIRED - {"C_1d/left.png"}):
            self.chart(name, 48)
        self.chart("A_1d/fresh.png").write_bytes(b"fresh")
        self.chart("A_1d/notes.txt", 999).write_bytes(b"not a chart")
        # Two charts that a crash left in quarantine; one of them has a new chart under its name.
        self.chart("C_1d/.chart-reaper~left.png~", 48)
        self.chart("C_1d/.chart-reaper~taken.png~", 48)
        self.chart("C_1d/taken.png").write_bytes(b"fresh, too")
        empty = self.root / "D_1d"
        empty.mkdir(exist_ok=True)
        long_ago = time.time() - 48 * HOUR
        os.utime(empty, (long_ago, long_ago))

    def names(self):
        """Returns the charts, with quarantined ones under their own names."""
        return {tracing.own_name(name) for name in self.charts()}

    def traced(self, calls, *inject):
        self.plant()
        return tracing.run(["sweep", "--json"], self.settings, inject, (calls, tracing.paths_below(self.root)))

    def check(self, result):
        """Checks the rules that hold after every sweep, whatever failed."""
        self.assertIn(result.code, (OK, CANNOT_MAKE_ROOT, CANNOT_USE_ROOT), result.stderr)
        self.assertEqual(self.outside.read_bytes(), b"precious")
        self.assertEqual((self.root / "A_1d/fresh.png").read_bytes(), b"fresh")
        self.assertEqual((self.root / "A_1d/notes.txt").read_bytes(), b"not a chart")
        self.assertEqual((self.root / "C_1d/taken.png").read_bytes(), b"fresh, too")
        gone = self.EXPIRED - self.names()
        if not result.stdout:  # the root itself could not be opened
            self.assertEqual(gone, set())
            self.assertNotEqual(result.code, OK)
            self.assertIn("the root cannot be used", result.stderr)
            return
        stats = json.loads(result.stdout)["stats"]
        self.assertEqual(stats["files_removed"], len(gone))
        self.assertEqual(stats["bytes_freed"], 1000 * len(gone))
        self.assertEqual(sum(stats["removed_by_reason"].values()), len(gone))
        self.assertEqual(sum(stats["errors_by_operation"].values()), stats["errors"])
        self.assertEqual(result.code, OK if stats["errors"] == 0 else CANNOT_USE_ROOT)
        self.assertEqual(result.stderr.count("Error during chart cleanup") > 0, stats["errors"] > 0)
        self.assertEqual(result.stderr.count("Chart removed"), len(gone))

    def check_next_sweep(self):
        """Checks that a sweep without faults finishes the work."""
        result = run("sweep", environment=self.settings)
        self.assertEqual(result.returncode, OK, result.stderr)
        self.assertEqual(self.charts(), self.STAYS)
        self.assertFalse((self.root / "D_1d").exists())


@tracing.needs_strace
class Faults(FaultTest):
    def test_each_call_can_fail_once(self):
        for offset, call in enumerate(CALLS):
            unharmed = self.traced(call)
            self.check(unharmed)
            self.assertEqual(self.charts(), self.STAYS)
            self.assertGreater(unharmed.most_calls(), 0)
            for number in range(1, unharmed.most_calls() + 1):
                error = ERRORS[(offset + number) % len(ERRORS)]
                with self.subTest(call=call, number=number, error=error):
                    result = self.traced(call, f"{call}:error={error}:when={number}")
                    self.assertGreaterEqual(len(result.injected), 1)
                    self.check(result)
                    # One failing removal must not keep other charts from being removed.
                    if call in ("renameat2", "unlinkat", "fcntl", "flock"):
                        self.assertLessEqual(len(self.EXPIRED & self.names()), 1)
                    self.check_next_sweep()

    def test_each_removal_call_can_return_each_error(self):
        for call in ("renameat2", "unlinkat"):
            for error in ERRORS:
                with self.subTest(call=call, error=error):
                    self.check(self.traced(call, f"{call}:error={error}"))
                    self.assertFalse([name for name in self.charts() if name.startswith(("A_1d/.", "B_1h/."))])
                    self.check_next_sweep()

    def test_a_call_that_always_fails_does_not_end_the_program(self):
        for offset, call in enumerate(CALLS):
            error = ERRORS[offset % len(ERRORS)]
            with self.subTest(call=call, error=error):
                self.check(self.traced(call, f"{call}:error={error}:when=2+"))
                self.check_next_sweep()

    def test_a_directory_read_only_in_part_keeps_its_set(self):
        # Each directory takes two reads; the second one would have returned the end.
        for number in range(1, self.traced("getdents64").most_calls() + 1):
            result = self.traced("getdents64", f"getdents64:error=EIO:when={number}")
            self.check(result)
            stats = json.loads(result.stdout)["stats"]
            self.assertEqual(stats["errors_by_operation"], {"getdents64": 1})
            self.check_next_sweep()


@tracing.needs_strace
class LesserKernels(FaultTest):
    """Kernels, containers and volumes without some features: the program works without them."""

    def expect_all_done(self, *inject, calls="openat2,fcntl,renameat,renameat2,linkat"):
        result = self.traced(calls, *inject)
        self.assertGreater(len(result.injected), 0)
        self.assertEqual(result.code, OK, result.stderr)
        self.check(result)
        self.assertEqual(self.charts(), self.STAYS)
        return result

    def test_without_openat2(self):
        for error in ("ENOSYS", "EPERM"):
            self.expect_all_done(f"openat2:error={error}")

    def test_without_leases(self):
        for error in ("EINVAL", "EACCES"):
            result = self.expect_all_done(f"fcntl:error={error}")
            self.assertRegex(result.stderr, "less protected way.* without_lease=5 ")

    def test_without_rename_noreplace_a_plain_rename_quarantines_and_a_hard_link_puts_back(self):
        for error in ("EINVAL", "ENOSYS"):
            calls = "\n".join(self.expect_all_done(f"renameat2:error={error}").calls)
            self.assertIn("renameat(", calls)
            self.assertIn("linkat(", calls)

    def test_without_locks_a_recent_leftover_is_left_to_its_possible_owner(self):
        result = self.traced("flock", "flock:error=EOPNOTSUPP")
        self.assertEqual(result.code, OK, result.stderr)
        self.assertEqual(self.EXPIRED & self.names(), {"C_1d/left.png"})
        self.check(result)
        self.check_next_sweep()

    def test_on_a_full_volume_charts_are_removed_without_quarantine(self):
        for error in ("ENOSPC", "EDQUOT"):
            result = self.traced("renameat2", f"renameat2:error={error}")
            # The chart that a crash left in quarantine cannot get its longer name back on a full volume; the next sweep
            # removes it.
            self.assertEqual(self.EXPIRED & self.names(), {"C_1d/left.png"})
            self.assertRegex(result.stderr, "less protected way.* not_set_aside=4 ")
            self.check(result)
            self.check_next_sweep()


# UndefinedBehaviorSanitizer inspects objects through a pipe; if it gets none, it reports a broken object.
@unittest.skipIf(SANITIZED, "a sanitizer needs extra descriptors")
class FewDescriptors(FaultTest):
    def test_without_free_descriptors_the_rest_is_left_for_later(self):
        for number in range(60):
            self.chart(f"A_1d/{number}.png", 48)
        command = {"environment": self.settings,
                   "preexec_fn": lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (24, 24))}
        first = run("sweep", "--json", **command)
        stats = json.loads(first.stdout)["stats"]
        self.assertEqual(first.returncode, CANNOT_USE_ROOT)
        self.assertIn("Too many open files", first.stderr)
        self.assertEqual(stats["files_removed"], 60 - len(self.charts()))
        self.assertGreater(stats["files_removed"], 0)
        self.assertFalse([name for name in self.charts() if "chart-reaper" in name])
        for _ in range(60):
            if run("sweep", "--json", **command).returncode == OK:
                break
        self.assertEqual(self.charts(), [])


if __name__ == "__main__":
    unittest.main(verbosity=2)  # prints the reasons of skipped tests
