"""Tests that verdicts follow the expectations, and that writes follow the removals."""

import dataclasses
import unittest

import judge
from charts import Layout, quarantined
from measure import Measurement
from rewriter import JITTER, moments

EXPECTED = {"removed": 1.0, "lost_per_1000": 2, "failed_per_1000": 1, "freed_error": 0.0, "seconds": 10, "calls": 2}
GOOD = Measurement(due=4, removed=4, written=1000, lost=2, reported_bytes=100, freed_bytes=100, calls=2.0, seconds=1.0)


class Judge(unittest.TestCase):
    def test_a_row_that_keeps_its_expectations_passes(self):
        self.assertEqual(judge.failures(GOOD, EXPECTED), [])

    def test_each_figure_that_is_off_is_named(self):
        for change, text in (({"removed": 3}, "removed 3 of 4"),
                             ({"lost": 3}, "lost 3 of 1000"),
                             ({"written": 0, "lost": 1}, "lost 1 of 0"),
                             ({"reported_bytes": 99}, "freed 100, said 99"),
                             ({"freed_bytes": 0}, "freed 0, said 100"),
                             ({"calls": 2.5, "call_word": "requests"}, "2.5 requests > 2"),
                             ({"seconds": 11.0}, "11.0 s > 10"),
                             ({"strays": 1}, "1 files left behind"),
                             ({"failed_writes": 2}, "2 writes failed"),
                             ({"exit_code": -9}, "ended by signal 9")):
            with self.subTest(text):
                self.assertEqual(judge.failures(dataclasses.replace(GOOD, **change), EXPECTED), [text])

    def test_what_was_not_measured_is_not_judged(self):
        unmeasured = dataclasses.replace(GOOD, calls=None, reported_bytes=None, freed_bytes=None)
        self.assertEqual(judge.failures(unmeasured, {**EXPECTED, "moved_bytes": 0}), [])

    def test_silence_fails_even_where_nothing_can_be_removed(self):
        nothing = Measurement(due=4, exit_code=0)
        self.assertEqual(len(judge.failures(nothing, {**EXPECTED, "removed": 0.0})), 1)
        for spoken in ({"exit_code": 74}, {"said": True}):
            self.assertEqual(judge.failures(dataclasses.replace(nothing, **spoken), {**EXPECTED, "removed": 0.0}), [])

    def test_expectations_name_known_figures_only(self):
        expectations = judge.load_expectations()
        for row, figures in expectations.items():
            self.assertLessEqual(figures.keys(), {*expectations["default"], "calls", "moved_bytes", "excess"}, row)


class Charts(unittest.TestCase):
    def test_a_quarantined_chart_is_not_removed(self):
        layout = Layout(1, 0)
        first, *others = layout.due
        self.assertEqual(layout.removed({quarantined(first): 1, others[0]: 1}), len(others) - 1)

    def test_a_young_chart_that_is_gone_or_changed_is_lost(self):
        layout = Layout(0, 1)
        self.assertEqual(layout.lost_young({layout.young[0]: 1}), len(layout.young))

    def test_writes_come_in_the_time_after_the_scan(self):
        times = moments(100, 5, 10, seed=1)
        self.assertEqual([time for time, _ in times], sorted(time for time, _ in times))
        self.assertEqual({number for _, number in times}, set(range(100)))
        for time, number in times:
            self.assertLessEqual(abs(time - 5 - number / 10), JITTER * 10 + 1e-9)


if __name__ == "__main__":
    unittest.main(verbosity=2)
