"""Plays systemd for a daemon with NOTIFY_SOCKET and WATCHDOG_USEC set (sd_notify(3), sd_watchdog_enabled(3))."""

import contextlib
import socket
import time

from support import PATIENCE


class FakeServiceManager:
    """Receives the daemon's notifications. Expects a watchdog ping every `watchdog_seconds`, if given."""

    def __init__(self, test, watchdog_seconds):
        self._path = str(test.directory / "notify")
        self._watchdog_seconds = watchdog_seconds
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        test.addCleanup(self._socket.close)
        self._socket.bind(self._path)

    def settings(self):
        """Returns the environment variables that the daemon needs."""
        return {"NOTIFY_SOCKET": self._path, "WATCHDOG_USEC": str(round(self._watchdog_seconds * 1e6))}

    def receive(self, text, within=PATIENCE):
        """Returns the next message that contains the text. Raises TimeoutError if none arrives in time."""
        deadline = time.monotonic() + within
        while True:
            self._socket.settimeout(max(0.001, deadline - time.monotonic()))
            message = self._socket.recv(4096).decode()
            if text in message:
                return message

    def sees_life_until(self, condition):
        """Waits for the condition; returns True if every watchdog ping until then came in time.

        On False, systemd would have killed and restarted the daemon.
        """
        deadline = time.monotonic() + 2 * PATIENCE
        while not condition():
            if time.monotonic() > deadline:
                raise AssertionError("the condition never held")
            with contextlib.suppress(TimeoutError):
                self.receive("WATCHDOG=1", self._watchdog_seconds)
                continue
            return False
        return True
