"""Compares chart-reaper with a bare floor and with every other installed cleaner. Start it with scripts/bench."""

import argparse
import pathlib
import signal
import sys
import tempfile
import time

from bursts import burst
from living import memory_kept, start, statistics_cost, statistics_in_a_removal, tick, unwatched
from machine import Trees, description, volume_of
from peers import all_peers
from table import Table
from walks import full_scan, memory_of_removal, removal

ROWS = {
    "scan": full_scan,
    "tick": tick,
    "unwatched": unwatched,
    "remove": removal,
    "memory-remove": memory_of_removal,
    "memory-kept": memory_kept,
    "stats-latency": statistics_in_a_removal,
    "stats-cost": statistics_cost,
    "burst": burst,
    "start": start,
}


class Options:
    """The amount of measuring."""

    def __init__(self, arguments, volume, disk):
        self.rounds = arguments.rounds
        self.few_rounds = min(3, arguments.rounds)  # for rows that take seconds each
        self.seconds = min(2.0, 2 * arguments.scale + 0.1)
        self.volume = volume
        self.disk = disk
        self._scale = arguments.scale

    def count(self, number):
        return max(4, round(number * self._scale))


def parse():
    parser = argparse.ArgumentParser(prog="scripts/bench", description=__doc__)
    parser.add_argument("--rows", default=",".join(ROWS), help="rows to measure, separated by commas: " + ", ".join(ROWS))
    parser.add_argument("--rounds", type=int, default=7, help="pairs of runs for each ratio")
    parser.add_argument("--scale", type=float, default=1, help="fraction of the charts; the targets are for 1")
    parser.add_argument("--directory", nargs="+", default=["/dev/shm"], help="directories for the trees, used one after the other")
    parser.add_argument("--disk", default="/var/tmp", help="directory on a disk for the volume of the burst row")
    arguments = parser.parse_args()
    arguments.rows = arguments.rows.split(",")
    if unknown := [row for row in arguments.rows if row not in ROWS]:
        parser.error(f"no such rows: {', '.join(unknown)}")
    return arguments


def measure(table, arguments, place, disk):
    with Trees(place) as trees:
        options = Options(arguments, volume_of(place), disk)
        for row in arguments.rows:
            if row in ("burst", "start") and place != arguments.directory[0]:
                continue  # these rows mount their own volume or need none
            began = time.monotonic()
            ROWS[row](table, trees, options)
            table.note(f"{row} on {options.volume}: {time.monotonic() - began:.0f} s")


def main():
    arguments = parse()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("stopped early"))  # the exit removes the temporary trees
    began = time.monotonic()
    Table.note(description())
    for peer in all_peers():
        if not peer.is_here:
            Table.note(f"{peer.name} is not here: apt-get install {peer.package}")
    table = Table()
    with tempfile.TemporaryDirectory(prefix="chart-reaper-bench-", dir=arguments.disk) as disk:
        for place in arguments.directory:
            measure(table, arguments, place, pathlib.Path(disk))
    Table.note(f"{table.missed} targets missed; {time.monotonic() - began:.0f} s in all")
    return 0


if __name__ == "__main__":
    sys.exit(main())
