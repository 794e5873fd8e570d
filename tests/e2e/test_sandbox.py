"""The daemon in its sandbox: it enters it, everything still works, and it copes where parts are missing."""

import ctypes
import os
import pathlib
import re
import signal
import socket
import subprocess
import unittest

import lesser_kernel
from lesser_kernel import F_SETLEASE, needs_seccomp
from sanitizers import SANITIZED
from support import PATIENCE, REAPER, ReaperTest, run, wait_until
from tracing import STRACE, needs_strace
from volumes import CLONE_NEWNS, LIBC, OTHER_USER, MountsTest, become_other_user, needs_root

# <sys/mount.h>
MS_RDONLY, MS_REMOUNT, MS_BIND, MS_REC, MS_PRIVATE = 1, 32, 4096, 16384, 1 << 18

ENTERED = "Sandbox entered"
INCOMPLETE = "Sandbox incomplete"

# A sanitizer's runtime reads /proc, starts processes and maps memory, so such a build does not confine itself.
unsanitized = unittest.skipIf(SANITIZED, "a sanitizer build does not confine itself")


def restrict_like_a_pod():
    """Applies the restricted pod security standard: an unprivileged user, and only volumes are writable."""
    if LIBC.unshare(CLONE_NEWNS) != 0 or LIBC.mount(None, b"/", None, MS_REC | MS_PRIVATE, None) != 0:
        raise OSError(ctypes.get_errno(), "cannot create a mount namespace")
    if LIBC.mount(None, b"/", None, MS_REMOUNT | MS_BIND | MS_RDONLY, None) != 0:
        raise OSError(ctypes.get_errno(), "remount read-only")
    become_other_user()


def status_of(daemon):
    """Returns the kernel's status of each thread of the daemon, as dictionaries."""
    threads = pathlib.Path(f"/proc/{daemon.process.pid}/task").iterdir()
    return [dict(line.split(":\t", 1) for line in (thread / "status").read_text().splitlines()) for thread in threads]


class SandboxTest(ReaperTest):
    def setUp(self):
        super().setUp()
        # The root has its own parent, because the daemon keeps access to everything beside the root.
        self.root = self.directory / "srv/charts"
        self.root.mkdir(parents=True)

    def as_other_user(self, settings=None, **options):
        """Starts a daemon as an unprivileged user who owns everything in the test's directory."""
        self.directory.chmod(0o755)
        for path in (self.directory, *self.directory.rglob("*")):
            os.lchown(path, OTHER_USER, OTHER_USER)
        return self.start(settings, preexec=become_other_user, **options)

    def give(self, *paths):
        for path in paths:
            os.lchown(path, OTHER_USER, OTHER_USER)

    def old_chart(self, path):
        file = self.chart(path, 48)
        self.give(file, file.parent)
        return file

    def metric(self, daemon, part):
        text = daemon.request("GET", "/metrics")[2]
        return int(re.search(rf'^chart_reaper_sandboxed{{part="{part}"}} (\d)$', text, re.MULTILINE).group(1))


