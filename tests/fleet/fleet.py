"""Simulates a fleet of chart-reapers on one machine, and prints a report.

About a hundred volumes, each with its own daemon, a part of them with three. Services write charts, in bursts above
the limit. Pods end, are killed and start again. The report counts lost charts, takeovers and limit breaches, and has the
cost of a pod. Exits with 1 if a chart was lost, if a pod ended with
a wrong exit code, or if a shared volume had two active pods or none for too long. Limit breaches are only reported.
"""

import argparse
import contextlib
import json
import os
import pathlib
import platform
import shutil
import signal
import subprocess
import sys
import tempfile

from figures import failures, figures_of
from plan import MEBIBYTE, Plan
from report import print_report
from simulation import NotStarted, Simulation

# The pods remove charts for space below 256 MiB. The run must stay far from that.
FREE_BYTES = 1024 * MEBIBYTE
RAM_DISK = "/dev/shm"
INSTANCES = pathlib.Path("/proc/sys/fs/inotify/max_user_instances")


def parse_options():
    parser = argparse.ArgumentParser(prog="simulate-fleet", description=__doc__.splitlines()[0])
    parser.add_argument("--volumes", type=int, default=100, help="at least 20 have all kinds of volumes; default 100")
    parser.add_argument("--seconds", type=float, default=180, help="length of the run; default 180")
    parser.add_argument("--interval", type=float, default=60,
                        help="seconds between two sweeps; on shared volumes a sixth of it; default 60")
    parser.add_argument("--seed", type=int, default=1, help="of the random choices")
    parser.add_argument("--directory", default=RAM_DISK if os.access(RAM_DISK, os.W_OK) else None,
                        help=f"directory for the volumes; default {RAM_DISK}, or TMPDIR without it")
    parser.add_argument("--json", metavar="FILE", help="write the figures to this file, too")
    options = parser.parse_args()
    plan = Plan(options.volumes, options.seconds, options.interval, options.seed)
    if options.volumes < 1 or options.interval < 1:
        parser.error("--volumes and --interval must be at least 1")
    least_seconds = plan.herd_seconds + plan.settle_seconds
    if options.seconds < least_seconds:
        parser.error(f"--seconds must be at least {least_seconds:.0f} with this interval")
    return options, plan


def check_machine(plan, directory):
    """Ends the program if the machine cannot hold the fleet; warns if pods cannot watch."""
    free, needed = shutil.disk_usage(directory).free, plan.space_bytes + FREE_BYTES
    if free < needed:
        sys.exit(f"simulate-fleet: {directory} has {free // MEBIBYTE} MiB free, {needed // MEBIBYTE} are needed; "
                 f"use fewer --volumes or another --directory")
    with contextlib.suppress(OSError):
        if int(INSTANCES.read_text()) < plan.pods:
            print(f"simulate-fleet: {INSTANCES} allows fewer than {plan.pods} pods of a user to watch", file=sys.stderr)


def machine(directory):
    """Describes the machine in one line."""
    kind = subprocess.run(["stat", "-f", "-c", "%T", directory], capture_output=True, text=True, check=False)
    return (f"{os.cpu_count()} processors, Linux {platform.release()}, volumes on {kind.stdout.strip()} "
            f"({directory}), load {os.getloadavg()[0]:.1f}")


def stop(number, _):
    """Ends the run by a signal. The clean-up must not be interrupted by a second one."""
    for one in (signal.SIGINT, signal.SIGTERM):
        signal.signal(one, signal.SIG_IGN)
    sys.exit(128 + number)


def main():
    options, plan = parse_options()
    directory = options.directory or tempfile.gettempdir()
    check_machine(plan, directory)
    for one in (signal.SIGINT, signal.SIGTERM):
        signal.signal(one, stop)
    before = machine(directory)
    print(f"{plan.volumes} volumes, {plan.pods} pods, {plan.seconds:.0f} s, seed {plan.seed}")
    print(f"{before} at the start", end="", flush=True)
    workspace = tempfile.mkdtemp(prefix="chart-reaper-fleet-", dir=directory)
    try:
        with Simulation(plan, os.environ["CHART_REAPER"], pathlib.Path(workspace)) as simulation:
            simulation.run()
            figures = {"machine": before, "load_at_the_end": os.getloadavg()[0], **figures_of(simulation)}
    except NotStarted as error:
        sys.exit(f"simulate-fleet: {error}")
    finally:
        shutil.rmtree(workspace, ignore_errors=True)
    print(f", {figures['load_at_the_end']:.1f} at the end\n")
    print_report(figures)
    if options.json:
        pathlib.Path(options.json).write_text(json.dumps(figures, indent=2) + "\n", encoding="utf-8")
    sys.exit(bool(failures(figures)))


if __name__ == "__main__":
    main()
