"""Tests the figures of a simulated fleet: the herd, takeovers, limit breaches, locks and series."""

import time
import unittest

import herd
import series
from agenda import Agenda
from figures import failures, spread
from locks import parse_locks
from plan import CALM, KINDS, QUIET, SHARED, Plan, kind_of
from takeovers import Takeovers
from usage import Usage

LOCKS = """1: FLOCK  ADVISORY  WRITE 101 00:1a:7 0 EOF
1: -> FLOCK  ADVISORY  WRITE 102 00:1a:7 0 EOF
2: POSIX  ADVISORY  WRITE 103 00:1a:8 0 EOF
3: FLOCK  ADVISORY  READ 104 fe:00:9 0 EOF
12: FLOCK  ADVISORY  WRITE 105 fe:00:10 0 EOF
"""
METRICS = """# HELP chart_reaper_charts Charts.
chart_reaper_charts 4
chart_reaper_watching 1
chart_reaper_removed_charts_total{reason="expired"} 7
chart_reaper_http_requests_total{route="/metrics",method="GET",code="200"} 2
"""


class TheHerd(unittest.TestCase):
    def test_the_densest_window_includes_both_ends(self):
        self.assertEqual(herd.densest([], 1), 0)
        self.assertEqual(herd.densest([5, 1, 2, 3], 1), 2)
        self.assertEqual(herd.densest([5, 1, 2, 3], 2), 3)
        self.assertEqual(herd.densest([1, 1, 1, 9], 0), 3)

    def test_without_the_spread_all_start_one_interval_after_their_first_scan(self):
        pods = [herd.FirstSweeps(100 + number / 100, 155 + number / 2) for number in range(10)]
        self.assertEqual(herd.herd_of(herd.measured(pods), 60), herd.Herd(2, 4.5))
        without = herd.herd_of(herd.without_spread(pods, 60), 60)
        self.assertEqual((without.densest, round(without.spread_seconds, 3)), (10, 0.09))
        self.assertAlmostEqual(herd.started_at_once(pods)[1], 55.49)

    def test_the_first_timed_sweep_of_the_history_counts(self):
        def entry(trigger, started, seconds=0):
            return {"trigger": trigger, "started": started, "duration_seconds": seconds}

        history = [entry("timer", 160), entry("limit", 120), entry("timer", 98), entry("start", 40, 0.5)]
        self.assertEqual(herd.first_sweeps(history, float), herd.FirstSweeps(40.5, 98))
        self.assertIsNone(herd.first_sweeps(history[-1:], float))
        self.assertIsNone(herd.first_sweeps(history[:2], float))


class Roles(unittest.TestCase):
    def test_a_takeover_lasts_until_another_process_has_the_lock(self):
        takeovers = Takeovers(5)
        takeovers.note_end(3, pid=101, now=10)
        takeovers.note_holder(3, pid=101, now=10.5)
        self.assertTrue(takeovers.is_pending(3))
        takeovers.note_holder(3, pid=102, now=12)
        takeovers.note_holder(3, pid=102, now=13)
        self.assertEqual([(one.volume, one.seconds) for one in takeovers.finished], [(3, 2)])
        self.assertEqual((takeovers.faults, takeovers.any_pending()), ([], False))

    def test_a_late_takeover_and_a_missing_one_are_faults(self):
        takeovers = Takeovers(5)
        takeovers.note_end(1, pid=101, now=10)
        takeovers.note_holder(1, pid=102, now=16)
        takeovers.note_last_holder(2, None)
        takeovers.note_last_holder(3, "a pod")
        self.assertEqual(len(takeovers.faults), 2)

    def test_two_active_pods_are_a_fault(self):
        takeovers = Takeovers(5)
        takeovers.note_roles(1, ["active", "standby", "standby"])
        takeovers.note_roles(1, ["standby"])
        self.assertEqual(takeovers.faults, [])
        takeovers.note_roles(1, ["active", "standby", "active"])
        self.assertEqual(takeovers.faults, ["volume 1 had 2 active pods"])

    def test_only_holders_of_an_exclusive_flock_count(self):
        self.assertEqual(parse_locks(LOCKS), {(101, 7), (105, 10)})


