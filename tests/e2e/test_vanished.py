"""Charts that another program removes are counted; renames by a writer and removals by the daemon are not."""

import itertools
import os
import re
import subprocess
import time
import unittest

from support import ReaperTest, wait_until

SECONDS = float(os.environ.get("VANISHED_SECONDS", "3"))


class Vanished(ReaperTest):
    def vanished(self, daemon):
        text = daemon.request("GET", "/metrics")[2]
        return int(re.search(r"^chart_reaper_vanished_charts_total (\d+)", text, re.MULTILINE).group(1))

    def written(self, daemon):
        text = daemon.request("GET", "/metrics")[2]
        return int(re.search(r"^chart_reaper_charts_written_total (\d+)", text, re.MULTILINE).group(1))

    def known(self, daemon):
        return daemon.json("GET", "/charts/storage/stats")[1]["stats"]["total_files"]

    def check_second_cleaner(self, settings):
        for number in range(40):
            self.chart(f"S{number % 7}_1d/{number}.png", age_hours=1 if number < 30 else 0.01)
        daemon = self.start(settings)
        self.assertEqual(self.vanished(daemon), 0)
        subprocess.run(["find", str(self.root), "-name", "*.png", "-mmin", "+30", "-delete"], check=True)
        wait_until(lambda: self.known(daemon) == 10, "the charts are known to be gone")
        self.assertEqual(self.vanished(daemon), 30)
        # The daemon's own removals do not count.
        self.assertEqual(daemon.json("DELETE", "/charts/all")[1]["stats"]["files_removed"], 10)
        wait_until(lambda: self.known(daemon) == 0, "the charts are gone")
        self.assertEqual(self.vanished(daemon), 30)

    def test_a_second_cleaner_is_detected_on_a_watched_volume(self):
        self.check_second_cleaner({})

    def test_a_second_cleaner_is_detected_on_an_unwatched_volume(self):
        self.check_second_cleaner({"CHART_WATCH": "off"})

    def check_writer(self, settings):
        """Uses a limit that keeps the daemon busy, and a writer whose temporary names look like charts."""
        daemon = self.start({"CHART_MAX_SIZE_MB": "1", "CHART_MIN_AGE_SECONDS": "0", **settings})
        names = itertools.cycle([".tmp.{}.png", "{}.tmp.png", "tmp{}.png", ".{}.png.tmp"])
        until = time.monotonic() + SECONDS
        for number in itertools.count():
            if time.monotonic() > until:
                break
            name = f"chart{number % 50}"
            directory = self.root / f"S{number % 5}_1d"
            directory.mkdir(exist_ok=True)
            temporary = directory / next(names).format(name)
            try:
                with temporary.open("wb", buffering=0) as file:
                    file.write(b"x" * 20_000)
                    if number % 10 == 0:
                        # Gives the daemon time to see the half-written chart.
                        self.known(daemon)
                    file.write(b"x" * 20_000)
                temporary.rename(directory / f"{name}.png")
            except FileNotFoundError:
                pass  # the daemon removed the empty set, or the chart for the limit
        wait_until(lambda: self.known(daemon) == len(list(self.root.rglob("*.png"))), "the figures are true")
        self.assertGreater(self.written(daemon), 20)
        self.assertEqual(self.vanished(daemon), 0)

    def test_renames_by_a_writer_are_not_counted(self):
        self.check_writer({})

    def test_renames_by_a_writer_are_not_counted_on_an_unwatched_volume(self):
        self.check_writer({"CHART_WATCH": "off"})

    def test_moved_sets_are_not_counted(self):
        for settings in ({}, {"CHART_WATCH": "off"}):
            with self.subTest(settings):
                for number in range(200):
                    self.chart(f"A_1d/{number}.png", size=number)
                daemon = self.start(settings)
                os.rename(self.root / "A_1d", self.root / "B_1d")
                wait_until(lambda: self.known(daemon) == 200 and self.figures_are_new(daemon, "B_1d"), "it has moved")
                self.assertEqual(self.vanished(daemon), 0)
                os.rename(self.root / "B_1d", self.directory / f"away-{len(settings)}")
                wait_until(lambda: self.vanished(daemon) == 200, "all that was moved out has vanished")
                daemon.stop()

    def figures_are_new(self, daemon, name):
        return [entry["path"] for entry in daemon.json("GET", "/charts/sets")[1]["sets"]] == [name]


if __name__ == "__main__":
    unittest.main()
