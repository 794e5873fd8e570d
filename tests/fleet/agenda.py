"""Runs actions at their times, one after the other, in one thread."""

import heapq
import itertools
import random
import time


class Agenda:
    def __init__(self):
        self._entries = []
        self._order = itertools.count()
        self.longest_delay = 0.0  # how late the simulator was: its figures of times are no better than this

    def at(self, moment, action):
        heapq.heappush(self._entries, (moment, next(self._order), action))

    def after(self, seconds, action):
        self.at(time.monotonic() + seconds, action)

    def every(self, seconds, action):
        """Runs the action again and again. `seconds` is a number, or a function that returns the next pause.

        A number gets a random first pause, so that many such actions do not come at the same time.
        """
        pause = seconds if callable(seconds) else lambda: seconds

        def again():
            action()
            self.after(pause(), again)

        self.after(pause() if callable(seconds) else random.random() * seconds, again)

    def run_until(self, end):
        """Runs all actions that are due before `end`."""
        while (now := time.monotonic()) < end:
            moment = self._entries[0][0] if self._entries else end
            if moment > now:
                time.sleep(min(moment, end) - now)
                continue
            self.longest_delay = max(self.longest_delay, now - moment)
            heapq.heappop(self._entries)[2]()
