"""One pod: a daemon on a volume, with the figures of its process over all its restarts."""

import contextlib
import http.client
import json
import os
import pathlib
import subprocess
import sys

from series import series_of, value_of

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))

from daemon_process import UnixConnection, cpu_seconds, memory_mib

# A pod that does not answer for so long hangs.
PATIENCE = 10
# The kernel kills a pod when the simulator ends, however it ends. setpriv(1) becomes the pod, with the same process ID.
# A preexec_fn would do the same, but each fork would take ten times as long as a vfork, and pods must start together.
END_WITH_PARENT = ("setpriv", "--pdeathsig", "KILL")


class Pod:
    def __init__(self, program, directory, root, settings):
        """`directory` gets the files of the pod: its socket, its log and its audit file."""
        self._program = program
        self._socket = str(directory / "socket")
        self._log = directory / "log"
        self.audit_file = directory / "audit.jsonl"
        self._environment = {"PATH": os.environ.get("PATH", "/usr/bin"), **settings, "CHART_OUTPUT_DIR": str(root),
                             "CHART_LISTEN": f"unix:{self._socket}", "CHART_AUDIT_FILE": str(self.audit_file)}
        # The options of a sanitizer build.
        self._environment.update({name: value for name, value in os.environ.items() if name.endswith("SAN_OPTIONS")})
        self._process = None
        self.starts = 0
        self.cpu_seconds = 0.0  # over all restarts, up to the last signal
        self.resident_mib = self.peak_mib = 0.0  # at the last signal; over all restarts
        self.first_series = self.last_series = frozenset()
        self.is_watching = False
        self.scrapes = self.failed_scrapes = 0

    def start(self):
        with self._log.open("ab") as log:
            self._process = subprocess.Popen([*END_WITH_PARENT, self._program], env=self._environment,
                                             stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=log,
                                             start_new_session=True)  # Ctrl-C reaches only the simulator
        self.starts += 1

    @property
    def pid(self):
        return self._process.pid

    @property
    def is_running(self):
        return self._process is not None and self._process.poll() is None

    def end(self):
        """Sends SIGTERM. The process ends within a second."""
        self._note_figures()
        self._process.terminate()

    def kill(self):
        """Sends SIGKILL, and waits for the end."""
        if self.is_running:
            self._note_figures()
            self._process.kill()
            self._process.wait()

    def exit_code(self):
        """Waits for the end of an ended pod, and returns its exit code as subprocess has it; kills it if it hangs."""
        try:
            return self._process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            self._process.kill()
            return self._process.wait()

    def ask(self, target):
        """Returns the body of a GET, or None if the pod does not answer, for example because it has just started."""
        connection = UnixConnection(self._socket, PATIENCE)
        try:
            with contextlib.closing(connection):
                status, body = connection.ask("GET", target)
                return body.decode() if status == 200 else None
        except (OSError, http.client.HTTPException):
            return None

    def ask_json(self, target):
        body = self.ask(target)
        return None if body is None else json.loads(body)

    def scrape(self):
        """Asks for the metrics like Prometheus, and remembers which series there are."""
        if not self.is_running:
            return
        text = self.ask("/metrics")
        self.scrapes += 1
        if text is None:
            self.failed_scrapes += 1
            return
        self.last_series = series_of(text)
        self.first_series = self.first_series or self.last_series
        self.is_watching = value_of(text, "chart_reaper_watching") == 1

    def log_lines(self, beginning=""):
        """Returns the lines of the log that begin with the text."""
        with contextlib.suppress(FileNotFoundError):
            return [line for line in self._log.read_text(errors="replace").splitlines() if line.startswith(beginning)]
        return []

    def _note_figures(self):
        """Notes the figures of the process, which ends now. Its CPU time is exact to the nanosecond."""
        self.resident_mib = self._memory_mib("VmRSS")
        self.peak_mib = max(self.peak_mib, self._memory_mib("VmHWM"))
        with contextlib.suppress(OSError):  # a thread, or the process, has just ended
            self.cpu_seconds += cpu_seconds(self.pid)

    def _memory_mib(self, field):
        """Returns VmRSS or VmHWM in MiB; 0 if the process has ended."""
        with contextlib.suppress(OSError):
            return memory_mib(self.pid, field)
        return 0.0
