"""The lifecycle rules that `chart-reaper lifecycle` prints, and the shapes that the providers accept."""

import copy
import json
import os
import subprocess
import unittest

from lifecycle_shapes import faults, shape_of
from support import PATIENCE, REAPER, environment_of, run

OK, USAGE, CANNOT_WRITE, BAD_SETTINGS = 0, 64, 74, 78
PREFIXES = {"s3": "charts/", "gcs": "charts/", "azure": "mycontainer/charts/"}
PLACEHOLDER = "REPLACE-WITH-YOUR-PREFIX/"


def days_of(provider, rule):
    if provider == "s3":
        return rule["Rules"][0]["Expiration"]["Days"]
    if provider == "gcs":
        return rule["rule"][0]["condition"]["age"]
    return rule["rules"][0]["definition"]["actions"]["baseBlob"]["delete"]["daysAfterModificationGreaterThan"]


def prefixes_of(provider, rule):
    if provider == "s3":
        return [rule["Rules"][0]["Filter"]["Prefix"]]
    if provider == "gcs":
        return rule["rule"][0]["condition"]["matchesPrefix"]
    return rule["rules"][0]["definition"]["filters"]["prefixMatch"]


class Lifecycle(unittest.TestCase):
    def rule(self, provider, *options, environment=None):
        """Returns the printed rule, which must have the provider's shape, and standard error."""
        done = run("lifecycle", provider, *options, environment=environment)
        self.assertEqual(done.returncode, OK, done.stderr)
        self.assertEqual(done.stdout.count("\n"), 1)
        rule = json.loads(done.stdout)
        self.assertEqual(faults(rule, shape_of(provider)), [])
        return rule, done.stderr

    def test_every_preset_and_prefix_has_the_shape_of_the_provider(self):
        for provider, prefix in PREFIXES.items():
            for preset in ("development", "staging", "production"):
                rule, _ = self.rule(provider, f"--prefix={prefix}", environment={"ENVIRONMENT": preset})
                self.assertEqual((days_of(provider, rule), prefixes_of(provider, rule)), (1, [prefix]))
            for patterns in ("*", "*.png,*.svg", "x?.png"):
                self.rule(provider, f"--prefix={prefix}", f"--file-patterns={patterns}")

    def test_a_rule_is_never_earlier_than_the_setting(self):
        for provider, prefix in PREFIXES.items():
            for hours in (0.1, 1, 23, 24, 24.001, 25, 47, 48, 49, 240, 241, 999, 1000, 876_000):
                rule, errors = self.rule(provider, f"--max-age-hours={hours}", f"--prefix={prefix}")
                days = days_of(provider, rule)
                self.assertGreaterEqual(days * 24, hours)
                self.assertLess((days - 1) * 24, hours)
                self.assertEqual("CHART_MAX_AGE_HOURS" in errors, days * 24 != hours)

    def test_without_a_prefix_a_rule_matches_nothing(self):
        for provider in PREFIXES:
            rule, errors = self.rule(provider)
            (prefix,) = prefixes_of(provider, rule)
            self.assertTrue(prefix.endswith(PLACEHOLDER), prefix)
            self.assertIn("without --prefix the rule matches nothing", errors)
        self.assertEqual(self.rule("s3")[0]["Rules"][0]["Status"], "Disabled")
        self.assertIs(self.rule("azure")[0]["rules"][0]["enabled"], False)

    def test_a_prefix_enables_the_rule_unless_cleanup_is_off(self):
        for cleanup, status in (("true", "Enabled"), ("false", "Disabled")):
            option = f"--enable-cleanup={cleanup}"
            rule, _ = self.rule("s3", option, "--prefix=charts/")
            self.assertEqual(rule["Rules"][0]["Status"], status)
            rule, _ = self.rule("azure", option, "--prefix=mycontainer/charts/")
            self.assertIs(rule["rules"][0]["enabled"], cleanup == "true")
            rule, _ = self.rule("gcs", option, "--prefix=charts/")
            self.assertEqual(prefixes_of("gcs", rule), ["charts/" if cleanup == "true" else PLACEHOLDER])

    def test_a_prefix_for_a_whole_bucket_is_a_usage_error(self):
        for provider in PREFIXES:
            for prefix in ("", "/", "*", "./", "mycontainer" if provider == "azure" else "/charts/"):
                done = run("lifecycle", provider, f"--prefix={prefix}")
                self.assertEqual((done.returncode, done.stdout), (USAGE, ""), prefix)
                self.assertIn(f"--prefix '{prefix}' is not allowed for {provider}; allowed: ", done.stderr)
        done = run("lifecycle", "s3", "--prefix", "")
        self.assertEqual((done.returncode, done.stdout), (USAGE, ""))

    def test_an_unknown_or_missing_provider_is_a_usage_error(self):
        done = run("lifecycle", "aws")
        self.assertEqual((done.returncode, done.stdout), (USAGE, ""))
        self.assertIn("unknown provider 'aws'; allowed: s3, gcs or azure; the nearest known one is s3", done.stderr)
        for arguments in ((), ("s3", "gcs"), ("S3",)):
            self.assertEqual(run("lifecycle", *arguments).returncode, USAGE, arguments)

    def test_standard_error_says_what_the_rule_cannot_express(self):
        _, errors = self.rule("s3", "--prefix=charts/", "--max-age-hours=6", "--max-size-percent=80")
        for text in ("CHART_MAX_AGE_HOURS=6 becomes 1 day", "CHART_MAX_SIZE_MB=1000", "CHART_MAX_SIZE_PERCENT=80",
                     "CHART_FILE_PATTERNS=*.png", "empty chart sets"):
            self.assertIn(text, errors)
        for line in errors.splitlines():
            self.assertTrue(line.startswith("chart-reaper: "), line)

    def test_settings_come_from_all_sources(self):
        rule, _ = self.rule("s3", environment={"CHART_MAX_AGE_HOURS": "100"})
        self.assertEqual(days_of("s3", rule), 5)
        rule, _ = self.rule("s3", "--max-age-hours=200", environment={"CHART_MAX_AGE_HOURS": "100"})
        self.assertEqual(days_of("s3", rule), 9)
        _, errors = self.rule("s3", environment={"CHART_MAX_AGES": "1"})
        self.assertIn("CHART_MAX_AGE_HOURS", errors)
        done = run("lifecycle", "s3", environment={"CHART_MAX_AGE_HOURS": "6x", "CHART_LOG_LEVEL": "loud"})
        self.assertEqual((done.returncode, done.stdout), (BAD_SETTINGS, ""))
        self.assertIn("CHART_MAX_AGE_HOURS", done.stderr)
        self.assertIn("CHART_LOG_LEVEL", done.stderr)

    def test_a_name_with_quotes_is_escaped(self):
        rule, _ = self.rule("gcs", '--prefix=a"b\\c/', '--file-patterns=*"x.png')
        self.assertEqual(rule["rule"][0]["condition"]["matchesPrefix"], ['a"b\\c/'])
        self.assertEqual(rule["rule"][0]["condition"]["matchesSuffix"], ['"x.png'])

    def test_a_rule_that_cannot_be_written_is_an_error(self):
        with open("/dev/full", "wb") as full:
            done = subprocess.run([REAPER, "lifecycle", "s3"], stdout=full, stderr=subprocess.PIPE, text=True,
                                  env=environment_of({}), timeout=PATIENCE, check=False)
        self.assertEqual(done.returncode, CANNOT_WRITE)
        self.assertTrue(done.stderr.endswith(f"{os.strerror(28)}\n"), done.stderr)


