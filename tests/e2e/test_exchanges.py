"""Directories are exchanged with symbolic links at full speed; the daemon reaches nothing outside the root."""

import contextlib
import json
import os
import pathlib
import subprocess
import sys
import unittest

from support import ReaperTest, run

OK, CANNOT_USE_ROOT = 0, 74
EXCHANGE = pathlib.Path(__file__).with_name("exchange.py")
CHARTS, SWEEPS = 20, 30


class Exchanges(ReaperTest):
    def exchange(self, left, right):
        process = subprocess.Popen([sys.executable, "-B", EXCHANGE, left, right], stdout=subprocess.PIPE, text=True,
                                   stderr=subprocess.PIPE)
        self.addCleanup(process.communicate)
        self.addCleanup(process.kill)
        if process.stdout.readline() == "":
            self.skipTest(f"RENAME_EXCHANGE is refused: {process.stderr.read()}")

    @staticmethod
    def fill(directory):
        """Puts every missing chart back into the directory, under its current name."""
        for number in range(CHARTS):
            with contextlib.suppress(FileExistsError):
                os.close(os.open(f"{number}.png", os.O_CREAT | os.O_EXCL | os.O_WRONLY, dir_fd=directory))
                os.utime(f"{number}.png", (1e9, 1e9), dir_fd=directory)

    def open(self, path):
        path.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY)
        self.addCleanup(os.close, descriptor)
        self.fill(descriptor)
        return descriptor

    def test_a_set_exchanged_with_a_link_does_not_lead_outside(self):
        inside = self.open(self.root / "A_1d")
        outside = self.open(self.directory / "outside")
        before = {name: os.stat(name, dir_fd=outside) for name in os.listdir(outside)}
        (self.root / "link").symlink_to(self.directory / "outside")
        self.exchange(self.root / "A_1d", self.root / "link")
        removed = 0
        for _ in range(SWEEPS):
            result = run("sweep", "--json", environment={"CHART_OUTPUT_DIR": str(self.root)})
            self.assertIn(result.returncode, (OK, CANNOT_USE_ROOT), result.stderr)
            removed += json.loads(result.stdout)["stats"]["files_removed"]
            self.fill(inside)
        self.assertEqual({name: os.stat(name, dir_fd=outside) for name in os.listdir(outside)}, before)
        self.assertGreater(removed, 0)

    def test_a_sweep_stays_in_one_tree_if_a_parent_is_exchanged_with_a_link(self):
        """A sweep removes charts only from the directory that the path named at its start."""
        trees = [self.open(self.directory / name / "charts/A_1d") for name in ("parent", "other")]
        (self.directory / "link").symlink_to(self.directory / "other")
        self.exchange(self.directory / "parent", self.directory / "link")
        removed = 0
        for _ in range(SWEEPS):
            result = run("sweep", "--json", environment={"CHART_OUTPUT_DIR": str(self.directory / "parent/charts")})
            self.assertIn(result.returncode, (OK, CANNOT_USE_ROOT), result.stderr)
            missing = [CHARTS - len(os.listdir(tree)) for tree in trees]
            self.assertIn(0, missing, result.stderr)
            if result.stdout:
                self.assertEqual(json.loads(result.stdout)["stats"]["files_removed"], sum(missing))
            removed += sum(missing)
            for tree in trees:
                self.fill(tree)
        self.assertGreater(removed, 0)


if __name__ == "__main__":
    unittest.main(verbosity=2)  # prints the reasons of skipped tests
