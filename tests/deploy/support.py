"""Shared code of the parts of scripts/verify-deploy: a temporary workspace, processes to stop by pid, the package."""

import contextlib
import os
import pathlib
import re
import select
import shutil
import signal
import subprocess
import tempfile
import time
import unittest

SOURCE = pathlib.Path(__file__).resolve().parents[2]
BUILD = pathlib.Path(os.environ.get("VERIFY_DEPLOY_BUILD", SOURCE / "build/release"))
PROGRAM = BUILD / "chart-reaper"
WRITER = BUILD / "tests/chart_writer"

# Only a failing test waits this long.
PATIENCE = 120
BUILD_PATIENCE = 1500


def run(*command, **options):
    """Runs a command that must succeed; on failure raises with its output."""
    done = try_run(*command, **options)
    if done.returncode != 0:
        raise AssertionError(f"{' '.join(map(str, command))}: exit {done.returncode}\n{done.stdout}{done.stderr}")
    return done


def try_run(*command, timeout=PATIENCE, **options):
    return subprocess.run([str(word) for word in command], capture_output=True, text=True, timeout=timeout,
                          stdin=subprocess.DEVNULL, check=False, **options)


def wait_until(holds, what, patience=PATIENCE):
    """Polls until the answer is true and returns it."""
    deadline = time.monotonic() + patience
    while not (answer := holds()):
        if time.monotonic() > deadline:
            raise AssertionError(f"timed out after {patience} s: {what}")
        select.select([], [], [], 0.05)
    return answer


def need_root():
    if os.geteuid() != 0:
        raise unittest.SkipTest("needs root")


def need_packages(*packages):
    """Installs the missing ones of these Debian packages, or skips the test."""
    missing = [name for name in packages if not is_installed(name)]
    if not missing:
        return
    if shutil.which("apt-get") is None:
        raise unittest.SkipTest(f"needs {', '.join(missing)}, and there is no apt-get")
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    command = ["apt-get", "-o", "DPkg::Lock::Timeout=600", "install", "-y", "-q", "--no-install-recommends", *missing]
    done = try_run(*command, timeout=BUILD_PATIENCE, env=environment)
    if done.returncode != 0:
        run("apt-get", "update", "-q", timeout=BUILD_PATIENCE)
        done = try_run(*command, timeout=BUILD_PATIENCE, env=environment)
    if done.returncode != 0:
        raise unittest.SkipTest(f"{', '.join(missing)} cannot be installed: {done.stderr.strip().splitlines()[-1]}")


def is_installed(package):
    status = try_run("dpkg-query", "-W", "-f", "${db:Status-Status}", package).stdout
    return status == "installed"


class Part(unittest.TestCase):
    """One part. It has its own temporary directory, and stops everything that it started."""

    # The reason why CI skips it; None if CI runs it.
    left_out_of_ci = None

    @classmethod
    def setUpClass(cls):
        need_root()
        cls.place = pathlib.Path(tempfile.mkdtemp(prefix="chart-reaper-deploy-"))
        cls.addClassCleanup(remove_tree, cls.place)
        cls.place.chmod(0o755)

    @classmethod
    def start(cls, *command, **options):
        """Starts a process and stops it with the part: first by SIGTERM, then by killing it and its descendants."""
        log = open(cls.place / f"{pathlib.Path(command[0]).name}.log", "ab")
        cls.addClassCleanup(log.close)
        options = {"stdout": log, "stderr": log, "stdin": subprocess.DEVNULL, "start_new_session": True, **options}
        process = subprocess.Popen([str(word) for word in command], **options)
        cls.addClassCleanup(end, process)
        return process


def end(process):
    process.send_signal(signal.SIGTERM)
    with contextlib.suppress(subprocess.TimeoutExpired):
        process.wait(30)
    for pid in reversed(descendants(process.pid)):
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    if process.poll() is None:
        process.kill()
    process.wait()


def children(pid):
    try:
        return [int(child) for child in pathlib.Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except OSError:
        return []


def descendants(pid):
    return [below for child in children(pid) for below in (child, *descendants(child))]


def remove_tree(place):
    """Unmounts everything below a directory, the deepest first, and removes it."""
    mounts = [line.split()[4] for line in pathlib.Path("/proc/self/mountinfo").read_text().splitlines()]
    for mount in sorted((mount for mount in mounts if mount.startswith(f"{place}/")), key=len, reverse=True):
        try_run("umount", "--lazy", mount)
    try_run("rm", "-rf", "--one-file-system", place, timeout=BUILD_PATIENCE)


def make_package(place, version=None):
    """Packs the built program as a Debian package, if wanted with another version; returns its path."""
    run("cpack", "--config", BUILD / "CPackConfig.cmake", "-B", place / "cpack", timeout=BUILD_PATIENCE)
    package = next((place / "cpack").glob("*.deb"))
    if version is None:
        return package
    run("dpkg-deb", "-R", package, place / "repack")
    control = place / "repack/DEBIAN/control"
    control.write_text(re.sub(r"^Version: .*$", f"Version: {version}", control.read_text(), flags=re.MULTILINE))
    other = place / f"chart-reaper_{version}.deb"
    run("dpkg-deb", "--root-owner-group", "-b", place / "repack", other)
    shutil.rmtree(place / "repack")
    return other
