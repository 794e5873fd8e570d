"""Tests that each lost chart is found, and that no right removal is called a loss."""

import json
import pathlib
import random
import tempfile
import unittest

from ledger import Ledger, Write
from plan import BURSTING, CALM, CHART_BYTES, MAX_AGE_SECONDS, MIN_AGE_SECONDS, SECOND_NS
from removals import MILLISECOND_NS, Removal, Rules, parse_removals, time_ns, unexplained
from volume import Volume

RULES = Rules(min_age_ns=5 * SECOND_NS, max_age_ns=30 * SECOND_NS, limit_bytes=100)


def written(seconds, path="A_1d/x.png", size=60):
    return Write(round(seconds * SECOND_NS), path, round(seconds * SECOND_NS), size)


def removed(seconds, modified, reason, path="A_1d/x.png"):
    return Removal(round(seconds * SECOND_NS), path, reason, round(modified * SECOND_NS))


class Protection(unittest.TestCase):
    def test_a_chart_must_exist_up_to_its_age(self):
        ledger = Ledger(5 * SECOND_NS)
        write = written(10)
        ledger.note(write)
        self.assertEqual(ledger.absent({}, 15 * SECOND_NS - 1), [write])
        self.assertEqual(ledger.absent({}, 15 * SECOND_NS), [])

    def test_the_last_write_counts(self):
        ledger = Ledger(5 * SECOND_NS)
        first, second = written(10), written(12)
        ledger.note(first)
        ledger.note(second)
        self.assertEqual(ledger.absent({second.path: first.state}, 13 * SECOND_NS), [second])
        self.assertEqual(ledger.absent({second.path: second.state}, 13 * SECOND_NS), [])
        self.assertEqual(ledger.protected(second.path, 16 * SECOND_NS), second)

    def test_a_lost_chart_counts_once(self):
        ledger = Ledger(5 * SECOND_NS)
        ledger.note(written(10))
        for write in ledger.absent({}, 11 * SECOND_NS):
            ledger.forget(write)
        self.assertEqual(ledger.absent({}, 12 * SECOND_NS), [])

    def test_a_volume_below_its_limit_keeps_charts_for_the_maximum_age(self):
        self.assertEqual(CALM.protection_ns, MAX_AGE_SECONDS * SECOND_NS)
        self.assertEqual(BURSTING.protection_ns, MIN_AGE_SECONDS * SECOND_NS)


class OnDisk(unittest.TestCase):
    def setUp(self):
        place = tempfile.TemporaryDirectory(prefix="chart-reaper-fleet-test-")
        self.addCleanup(place.cleanup)
        self.root = pathlib.Path(place.name) / "volume/charts"
        self.volume = Volume(0, CALM, self.root.parent, random.Random(1))
        self.volume.service.write_sentinel()
        self.chart = self.root / "SENTINEL_1day/technical_overview.png"

    def test_a_volume_as_it_was_written_has_lost_nothing(self):
        self.volume.look()
        self.volume.service.write_sentinel()
        self.volume.look()
        self.assertEqual(self.volume.lost, [])

    def test_a_chart_that_is_gone_is_lost(self):
        self.chart.unlink()
        self.volume.look()
        self.volume.look()
        self.assertEqual(len(self.volume.lost), 1)

    def test_a_chart_that_was_gone_before_its_next_write_is_lost(self):
        self.chart.unlink()
        self.volume.service.write_sentinel()
        self.volume.look()
        self.assertEqual(len(self.volume.lost), 1)

    def test_a_chart_with_another_content_is_lost(self):
        self.chart.write_bytes(bytes(CHART_BYTES - 1))
        self.volume.look()
        self.assertEqual(len(self.volume.lost), 1)

    def test_a_chart_in_quarantine_is_not_lost_yet(self):
        aside = self.chart.with_name(f".chart-reaper~{self.chart.name}~")
        self.chart.rename(aside)
        self.volume.look()
        self.assertEqual((self.volume.lost, self.volume.set_aside), ([], 1))
        self.assertEqual(self.volume.left_in_quarantine(), [f"SENTINEL_1day/{aside.name}"])


class Explained(unittest.TestCase):
    def faults(self, *events):
        removals = [event for event in events if isinstance(event, Removal)]
        return unexplained(RULES, [event for event in events if isinstance(event, Write)], removals)

    def test_a_removal_after_the_maximum_age(self):
        self.assertEqual(self.faults(written(10), removed(40, 10, "expired")), [])

    def test_a_removal_of_the_oldest_above_the_limit(self):
        self.assertEqual(self.faults(written(10), written(11, "B_1d/x.png"), removed(15, 10, "over_limit")), [])

    def test_each_wrong_removal_is_named(self):
        other = written(11, "B_1d/x.png")
        for events, text in (((written(10), removed(39, 10, "expired")), "expired at an age of 29.000 s"),
                             ((written(10), other, removed(14, 10, "over_limit")), "over_limit at an age of 4.000 s"),
                             ((written(10), removed(16, 10, "over_limit")), "over_limit at a total of 60 bytes"),
                             ((written(10), removed(50, 10, "disk_pressure")), "removed as disk_pressure"),
                             ((written(10), removed(50, 10, "requested")), "removed as requested")):
            with self.subTest(text):
                self.assertEqual(self.faults(*events), [f"A_1d/x.png: {text}"])

    def test_one_removal_too_many_above_the_limit(self):
        writes = (written(10), written(11, "B_1d/x.png"))
        first, second = removed(20, 10, "over_limit"), removed(20, 11, "over_limit", "B_1d/x.png")
        self.assertEqual(self.faults(*writes, first, second), ["B_1d/x.png: over_limit at a total of 60 bytes"])

    def test_a_chart_that_is_written_again_counts_once(self):
        events = (written(10), written(12), removed(18, 12, "over_limit"))
        self.assertEqual(self.faults(*events), ["A_1d/x.png: over_limit at a total of 60 bytes"])

    def test_a_chart_written_before_the_line_of_its_removal_is_still_there(self):
        other = written(10.5, "B_1d/x.png")
        late = removed(20.001, 10, "over_limit")
        next_one = removed(26, 10.5, "over_limit", "B_1d/x.png")
        self.assertEqual(self.faults(written(10), other, written(20), late, next_one), [])

    def test_the_audit_file_has_the_age_at_the_start_of_the_sweep(self):
        line = {"time": "2026-01-31T09:15:02.114Z", "path": "A_1d/x.png", "reason": "expired", "size_bytes": 1,
                "freed_bytes": 1, "age_seconds": 31.5, "sweep": "2026-01-31T09:15:02.100Z"}
        text = json.dumps(line) + '\n{"time":"2026-01'  # killed in the middle of a line
        removal, = parse_removals(text)
        self.assertEqual(removal.at_ns, time_ns("2026-01-31T09:15:02.115Z"))
        self.assertEqual(removal.at_ns - removal.modified_ns, 31_515 * MILLISECOND_NS)


if __name__ == "__main__":
    unittest.main(verbosity=2)
