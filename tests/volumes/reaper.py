"""Runs one sweep of the program on a volume with a time limit, and keeps its output."""

import dataclasses
import json
import os
import signal
import subprocess
import time

# After SIGTERM, the program has this time to put back the charts in quarantine, even over a slow network.
END_SECONDS = 10


@dataclasses.dataclass
class Sweep:
    exit_code: int = 0  # as subprocess has it: negative if a signal ended it
    seconds: float = 0.0
    stats: dict = dataclasses.field(default_factory=dict)
    log: str = ""
    in_time: bool = True  # False if the sweep got SIGTERM


def sweep(program, root, *arguments, patience=120, tracer=()):
    """One sweep with --json. After `patience` seconds it gets SIGTERM."""
    environment = {"PATH": os.environ.get("PATH", "/usr/bin"), "CHART_OUTPUT_DIR": str(root),
                   "CHART_MAX_AGE_HOURS": "24"}
    began = time.monotonic()
    process = subprocess.Popen([*tracer, str(program), "sweep", "--json", *arguments], env=environment,
                               stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                               start_new_session=True)  # so that a tracer and the program are ended together
    result = Sweep()
    try:
        output, result.log = _communicate(process, patience, result)
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
    result.seconds = time.monotonic() - began
    result.exit_code = process.returncode
    try:
        result.stats = json.loads(output)["stats"]
    except (ValueError, KeyError):
        result.stats = {}
    return result


def _communicate(process, patience, result):
    try:
        return process.communicate(timeout=patience)
    except subprocess.TimeoutExpired:
        result.in_time = False
        os.killpg(process.pid, signal.SIGTERM)
    try:
        return process.communicate(timeout=END_SECONDS)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        return process.communicate()