@unsanitized
class Entered(SandboxTest):
    def test_every_thread_is_confined_and_core_dumps_are_off(self):
        daemon = self.start()
        daemon.wait_for(ENTERED)
        threads = status_of(daemon)
        self.assertGreaterEqual(len(threads), 2)
        for thread in threads:
            self.assertEqual((thread["NoNewPrivs"], thread["Seccomp"]), ("1", "2"))
        limits = pathlib.Path(f"/proc/{daemon.process.pid}/limits").read_text()
        self.assertRegex(limits, r"Max core file size +0 +0 ")
        for part in ("privileges", "process", "files", "system_calls"):
            self.assertEqual(self.metric(daemon, part), 1, part)

    @needs_root
    def test_its_own_user_cannot_read_its_memory(self):
        daemon = self.as_other_user()
        tried = subprocess.run(["cat", f"/proc/{daemon.process.pid}/maps"], preexec_fn=become_other_user,
                               capture_output=True, check=False)
        self.assertNotEqual(tried.returncode, 0)

    @needs_strace
    def test_directories_are_opened_by_openat2_from_inside(self):
        """Inside the sandbox directories are still opened by openat2. If the filter refused it, the step-by-step
        fallback would hide that."""
        self.chart("A_1d/x.png", 1)
        calls = self.directory / "calls"
        daemon = self.spawn(program=(STRACE, "-f", "-qq", "-o", str(calls), "-e", "trace=openat2", REAPER))
        children = pathlib.Path(f"/proc/{daemon.process.pid}/task/{daemon.process.pid}/children").read_text().split()
        try:
            daemon.wait_for("Chart cleanup completed")
        finally:
            for child in children:  # which strace would leave behind
                os.kill(int(child), signal.SIGTERM)
        daemon.ended()
        opened = [line for line in calls.read_text().splitlines() if '"A_1d"' in line]
        self.assertGreater(len(opened), 0)
        self.assertEqual([line for line in opened if "ENOSYS" in line], [])

    def test_it_can_be_switched_off(self):
        daemon = self.start({"CHART_SANDBOX": "off"})
        self.assertIn("CHART_SANDBOX is off", daemon.wait_for(INCOMPLETE))
        for thread in status_of(daemon):
            self.assertEqual((thread["NoNewPrivs"], thread["Seccomp"]), ("0", "0"))
        self.assertEqual(self.metric(daemon, "files"), 0)

    def test_check_reports_the_active_parts(self):
        result = run("check", environment={"CHART_OUTPUT_DIR": str(self.root)})
        self.assertEqual(result.returncode, 0)
        self.assertRegex(result.stdout, r"sandbox: active: privileges .*files \(Landlock \d+\).*system_calls \(seccomp\)")
        off = run("check", environment={"CHART_OUTPUT_DIR": str(self.root), "CHART_SANDBOX": "off"})
        self.assertIn("sandbox: active: nothing; missing: privileges (CHART_SANDBOX is off)", off.stdout)

    def test_a_changed_setting_is_reported_to_need_a_restart(self):
        file = self.directory / "reaper.conf"
        file.write_text("sandbox=auto\n")
        daemon = self.start(arguments=("--config", str(file)))
        file.write_text("sandbox=off\n")
        daemon.process.send_signal(signal.SIGHUP)
        self.assertIn("CHART_SANDBOX", daemon.wait_for("takes effect with the next start"))


@needs_root
class WorksInside(SandboxTest):
    """As in the shipped image: no root, no capability, all parts of the sandbox."""

    def test_everything_works_inside(self):
        file, token = self.directory / "etc/reaper.conf", self.directory / "secret/token"
        for path in (file, token):
            path.parent.mkdir()
        file.write_text("max-age-hours=24\n")
        token.write_text("first\n")
        token.chmod(0o600)
        self.old_chart("A_1d/old.png")
        manager = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.addCleanup(manager.close)
        manager.settimeout(PATIENCE)
        manager.bind(str(self.directory / "notify"))
        daemon = self.as_other_user({"CHART_LISTEN": "0.0.0.0:0", "CHART_ADMIN_TOKEN_FILE": str(token),
                                     "NOTIFY_SOCKET": str(self.directory / "notify")},
                                    arguments=("--config", str(file)))
        self.assertEqual(self.charts(), [])

        # Replaces the settings like an editor, then reloads.
        new = self.directory / "etc/new"
        new.write_text("max-age-hours=96\n")
        self.give(new)
        new.rename(file)
        daemon.process.send_signal(signal.SIGHUP)
        daemon.wait_for("Settings reloaded: max_age_hours=96")

        # Replaces the token in the same way.
        new.write_text("second\n")
        new.chmod(0o600)
        self.give(new)
        new.rename(token)
        self.assertEqual(daemon.request("POST", "/charts/cleanup", {"Authorization": "Bearer first"})[0], 401)
        self.assertEqual(daemon.request("POST", "/charts/cleanup", {"Authorization": "Bearer second"})[0], 200)

        self.old_chart("B_1d/old.png")
        status, body = daemon.json("DELETE", "/charts/all", {"Authorization": "Bearer second"})
        self.assertEqual((status, body["stats"]["files_removed"], body["stats"]["errors"]), (200, 1, 0))
        self.assertEqual(self.charts(), [])
        wait_until(lambda: b"STATUS" in manager.recv(4096), "the service manager receives the status")
        self.assertEqual(daemon.stop()[0], 0)

    def test_a_root_that_is_created_again(self):
        daemon = self.as_other_user()
        self.root.rename(self.directory / "away")
        self.root.mkdir()
        self.give(self.root)
        self.old_chart("A_1d/old.png")
        self.assertEqual(daemon.json("POST", "/charts/cleanup")[1]["stats"]["files_removed"], 1)
        daemon.wait_for("Chart directory was replaced")

    def test_between_sweeps_the_volume_is_watched_and_kept_within_its_limit(self):
        daemon = self.as_other_user({"CHART_MAX_SIZE_MB": "0.01", "CHART_MIN_AGE_SECONDS": "0"})
        self.assertTrue(daemon.json("GET", "/charts/storage/stats")[1]["stats"]["watched"])
        for number in range(2):
            self.give(self.chart(f"A_1d/{number}.png", 1, size=8000).parent)
        self.assertIn("files_removed=1 ", daemon.wait_for("trigger=limit"))

    def test_a_unix_socket_is_removed_at_exit(self):
        path = self.directory / "reaper.sock"
        daemon = self.as_other_user({"CHART_LISTEN": f"unix:{path}"})
        daemon.stop()
        self.assertFalse(path.exists())


