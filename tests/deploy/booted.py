"""A Debian with a running systemd in a systemd-nspawn container."""

import json
import os
import shlex

from debian_root import unpack_root
from support import children, run, try_run, wait_until


def pid_namespace(process):
    """Returns the name of the process's PID namespace; that of this process if it has ended."""
    try:
        return os.readlink(f"/proc/{process}/ns/pid")
    except OSError:
        return os.readlink("/proc/self/ns/pid")


class Booted:
    """Boots when constructed; `part` stops it. Commands enter its namespaces, because there is no machined."""

    def __init__(self, part, packages):
        self.root = part.place / "root"
        unpack_root(self.root, packages)
        # The network is only the container's own loopback device.
        self.process = part.start("systemd-nspawn", "-q", "-D", self.root, "--boot", "--register=no", "--keep-unit",
                                  "--private-network")
        wait_until(lambda: self.attempt("systemctl is-system-running --wait").stdout.strip() in ("running", "degraded"),
                   "the system is up")

    @property
    def leader(self):
        """The system's first process; 0 while there is none. Before it, systemd-nspawn has another child, which is not
        in a namespace of its own and soon ends."""
        return next((child for child in children(self.process.pid) if pid_namespace(child) != pid_namespace("self")), 0)

    def attempt(self, command, **options):
        """Runs a shell command in the system; fails while there is none."""
        return try_run("nsenter", "--target", self.leader, "--all", "--", "/bin/sh", "-c", command,
                       env={"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL": "C"}, **options)

    def run(self, command, **options):
        """Runs a shell command that must succeed; returns its output."""
        done = self.attempt(command, **options)
        if done.returncode != 0:
            log = self.attempt("journalctl -n 40 --no-pager").stdout
            raise AssertionError(f"{command}: exit {done.returncode}\n{done.stdout}{done.stderr}\n{log}")
        return done.stdout

    def put(self, file, name):
        """Copies a file of this machine to the system's /root; returns its path there."""
        run("cp", file, self.root / "root" / name)
        return f"/root/{name}"

    def write(self, path, text):
        """Writes a file in the system and makes its directory."""
        self.run(f"mkdir -p $(dirname {shlex.quote(path)}) && printf %s {shlex.quote(text)} >{shlex.quote(path)}")

    def show(self, unit, field):
        return self.run(f"systemctl show --property {field} --value {unit}").strip()

    def journal(self, unit):
        """Returns the unit's journal entries with all their fields."""
        lines = self.run(f"journalctl --no-pager -o json -u {unit}").splitlines()
        return [json.loads(line) for line in lines]

    def wait_for_message(self, unit, text, count=1):
        """Waits until this number of the unit's messages contain the text."""
        def enough():
            messages = [str(entry.get("MESSAGE", "")) for entry in self.journal(unit)]
            return sum(text in message for message in messages) >= count
        wait_until(enough, f"{count} times {text!r} in the journal of {unit}")
