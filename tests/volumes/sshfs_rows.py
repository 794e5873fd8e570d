"""A directory behind sshfs and an sshd of our own on the loopback address."""

import functools
import pathlib
import re

from charts import DirectoryStore
from measure import Volume, measure
from workspace import PROGRAM, Workspace, free_port, need_packages, run, unpack_packages, wait_until


def start_sshd(workspace):
    """Starts sshd with keys and a configuration of its own; returns its port. The package is not installed, because
    that would start a server on every address."""
    packages = unpack_packages("openssh-server", "libwrap0")
    give_sshd_its_user(workspace)
    for key in ("host", "user"):
        run("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", workspace.place / key)
    port = free_port()
    configuration = workspace.place / "sshd_config"
    configuration.write_text("\n".join((
        f"Port {port}", "ListenAddress 127.0.0.1", f"HostKey {workspace.place}/host",
        f"AuthorizedKeysFile {workspace.place}/user.pub", "StrictModes no", "PidFile none", "UsePAM no",
        "PasswordAuthentication no", "PermitRootLogin prohibit-password", "Subsystem sftp internal-sftp", "")))
    log = workspace.place / "sshd.log"
    libraries = {"LD_LIBRARY_PATH": ":".join(map(str, packages.glob("lib/*-linux-gnu"))) + ":" +
                 ":".join(map(str, packages.glob("usr/lib/*-linux-gnu")))}
    log.touch()
    server = workspace.start(packages / "usr/sbin/sshd", "-D", "-f", configuration, "-E", log, env=libraries)
    wait_until(lambda: server.poll() is not None or "listening" in log.read_text(), "sshd listens")
    if server.poll() is not None:
        raise AssertionError(f"sshd does not start: {log.read_text().strip()}")
    return port


def give_sshd_its_user(workspace):
    """Creates the user and the directory that sshd's package would create, but only in our mount table."""
    workspace.mount("-t", "tmpfs", "-o", "mode=755", "tmpfs", "/run")
    pathlib.Path("/run/sshd").mkdir(mode=0o755)
    users = pathlib.Path("/etc/passwd").read_text()
    if not re.search(r"^sshd:", users, re.MULTILINE):
        with_sshd = workspace.place / "passwd"
        with_sshd.write_text(f"{users.rstrip()}\nsshd:x:65533:65534::/run/sshd:/usr/sbin/nologin\n")
        workspace.mount("--bind", with_sshd, "/etc/passwd")
    # Without PAM, a locked password locks the account, and root often has one.
    passwords = workspace.place / "shadow"
    kept = pathlib.Path("/etc/shadow").read_text()
    passwords.write_text(re.sub(r"^root:[^:]*:", "root:*:", kept, flags=re.MULTILINE))
    workspace.mount("--bind", passwords, "/etc/shadow")


def sshfs(*options):
    need_packages("sshfs", "openssh-client", "strace")
    with Workspace() as workspace:
        port = start_sshd(workspace)
        root, below = workspace.directory("charts"), workspace.directory("below")
        ssh = (f"port={port}", f"IdentityFile={workspace.place}/user", "IdentitiesOnly=yes", "StrictHostKeyChecking=no",
               "UserKnownHostsFile=/dev/null", *options)
        mount = workspace.mount_by("sshfs", "-f", "-F", "/dev/null", "-o", ",".join(ssh), f"root@127.0.0.1:{below}",
                                   root, root=root)
        return measure(Volume(PROGRAM, root, DirectoryStore(below), remount=mount.again, writer_rounds=3))


ROWS = {
    "sshfs": sshfs,
    "sshfs-no-hardlinks": functools.partial(sshfs, "disable_hardlink"),
}
