"""Starts the real program on real trees and uses it like an operator."""

import contextlib
import http.client
import json
import os
import pathlib
import re
import select
import shutil
import signal
import socket
import subprocess
import tempfile
import time
import unittest

REAPER = os.environ["CHART_REAPER"]
WRITER = os.environ["CHART_WRITER"]

# Long enough for a sanitizer build on a busy machine. Only a failing test waits this long.
PATIENCE = 60
HOUR = 3600


def run(*arguments, environment=None, **options):
    """Runs a command of the program to its end, in an environment with only the given settings."""
    return subprocess.run([REAPER, *arguments], env=environment_of(environment), capture_output=True, text=True,
                          timeout=PATIENCE, **options)


def environment_of(settings):
    """Returns the environment of a child: the given settings, PATH and the sanitizers' options."""
    kept = {name: value for name, value in os.environ.items() if name.endswith("SAN_OPTIONS") or name == "PATH"}
    return {**kept, **(settings or {})}


def wait_until(condition, what, patience=PATIENCE):
    """Polls the condition until it holds and returns its value. Fails with `what` after `patience` seconds."""
    deadline = time.monotonic() + patience
    while not (value := condition()):
        if time.monotonic() > deadline:
            raise AssertionError(f"timed out after {patience} s: {what}")
        os.sched_yield()
    return value


class Daemon:
    """A running daemon. A thread reads its log; tests synchronize by waiting for a line."""

    def __init__(self, root, settings=None, arguments=(), environment=None, program=(REAPER,), preexec=None,
                 stdin=subprocess.DEVNULL):
        self.lines = []
        self.process = subprocess.Popen(
            [*program, *arguments], stderr=subprocess.PIPE, stdin=stdin, bufsize=0, preexec_fn=preexec,
            env=environment_of({"CHART_OUTPUT_DIR": str(root), "CHART_LISTEN": "127.0.0.1:0", **(settings or {}),
                                **(environment or {})}))
        self._rest = b""
        self.address = None
        with contextlib.suppress(AssertionError):
            self.address = re.search(r"address[\":=]+([^\s\"]+)", self.wait_for("Listening")).group(1)

    def wait_for(self, text, after=0):
        """Returns the first line that contains the text, from line number `after` on."""
        deadline = time.monotonic() + PATIENCE
        while True:
            for line in self.lines[after:]:
                if text in line:
                    return line
            after = len(self.lines)
            if not self._read_more(deadline):
                raise AssertionError(f"no line with {text!r} in:\n" + "\n".join(self.lines))

    def wait_for_readiness(self, status=200):
        """Waits until /readyz answers with the status."""
        wait_until(lambda: self.request("GET", "/readyz")[0] == status, f"/readyz answers {status}")

    def has_counted_a_sweep(self):
        text = self.request("GET", "/metrics")[2]
        return re.search(r"^chart_reaper_sweeps_total\{.*\} [1-9]", text, re.MULTILINE) is not None

    def _read_more(self, deadline):
        ready, _, _ = select.select([self.process.stderr], [], [], max(0, deadline - time.monotonic()))
        data = self.process.stderr.read(65536) if ready else b""
        if not data:
            return False
        *lines, self._rest = (self._rest + data).split(b"\n")
        self.lines += [line.decode() for line in lines]
        return True

    @property
    def port(self):
        return int(self.address.rsplit(":", 1)[1])

    def connect(self):
        return socket.create_connection(("127.0.0.1", self.port), PATIENCE)

    def request(self, method, target, headers=None):
        """Makes one request; returns (status, headers, body as text)."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        with contextlib.closing(connection):
            connection.putrequest(method, target, skip_accept_encoding=True)
            for name, value in (headers or {}).items():
                connection.putheader(name, value)
            connection.endheaders()
            response = connection.getresponse()
            return response.status, response.headers, response.read().decode()

    def json(self, method, target, headers=None):
        """Makes one request; returns (status, decoded body)."""
        status, _, body = self.request(method, target, headers)
        return status, json.loads(body)

    def stop(self, with_signal=signal.SIGTERM):
        """Stops the daemon; returns its exit code and the seconds it took."""
        began = time.monotonic()
        self.process.send_signal(with_signal)
        return self.ended(began)

    def ended(self, began=None):
        began = time.monotonic() if began is None else began
        deadline = time.monotonic() + PATIENCE
        while self._read_more(deadline):
            pass
        code = self.process.wait(PATIENCE)
        return code, time.monotonic() - began


class ReaperTest(unittest.TestCase):
    """A test with its own chart directory. Stops its daemons at the end."""

    def setUp(self):
        self.directory = pathlib.Path(tempfile.mkdtemp(prefix="chart-reaper-e2e-"))
        self.addCleanup(shutil.rmtree, self.directory, ignore_errors=True)
        self.root = self.directory / "charts"
        self.root.mkdir()

    def chart(self, path, age_hours=0.0, size=1000):
        """Writes a chart of the given age; returns its path."""
        file = self.root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(b"x" * size)
        modified = time.time() - age_hours * HOUR
        os.utime(file, (modified, modified))
        return file

    def charts(self):
        """Returns the files below the root, relative to it."""
        return sorted(str(path.relative_to(self.root)) for path in self.root.rglob("*") if not path.is_dir())

    def start(self, settings=None, **options):
        """Starts a daemon and waits until its first sweep has ended."""
        daemon = self.spawn(settings, **options)
        self.assertIsNotNone(daemon.address, daemon.lines)
        daemon.wait_for("Chart cleanup completed")
        # The log line comes a moment before the figures of the sweep are published.
        if "unix:" not in daemon.address:
            daemon.wait_for_readiness()
            wait_until(daemon.has_counted_a_sweep, "the metrics count the first sweep")
        return daemon

    def spawn(self, settings=None, **options):
        daemon = Daemon(self.root, settings, **options)
        self.addCleanup(self._end, daemon)
        return daemon

    @staticmethod
    def _end(daemon):
        if daemon.process.poll() is None:
            daemon.process.kill()
        daemon.process.wait()
        daemon.process.stderr.close()
