"""Other programs that can remove files by age, called as an operator would call them."""

from machine import found

PNG_FILES = ("-type", "f", "-name", "*.png")


class Peer:
    """`scan` and `remove` return a command for a root; `remove` removes files older than a day."""

    def __init__(self, name, program, package, remove, scan=None):
        self.name = name
        self.package = package
        self.is_here = found(program)
        self.remove = remove
        self.scan = scan or remove  # the same call, on a tree without expired charts


def systemd_tmpfiles(root):
    """Its rules come from a file: here from standard input, so that there is nothing to clean up."""
    rule = f"e {root} - - - m:24h -"
    return ["sh", "-c", f"echo '{rule}' | systemd-tmpfiles --clean -"]


def all_peers():
    """Returns every known peer, installed or not."""
    return [
        Peer("find -delete", "find", "findutils", lambda root: ["find", root, *PNG_FILES, "-mmin", "+1440", "-delete"]),
        Peer("find, xargs rm", "xargs", "findutils", lambda root: [
            "sh", "-c", f"find '{root}' -type f -name '*.png' -mmin +1440 -print0 | xargs -0 -r rm -f"]),
        Peer("bfs -delete", "bfs", "bfs", lambda root: ["bfs", root, *PNG_FILES, "-mmin", "+1440", "-delete"]),
        Peer("fd, rm", "fdfind", "fd-find",
             lambda root: ["fdfind", "-u", "-t", "f", "-e", "png", "--changed-before", "24h", ".", root, "-X", "rm", "-f"]),
        Peer("systemd-tmpfiles", "systemd-tmpfiles", "systemd", systemd_tmpfiles),
        Peer("tmpreaper", "tmpreaper", "tmpreaper", lambda root: ["tmpreaper", "--runtime=0", "--mtime", "--mtime-dir", "24h", root]),
    ]
