"""scripts/install-packages on machines that short scripts simulate: which packages it checks, reports and installs."""

import os
import pathlib
import shutil
import subprocess
import tempfile
import unittest

SCRIPTS = pathlib.Path(__file__).resolve().parents[2] / "scripts"
SCRIPT = SCRIPTS / "install-packages"

# Commands of the test machine that the script may use. There is no sudo unless a test adds one.
REAL = ("awk", "dirname", "env", "grep", "realpath", "sed", "sh", "sort", "tr", "dpkg")

# Files in state/: installed, lists and fresh have a line for each package, and `calls` collects the arguments of
# apt-get.
PROGRAMS = {
    "id": 'cat "$STATE/uid"',
    "dpkg-query": """format=$3; shift 3
for name; do
  sed -n "s/^$name \\([^ ]*\\) \\([^ ]*\\)$/\\1 \\2/p" "$STATE/installed" | while read -r version want; do
    case $format in here*) echo "here $name $want installed $version" ;; *) echo installed ;; esac
  done
done""",
    "apt-cache": """shift
for name; do
  version=$(sed -n "s/^$name //p" "$STATE/lists")
  [ -n "$version" ] || continue
  printf '%s:\\n  Installed: (as it may be)\\n  Candidate: %s\\n  Version table:\\n        500 mirror Packages\\n' "$name" "$version"
done""",
    "apt-get": """echo "speaks on standard output"
echo "$*" >>"$STATE/calls"
[ "$1" != update ] || cp "$STATE/fresh" "$STATE/lists"
""",
}
PINNED_VERSION = subprocess.run([SCRIPTS / "clang-tool", "version"], capture_output=True, text=True, check=True).stdout.strip()
BUILD = ("g++", "linux-libc-dev", "cmake", "ninja-build", "pkg-config", "python3", "libfmt-dev", "catch2", "libpng-dev",
         "zlib1g-dev", "libseccomp-dev")
BOOST = ("libboost-dev", "libboost-program-options-dev", "libboost-json-dev")
OLD_BOOST = ("libboost1.81-dev", "libboost-program-options1.81-dev", "libboost-json1.81-dev")
TOOLS = ("strace", "valgrind", "bindfs", "sshfs", "openssh-sftp-server", "fuse3", "e2fsprogs", "btrfs-progs",
         "nginx-light")
PINNED = (f"clang-format-{PINNED_VERSION}", f"clang-tidy-{PINNED_VERSION}")
CLANG = ("mandoc", "clang", "libclang-rt-dev", *PINNED)
EVERYTHING = (*BUILD, *BOOST, *TOOLS, *CLANG)


def versions(names, version="2.0"):
    return {name: version for name in names}


class Machine:
    """A machine with these packages: installed, in its package lists, and in the lists that it can download."""

    def __init__(self, place, installed, lists, fresh=None, uid=0, held=()):
        self.place = place
        self.state = place / "state"
        self.bin = place / "bin"
        self.state.mkdir()
        self.bin.mkdir()
        for name in REAL:
            (self.bin / name).symlink_to(shutil.which(name))
        (self.bin / "cat").symlink_to(shutil.which("cat"))
        (self.bin / "cp").symlink_to(shutil.which("cp"))
        for name, text in PROGRAMS.items():
            self.put(name, text)
        self.write("uid", [str(uid)])
        self.write("installed", [f"{name} {version} {'hold' if name in held else 'install'}"
                                 for name, version in installed.items()])
        self.write("lists", [f"{name} {version}" for name, version in lists.items()])
        self.write("fresh", [f"{name} {version}" for name, version in (lists if fresh is None else fresh).items()])
        self.write("calls", [])

    def put(self, name, text):
        (self.bin / name).write_text(f"#!/bin/sh\n{text}\n")
        (self.bin / name).chmod(0o755)

    def write(self, name, lines):
        (self.state / name).write_text("".join(f"{line}\n" for line in lines))

    def install(self, purpose):
        """Runs the script; returns (exit code, standard output, standard error)."""
        done = subprocess.run([SCRIPT, purpose], env={"PATH": str(self.bin), "STATE": str(self.state)}, text=True,
                              capture_output=True, check=False, timeout=60)
        return done.returncode, done.stdout, done.stderr

    def calls(self):
        return (self.state / "calls").read_text().splitlines()

    def asked_for(self):
        """Returns the packages of the last installation."""
        words = self.calls()[-1].split()
        return set(words[words.index("--no-install-recommends") + 1:])


