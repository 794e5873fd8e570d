"""Rows for one run over a tree: a full scan, a removal, and the memory of a large removal."""

from machine import REAPER, TOOL, Spread, measured, tool
from peers import all_peers


def rounds_for(wall_seconds, rounds):
    """Slow programs get fewer rounds: they vary less and take too long."""
    return rounds if wall_seconds < 3 else min(rounds, 3) if wall_seconds < 12 else 1


# Only the age rule is measured, so the size limit is a terabyte, which is more than all charts together.
SETTINGS = {"CHART_MAX_AGE_HOURS": "24", "CHART_MAX_SIZE_MB": "1000000"}

# Other peers use more memory, or take minutes for a million charts.
MODEST_PEERS = {peer.name: peer.remove for peer in all_peers() if peer.is_here and
                peer.name in ("find -delete", "bfs -delete")}


def reaper(root, *arguments):
    return [REAPER, "sweep", *arguments, "--output-dir", root]


def pairs(commands, floor, rounds, before=lambda: None):
    """Runs each command in turn with the floor. Returns, by name, the runs and the ratios of their CPU time to the
    floor's, and the floor's runs. Calls `before` before each run."""
    runs = {name: [] for name in commands}
    ratios = {name: [] for name in commands}
    floors = []
    before()
    measured(floor)  # fills the caches
    for turn in range(rounds):
        for name, command in commands.items():
            if runs[name] and len(runs[name]) >= rounds_for(runs[name][0]["wall_s"], rounds):
                continue
            pair = {}
            for which in (("floor", "command") if turn % 2 == 0 else ("command", "floor")):
                before()
                pair[which] = measured(floor) if which == "floor" else measured(command, SETTINGS)
            if pair["command"]["code"] != 0 or pair["floor"]["code"] != 0:
                raise RuntimeError(f"{name} failed: {pair}")
            floors.append(pair["floor"])
            runs[name].append(pair["command"])
            ratios[name].append(pair["command"]["cpu_s"] / pair["floor"]["cpu_s"])
    return runs, {name: Spread(values) for name, values in ratios.items()}, floors


def compare(table, what, ours, others, result):
    """Prints the floor, our figure with its target, and the others."""
    runs, ratios, floors = result
    table.line(what, "floor", "1", runs=floors)
    name, (text, most) = ours
    table.line(what, name, f"{ratios[name]:.2f} x", (text, ratios[name].median <= most), runs[name])
    for other in others:
        table.line(what, other, f"{ratios[other]:.2f} x", runs=runs[other])


def full_scan(table, trees, options):
    charts, sets = options.count(100_000), options.count(25_000)
    root = trees.make("scan", charts, sets)
    peers = [peer for peer in all_peers() if peer.is_here]
    commands = {"sweep --dry-run": reaper(root, "--dry-run"), "sweep": reaper(root),
                **{peer.name: peer.scan(root) for peer in peers}}
    result = pairs(commands, [TOOL, "scan", root], options.rounds)
    if tool("scan", root)["charts"] != charts:
        raise RuntimeError("charts were removed although none was expired")
    what = f"full scan, nothing to do, {charts:,} charts in {sets:,} sets, {options.volume}"
    compare(table, what, ("sweep --dry-run", ("<= 1.10 x", 1.10)), [name for name in commands if name != "sweep --dry-run"],
            result)
    trees.drop("scan")


def removal(table, trees, options):
    charts, sets, expired = options.count(100_000), options.count(25_000), options.count(40_000)
    root = trees.make("removal", charts, sets, expired)
    peers = [peer for peer in all_peers() if peer.is_here]
    commands = {"sweep": reaper(root), **{peer.name: peer.remove(root) for peer in peers}}
    for name, command in commands.items():
        trees.make("removal", charts, sets, expired)
        measured(command, SETTINGS)
        left = tool("scan", root)["charts"]
        if left != charts - expired:
            raise RuntimeError(f"{name} left {left} charts of {charts}, {expired} were expired")
    result = pairs(commands, [TOOL, "remove", root, 24], options.rounds,
                   before=lambda: trees.make("removal", charts, sets, expired))
    what = f"removing {expired:,} expired charts of {charts:,}, {options.volume}"
    compare(table, what, ("sweep", ("<= 2.2 x", 2.2)), [peer.name for peer in peers], result)
    trees.drop("removal")


def memory_of_removal(table, trees, options):
    """Measures charts in many sets, and then all charts in one directory, whose names vanish while it is read."""
    charts = options.count(1_000_000)
    for sets in (options.count(250_000), 1):
        for name, command in {"sweep": reaper, **MODEST_PEERS}.items():
            root = trees.make("million", charts, sets, charts)
            run = measured(command(root), SETTINGS)
            if tool("scan", root)["charts"] != 0 or run["code"] != 0:
                raise RuntimeError(f"{name} has not removed everything: {run}")
            peak = run["peak_kib"] / 1024
            table.line(f"peak RSS, {charts:,} expired charts in {sets:,} sets removed, {options.volume}", name,
                       f"{peak:.1f} MiB", ("<= 12 MiB", peak <= 12) if name == "sweep" else None, [run])
        trees.drop("million")