class Shapes(unittest.TestCase):
    """The check of shapes finds faults."""

    GOOD = {"rule": [{"action": {"type": "Delete"}, "condition": {"age": 1, "matchesPrefix": ["charts/"]}}]}

    def changed(self, change):
        rule = copy.deepcopy(self.GOOD)
        change(rule["rule"][0])
        return faults(rule, shape_of("gcs"))

    def test_a_good_rule_has_no_fault(self):
        self.assertEqual(faults(self.GOOD, shape_of("gcs")), [])

    def test_each_kind_of_fault_is_found(self):
        self.assertEqual(self.changed(lambda rule: rule.update(Action={})), ["rule.rule[0].Action is unknown"])
        self.assertEqual(self.changed(lambda rule: rule.pop("action")), ["rule.rule[0].action is missing"])
        self.assertEqual(self.changed(lambda rule: rule["action"].update(type="delete")),
                         ["rule.rule[0].action.type is 'delete'"])
        for age in (0, -1, 2**31):
            self.assertEqual(self.changed(lambda rule, age=age: rule["condition"].update(age=age)),
                             [f"rule.rule[0].condition.age is {age}"])
        for age in ("1", 1.0, True, None):
            self.assertEqual(self.changed(lambda rule, age=age: rule["condition"].update(age=age)),
                             ["rule.rule[0].condition.age is no integer"])
        for prefixes in ([], ["a"] * 51):
            self.assertEqual(self.changed(lambda rule, given=prefixes: rule["condition"].update(matchesPrefix=given)),
                             [f"rule.rule[0].condition.matchesPrefix has {len(prefixes)} items"])
        self.assertEqual(self.changed(lambda rule: rule["condition"].update(matchesPrefix=[""])),
                         ["rule.rule[0].condition.matchesPrefix[0] has 0 bytes"])
        self.assertEqual(faults([], shape_of("s3")), ["rule is no object"])


if __name__ == "__main__":
    unittest.main()