class InstallPackages(unittest.TestCase):
    def machine(self, installed, lists, **options):
        place = pathlib.Path(tempfile.mkdtemp(prefix="chart-reaper-packages-"))
        self.addCleanup(shutil.rmtree, place)
        return Machine(place, installed, lists, **options)

    def test_a_purpose_installs_only_the_packages_it_needs(self):
        for purpose, expected in (("build", {*BUILD, *BOOST}), ("quick", {*BUILD, *BOOST, *TOOLS}),
                                  ("test", set(EVERYTHING))):
            machine = self.machine({}, versions(EVERYTHING))
            self.assertEqual(machine.install(purpose)[0], 0)
            self.assertEqual(machine.calls()[0], "update -q", purpose)
            self.assertEqual(machine.asked_for(), expected, purpose)

    def test_the_output_of_apt_goes_to_standard_error(self):
        code, out, error = self.machine({}, versions(EVERYTHING)).install("quick")
        self.assertEqual((code, out), (0, ""))
        self.assertIn("speaks on standard output", error)

    def test_if_nothing_is_missing_nothing_is_done_or_printed(self):
        for uid in (0, 1000):
            machine = self.machine(versions(EVERYTHING), versions(EVERYTHING), uid=uid)
            self.assertEqual(machine.install("quick"), (0, "", ""))
            self.assertEqual(machine.calls(), [])

    def test_without_package_lists_root_fetches_them(self):
        machine = self.machine({}, {}, fresh=versions((*BUILD, *BOOST, *OLD_BOOST)) | {"libboost-dev": "1.74.0.3"})
        self.assertEqual(machine.install("build")[0], 0)
        self.assertEqual(machine.asked_for(), {*BUILD, *OLD_BOOST})

    def test_outdated_headers_are_updated(self):
        machine = self.machine(versions(EVERYTHING) | {"linux-libc-dev": "1.0"}, versions(EVERYTHING))
        self.assertEqual(machine.install("build")[0], 0)
        self.assertEqual(machine.asked_for(), {"linux-libc-dev"})

    def test_a_held_package_is_not_updated(self):
        machine = self.machine(versions(EVERYTHING) | {"linux-libc-dev": "1.0"}, versions(EVERYTHING), held=("linux-libc-dev",))
        self.assertEqual(machine.install("build"), (0, "", ""))

    def test_the_full_test_refreshes_existing_package_lists(self):
        old = versions(EVERYTHING)
        machine = self.machine(old, old, fresh=old | {"linux-libc-dev": "3.0"})
        self.assertEqual(machine.install("quick")[0], 0)
        self.assertEqual(machine.calls(), [])
        self.assertEqual(machine.install("test")[0], 0)
        self.assertEqual(machine.asked_for(), {"linux-libc-dev"})

    def test_a_tool_that_the_release_lacks_is_skipped(self):
        machine = self.machine({}, versions(set(EVERYTHING) - {*PINNED, "bindfs"}))
        self.assertEqual(machine.install("test")[0], 0)
        self.assertEqual(machine.asked_for(), set(EVERYTHING) - {*PINNED, "bindfs"})

    def test_a_user_without_sudo_gets_the_command_for_root(self):
        machine = self.machine(versions(set(EVERYTHING) - {"cmake", "g++"}), versions(EVERYTHING), uid=1000)
        code, out, error = machine.install("quick")
        self.assertEqual((code, out, machine.calls()), (1, "", []))
        self.assertIn("missing: cmake g++", error)
        line = error.splitlines()[-1].strip()
        subprocess.run(["sh", "-c", line], env={"PATH": str(machine.bin), "STATE": str(machine.state)}, check=True,
                       capture_output=True)
        self.assertEqual(machine.asked_for(), {"cmake", "g++"})

    def test_without_sudo_and_package_lists_the_command_is_the_script_itself(self):
        code, _, error = self.machine({}, {}, uid=1000).install("quick")
        self.assertEqual((code, error.splitlines()[-1].strip()), (1, f"{SCRIPT} quick"))

    def test_an_update_that_only_root_can_make_does_not_stop_a_build(self):
        machine = self.machine(versions(EVERYTHING) | {"linux-libc-dev": "1.0"}, versions(EVERYTHING), uid=1000)
        code, _, error = machine.install("quick")
        self.assertEqual((code, machine.calls()), (0, []))
        self.assertIn("outdated", error)

    def test_a_user_with_sudo_uses_it(self):
        machine = self.machine(versions(set(EVERYTHING) - {"cmake"}), versions(EVERYTHING), uid=1000)
        machine.put("sudo", 'echo 0 >"$STATE/uid"; exec "$@"')
        self.assertEqual(machine.install("build")[0], 0)
        self.assertEqual(machine.asked_for(), {"cmake"})

    def test_a_user_whom_sudo_refuses_gets_the_command_for_root(self):
        machine = self.machine(versions(set(EVERYTHING) - {"cmake"}), versions(EVERYTHING), uid=1000)
        machine.put("sudo", "exit 1")
        code, _, error = machine.install("build")
        self.assertEqual((code, machine.calls()), (1, []))
        self.assertIn("apt-get install -y --no-install-recommends cmake", error.splitlines()[-1])

    def test_without_apt_the_build_is_attempted(self):
        machine = self.machine({}, {})
        os.unlink(machine.bin / "apt-get")
        code, _, error = machine.install("build")
        self.assertEqual(code, 0)
        self.assertIn("README.md", error)

    def test_an_unknown_purpose_is_refused(self):
        self.assertEqual(self.machine({}, {}).install("tests")[0], 64)


if __name__ == "__main__":
    unittest.main()
