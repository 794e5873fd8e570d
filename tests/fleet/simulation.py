"""Runs the fleet: starts the pods, lets the services write, ends and kills pods, and collects the figures."""

import random
import time

import herd
from agenda import Agenda
from disturbances import Disturbances
from locks import held_locks
from plan import (ANALYSES_PER_SECOND, BURST_SECONDS, LOOK_SECONDS, SCRAPE_SECONDS, SECOND_NS, SENTINEL_SECONDS,
                  kind_of)
from removals import time_ns
from takeovers import Takeovers
from volume import Volume

# How often the locks are read while a takeover is pending: the resolution of its duration.
LOCKS_SECONDS = 0.02

# A pod that is not ready after this time is broken.
START_PATIENCE = 120

# How often the pods that start are asked. Each question delays the start of the others.
READY_SECONDS = 1


class NotStarted(Exception):
    pass


class Simulation:
    """All volumes with their pods. Leaving the `with` block kills the pods that still run."""

    def __init__(self, plan, program, directory):
        self.plan = plan
        self._random = random.Random(plan.seed)
        self._agenda = Agenda()
        self._is_settling = False
        self.volumes = [self._make_volume(number, program, directory) for number in range(plan.volumes)]
        self.pods = [pod for volume in self.volumes for pod in volume.pods]
        self._shared = [volume for volume in self.volumes if volume.kind.is_shared]
        self._alone = [volume for volume in self.volumes if not volume.kind.is_shared]
        self.takeovers = Takeovers(plan.takeover_bound_seconds)
        self.disturbances = Disturbances(self._agenda, self.takeovers, self._random)
        self.first_sweeps = []
        self.bursts = 0

    def _make_volume(self, number, program, directory):
        kind = kind_of(number)
        volume = Volume(number, kind, directory / f"{number:03}", random.Random(self._random.random()))
        for _ in range(kind.pods):
            volume.add_pod(program, self.plan.settings(kind))
        return volume

    def __enter__(self):
        return self

    def __exit__(self, *_):
        for pod in self.pods:
            pod.kill()

    @property
    def longest_delay(self):
        return self._agenda.longest_delay

    def run(self):
        self._start()
        end = time.monotonic() + self.plan.seconds
        self._plan_writes()
        self._plan_looks()
        self._agenda.after(self.plan.herd_seconds, self._end_herd)
        for volume in self._shared:
            self.disturbances.disturb_shared(volume)
        self._agenda.run_until(end - self.plan.settle_seconds)
        self._is_settling = True
        self.disturbances.close()
        self._agenda.run_until(end)
        self._finish()

    def _start(self):
        """Starts all pods together, and waits until they are ready."""
        for pod in self.pods:
            pod.start()
        deadline = time.monotonic() + START_PATIENCE
        waiting = list(self.pods)
        while waiting:
            time.sleep(READY_SECONDS)
            waiting = [pod for pod in waiting if pod.ask("/readyz") is None]
            if any(not pod.is_running for pod in waiting) or time.monotonic() > deadline:
                raise NotStarted(f"{len(waiting)} of {len(self.pods)} pods are not ready; the log of one:\n"
                                 + "\n".join(waiting[0].log_lines()))

    def _write_every(self, seconds, action):
        self._agenda.every(seconds, lambda: None if self._is_settling else action())

    def _plan_writes(self):
        for volume in self.volumes:
            if volume.kind.writes:
                self._write_every(lambda: self._random.expovariate(ANALYSES_PER_SECOND), volume.service.analyse)
                self._write_every(lambda: SENTINEL_SECONDS, volume.service.write_sentinel)
            if volume.kind.bursts:
                self._write_every(lambda: self._random.uniform(*BURST_SECONDS), lambda one=volume: self._burst(one))

    def _burst(self, volume):
        self.bursts += 1
        volume.service.burst()

    def _plan_looks(self):
        for volume in self.volumes:
            self._agenda.every(LOOK_SECONDS, volume.look)
        for volume in self._shared:
            self._agenda.every(LOOK_SECONDS, lambda one=volume: self._look_at_roles(one))
        for pod in self.pods:
            self._agenda.every(SCRAPE_SECONDS, pod.scrape)
        self._agenda.every(LOCKS_SECONDS, self._look_at_locks)

    def _look_at_roles(self, volume):
        """While a takeover is pending, a request could hasten it."""
        if not self.takeovers.is_pending(volume.number):
            self.takeovers.note_roles(volume.number, volume.roles())

    def _look_at_locks(self):
        if not self.takeovers.any_pending():
            return
        locks, now = held_locks(), time.monotonic()
        for volume in self._shared:
            active = volume.active_pod(locks)
            if active:
                self.takeovers.note_holder(volume.number, active.pid, now)

    def _end_herd(self):
        """Collects the first sweeps of the pods that started together. From now on, these pods are restarted."""
        for volume in self._alone:
            history = volume.pods[0].ask_json("/charts/sweeps?limit=1000")
            first = history and herd.first_sweeps(history["sweeps"], lambda text: time_ns(text) / SECOND_NS)
            if first:
                self.first_sweeps.append(first)
        self.disturbances.disturb_alone(self._alone)

    def _finish(self):
        """Takes the last figures, and ends all pods."""
        locks = held_locks()
        for volume in self.volumes:
            self.takeovers.note_last_holder(volume.number, volume.active_pod(locks))
            self.takeovers.note_roles(volume.number, volume.roles())
            volume.look()
            volume.lost += [f"{path}: left in quarantine" for path in volume.left_in_quarantine()]
        for pod in self.pods:
            pod.scrape()
            pod.end()
        for pod in self.pods:
            self.disturbances.failed_ends += pod.exit_code() != 0
