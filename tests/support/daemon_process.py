"""A daemon seen from outside: HTTP over its Unix socket, and the figures of its process."""

import http.client
import pathlib
import socket


class UnixConnection(http.client.HTTPConnection):
    """HTTP over a Unix socket. Reconnects after the daemon has closed the connection."""

    def __init__(self, path, patience):
        super().__init__("localhost", timeout=patience)
        self._path = path

    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.settimeout(self.timeout)
        self.sock.connect(self._path)

    def ask(self, method, target):
        """Makes one request; returns (status, body)."""
        self.request(method, target)
        response = self.getresponse()
        return response.status, response.read()


def cpu_seconds(process):
    """Returns the CPU time of all threads of a process so far, exact to the nanosecond. Raises OSError if one ends."""
    tasks = pathlib.Path(f"/proc/{process}/task")
    return sum(int((task / "schedstat").read_text().split()[0]) for task in tasks.iterdir()) / 1e9


def memory_mib(process, field):
    """Returns VmRSS or VmHWM of a process in MiB. Raises OSError if it has ended."""
    for line in pathlib.Path(f"/proc/{process}/status").read_text().splitlines():
        if line.startswith(field + ":"):
            return int(line.split()[1]) / 1024
    raise ProcessLookupError(f"process {process} has no {field}")
