"""Questions about charts: many clients ask, but no sweep waits for them and probes are answered."""

import asyncio
import collections
import contextlib
import itertools
import multiprocessing
import os
import re
import time
import unittest

from sanitizers import SANITIZED
from support import PATIENCE, ReaperTest

Load = collections.namedtuple("Load", "sets charts_each askers seconds")

LOAD = Load(sets=400, charts_each=20, askers=60, seconds=4)
IMPATIENCE = 0.05  # seconds


def resident_kib(daemon):
    with open(f"/proc/{daemon.process.pid}/status", encoding="ascii") as status:
        return int(re.search(r"VmRSS:\s*(\d+)", status.read()).group(1))


async def ask_forever(port, load, number, statuses):
    """Asks in a loop. An impatient client closes the connection without waiting for the answer."""
    for count in itertools.count():
        target = "/charts/ages" if number % 3 == 0 else \
            f"/charts/explain?path=S{(number + count) % load.sets}_1d/{count % load.charts_each}.png"
        with contextlib.suppress(OSError):
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.write(f"GET {target} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n".encode())
            await writer.drain()
            if number % 2 == 0:
                await asyncio.sleep(IMPATIENCE)
            else:
                statuses.add((await reader.read())[9:12])
            writer.close()


def ask_in_a_process(port, load, results):
    """Runs in its own process, so that it does not slow down the process that measures."""
    statuses = set()

    async def run():
        asking = asyncio.gather(*(ask_forever(port, load, number, statuses) for number in range(load.askers)))
        with contextlib.suppress(asyncio.TimeoutError):
            await asyncio.wait_for(asking, load.seconds)

    asyncio.run(run())
    results.put({status.decode() for status in statuses})


class Questions(ReaperTest):
    def fill(self):
        for number in range(LOAD.sets):
            (self.root / f"S{number}_1d").mkdir()
            for chart in range(LOAD.charts_each):
                os.close(os.open(self.root / f"S{number}_1d" / f"{chart}.png", os.O_CREAT | os.O_WRONLY))

    def time_of(self, daemon, method, target):
        began = time.monotonic()
        self.assertEqual(daemon.request(method, target)[0], 200)
        return time.monotonic() - began

    def test_a_sweep_does_not_wait_for_questions(self):
        self.fill()
        daemon = self.start()
        quiet = max(self.time_of(daemon, "POST", "/charts/cleanup") for _ in range(3))
        results = multiprocessing.Queue()
        askers = multiprocessing.Process(target=ask_in_a_process, args=(daemon.port, LOAD, results))
        askers.start()
        self.addCleanup(askers.kill)
        swept, probed, memory = [], [], []
        deadline = time.monotonic() + LOAD.seconds + PATIENCE
        while results.empty():
            self.assertLess(time.monotonic(), deadline, "those who ask have not come to an end")
            swept.append(self.time_of(daemon, "POST", "/charts/cleanup"))
            probed.append(self.time_of(daemon, "GET", "/healthz"))
            memory.append(resident_kib(daemon))
        answered = results.get()
        # The bounds are generous because the clients keep the processor busy. If questions were queued, each of the
        # thousands would cost the sweep a walk over all charts.
        self.assertLess(max(swept), 10 * quiet + 5, swept)
        self.assertLess(max(probed), 5, probed)
        # A sanitizer keeps freed memory for a while.
        if not SANITIZED:
            self.assertLess(memory[-1] - memory[0], 32 * 1024)
        self.assertIn("200", answered)
        self.assertLessEqual(answered, {"200", "503", ""})


if __name__ == "__main__":
    unittest.main()
