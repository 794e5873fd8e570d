"""Shared by the rows of scripts/verify-volumes: a directory, mounts and processes that end with the row, and tools."""

import contextlib
import ctypes
import os
import pathlib
import select
import shutil
import signal
import socket
import subprocess
import tempfile
import time

SOURCE = pathlib.Path(__file__).resolve().parents[2]
BUILD = SOURCE / "build/release"
PROGRAM = BUILD / "chart-reaper"
TOOLS = SOURCE / "build/volumes"  # kept between runs: downloaded packages, our own programs

LIBC = ctypes.CDLL(None, use_errno=True)
CLONE_NEWNS = 0x00020000  # <linux/sched.h>
PR_SET_PDEATHSIG = 1  # <linux/prctl.h>

# Nothing waits this long unless it is broken.
PATIENCE = 60
INSTALL_PATIENCE = 900


class Skipped(Exception):
    """The row cannot be measured on this machine; the text says why."""


def hide_mounts():
    """Gives this process a mount table of its own, so that each mount ends with it, even after SIGKILL."""
    if LIBC.unshare(CLONE_NEWNS) != 0:
        raise SystemExit(f"verify-volumes: no mount table of its own: {os.strerror(ctypes.get_errno())}")
    subprocess.run(["mount", "--make-rprivate", "/"], check=True)


def end_with_parent():
    """For a child process: the kernel kills it when this script ends, however it ends."""
    LIBC.prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


def wait_until(holds, what, patience=PATIENCE):
    """Polls, because nothing can notify us. Returns the first true answer."""
    deadline = time.monotonic() + patience
    while not (answer := holds()):
        if time.monotonic() > deadline:
            raise AssertionError(f"waited {patience} s without success: {what}")
        select.select([], [], [], 0.02)
    return answer


def try_run(*command, **options):
    options = {"timeout": PATIENCE, "stdin": subprocess.DEVNULL, **options}
    return subprocess.run([str(word) for word in command], capture_output=True, text=True, check=False, **options)


def run(*command, **options):
    """Runs a command to its end. If the command fails, raises an error with its output."""
    done = try_run(*command, **options)
    if done.returncode != 0:
        said = f"{done.stdout}{done.stderr}".strip()
        raise AssertionError(f"{' '.join(map(str, command))}: exit {done.returncode}: {said}")
    return done


