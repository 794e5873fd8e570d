"""A coarse guard against slowdowns that needs no clock. It measures the cost of one more chart in system calls
(strace) and instructions (callgrind), so the cost of starting does not count."""

import os
import pathlib
import re
import shutil
import subprocess
import tempfile
import unittest

from machine import PATIENCE, REAPER, TOOL, tool

SMALL, LARGE, CHARTS_IN_A_SET = 500, 1500, 4

# Checking a chart takes one statx. Its share of its set's openat2, two getdents64 and close is one more call.
MOST_CALLS_TO_SCAN = 2.1
# A removal takes openat, flock, two leases, four statx, renameat2, unlinkat, close, a check for broken leases, and its
# share of opening and closing its set.
MOST_CALLS_TO_REMOVE = 13.2
# A ratio to the floor, which makes only the system calls and ignores their results. The daemon also puts the charts
# into the catalog in order, counts their blocks for free space, and detects times in the future. For each entry, the
# directory reader also checks if the pool has already called statx(2): 9.3. This check does not change the processor
# time of a scan.
MOST_INSTRUCTIONS_TO_SCAN = 9.5
MOST_INSTRUCTIONS_TO_REMOVE = 44
# These two were measured with the compiler of Debian 12. Others make other instructions from the same source: g++ 14
# and its library need a tenth more for a scan. With those the guard only finds large slowdowns.
MEASURED_WITH = "GNU 12."
SLACK_OF_OTHER_COMPILERS = 1.25


def needs(program):
    return unittest.skipUnless(shutil.which(program), f"{program} is not installed")


class Guard(unittest.TestCase):
    def setUp(self):
        # Uses a tmpfs if there is one, because the file system is not measured.
        place = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None
        self.directory = pathlib.Path(tempfile.mkdtemp(prefix="chart-reaper-guard-", dir=place))
        self.addCleanup(shutil.rmtree, self.directory, ignore_errors=True)

    def cost_of_a_chart(self, command, count, expired):
        """Returns the increase of `count` per additional chart, from runs of the command on trees of two sizes."""
        counted = []
        for charts in (SMALL, LARGE):
            root = self.directory / f"{charts}"
            root.mkdir()
            tool("make", root, charts, charts // CHARTS_IN_A_SET, charts if expired else 0)
            counted.append(count([*command, root]))
            self.assertEqual(tool("scan", root)["charts"], 0 if expired else charts)
            shutil.rmtree(root)
        return (counted[1] - counted[0]) / (LARGE - SMALL)

    @staticmethod
    def run_to_its_end(command):
        # The tracers make calls slow, and more calls in flight would cost more instructions.
        settings = {"PATH": os.environ["PATH"], "CHART_LOG_LEVEL": "warning", "CHART_MAX_SIZE_MB": "1000000",
                    "CHART_IO_CONCURRENCY": "1"}
        return subprocess.run(command, env=settings, capture_output=True, text=True, check=True, timeout=PATIENCE)

    def calls(self, command):
        log = self.directory / "calls"
        self.run_to_its_end(["strace", "-f", "-c", "-U", "calls,name", "-o", log, *command])
        return int(re.search(r"^\s*(\d+)\s+total$", log.read_text(), re.MULTILINE).group(1))

    def instructions(self, command):
        done = self.run_to_its_end(["valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null", *command])
        return int(re.search(r"Collected : (\d+)", done.stderr).group(1))

    def check(self, name, cost, most):
        print(f"{name}: {cost:.2f}, at most {most}")
        self.assertGreater(cost, 0)
        self.assertLessEqual(cost, most, f"{name}; if it has to be so, say why at the bound")

    @needs("strace")
    def test_system_calls_per_chart(self):
        scan = self.cost_of_a_chart([REAPER, "sweep", "--dry-run", "--output-dir"], self.calls, expired=False)
        self.check("system calls to look at a chart", scan, MOST_CALLS_TO_SCAN)
        removal = self.cost_of_a_chart([REAPER, "sweep", "--output-dir"], self.calls, expired=True)
        self.check("system calls to remove a chart", removal, MOST_CALLS_TO_REMOVE)

    @needs("valgrind")
    def test_instructions_per_chart(self):
        slack = 1 if os.environ["COMPILER"].startswith(MEASURED_WITH) else SLACK_OF_OTHER_COMPILERS
        floor = self.cost_of_a_chart([TOOL, "scan"], self.instructions, expired=False)
        scan = self.cost_of_a_chart([REAPER, "sweep", "--dry-run", "--output-dir"], self.instructions, expired=False)
        self.check("instructions to look at a chart, to the floor's", scan / floor,
                   MOST_INSTRUCTIONS_TO_SCAN * slack)
        removal = self.cost_of_a_chart([REAPER, "sweep", "--output-dir"], self.instructions, expired=True)
        self.check("instructions to remove a chart, to the floor's for a look", removal / floor,
                   MOST_INSTRUCTIONS_TO_REMOVE * slack)


if __name__ == "__main__":
    unittest.main(verbosity=2)  # prints the reasons of skipped tests
