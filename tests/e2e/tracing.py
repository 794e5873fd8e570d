"""Runs the program under strace(1), which makes chosen system calls fail, or kill or stop the program."""

import collections
import contextlib
import os
import pathlib
import re
import shutil
import signal
import subprocess
import tempfile
import time
import unittest

from support import PATIENCE, REAPER, environment_of

STRACE = shutil.which("strace")


def _refusal():
    """Returns the reason why nothing can be traced; empty if tracing works."""
    if STRACE is None:
        return "strace is not installed"
    tried = subprocess.run([STRACE, "-f", "-qq", "-o", os.devnull, "true"], capture_output=True, text=True, check=False)
    return "" if tried.returncode == 0 else f"strace does not work here: {tried.stderr.strip()}"


_WHY_NOT = _refusal()
needs_strace = unittest.skipIf(_WHY_NOT, _WHY_NOT)


def own_name(name):
    """Returns the name of a chart without the quarantine affixes."""
    return name.replace(".chart-reaper~", "").rstrip("~")


def quarantine_path_of(path):
    """Returns the path of a chart in quarantine."""
    return path.with_name(f".chart-reaper~{path.name}~")


def paths_below(root):
    """Returns every path that a call may use: each existing file, under its own name and its quarantine name."""
    there = {path.with_name(own_name(path.name)) for path in root.rglob("*")}
    return sorted({root, *there, *(quarantine_path_of(path) for path in there if path.suffix == ".png")})


class Result:
    """The result of a traced program: its exit code, its output and the watched calls."""

    def __init__(self, code, output, calls):
        self.code = code  # strace ends with the program's exit code or signal
        self.stdout, self.stderr = output
        self.calls = calls
        self.injected = [line for line in calls if "(INJECTED)" in line]

    def most_calls(self):
        """Returns the number of calls of the busiest thread, because strace counts for each thread separately."""
        return max(collections.Counter(line.split()[0] for line in self.calls).values(), default=0)


class Traced:
    """The program, started with `inject` in strace's syntax, e.g. "unlinkat:error=EIO:when=3".

    Calls on other paths, such as those of the loader and of a sanitizer, are neither counted nor changed.
    """

    def __init__(self, arguments, settings, inject, watch):
        calls, paths = watch
        with tempfile.NamedTemporaryFile(prefix="chart-reaper-strace-", delete=False) as log:
            self._log = pathlib.Path(log.name)
        command = [STRACE, "-f", "-qq", "-o", log.name, "-e", f"trace={calls}"]
        for one in inject:
            command += ["-e", f"inject={one}"]
        for path in paths:
            command += ["-P", str(path)]
        # strace slows calls down, and counts them for each thread separately. So one thread makes all calls, unless the
        # test sets another number.
        environment = environment_of({"CHART_IO_CONCURRENCY": "1", **settings})
        # LeakSanitizer also traces the process, and a process can only have one tracer.
        environment["ASAN_OPTIONS"] = environment.get("ASAN_OPTIONS", "") + ":detect_leaks=0"
        self._strace = subprocess.Popen([*command, REAPER, *arguments], env=environment, stdin=subprocess.DEVNULL,
                                        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)

    def wait_until_stopped(self):
        """Waits until an injected SIGSTOP has stopped the program; returns its process id."""
        deadline = time.monotonic() + PATIENCE
        children = pathlib.Path(f"/proc/{self._strace.pid}/task/{self._strace.pid}/children")
        while True:
            # Before it starts the program, strace has other children to try its own features; after the first stop it
            # has none. SIGSTOP stops first the thread that made the call, then the other threads.
            stopped = self._log.read_text().count("--- stopped by SIGSTOP")
            for child in children.read_text().split() if stopped else ():
                with contextlib.suppress(OSError):
                    if stopped >= len(os.listdir(f"/proc/{child}/task")):
                        return int(child)
            if time.monotonic() > deadline or self._strace.poll() is not None:
                raise AssertionError(f"the program was never stopped:\n{self._log.read_text()}")
            os.sched_yield()

    def finish(self):
        """Waits for the end of the program; returns its result."""
        try:
            output = self._strace.communicate(timeout=PATIENCE)
            calls = self._log.read_text(errors="replace").splitlines()
        finally:
            self.end()
        return Result(self._strace.returncode, output, [line for line in calls if re.search(r"\w\(", line)])

    def end(self):
        """Kills what is left of the program."""
        if self._strace.poll() is None:
            # Killing only strace would leave a stopped program behind.
            for child in pathlib.Path(f"/proc/{self._strace.pid}/task/{self._strace.pid}/children").read_text().split():
                os.kill(int(child), signal.SIGKILL)
            self._strace.communicate(timeout=PATIENCE)
        self._log.unlink(missing_ok=True)


def run(arguments, settings, inject, watch):
    """Traces the program to its end. `watch` holds the calls to watch, and the paths to watch them on."""
    return Traced(arguments, settings, inject, watch).finish()
