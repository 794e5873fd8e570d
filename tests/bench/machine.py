"""The environment of the benchmark: programs, directories for trees, and measured runs."""

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

# No command of the benchmark takes this long unless it hangs.
PATIENCE = 600


def tool(*arguments):
    """Runs a verb of bench_tool; returns the object that it prints, if any."""
    done = subprocess.run([TOOL, *map(str, arguments)], capture_output=True, text=True, timeout=PATIENCE, check=True)
    return json.loads(done.stdout) if done.stdout else None


def measured(command, settings=None):
    """Runs the command; returns code, cpu_s, wall_s and peak_kib, including its child processes."""
    environment = {"PATH": os.environ["PATH"], "LC_ALL": "C", **(settings or {})}
    done = subprocess.run([TOOL, "measure", *map(str, command)], env=environment, capture_output=True, text=True,
                          timeout=PATIENCE, check=True)
    return json.loads(done.stdout)


class Spread:
    """Several measurements of one figure: median, minimum and maximum."""

    def __init__(self, values):
        self.values = list(values)
        self.median = statistics.median(self.values)
        self.least, self.most = min(self.values), max(self.values)

    def __format__(self, spec):
        if len(self.values) == 1:
            return format(self.median, spec)
        return f"{self.median:{spec}} ({self.least:{spec}}-{self.most:{spec}})"


class Trees:
    """Trees in one directory, made on demand and removed at the end."""

    def __init__(self, place):
        self.directory = pathlib.Path(tempfile.mkdtemp(prefix="chart-reaper-bench-", dir=place))
        self.place = place

    def make(self, name, charts, sets, expired=0):
        """Returns the complete tree of that name; makes charts again that an earlier run removed."""
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
    """Returns the type of the file system of a path."""
    done = subprocess.run(["stat", "-f", "-c", "%T", str(place)], capture_output=True, text=True, check=False)
    return {"ext2/ext3": "ext4"}.get(done.stdout.strip(), done.stdout.strip())


def description():
    """Describes the machine in one line."""
    with open("/proc/cpuinfo", encoding="utf-8") as file:
        models = [line.split(":", 1)[1].strip() for line in file if line.startswith("model name")]
    with open("/proc/loadavg", encoding="ascii") as file:
        load = file.read().split()[0]
    return (f"{os.cpu_count()} processors ({models[0] if models else platform.machine()}), Linux {platform.release()}, "
            f"load {load} at the start")


def found(program):
    """Returns True if the program is installed."""
    return shutil.which(program) is not None
