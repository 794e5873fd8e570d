"""A Debian in a directory, like a new machine: with the updates and security updates of its release."""

import atexit
import functools
import os
import pathlib
import re
import tempfile
import unittest

from support import BUILD_PATIENCE, need_packages, remove_tree, run

# The suffixes of a release's suites. Without the last two a root has the packages of the release's first day, and a
# build in it proves nothing about today.
SUITES = ("", "-updates", "-security")


def about_this_machine(field):
    """Returns a field of os-release(5), without quotes."""
    about = pathlib.Path("/etc/os-release").read_text()
    return re.search(rf'^{field}="?([^"\n]*)', about, re.MULTILINE).group(1)


def distribution():
    """Returns the name of this machine's distribution."""
    return about_this_machine("ID")


def own_release():
    """Returns the code name of this machine's release."""
    return about_this_machine("VERSION_CODENAME")


@functools.cache
def mirrors():
    """Returns {suite: (address, components)} of the distribution's packages, from this machine's apt configuration."""
    release = own_release()
    fields = "$(REPO_URI) $(RELEASE) $(CODENAME) $(COMPONENT) $(ORIGIN)"
    found = {}
    for line in run("apt-get", "indextargets", "--format", fields, "Created-By: Packages").stdout.splitlines():
        address, name, codename, component, origin = line.split(" ", 4)
        # Debian's sources may use "stable", and then the suite has the code name; Ubuntu's never do.
        name = name if name.startswith(release) else codename
        suite = name.removeprefix(release)
        if origin in ("Debian", "Ubuntu") and name.startswith(release) and suite in SUITES:
            found.setdefault(suite, (address, []))[1].append(component)
    if missing := [release + suite for suite in SUITES if suite not in found]:
        raise unittest.SkipTest(f"apt is configured without {', '.join(missing)}")
    return found


def sources(release):
    """Returns the lines of sources.list for a release of the distribution."""
    return "".join(f"deb {address} {release}{suite} {' '.join(components)}\n"
                   for suite, (address, components) in mirrors().items())


def run_in(root, *command, **options):
    """Runs a command in the root; on failure raises with its output."""
    environment = {**os.environ, "PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "DEBIAN_FRONTEND": "noninteractive",
                   "LC_ALL": "C"}
    return run("chroot", root, *command, timeout=BUILD_PATIENCE, env=environment, **options)


@functools.cache
def base_root(release=None):
    """Returns a tar archive of a minimal Debian. VERIFY_DEPLOY_BASE may name one for the machine's own release."""
    if release is None and (kept := os.environ.get("VERIFY_DEPLOY_BASE")):
        return pathlib.Path(kept)
    release = release or own_release()
    need_packages("debootstrap")
    place = pathlib.Path(tempfile.mkdtemp(prefix="chart-reaper-debian-"))
    atexit.register(remove_tree, place)
    root = place / "root"
    run("debootstrap", "--variant=minbase", release, root, mirrors()[""][0], timeout=BUILD_PATIENCE)
    (root / "etc/apt/sources.list").write_text(sources(release))
    # Uses this machine's proxy inside, too, if it has one.
    settings = run("apt-config", "dump").stdout.splitlines()
    proxies = [line for line in settings if re.match(r"Acquire::https?::Proxy", line)]
    (root / "etc/apt/apt.conf.d/90proxy").write_text("".join(f"{line}\n" for line in proxies))
    # By default apt succeeds even if a suite cannot be fetched.
    run_in(root, "apt-get", "update", "-q", "-o", "APT::Update::Error-Mode=any")
    run_in(root, "apt-get", "upgrade", "-q", "-y")
    run("tar", "-C", root, "--exclude=./var/cache/apt/archives/*.deb", "-cf", place / "root.tar", ".", timeout=BUILD_PATIENCE)
    run("rm", "-rf", "--one-file-system", root)
    return place / "root.tar"


def unpack_root(place, packages=(), release=None):
    """Unpacks the minimal Debian into `place` and installs packages in it."""
    archive = base_root(release)
    place.mkdir()
    run("tar", "-C", place, "-xpf", archive, timeout=BUILD_PATIENCE)
    if packages:
        run_in(place, "apt-get", "install", "-y", "-q", "--no-install-recommends", *packages)
