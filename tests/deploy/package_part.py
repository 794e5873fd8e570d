"""Installation without a running system: file locations, the package, and an empty Debian."""

import os
import pathlib
import re
import unittest

from debian_root import run_in, unpack_root
from support import BUILD, Part, make_package, need_packages, run, try_run

FHS = {
    "bin/chart-reaper": 0o755,
    "share/man/man1/chart-reaper.1": 0o644,
    "share/bash-completion/completions/chart-reaper": 0o644,
    "share/zsh/site-functions/_chart-reaper": 0o644,
    "share/doc/chart-reaper/README.md": 0o644,
    "share/doc/chart-reaper/deploy/README.md": 0o644,
    "share/doc/chart-reaper/deploy/monitoring/chart-reaper.rules.yaml": 0o644,
    "lib/systemd/system/chart-reaper.service": 0o644,
    "lib/systemd/system/chart-reaper@.service": 0o644,
    "lib/sysusers.d/chart-reaper.conf": 0o644,
    "lib/tmpfiles.d/chart-reaper.conf": 0o644,
}
CONFIGURATION = ("etc/chart-reaper/chart-reaper.env", "etc/chart-reaper/chart-reaper.conf", "etc/logrotate.d/chart-reaper")


class Package(Part):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        need_packages("lintian", "dpkg-dev", "logrotate")
        cls.package = make_package(cls.place)

    def install(self, name, prefix):
        root = self.place / name
        run("cmake", "--install", BUILD, "--prefix", prefix, env={**os.environ, "DESTDIR": str(root)})
        return root

    def test_cmake_installs_to_the_usual_paths(self):
        root = self.install("usual", "/usr/local")
        for name, mode in FHS.items():
            self.assertEqual((root / "usr/local" / name).stat().st_mode & 0o777, mode, name)
        for name in CONFIGURATION:
            self.assertTrue((root / name).is_file(), name)
        run(root / "usr/local/bin/chart-reaper", "--version")

    def test_cmake_keeps_an_existing_configuration(self):
        root = self.install("twice", "/usr")
        changed = root / CONFIGURATION[0]
        changed.write_text("CHART_MAX_SIZE_MB=99\n")
        self.install("twice", "/usr")
        self.assertEqual(changed.read_text(), "CHART_MAX_SIZE_MB=99\n")

    def test_with_another_prefix_everything_stays_below_it(self):
        root = self.install("elsewhere", "/opt/reaper")
        self.assertEqual([path.name for path in root.iterdir()], ["opt"])
        self.assertTrue((root / "opt/reaper" / CONFIGURATION[0]).is_file())

    def test_equal_input_gives_an_equal_package(self):
        hashes = set()
        for number in range(2):
            directory = self.place / f"epoch{number}"
            run("cpack", "--config", BUILD / "CPackConfig.cmake", "-B", directory,
                env={**os.environ, "SOURCE_DATE_EPOCH": "1700000000"})
            hashes.add(run("sha256sum", next(directory.glob("*.deb"))).stdout.split()[0])
        self.assertEqual(len(hashes), 1)

    def test_lintian_finds_no_error(self):
        found = try_run("lintian", "--fail-on", "error", self.package)
        self.assertEqual((found.returncode, re.findall("^E:.*", found.stdout, re.MULTILINE)), (0, []), found.stdout)

    def test_the_maintainer_scripts_and_the_log_rotation_are_valid(self):
        control = self.place / "control"
        run("dpkg-deb", "-e", self.package, control)
        for script in ("postinst", "prerm", "postrm"):
            run("sh", "-n", control / script)
            # Only the administrator enables and starts services.
            self.assertNotRegex((control / script).read_text(), r"\b(enable|start)\b.*chart-reaper|invoke start")
        root = self.install("rotation", "/usr")
        checked = run("logrotate", "--debug", root / "etc/logrotate.d/chart-reaper")
        self.assertNotIn("error", checked.stderr.lower())

    def test_it_can_be_installed_and_removed_in_an_empty_debian(self):
        root = self.place / "root"
        unpack_root(root)
        before = self.files(root)
        run("cp", self.package, root / "root/package.deb")
        chroot = ("env", "-i", "PATH=/usr/sbin:/usr/bin:/sbin:/bin", "DEBIAN_FRONTEND=noninteractive", "chroot", root)
        run(*chroot, "dpkg", "-i", "/root/package.deb")
        self.assertIn("chart-reaper ", run(*chroot, "chart-reaper", "--version").stdout)
        done = try_run(*chroot, "chart-reaper", "sweep", "--output-dir", "/var/tmp/charts")
        self.assertEqual(done.returncode, 0, done.stderr)
        links = [path for path in (root / "etc/systemd").rglob("*chart-reaper*")]
        self.assertEqual(links, [])
        run(*chroot, "dpkg", "-r", "chart-reaper")
        self.assertFalse((root / "usr/bin/chart-reaper").exists())
        self.assertTrue((root / CONFIGURATION[0]).exists())
        run(*chroot, "dpkg", "-P", "chart-reaper")
        left = self.files(root) - before - {"root/package.deb", "var/tmp/charts"}
        self.assertEqual({name for name in left if not re.match(r"var/(lib/dpkg|log|cache)/", name)}, set())

    def test_the_empty_debian_has_the_current_updates(self):
        root = self.place / "today"
        unpack_root(root)
        suites = set(run_in(root, "apt-get", "indextargets", "--format", "$(RELEASE)", "Created-By: Packages").stdout.split())
        self.assertEqual({suite.partition("-")[2] for suite in suites}, {"", "updates", "security"})
        self.assertIn("0 upgraded", run_in(root, "apt-get", "--simulate", "upgrade").stdout)

    @staticmethod
    def files(root):
        return {str(path.relative_to(root)) for path in pathlib.Path(root).rglob("*")
                if not str(path.relative_to(root)).startswith(("proc/", "sys/", "dev/"))}


if __name__ == "__main__":
    unittest.main()