@needs_root
class Mounted(MountsTest, SandboxTest):
    def test_it_works_in_a_restricted_pod(self):
        self.mount("-t", "tmpfs", "tmpfs", self.root)
        self.old_chart("A_1d/old.png")
        self.give(self.root)
        self.directory.chmod(0o755)
        daemon = self.start(preexec=restrict_like_a_pod)
        self.assertEqual(self.charts(), [])
        for capabilities in ("CapEff", "CapPrm"):
            self.assertEqual({int(thread[capabilities], 16) for thread in status_of(daemon)}, {0})
        self.assertEqual(daemon.stop()[0], 0)

    def test_a_root_that_is_mounted_again(self):
        self.mount("-t", "tmpfs", "tmpfs", self.root)
        daemon = self.as_other_user()
        self.unmount(self.root)
        self.mount("-t", "tmpfs", "tmpfs", self.root)
        self.give(self.root)
        self.old_chart("A_1d/old.png")
        stats = daemon.json("POST", "/charts/cleanup")[1]["stats"]
        self.assertEqual((stats["files_removed"], stats["errors"]), (1, 0))


@unsanitized
@needs_seccomp
class LesserKernels(SandboxTest):
    def sweep_without(self, *calls):
        """Starts a daemon without these calls; checks that a sweep does all its work."""
        self.old_chart("A_1d/old.png")
        self.chart("B_1d/new.png", 1)
        daemon = self.start(preexec=lesser_kernel.without(calls))
        self.assertEqual(self.charts(), ["B_1d/new.png"])
        completed = daemon.wait_for("Chart cleanup completed")
        self.assertIn("files_removed=1 ", completed)
        self.assertIn("errors=0 ", completed)
        return daemon

    def test_without_landlock(self):
        for error in ("ENOSYS", "EOPNOTSUPP", "EPERM"):
            daemon = self.sweep_without(("landlock_create_ruleset", error))
            line = daemon.wait_for(INCOMPLETE)
            self.assertEqual(sum("Sandbox" in one for one in daemon.lines), 1)
            self.assertIn("files (landlock_create_ruleset: ", line)
            self.assertEqual((self.metric(daemon, "files"), self.metric(daemon, "system_calls")), (0, 1))
            daemon.stop()

    def test_without_seccomp(self):
        daemon = self.sweep_without(("seccomp", "ENOSYS"))
        self.assertIn("system_calls (seccomp: ", daemon.wait_for(INCOMPLETE))
        self.assertEqual((self.metric(daemon, "files"), self.metric(daemon, "system_calls")), (1, 0))

    def test_without_openat2(self):
        for error in ("ENOSYS", "EPERM"):
            daemon = self.sweep_without(("openat2", error))
            daemon.wait_for(ENTERED)
            daemon.stop()

    def test_without_leases(self):
        daemon = self.sweep_without(("fcntl", "EINVAL", F_SETLEASE))
        daemon.wait_for("Charts removed in a less protected way")

    def test_without_rename_noreplace(self):
        self.sweep_without(("renameat2", "EINVAL")).wait_for(ENTERED)

    def test_without_any_of_it(self):
        daemon = self.sweep_without(("landlock_create_ruleset", "ENOSYS"), ("openat2", "ENOSYS"),
                                    ("fcntl", "EINVAL", F_SETLEASE), ("renameat2", "EINVAL"),
                                    ("inotify_init1", "ENOSYS"), ("inotify_init", "ENOSYS"))
        daemon.wait_for(INCOMPLETE)
        self.assertEqual(daemon.request("GET", "/healthz")[0], 200)
        self.assertFalse(daemon.json("GET", "/charts/storage/stats")[1]["stats"]["watched"])


if __name__ == "__main__":
    unittest.main()
