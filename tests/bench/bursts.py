"""The row for a writer at full speed: how far the charts exceed their limit."""

import contextlib
import os
import subprocess

from daemons import Daemon
from machine import Spread, tool

MEBIBYTE = 1024 * 1024
LIMIT_MB = 200  # as in the production preset
MOST_OVER_MB = 2000  # the writer then gives up


class Unmountable(Exception):
    """This machine cannot mount a volume for the benchmark."""


@contextlib.contextmanager
def volume(kind, directory):
    """Mounts a volume without other writers, so that its usage is that of the charts."""
    place = directory / "volume"
    place.mkdir(exist_ok=True)
    size_mb = LIMIT_MB + MOST_OVER_MB + 500
    if kind == "tmpfs":
        command = ["mount", "-t", "tmpfs", "-o", f"size={size_mb}M", "tmpfs", place]
    else:
        image = directory / "ext4.img"
        image.touch()
        os.truncate(image, size_mb * MEBIBYTE)
        run("mkfs.ext4", "-q", "-F", "-m", "0", image)
        command = ["mount", "-o", "loop", image, place]
    run(*command)
    try:
        yield place
    finally:
        subprocess.run(["umount", place], check=True)
        (directory / "ext4.img").unlink(missing_ok=True)


def run(*command):
    try:
        done = subprocess.run([*map(str, command)], capture_output=True, text=True, check=False)
    except FileNotFoundError as error:
        raise Unmountable(str(error)) from error
    if done.returncode != 0:
        raise Unmountable(done.stderr.strip())


def one_burst(kind, verb, directory, seconds):
    with volume(kind, directory) as place:
        root = place / "charts"
        root.mkdir()
        limits = {"CHART_MAX_SIZE_MB": str(LIMIT_MB), "CHART_MIN_AGE_SECONDS": "0", "CHART_CLEANUP_INTERVAL_MINUTES": "15"}
        with Daemon(root, directory, **limits) as daemon:
            daemon.wait_until_ready()
            return tool(verb, root, LIMIT_MB * MEBIBYTE, MOST_OVER_MB * MEBIBYTE, seconds)


def burst(table, trees, options):
    for kind, verb, directory in (("ext4", "synced-burst", options.disk), ("ext4", "burst", options.disk),
                                  ("tmpfs", "burst", trees.directory)):
        seconds = 2.5 * options.seconds
        try:
            bursts = [one_burst(kind, verb, directory, seconds) for _ in range(options.few_rounds)]
        except Unmountable as error:
            table.note(f"burst on {kind} skipped, cannot mount a volume: {error}")
            continue
        is_disk_speed = verb == "synced-burst"
        show(table, f"{kind}, {'disk' if is_disk_speed else 'memory'} speed", bursts, is_disk_speed)


def show(table, where, bursts, is_disk_speed):
    if min(one["charts"] for one in bursts) * bursts[0]["chart_bytes"] < 2 * LIMIT_MB * MEBIBYTE:
        table.note(f"burst on {where} skipped, too slow to pass the limit")
        return
    over = [max(0, one["highest_bytes"] - LIMIT_MB * MEBIBYTE) for one in bursts]
    percent = Spread([bytes_over / (LIMIT_MB * MEBIBYTE) * 100 for bytes_over in over])
    charts = Spread([bytes_over / bursts[0]["chart_bytes"] for bytes_over in over])
    speed = sum(one["charts"] for one in bursts) * bursts[0]["chart_bytes"] / MEBIBYTE / sum(one["seconds"] for one in bursts)
    gave_up = ", who gave up" if any(one["gave_up"] for one in bursts) else ""
    table.line(f"burst, min age 0: highest use over the limit of {LIMIT_MB} MB, {where}", "daemon",
               f"{percent:.2f} % = {charts:.1f} charts (writer at {speed:.0f} MiB/s{gave_up})",
               ("<= 2 % or two charts", percent.median <= 2 or charts.median <= 2) if is_disk_speed else None)
