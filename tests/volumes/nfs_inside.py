"""Runs inside the machine of nfs_machine.py: measures the row that the kernel's command line names, and prints it."""

import collections
import dataclasses
import json
import pathlib
import re
import subprocess

from charts import DirectoryStore
from measure import Volume, measure
from rewriter import write_into_place_or_by_rename

PROGRAM, ROOT, EXPORTED = map(pathlib.Path, ("/bin/chart-reaper", "/mnt", "/exported"))

# Each has 40 writes. Where calls take long, a writer can meet the gaps between them, so there are more rounds.
WRITER_ROUNDS = {"nfs-2ms": 6}
FEWEST_WRITER_ROUNDS = 3

# The kernel keeps arguments that it does not know in its command line.
ROW_ARGUMENT = "measured_row"


def mount():
    options = "vers=4.2,addr=127.0.0.1,clientaddr=127.0.0.1"
    subprocess.run(["mount", "-t", "nfs4", "-o", options, "127.0.0.1:/", str(ROOT)], check=True)


def remount():
    subprocess.run(["umount", str(ROOT)], check=True)
    mount()


def remote_calls():
    """The calls to the server so far, by name."""
    text = pathlib.Path("/proc/self/mountstats").read_text(encoding="utf-8")
    of_root = text.split(f"mounted on {ROOT} ")[1].split("\ndevice ")[0]
    counts = re.findall(r"^\s+([A-Z_]+): (\d+)", of_root.split("per-op statistics")[1], re.MULTILINE)
    return collections.Counter({name: int(count) for name, count in counts})


def main():
    row = re.search(rf"{ROW_ARGUMENT}=(\S+)", pathlib.Path("/proc/cmdline").read_text(encoding="utf-8")).group(1)
    if row == "nfs-no-delegations":
        pathlib.Path("/proc/sys/fs/leases-enable").write_text("0", encoding="utf-8")
    if row == "nfs-2ms":
        subprocess.run(["tc", "qdisc", "replace", "dev", "lo", "root", "netem", "delay", "2ms"], check=True)
    mount()
    # The first file that is opened waits for the server's grace period to end.
    (ROOT / "probe").write_bytes(b"")
    (ROOT / "probe").unlink()
    # For this client, direct writes to the exported directory look like those of another client.
    writer_place = EXPORTED if row == "nfs-other-client" else ROOT
    figures = measure(Volume(
        PROGRAM, ROOT, DirectoryStore(EXPORTED), count_calls=remote_calls, call_word="NFS calls", remount=remount,
        writer_rounds=WRITER_ROUNDS.get(row, FEWEST_WRITER_ROUNDS),
        write=write_into_place_or_by_rename(writer_place)))
    print(f"MEASURED {json.dumps(dataclasses.asdict(figures))}", flush=True)


if __name__ == "__main__":
    main()
