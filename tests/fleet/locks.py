"""Reads from the kernel which process holds a lock. This does not disturb the pods, as a request to them might."""

import pathlib
import re

# For example "4: FLOCK  ADVISORY  WRITE 1234 00:1a:320686 0 EOF", see proc_locks(5). The text "->" marks a waiter.
LOCK = re.compile(r"^\d+: FLOCK +\S+ +WRITE +(\d+) +[0-9a-f]+:[0-9a-f]+:(\d+) ", re.MULTILINE)


def parse_locks(text):
    """Returns the pairs of (process ID, inode) that hold an exclusive lock of flock(2)."""
    return {(int(pid), int(inode)) for pid, inode in LOCK.findall(text)}


def held_locks():
    return parse_locks(pathlib.Path("/proc/locks").read_text(encoding="ascii"))
