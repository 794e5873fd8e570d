#!/usr/bin/env python3
"""The files that install the program match it: settings, options, version, rules."""

import os
import pathlib
import re
import shutil
import subprocess
import unittest

SOURCE = pathlib.Path(__file__).resolve().parents[2]
REAPER = os.environ["CHART_REAPER"]
ENV_FILE = SOURCE / "systemd/chart-reaper.env"

# Variables with a CHART_ name that are not settings.
CONFIG_FILE = "CHART_CONFIG_FILE"


def output_of(*command, **options):
    done = subprocess.run([str(word) for word in command], capture_output=True, text=True, check=False,
                          stdin=subprocess.DEVNULL, timeout=60, **options)
    return done.stdout


def settings_of_program():
    """Returns the variables that `check` prints, which are all settings."""
    return set(re.findall(r"^(ENVIRONMENT|CHART_\w+)", output_of(REAPER, "check", env={}), re.MULTILINE))


def options_of_program():
    return set(re.findall(r"^  (--[a-z-]+)", output_of(REAPER, "--help"), re.MULTILINE))


def installed_files():
    """Returns the files that are installed or copied by users."""
    for folder in ("deploy", "systemd", "completions", "packaging"):
        yield from (path for path in (SOURCE / folder).rglob("*") if path.is_file())


class Files(unittest.TestCase):
    def test_every_mentioned_setting_exists(self):
        known = settings_of_program() | {CONFIG_FILE}
        self.assertIn("CHART_OUTPUT_DIR", known)
        for path in installed_files():
            named = set(re.findall(r"\bCHART_[A-Z][A-Z_]*\b", path.read_text(encoding="utf-8")))
            self.assertEqual(named - known - {name for name in named if name.startswith("CHART_REAPER")}, set(), path)

    def test_the_environment_file_has_every_setting_commented(self):
        text = ENV_FILE.read_text()
        named = re.findall(r"^#((?:CHART_|ENVIRONMENT)\w*)=", text, re.MULTILINE)
        self.assertEqual(len(named), len(set(named)))
        self.assertEqual(set(named), settings_of_program())
        for name in named:
            self.assertRegex(text, rf"# .*\n#{name}=", name)
        self.assertEqual([line for line in text.splitlines() if line and not line.startswith("#")], [])

    def test_the_environment_file_shows_allowed_values(self):
        lines = [line[1:] for line in ENV_FILE.read_text().splitlines() if re.match(r"#[A-Z_]+=", line)]
        environment = dict(line.split("=", 1) for line in lines)
        environment["CHART_OUTPUT_DIR"] = "/tmp"
        done = subprocess.run([REAPER, "check"], env=environment, capture_output=True, text=True, check=False)
        self.assertEqual((done.returncode, done.stderr), (0, ""))

    def test_the_configuration_file_shows_allowed_lines(self):
        lines = re.findall(r"^#([a-z-]+=.*)$", (SOURCE / "systemd/chart-reaper.conf").read_text(), re.MULTILINE)
        self.assertGreater(len(lines), 0)
        for line in lines:
            self.assertIn("--" + line.split("=")[0], options_of_program())

    def test_the_man_page_explains_every_setting(self):
        page = (SOURCE / "docs/chart-reaper.1").read_text()
        self.assertEqual({name for name in settings_of_program() if f"Ev {name}\n" not in page}, set())

    def test_the_images_carry_the_version_of_the_program(self):
        version = output_of(REAPER, "--version").split()[1]
        for path in installed_files():
            for image, tag in re.findall(r"\b(chart-(?:reaper|writer)):(\d[\w.]*)", path.read_text(encoding="utf-8")):
                self.assertEqual(tag, version, f"{path}: {image}")
        dockerfile = (SOURCE / "deploy/docker/Dockerfile").read_text()
        self.assertEqual(re.findall(r"^ARG VERSION=(.*)$", dockerfile, re.MULTILINE), [version])

    def test_the_prometheus_rule_object_matches_the_rule_file(self):
        made = output_of(SOURCE / "scripts/make-prometheus-rule")
        kept = SOURCE / "deploy/k8s/components/monitoring/prometheus-rule.yaml"
        self.assertIn("ChartReaper", made)
        self.assertEqual(made, kept.read_text(), "run scripts/make-prometheus-rule")

    def test_units_differ_only_where_they_must(self):
        """Compares the hardening that the template and the single unit must share."""
        one, many = (self.directives(name) for name in ("chart-reaper.service", "chart-reaper@.service"))
        ours = {"Description", "RequiresMountsFor", "Environment", "EnvironmentFile", "RuntimeDirectory", "LogsDirectory",
                "ReadWritePaths", "PrivateNetwork", "RestrictAddressFamilies", "IPAddressAllow", "SocketBindAllow"}
        self.assertEqual({line for line in one ^ many if line.split("=")[0] not in ours}, set())

    @staticmethod
    def directives(name):
        lines = (SOURCE / "systemd" / name).read_text().splitlines()
        return {line for line in lines if line and not line.startswith("#")}


class Completions(unittest.TestCase):
    def complete(self, *words):
        """Returns bash's completions for the last of the words."""
        environment = {"PATH": f"{pathlib.Path(REAPER).parent}:{os.environ['PATH']}"}
        script = ('source "$1"; shift; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _chart_reaper; '
                  'printf "%s\\n" "${COMPREPLY[@]}"')
        return set(output_of("bash", "-c", script, "-", SOURCE / "completions/chart-reaper.bash", *words,
                             env=environment).split())

    def test_commands_and_options_match_the_program(self):
        self.assertEqual(self.complete("chart-reaper", ""), {"serve", "sweep", "check", "health", "reload", "lifecycle"})
        self.assertEqual(self.complete("chart-reaper", "sweep", "--"), options_of_program())
        self.assertEqual(self.complete("chart-reaper", "sweep", "--dr"), {"--dry-run"})
        self.assertEqual(self.complete("chart-reaper", "lifecycle", "--pre"), {"--prefix"})

    def test_completed_providers_are_known_providers(self):
        providers = self.complete("chart-reaper", "lifecycle", "")
        self.assertEqual(len(providers), 3)
        for provider in providers:
            done = subprocess.run([REAPER, "lifecycle", provider], env={}, capture_output=True, text=True, check=False)
            self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(self.complete("chart-reaper", "lifecycle", "a"), {"azure"})
        self.assertEqual(self.complete("chart-reaper", "check", ""), set())

    def test_completed_values_are_allowed_values(self):
        for option in options_of_program():
            for value in self.complete("chart-reaper", option, "=", "") - set(os.listdir()):
                done = subprocess.run([REAPER, "check", f"{option}={value}"], env={}, capture_output=True, text=True,
                                      check=False)
                self.assertEqual((done.returncode, done.stderr), (0, ""), f"{option}={value}")
        self.assertEqual(self.complete("chart-reaper", "--log-level", "=", "w"), {"warning"})

    @unittest.skipIf(shutil.which("zsh") is None, "zsh is not installed")
    def test_zsh_accepts_its_file(self):
        done = subprocess.run(["zsh", "-n", SOURCE / "completions/_chart-reaper"], capture_output=True, text=True,
                              check=False)
        self.assertEqual((done.returncode, done.stderr), (0, ""))


if __name__ == "__main__":
    unittest.main()
