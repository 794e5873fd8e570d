"""The inhibit rule in the real programs: amtool, and an Alertmanager that receives alerts."""

import json
import os
import pathlib
import re
import shutil
import socket
import subprocess
import tempfile
import time
import unittest
import urllib.error
import urllib.request

MONITORING = pathlib.Path(__file__).resolve().parent.parent.parent / "deploy" / "monitoring"
INHIBIT = MONITORING / "alertmanager.inhibit.yaml"
RULES = MONITORING / "chart-reaper.rules.yaml"
ALERTMANAGER = shutil.which("prometheus-alertmanager") or shutil.which("alertmanager")  # the names in Debian and upstream
PATIENCE = 60

# The minimum configuration that Alertmanager needs besides the rule.
REST = """route: {receiver: nobody}
receivers: [{name: nobody}]
"""


def all_alerts():
    return re.findall(r"- alert: (\w+)", RULES.read_text())


class Alertmanager:
    """An Alertmanager without receivers."""

    def __init__(self, directory, config):
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port = free.getsockname()[1]
        self.log = (directory / "alertmanager.log").open("w")
        self.process = subprocess.Popen(
            [ALERTMANAGER, f"--config.file={config}", f"--storage.path={directory}/data", "--cluster.listen-address=",
             f"--web.listen-address=127.0.0.1:{self.port}"], stdout=self.log, stderr=self.log)

    def request(self, method, body=None):
        request = urllib.request.Request(f"http://127.0.0.1:{self.port}/api/v2/alerts", method=method,
                                         data=body and json.dumps(body).encode(),
                                         headers={"Content-Type": "application/json"})
        with urllib.request.urlopen(request, timeout=PATIENCE) as response:
            return json.loads(response.read() or "null")

    def wait_for(self, answer):
        """Waits until the function returns an answer, and returns it."""
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            try:
                if result := answer():
                    return result
            except (urllib.error.URLError, ConnectionError):
                if self.process.poll() is not None:
                    break
            os.sched_yield()
        raise AssertionError(f"no answer; Alertmanager ended with {self.process.poll()}")

    def silenced(self):
        """Returns the alerts that the rule silences, as (alertname, instance)."""
        return {(alert["labels"]["alertname"], alert["labels"]["instance"])
                for alert in self.request("GET") if alert["status"]["inhibitedBy"]}

    def stop(self):
        self.process.kill()
        self.process.wait()
        self.log.close()


class Inhibition(unittest.TestCase):
    def setUp(self):
        directory = tempfile.TemporaryDirectory()
        self.addCleanup(directory.cleanup)
        self.directory = pathlib.Path(directory.name)
        self.config = self.directory / "alertmanager.yml"
        self.config.write_text(REST + INHIBIT.read_text())

    @unittest.skipUnless(shutil.which("amtool"), "amtool is not installed")
    def test_the_rule_is_valid(self):
        checked = subprocess.run(["amtool", "check-config", self.config], capture_output=True, text=True,
                                 timeout=PATIENCE, check=False)
        self.assertEqual(checked.returncode, 0, checked.stdout + checked.stderr)
        self.assertIn("1 inhibit rules", checked.stdout)

    def test_it_only_names_existing_alerts(self):
        named = set(re.findall(r"ChartReaper\w+", re.sub(r"#.*", "", INHIBIT.read_text())))
        self.assertEqual(len(named), 3)
        self.assertLessEqual(named, set(all_alerts()))

    @unittest.skipUnless(ALERTMANAGER, "Alertmanager is not installed")
    def test_steady_usage_silences_high_usage_of_the_same_instance_and_nothing_else(self):
        manager = Alertmanager(self.directory, self.config)
        self.addCleanup(manager.stop)
        alerts = [{"labels": {"alertname": name, "job": "chart-reaper", "instance": instance}}
                  for name in all_alerts() for instance in ("steady", "full")
                  if (name, instance) != ("ChartReaperUsageSteady", "full")]
        manager.wait_for(lambda: manager.request("POST", alerts) or True)
        manager.wait_for(lambda: len(manager.request("GET")) == len(alerts))
        silenced = manager.wait_for(lambda: len(manager.silenced()) >= 2 and manager.silenced())
        self.assertEqual(silenced, {("ChartReaperUsageHigh", "steady"), ("ChartReaperUsageCritical", "steady")})


if __name__ == "__main__":
    unittest.main()