class TheLimit(unittest.TestCase):
    def usage(self, *samples):
        usage = Usage(limit_bytes=100, breach_seconds=3)
        for sample in samples:
            usage.sample(*sample)
        return usage

    def test_a_breach_lasts_too_long_with_charts_that_may_go(self):
        usage = self.usage((0, 90, 90), (2, 150, 20), (4, 140, 90), (6, 130, 90), (8, 130, 90), (10, 90, 90))
        self.assertEqual((usage.breaches, usage.above, usage.longest_seconds), (1, 4, 6))
        self.assertEqual((usage.max_excess_bytes, usage.max_removable_excess_bytes), (50, 40))

    def test_young_charts_above_the_limit_are_no_breach(self):
        usage = self.usage((0, 150, 0), (2, 150, 0), (4, 150, 0), (6, 150, 20), (8, 90, 0))
        self.assertEqual((usage.breaches, usage.longest_seconds, usage.longest_removable_seconds), (0, 6, 0))

    def test_a_time_without_an_active_pod_does_not_count(self):
        usage = self.usage((0, 150, 90), (2, 150, 90))
        usage.restart()
        usage.sample(4, 150, 90)
        usage.sample(6, 150, 90)
        self.assertEqual(usage.breaches, 0)


class Series(unittest.TestCase):
    def test_series_are_counted_with_their_labels(self):
        names = series.series_of(METRICS)
        self.assertEqual(len(names), 4)
        self.assertEqual(len(series.of_the_pod(names)), 3)
        self.assertEqual(series.value_of(METRICS, "chart_reaper_watching"), 1)
        self.assertIsNone(series.value_of(METRICS, "chart_reaper_watch"))

    def test_a_series_that_names_a_set_is_found(self):
        names = {'chart_reaper_charts{set="SYMBOL001_1day"}', "chart_reaper_charts"}
        self.assertEqual(series.naming(names, ("SYMBOL",)), {'chart_reaper_charts{set="SYMBOL001_1day"}'})


class Verdict(unittest.TestCase):
    def test_a_loss_a_fault_and_a_crash_fail(self):
        good = {"charts": {"lost": []}, "takeovers": {"faults": []}, "ends": {"failed_ends": 0}}
        self.assertEqual(failures(good), [])
        self.assertEqual(failures({**good, "charts": {"lost": ["volume 1: x"]}}), ["1 charts lost"])
        self.assertEqual(failures({**good, "takeovers": {"faults": ["late"]}}), ["late"])
        self.assertEqual(failures({**good, "ends": {"failed_ends": 2}}), ["2 pods ended with a wrong exit code"])

    def test_a_spread_of_nothing_is_zero(self):
        self.assertEqual(spread([]), {"min": 0, "median": 0, "max": 0})
        self.assertEqual(spread([3, 1, 2]), {"min": 1, "median": 2, "max": 3})


class ThePlan(unittest.TestCase):
    def test_twenty_volumes_have_all_kinds(self):
        self.assertEqual({kind_of(number) for number in range(20)}, set(KINDS))
        plan = Plan(volumes=100, seconds=180, interval_seconds=60, seed=1)
        self.assertEqual((plan.pods, plan.interval_of(SHARED), plan.interval_of(CALM)), (120, 10, 60))
        self.assertEqual(plan.takeover_bound_seconds, plan.interval_of(QUIET) + 2)

    def test_actions_run_in_the_order_of_their_times(self):
        agenda, done, now = Agenda(), [], time.monotonic()
        for moment in (2, 1, 3):
            agenda.at(now - 10 + moment, lambda moment=moment: done.append(moment))
        agenda.at(now + 3600, lambda: done.append("too early"))
        agenda.run_until(time.monotonic() + 0.01)
        self.assertEqual(done, [1, 2, 3])


if __name__ == "__main__":
    unittest.main(verbosity=2)
