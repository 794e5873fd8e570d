"""Ends, kills and restarts pods while they work."""

import signal
import time

from locks import held_locks

# The pause between two ends of the active pod of a shared volume. It differs by more than an interval, so that an end
# comes at any moment of the intervals of the standbys.
SHARED_PAUSE_SECONDS = (5, 20)
# The pause between two restarts of pods that are alone on their volumes.
ALONE_PAUSE_SECONDS = 1

# How long to wait for the first removal of a backlog, and how often to look.
SWEEP_PATIENCE = 2
LOOK_AT_SWEEP_SECONDS = 0.0005
POLL_SECONDS = 0.02


class Disturbances:
    """At most one disturbance of a volume is under way: the active pod ends, the volume has one again, all pods run."""

    def __init__(self, agenda, takeovers, random):
        self._agenda, self._takeovers, self._random = agenda, takeovers, random
        self._is_closed = False
        self.ends = self.kills = self.kills_in_sweep = self.failed_ends = 0

    def close(self):
        """Begins no more disturbances; those that are under way go on."""
        self._is_closed = True

    def disturb_shared(self, volume):
        """Ends the active pod of the volume again and again. It starts again when another one has taken over."""
        self._agenda.after(self._random.uniform(*SHARED_PAUSE_SECONDS), lambda: self._hand_over(volume))

    def disturb_alone(self, volumes):
        """Restarts the pods of these volumes in random order."""
        self._agenda.every(ALONE_PAUSE_SECONDS, lambda: self._restart(self._random.choice(volumes)))

    def _hand_over(self, volume):
        pod = volume.active_pod(held_locks())
        if self._is_closed:
            return
        if pod is None:  # an error of the pods, which the end of the run finds unless one becomes active
            return self.disturb_shared(volume)
        self._end_or_kill(volume, pod)
        self._takeovers.note_end(volume.number, pod.pid, time.monotonic())

        def started():
            volume.is_disturbed = False
            self.disturb_shared(volume)

        self._when(lambda: not self._takeovers.is_pending(volume.number), lambda: self._start(pod, started))

    def _restart(self, volume):
        pod = volume.pods[0]
        if self._is_closed or volume.is_disturbed:
            return
        self._end_or_kill(volume, pod)

        def started():
            self._when(lambda: volume.active_pod(held_locks()), lambda: setattr(volume, "is_disturbed", False))

        self._start(pod, started)

    def _end_or_kill(self, volume, pod):
        volume.is_disturbed = True
        if self._random.random() < 0.5:
            self.ends += 1
            pod.end()
            return
        self.kills += 1
        # A volume that never exceeds its limit must not get a backlog: there, the kill comes at a random moment.
        if volume.kind.bursts:
            self._begin_sweep(volume)
        pod.kill()
        self.kills_in_sweep += volume.is_in_sweep()

    @staticmethod
    def _begin_sweep(volume):
        """Makes the pod remove a backlog, and writes some of its charts again meanwhile."""
        first = volume.service.write_backlog()
        deadline = time.monotonic() + SWEEP_PATIENCE
        while volume.has(first) and time.monotonic() < deadline:
            time.sleep(LOOK_AT_SWEEP_SECONDS)
        volume.service.rewrite_backlog()

    def _start(self, pod, then):
        """Starts the pod once it has ended."""
        def start():
            self.failed_ends += pod.exit_code() not in (0, -signal.SIGKILL)
            pod.start()
            then()

        self._when(lambda: not pod.is_running, start)

    def _when(self, holds, action):
        if holds():
            action()
        else:
            self._agenda.after(POLL_SECONDS, lambda: self._when(holds, action))
