"""A machine without any packages, and the steps of a newcomer with this tree."""

import pathlib
import re
import subprocess
import tempfile
import unittest

from debian_root import distribution, unpack_root
from support import SOURCE, need_root, remove_tree, run, try_run

# For all tests on two busy cores.
PATIENCE = 4 * 3600
# An unprivileged user that exists on every Debian.
USER = ("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups")
TREE = "/srv/chart-reaper"
ENVIRONMENT = {"PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "HOME": "/tmp", "LANG": "C.UTF-8"}

# Enters the root in new mount and process namespaces, which end with it. /tmp is a mount, as on Debian 13.
ENTER = """root=$1 ccache=$2; shift 2
mount --make-rprivate / && mount --bind "$root" "$root" && mount -t proc proc "$root/proc" &&
mount --rbind /sys "$root/sys" && mount --rbind /dev "$root/dev" && mount -t tmpfs -o nosuid,nodev tmpfs "$root/tmp" &&
{ [ -z "$ccache" ] || mount --bind "$ccache" "$root/var/cache/ccache"; } || exit
cd "$root" && exec chroot . "$@"
"""


class NewMachine:
    def __init__(self, release, ccache=None):
        self.release = release
        self.ccache = ccache and ccache.resolve()
        self.place = pathlib.Path(tempfile.mkdtemp(prefix="chart-reaper-machine-", dir="/var/tmp"))
        self.place.chmod(0o755)
        self.root = self.place / "root"
        self.line = ""  # the command for root that a user gets

    def remove(self):
        remove_tree(self.place)

    def steps(self):
        """Returns (name, function that does the step and returns its result) for each step."""
        return (("a minimal system", self.make),
                ("a user without sudo", self.ask_for_packages),
                ("the command for root", self.install_packages),
                ("README without the scripts", self.build_without_scripts),
                ("scripts/run", self.run_program),
                ("scripts/test --quick", self.run_tests))

    def attempt(self, *command, by=()):
        """Runs a command in the tree on this machine, as root or as another user."""
        # Each user has its own ccache, because neither can use the other's.
        kept = {"CCACHE_DIR": f"/var/cache/ccache/{'user' if by else 'root'}"} if self.ccache else {}
        return try_run("unshare", "--mount", "--pid", "--fork", "--kill-child", "sh", "-c", ENTER, "enter", self.root,
                       self.ccache or "", "sh", "-c", f'cd {TREE} && exec "$@"', "in", *by, *command,
                       timeout=PATIENCE, env={**ENVIRONMENT, **kept})

    def run(self, *command, by=()):
        """Runs a command that must succeed; on failure raises with the end of its output."""
        done = self.attempt(*command, by=by)
        if done.returncode != 0:
            said = "\n".join(done.stderr.splitlines()[-20:] + done.stdout.splitlines()[-60:])
            raise AssertionError(f"{' '.join(map(str, command))}: exit {done.returncode}\n{said}")
        return done

    def make(self):
        need_root()
        if distribution() != "debian":
            raise unittest.SkipTest("apt has the packages of another distribution")
        unpack_root(self.root, ["ccache"] if self.ccache else [], release=self.release)
        # As in a container image, installing a service does not start it.
        policy = self.root / "usr/sbin/policy-rc.d"
        policy.write_text("#!/bin/sh\nexit 101\n")
        policy.chmod(0o755)
        if self.ccache:
            for name in ("root", "user"):
                (self.ccache / name).mkdir(parents=True, exist_ok=True)
            run("chown", "65534:65534", self.ccache / "user")
            (self.root / "var/cache/ccache").mkdir(exist_ok=True)
        self.copy_tree()
        return run("chroot", self.root, "cat", "/etc/debian_version").stdout.strip()

    def copy_tree(self):
        """Copies the tracked and untracked files in their current state, for the user who builds them."""
        listed = run("git", "-C", SOURCE, "ls-files", "-z", "--cached", "--others", "--exclude-standard").stdout
        files = "\0".join(name for name in listed.split("\0") if name and (SOURCE / name).exists())
        tree = self.root / TREE.lstrip("/")
        tree.mkdir(parents=True)
        packed = subprocess.run(["tar", "-C", SOURCE, "--null", "-T", "-", "-c"], input=files.encode(), check=True,
                                stdout=subprocess.PIPE).stdout
        subprocess.run(["tar", "-C", tree, "-x"], input=packed, check=True)
        run("chown", "-R", "65534:65534", tree)

    def ask_for_packages(self):
        done = self.attempt("scripts/run", "--version", by=USER)
        self.line = done.stderr.strip().splitlines()[-1].strip()
        if done.returncode != 1 or done.stdout or not self.line.startswith("apt-get update && apt-get install "):
            raise AssertionError(f"exit {done.returncode}, printed {done.stdout!r}, said:\n{done.stderr}")
        return "is told one line"

    def install_packages(self):
        self.run("env", "DEBIAN_FRONTEND=noninteractive", "sh", "-c", self.line)
        return f"installs {len(self.line.partition('recommends ')[2].split())} packages"

    def build_without_scripts(self):
        """Runs the first commands that README has under this heading."""
        block = re.search(r"^### Without the scripts\n.*?^```sh\n(.*?)^```$", (SOURCE / "README.md").read_text(),
                          re.MULTILINE | re.DOTALL)
        self.run("sh", "-e", "-c", block.group(1), by=USER)
        if "INTERP" in self.run("readelf", "--program-headers", "build/release/chart-reaper").stdout:
            raise AssertionError("build/release/chart-reaper is not static")
        return self.run("build/release/chart-reaper", "--version", by=USER).stdout.strip()

    def run_program(self):
        done = self.run("scripts/run", "--version", by=USER)
        if not re.fullmatch(r"chart-reaper \S+\n", done.stdout):
            raise AssertionError(f"printed {done.stdout!r} on standard output")
        return done.stdout.strip()

    def run_tests(self):
        """Runs all tests of the release build as root, because some mount. They install the missing packages."""
        done = self.run("scripts/test", "--quick")
        summary = re.search(r"^100% tests passed.* out of \d+$", done.stdout, re.MULTILINE)
        if summary is None or "\n== " in done.stdout[summary.start():]:
            raise AssertionError("the summary of ctest does not close the output:\n" + done.stdout[-2000:])
        return summary.group()
