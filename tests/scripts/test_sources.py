"""The sources as text: every Python file parses, and no mark of an unfinished merge is left."""

import ast
import pathlib
import re
import subprocess
import unittest

SOURCE = pathlib.Path(__file__).resolve().parents[2]
MARK = re.compile(r"^(?:<{7}|>{7}) ", re.MULTILINE)


def texts():
    """Returns (path, text) of each file in the repository, without those that are no text."""
    command = ["git", "-c", "safe.directory=*", "ls-files", "-z"]
    listed = subprocess.run(command, cwd=SOURCE, capture_output=True, text=True, check=True).stdout
    for name in filter(None, listed.split("\0")):
        path = SOURCE / name
        try:
            yield path, path.read_text(encoding="utf-8")
        except (UnicodeDecodeError, FileNotFoundError):
            continue


@unittest.skipUnless((SOURCE / ".git").exists(), "not a git checkout")
class Sources(unittest.TestCase):
    def test_every_python_file_parses(self):
        for path, text in texts():
            if path.suffix == ".py" or text.startswith("#!/usr/bin/env python3\n"):
                with self.subTest(path):
                    ast.parse(text, str(path))

    def test_no_merge_is_unfinished(self):
        self.assertEqual([str(path) for path, text in texts() if MARK.search(text)], [])


if __name__ == "__main__":
    unittest.main()
