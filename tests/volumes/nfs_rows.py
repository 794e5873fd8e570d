"""The kernel's NFS server and client, in a machine of their own."""

import functools
import json
import re
import subprocess

import nfs_machine
from measure import Measurement
from nfs_inside import ROW_ARGUMENT
from workspace import Workspace

# The machine is emulated, so everything takes about ten times as long as elsewhere.
MACHINE_SECONDS = 300


def row(name):
    kernel, image = nfs_machine.make()
    with Workspace() as workspace:
        machine = workspace.start(
            "qemu-system-x86_64", "-machine", "pc,accel=tcg", "-cpu", "max", "-smp", "2",
            "-m", nfs_machine.MEMORY_MEBIBYTES, "-nodefaults", "-nographic", "-serial", "stdio", "-no-reboot",
            "-kernel", kernel, "-initrd", image, "-append", f"console=ttyS0 panic=-1 quiet {ROW_ARGUMENT}={name}",
            stdout=subprocess.PIPE)
        try:
            console = machine.communicate(timeout=MACHINE_SECONDS)[0].decode(errors="replace")
        except subprocess.TimeoutExpired as error:
            console = (error.stdout or b"").decode(errors="replace")
            raise AssertionError(f"the machine did not end in {MACHINE_SECONDS} s: {console[-300:]}") from None
    found = re.search(r"MEASURED (\{.*\})", console)  # the firmware writes to the console without a line end
    if not found:
        raise AssertionError(f"the machine measured nothing: {console[-600:]}")
    return Measurement(**json.loads(found.group(1)))


ROWS = {name: functools.partial(row, name) for name in ("nfs", "nfs-no-delegations", "nfs-2ms", "nfs-other-client")}
