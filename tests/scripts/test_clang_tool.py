"""scripts/clang-tool finds a tool by its version or its ability, under any of its names."""

import os
import pathlib
import shutil
import subprocess
import tempfile
import unittest

SCRIPT = pathlib.Path(__file__).resolve().parents[2] / "scripts/clang-tool"
REAL = ("grep", "mktemp", "rm", "sed", "sh")


class ClangTool(unittest.TestCase):
    def setUp(self):
        self.bin = pathlib.Path(tempfile.mkdtemp(prefix="chart-reaper-clang-"))
        self.addCleanup(shutil.rmtree, self.bin)
        for name in REAL:
            (self.bin / name).symlink_to(shutil.which(name))
        self.pinned = int(self.ask("version")[1])

    def put(self, name, text):
        """Makes a command with this script; returns its path."""
        (self.bin / name).write_text(f"#!/bin/sh\n{text}\n")
        (self.bin / name).chmod(0o755)
        return str(self.bin / name)

    def put_version(self, name, version):
        return self.put(name, f"echo 'Some {name.split('-')[0]} version {version}.0.6'")

    def ask(self, *arguments):
        """Runs the script; returns (exit code, output)."""
        done = subprocess.run([SCRIPT, *arguments], env={**os.environ, "PATH": str(self.bin)}, capture_output=True,
                              text=True, check=False, timeout=60)
        return done.returncode, done.stdout.strip()

    def test_the_pinned_version_is_found_under_each_name(self):
        for name in ("clang-format", f"clang-format-{self.pinned}", f"clang-format-{self.pinned + 1}"):
            path = self.put_version(name, self.pinned)
            self.assertEqual(self.ask("clang-format"), (0, path))
            os.unlink(path)

    def test_another_version_is_not_accepted(self):
        for version in (self.pinned - 1, self.pinned + 1, f"{self.pinned}0"):
            self.put_version("clang-tidy", version)
        path = self.put_version(f"clang-tidy-{self.pinned}", self.pinned)
        self.assertEqual(self.ask("clang-tidy"), (0, path))

    def test_a_missing_tool_is_reported(self):
        self.put_version("clang-format", self.pinned + 1)
        self.assertEqual(self.ask("clang-format"), (1, f"there is no clang-format of version {self.pinned} here"))

    def test_a_clang_without_libfuzzer_is_skipped(self):
        self.put("clang++", "exit 1")
        path = self.put("clang++-99", 'case " $* " in *" -fsanitize=fuzzer,"*) ;; *) exit 1 ;; esac')
        self.assertEqual(self.ask("fuzzer"), (0, path))

    def test_an_unknown_tool_is_refused(self):
        self.assertEqual(self.ask("clang-query")[0], 64)


if __name__ == "__main__":
    unittest.main()
