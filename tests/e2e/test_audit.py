"""The audit file has one line for every removal, across rotation, and its sums match the metrics."""

import json
import os
import re
import signal
import subprocess
import unittest
from collections import Counter

from support import REAPER, ReaperTest, environment_of, run


class Audit(ReaperTest):
    def setUp(self):
        super().setUp()
        self.file = self.directory / "audit.jsonl"

    def lines(self, *files):
        return [json.loads(line) for file in files or [self.file] for line in file.read_text().splitlines()]

    def freed_by_reason(self, daemon):
        text = daemon.request("GET", "/metrics")[2]
        return {reason: int(value) for reason, value in
                re.findall(r'^chart_reaper_freed_bytes_total\{reason="(\w+)"\} (\d+)$', text, re.MULTILINE) if value != "0"}

    def test_the_bytes_of_all_lines_add_up_to_the_counters(self):
        for number in range(1500):  # more than the log lists
            self.chart(f"S{number % 7}_1d/{number}.png", 25 + number / 1000, size=100 + number)
        self.chart("TWIN_1d/x.png", 30, size=5000)
        os.link(self.root / "TWIN_1d/x.png", self.directory / "elsewhere")  # so removing it frees nothing
        daemon = self.start({"CHART_AUDIT_FILE": str(self.file)})
        self.chart("BIG_1d/new.png", 1, size=4000)
        daemon.request("DELETE", "/charts/BIG/1d?dry_run=true")
        daemon.request("DELETE", "/charts/BIG/1d")
        lines = self.lines()
        self.assertEqual(len(lines), 1502)
        sums = Counter()
        for line in lines:
            sums[line["reason"]] += line["freed_bytes"]
        self.assertEqual(dict(sums), self.freed_by_reason(daemon))
        self.assertEqual(len({line["path"] for line in lines}), 1502)
        by_path = {line["path"]: line for line in lines}
        self.assertEqual((by_path["TWIN_1d/x.png"]["size_bytes"], by_path["TWIN_1d/x.png"]["freed_bytes"]), (5000, 0))
        asked = by_path["BIG_1d/new.png"]
        self.assertEqual((asked["reason"], asked["trigger"], asked["scope"]), ("requested", "request", "set"))
        self.assertTrue(asked["asked_by"].startswith("127.0.0.1:"))
        self.assertIn(asked["sweep"], [sweep["started"] for sweep in daemon.json("GET", "/charts/sweeps")[1]["sweeps"]])

    def test_rotation_loses_no_line(self):
        daemon = self.start({"CHART_AUDIT_FILE": str(self.file)})
        rotated = self.directory / "audit.jsonl.1"
        for number, rotate in enumerate([False, True, False]):
            if rotate:
                self.file.rename(rotated)
                daemon.process.send_signal(signal.SIGHUP)
                daemon.wait_for("Settings reloaded")
            self.chart(f"A_1d/{number}.png", 25)
            daemon.request("POST", "/charts/cleanup")
        self.assertEqual([line["path"] for line in self.lines(rotated)], ["A_1d/0.png"])
        self.assertEqual([line["path"] for line in self.lines()], ["A_1d/1.png", "A_1d/2.png"])

    def remove(self, daemon, name):
        """Makes the daemon remove one chart."""
        self.chart(f"A_1d/{name}.png", 25)
        self.assertEqual(daemon.json("POST", "/charts/cleanup")[1]["stats"]["files_removed"], 1)

    def lost(self, daemon):
        text = daemon.request("GET", "/metrics")[2]
        return int(re.search(r"^chart_reaper_audit_lines_lost_total (\d+)$", text, re.MULTILINE).group(1))

    def start_in(self, directory):
        """Starts a daemon whose audit file is in its own directory, outside the chart directory."""
        self.file = self.directory / directory / "audit.jsonl"
        self.file.parent.mkdir()
        return self.start({"CHART_AUDIT_FILE": str(self.file)})

    def test_a_deleted_audit_file_is_created_again_without_a_signal(self):
        daemon = self.start_in("log")
        self.remove(daemon, "first")
        self.file.unlink()
        self.remove(daemon, "second")
        self.assertEqual([line["path"] for line in self.lines()], ["A_1d/second.png"])
        self.file.rename(self.file.with_suffix(".1"))
        self.remove(daemon, "third")
        self.assertEqual([line["path"] for line in self.lines()], ["A_1d/third.png"])
        self.assertEqual(self.lost(daemon), 0)

    def test_rotation_with_create_loses_no_line(self):
        """Rotates like logrotate with `create`; removes charts before, between and after the steps."""
        daemon = self.start_in("log")
        rotated = self.file.with_suffix(".1")
        self.remove(daemon, 0)
        self.file.rename(rotated)
        self.file.touch(0o640)
        self.remove(daemon, 1)
        daemon.process.send_signal(signal.SIGHUP)
        daemon.wait_for("Settings reloaded")
        self.remove(daemon, 2)
        paths = [line["path"] for line in self.lines(rotated, self.file)]
        self.assertEqual(paths, [f"A_1d/{number}.png" for number in range(3)])
        self.assertEqual(self.lost(daemon), 0)

    def test_lines_are_counted_as_lost_if_the_directory_was_moved(self):
        daemon = self.start_in("log")
        self.remove(daemon, "first")
        away = self.directory / "away"
        self.file.parent.rename(away)
        for number, name in enumerate(("second", "third"), start=1):
            self.remove(daemon, name)
            self.assertEqual(self.lost(daemon), number)
        daemon.wait_for("Removals cannot be written to the audit file")
        self.assertEqual(sum("cannot be written to the audit file" in line for line in daemon.lines), 1)
        self.assertEqual([line["path"] for line in self.lines(away / "audit.jsonl")], ["A_1d/first.png"])
        away.rename(self.file.parent)
        self.remove(daemon, "fourth")
        daemon.wait_for("Audit file is written again")
        self.assertEqual(self.lost(daemon), 2)
        self.assertEqual([line["path"] for line in self.lines()], ["A_1d/first.png", "A_1d/fourth.png"])

    def test_lines_are_counted_as_lost_if_a_reload_cannot_open_the_file(self):
        daemon = self.start_in("log")
        rotated = self.file.with_suffix(".1")
        self.file.rename(rotated)
        self.file.mkdir()
        daemon.process.send_signal(signal.SIGHUP)
        daemon.wait_for("Audit file cannot be opened")
        self.remove(daemon, "first")
        self.assertEqual((self.lost(daemon), self.lines(rotated)), (1, []))
        self.file.rmdir()
        self.remove(daemon, "second")
        self.assertEqual((self.lost(daemon), len(self.lines())), (1, 1))

    def test_a_command_line_sweep_writes_the_audit_file_too(self):
        self.chart("A_1d/x.png", 25, size=7)
        result = run("sweep", environment={"CHART_OUTPUT_DIR": str(self.root), "CHART_AUDIT_FILE": str(self.file)})
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertEqual([(line["trigger"], line["freed_bytes"]) for line in self.lines()], [("command", 7)])

    def test_an_audit_file_that_cannot_be_opened_stops_the_start(self):
        self.chart("A_1d/x.png", 25)
        environment = environment_of({"CHART_OUTPUT_DIR": str(self.root), "CHART_AUDIT_FILE": f"{self.directory}/no/file",
                                      "CHART_LISTEN": "127.0.0.1:0"})
        for command in ("serve", "sweep"):
            result = subprocess.run([REAPER, command], env=environment, capture_output=True, text=True, timeout=60)
            self.assertEqual(result.returncode, 78)
            self.assertIn("CHART_AUDIT_FILE", result.stderr)
        self.assertEqual(self.charts(), ["A_1d/x.png"])

    def test_a_chart_name_of_any_bytes_makes_one_line_of_json(self):
        self.chart("A_1d/new\nline\"\\.png", 25)
        self.start({"CHART_AUDIT_FILE": str(self.file)})
        self.assertEqual([line["path"] for line in self.lines()], ["A_1d/new\\nline\"\\\\.png"])


if __name__ == "__main__":
    unittest.main()
