"""Rows for the daemon: its cost without changes, its memory, and its response times."""

import statistics
import threading
import time

from daemons import Daemon, statistics_of, timer_sweeps
from machine import REAPER, TOOL, Spread, measured, tool

import os


def tick(table, trees, options):
    charts, sets = options.count(100_000), options.count(25_000)
    root = trees.make("scan", charts, sets)
    interval = 0.1
    ratios, floors = [], []
    with Daemon(root, trees.directory, CHART_CLEANUP_INTERVAL_MINUTES=str(interval / 60)) as daemon:
        connection = daemon.wait_until_ready()
        for _ in range(options.rounds):
            floors.append(measured([TOOL, "scan", root]))
            sweeps, cpu, began = timer_sweeps(connection), daemon.cpu_seconds(), time.monotonic()
            time.sleep(options.seconds)
            cpu = daemon.cpu_seconds() - cpu
            seconds = time.monotonic() - began
            swept = timer_sweeps(connection) - sweeps
            # An interval that scans the whole tree takes longer, so there are fewer sweeps than intervals.
            ticks = swept if swept else seconds / interval
            ratios.append(cpu / ticks / floors[-1]["cpu_s"])
    ratio = Spread(ratios)
    table.line(f"tick of the daemon, nothing changed, {charts:,} charts, {options.volume}", "daemon",
               f"{ratio:.4f} x", ("<= 0.01 x", ratio.median <= 0.01))
    trees.drop("scan")


def unwatched(table, trees, options):
    """Measures a daemon that cannot watch its volume and polls it."""
    charts = options.count(100_000)
    root = trees.make("scan", charts, options.count(25_000))
    with Daemon(root, trees.directory, CHART_WATCH="off", CHART_CLEANUP_INTERVAL_MINUTES="15") as daemon:
        daemon.wait_until_ready()
        cpu, began = daemon.cpu_seconds(), time.monotonic()
        time.sleep(30 * options.seconds)  # it waits many seconds between two polls
        share = (daemon.cpu_seconds() - cpu) / (time.monotonic() - began) * 100
    table.line(f"daemon that does not watch, nothing changed, {charts:,} charts, {options.volume}", "daemon",
               f"{share:.2f} % of a core", ("< 1 %", share < 1))
    trees.drop("scan")


def memory_kept(table, trees, options):
    for charts, sets, most in ((400, 100, 6), (100_000, 25_000, 14), (1_000_000, 250_000, 64)):
        charts, sets = options.count(charts), options.count(sets)
        root = trees.make(f"kept-{charts}", charts, sets)
        with Daemon(root, trees.directory) as daemon:
            if statistics_of(daemon.wait_until_ready())["total_files"] != charts:
                raise RuntimeError("the daemon has not seen every chart")
            rss, peak = daemon.memory_mib("VmRSS"), daemon.memory_mib("VmHWM")
        table.line(f"RSS with {charts:,} kept charts, {options.volume}", "daemon", f"{rss:.1f} MiB, peak {peak:.1f} MiB",
                   (f"<= {most} MiB", rss <= most))
        trees.drop(f"kept-{charts}")


def ask_until(done, connection):
    """Requests the statistics every few milliseconds; returns the durations in milliseconds."""
    times = []
    while not done():
        began = time.perf_counter()
        statistics_of(connection)
        times.append((time.perf_counter() - began) * 1000)
        time.sleep(0.001)
    return times


def percentile(values, share):
    return sorted(values)[min(len(values) - 1, int(len(values) * share))]


def statistics_in_a_removal(table, trees, options):
    charts, sets = options.count(200_000), options.count(50_000)
    p99, worst, idle, asked = [], [], [], 0
    for _ in range(options.few_rounds):
        root = trees.make("removal", charts, sets, charts)
        with Daemon(root, trees.directory, CHART_ENABLE_CLEANUP="false") as daemon:
            connection = daemon.wait_until_ready()
            until = time.monotonic() + 1
            idle.append(percentile(ask_until(lambda: time.monotonic() > until, connection), 0.99))
            cleaning = daemon.connect()
            thread = threading.Thread(target=cleaning.ask, args=("POST", "/charts/cleanup"))
            thread.start()
            times = ask_until(lambda: not thread.is_alive(), connection)
        if tool("scan", root)["charts"] != 0:
            raise RuntimeError("the daemon has not removed every chart")
        p99.append(percentile(times, 0.99))
        worst.append(max(times))
        asked += len(times)
    p99 = Spread(p99)
    table.line(f"statistics p99 during the removal of {charts:,} charts, {options.volume}", "daemon",
               f"{p99:.2f} ms (worst {max(worst):.1f} ms of {asked:,}; idle {statistics.median(idle):.2f} ms)",
               ("<= 5 ms", p99.median <= 5))
    trees.drop("removal")


def statistics_cost(table, trees, options):
    # Few enough sets for the watch limit of most machines (fs.inotify.max_user_watches).
    sizes = {"few": (options.count(1_000), options.count(250)), "many": (options.count(1_000_000), options.count(25_000))}
    roots = {name: trees.make(f"stats-{name}", *size) for name, size in sizes.items()}
    with Daemon(roots["few"], trees.directory) as few, Daemon(roots["many"], trees.directory) as many:
        connections = {few: few.wait_until_ready(), many: many.wait_until_ready()}
        ratios, costs = [], {few: [], many: []}
        for turn in range(options.rounds):
            for daemon in ((few, many) if turn % 2 == 0 else (many, few)):
                costs[daemon].append(cost_of_statistics(daemon, connections[daemon], options.seconds))
            ratios.append(costs[many][-1] / costs[few][-1])
        watched = statistics_of(connections[many])["watched"]
    ratio = Spread(ratios)
    micro = {daemon: statistics.median(values) * 1e6 for daemon, values in costs.items()}
    table.line(f"statistics, CPU at {sizes['many'][0]:,} charts against {sizes['few'][0]:,}, {options.volume}", "daemon",
               f"{ratio:.2f} x ({micro[few]:.0f} and {micro[many]:.0f} us){'' if watched else ', not watched'}",
               ("1.0 x", ratio.median < 1.2))
    trees.drop("stats-few")
    trees.drop("stats-many")


def cost_of_statistics(daemon, connection, seconds):
    """Returns the daemon's CPU seconds for one answer."""
    cpu, answers, until = daemon.cpu_seconds(), 0, time.monotonic() + seconds
    while time.monotonic() < until:
        statistics_of(connection)
        answers += 1
    return (daemon.cpu_seconds() - cpu) / answers


def start(table, trees, options):
    root = trees.make("start", options.count(400), options.count(100))
    times = []
    for _ in range(3 * options.rounds):
        with Daemon(root, trees.directory) as daemon:
            if daemon.connect().ask("GET", "/healthz")[0] != 200:
                raise RuntimeError("the daemon is not well")
            times.append((time.perf_counter() - daemon.began) * 1000)
    spread = Spread(times)
    table.line("start to the first 200 of /healthz", "daemon", f"{spread:.1f} ms", ("<= 20 ms", spread.median <= 20))
    size = os.path.getsize(REAPER) / 1e6
    table.line("static stripped binary", "chart-reaper", f"{size:.2f} MB", ("<= 4 MB", size <= 4))
    trees.drop("start")
