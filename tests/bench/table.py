"""The benchmark's table, printed line by line as the figures arrive."""

import sys

HEAD = ("what", "program", "figure", "CPU s", "wall s", "peak MiB", "target")


class Table:
    def __init__(self):
        self.missed = 0
        self._print(HEAD)
        self._print(["---"] * len(HEAD))

    @staticmethod
    def _print(cells):
        print("| " + " | ".join(map(str, cells)) + " |", flush=True)

    def line(self, what, program, figure, target=None, runs=()):
        """Prints a row. `target` is (text, met); `runs` are the runs behind the figure, from machine.measured."""
        middle = {name: sorted(run[name] for run in runs)[len(runs) // 2] for name in (runs[0] if runs else ())}
        cells = [f"{middle['cpu_s']:.3f}", f"{middle['wall_s']:.3f}", f"{middle['peak_kib'] / 1024:.1f}"] if runs else [""] * 3
        verdict = ""
        if target:
            verdict = f"{target[0]}: {'met' if target[1] else '**missed**'}"
            self.missed += not target[1]
        self._print([what, program, figure, *cells, verdict])

    @staticmethod
    def note(text):
        """Prints to standard error, so that the table stays intact."""
        print(text, file=sys.stderr, flush=True)