def free_port():
    """A port of the loopback address that is free now."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        return server.getsockname()[1]


class Workspace:
    """The directory of one row. At its end it kills the processes of the row, unmounts, and removes the directory."""

    def __enter__(self):
        self._stack = contextlib.ExitStack()
        self._processes = []
        self.place = pathlib.Path(tempfile.mkdtemp(prefix="chart-reaper-volumes-"))
        self._stack.callback(shutil.rmtree, self.place, ignore_errors=True)
        self.place.chmod(0o755)
        return self

    def __exit__(self, *_):
        # Kill all before waiting for any: a process that waits for a volume only ends with the server of that volume.
        for process in self._processes:
            process.kill()
        self._stack.close()

    def directory(self, name):
        made = self.place / name
        made.mkdir()
        return made

    def start(self, *command, **options):
        """Starts a process that ends with the workspace, by SIGKILL: a hanging process ignores other signals."""
        options = {"stdin": subprocess.DEVNULL, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, **options}
        process = subprocess.Popen([str(word) for word in command], preexec_fn=end_with_parent, **options)
        self._processes.append(process)
        self._stack.callback(process.wait)
        return process

    def mount(self, *arguments):
        """Runs mount(8); the last argument is the mount point."""
        done = try_run("mount", *arguments)
        if done.returncode != 0:
            raise Skipped(f"mount {' '.join(map(str, arguments[:-1]))}: {done.stderr.strip()}")
        self._stack.callback(try_run, "umount", "--lazy", arguments[-1])

    def mount_by(self, *command, root, **options):
        """Starts a FUSE server in the foreground that mounts the root; returns the mount."""
        log = open(self.place / f"{pathlib.Path(command[0]).name}.log", "w+", encoding="utf-8")
        self._stack.callback(log.close)
        self._stack.callback(try_run, "umount", "--lazy", root)
        return FuseMount(lambda: self.start(*command, stdout=log, stderr=log, **options), root, log)


class FuseMount:
    """A mounted FUSE volume and its server."""

    def __init__(self, start, root, log):
        self._start, self._root, self._log = start, root, log
        self._mount()

    def _mount(self):
        self.server = self._start()
        wait_until(lambda: os.path.ismount(self._root) or self.server.poll() is not None, "a FUSE server mounts")
        if self.server.poll() is not None:
            self._log.seek(0)
            raise AssertionError(f"a FUSE server does not mount its volume: {self._log.read().strip()}")

    def again(self):
        """Mounts it again, with empty caches."""
        run("umount", self._root)
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.server.wait(10)
        self.server.kill()
        self.server.wait()
        self._mount()


def need_packages(*packages):
    """Installs Debian packages that are missing, or skips the row."""
    def is_installed(name):
        return try_run("dpkg-query", "-W", "-f", "${db:Status-Status}", name).stdout == "installed"

    if missing := [name for name in packages if not is_installed(name)]:
        _apt_get("install", "-y", "-q", "--no-install-recommends", *missing)


def unpack_packages(*packages):
    """Downloads and unpacks packages without installing them, as they would start services; returns the directory."""
    place = TOOLS / "packages"
    for package in packages:
        mark = place / f".{package}"
        if mark.exists():
            continue
        download = TOOLS / "download"
        shutil.rmtree(download, ignore_errors=True)
        download.mkdir(parents=True)
        _apt_get("download", "-q", package, cwd=download)
        for archive in download.glob("*.deb"):
            run("dpkg-deb", "-x", archive, place, timeout=INSTALL_PATIENCE)
        shutil.rmtree(download)
        mark.touch()
    return place


def _apt_get(*arguments, **options):
    """Runs apt-get. If it fails, updates the package lists and tries once more. If that fails, skips the row."""
    if shutil.which("apt-get") is None:
        raise Skipped(f"there is no apt-get for {arguments[-1]}")
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    command = ("apt-get", "-o", "DPkg::Lock::Timeout=600", "-o", "APT::Sandbox::User=root", *arguments)
    for is_last in (False, True):
        done = try_run(*command, timeout=INSTALL_PATIENCE, env=environment, **options)
        if done.returncode == 0:
            return
        if not is_last:
            try_run("apt-get", "update", "-q", timeout=INSTALL_PATIENCE)
    raise Skipped(f"apt-get {arguments[0]}: {done.stderr.strip().splitlines()[-1]}")


def need_npm_packages():
    """Installs the packages of package-lock.json, or skips the row; returns their directory."""
    for program, package in (("node", "nodejs"), ("npm", "npm")):
        if shutil.which(program) is None:  # may also be installed without a package
            need_packages(package)
    here = SOURCE / "tests/volumes"
    done = try_run("npm", "ci", "--prefix", here, "--no-audit", "--no-fund", timeout=INSTALL_PATIENCE)
    if done.returncode != 0:
        raise Skipped(f"npm ci: {done.stderr.strip().splitlines()[-1]}")
    return here / "node_modules"


def build_odd_fs():
    """Builds odd_fs, or skips the row; returns the program."""
    need_packages("libfuse3-dev", "fuse3", "pkg-config", "g++")
    here, program = SOURCE / "tests/volumes", TOOLS / "odd_fs"
    newest = max(source.stat().st_mtime for source in (here / "odd_fs.cpp", here / "oddities.hpp"))
    if not program.exists() or program.stat().st_mtime < newest:
        TOOLS.mkdir(parents=True, exist_ok=True)
        flags = run("pkg-config", "--cflags", "--libs", "fuse3").stdout.split()
        run("g++", "-std=c++20", "-O1", "-Wall", "-Wextra", "-Werror", "-o", program, here / "odd_fs.cpp", *flags)
    return program
