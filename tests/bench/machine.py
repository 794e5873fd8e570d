"""What the benchmark runs with: the programs, the places for trees, and measured runs of commands."""

import json
import os
import pathlib
import platform
import shutil
import statistics
import subprocess
import tempfile

REAPER = os.environ["CHART_REAPER"]
TOOL = os.environ["BENCH_TOOL"]

# No single command of the benchmark takes this long unless it hangs.
PATIENCE = 600


def tool(*arguments):
    """Runs a verb of bench_tool; returns the object that it prints, if any."""
    done = subprocess.run([TOOL, *map(str, arguments)], capture_output=True, text=True, timeout=PATIENCE, check=True)
    return json.loads(done.stdout) if done.stdout else None


def measured(command, settings=None):
    """What one run of the command took: code, cpu_s, wall_s, peak_kib, with everything it waited for."""
    environment = {"PATH": os.environ["PATH"], "LC_ALL": "C", **(settings or {})}
    done = subprocess.run([TOOL, "measure", *map(str, command)], env=environment, capture_output=True, text=True,
                          timeout=PATIENCE, check=True)
    return json.loads(done.stdout)


class Spread:
    """Several measurements of one thing: the one in the middle, the least and the most."""

    def __init__(self, values):
        self.values = list(values)
        self.median = statistics.median(self.values)
        self.least, self.most = min(self.values), max(self.values)

    def __format__(self, spec):
        if len(self.values) == 1:
            return format(self.median, spec)
        return f"{self.median:{spec}} ({self.least:{spec}}-{self.most:{spec}})"


class Trees:
    """Trees in one place, made when they are asked for; all are gone at the end."""

    def __init__(self, place):
        self.directory = pathlib.Path(tempfile.mkdtemp(prefix="chart-reaper-bench-", dir=place))
        self.place = place

    def make(self, name, charts, sets, expired=0):
        """The tree of that name, whole: what an earlier run has removed from it is made again."""
        root = self.directory / name
        root.mkdir(exist_ok=True)
        tool("make", root, charts, sets, expired)
        return root

    def drop(self, name):
        # rm(1) is several times faster than shutil.rmtree.
        subprocess.run(["rm", "-rf", "--one-file-system", self.directory / name], check=True)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.drop("")


def volume_of(place):
    """The type of the file system that a path is on."""
    done = subprocess.run(["stat", "-f", "-c", "%T", str(place)], capture_output=True, text=True, check=False)
    return {"ext2/ext3": "ext4"}.get(done.stdout.strip(), done.stdout.strip())


def description():
    """The machine in a line."""
    with open("/proc/cpuinfo", encoding="utf-8") as file:
        models = [line.split(":", 1)[1].strip() for line in file if line.startswith("model name")]
    with open("/proc/loadavg", encoding="ascii") as file:
        load = file.read().split()[0]
    return (f"{os.cpu_count()} processors ({models[0] if models else platform.machine()}), Linux {platform.release()}, "
            f"load {load} at the start")


def found(program):
    """Whether there is such a command here."""
    return shutil.which(program) is not None
