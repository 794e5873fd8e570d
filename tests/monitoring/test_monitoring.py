"""The monitoring files in the real programs: promtool, and a Prometheus that scrapes a running daemon."""

import json
import os
import pathlib
import re
import shutil
import socket
import subprocess
import sys
import time
import unittest
import urllib.error
import urllib.parse
import urllib.request

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "e2e"))
from support import PATIENCE, ReaperTest  # noqa: E402  (the path must be known first)

SOURCE = HERE.parent.parent
MONITORING = SOURCE / "deploy" / "monitoring"
MANUAL = SOURCE / "docs" / "OPERATIONS.md"
RULES = MONITORING / "chart-reaper.rules.yaml"
DASHBOARD = MONITORING / "chart-reaper.dashboard.json"
ACCEPTS = {"text/plain": "text/plain; version=0.0.4; charset=utf-8",
           "application/openmetrics-text": "application/openmetrics-text; version=1.0.0; charset=utf-8"}

# Values for the dashboard's variables.
VARIABLES = {"$__rate_interval": "1m", "$__range": "1m", "$job": ".*", "$instance": ".*"}


def promtool(*arguments, **options):
    return subprocess.run(["promtool", *arguments], capture_output=True, text=True, timeout=PATIENCE, **options)


def dashboard_panels():
    return {panel["title"]: panel for panel in json.loads(DASHBOARD.read_text())["panels"]}


def dashboard_queries():
    for title, panel in dashboard_panels().items():
        for target in panel["targets"]:
            yield title, target["expr"]


def for_all(expression):
    """Returns an expression of the dashboard for all jobs and instances."""
    for variable, value in VARIABLES.items():
        expression = expression.replace(variable, value)
    return expression


def texts_of_values(panel):
    """Returns the texts that a panel shows instead of values."""
    mappings = panel["fieldConfig"]["defaults"]["mappings"]
    return {value: shown["text"] for mapping in mappings for value, shown in mapping["options"].items()}


def titles():
    """Returns the titles of the problems by code, worst first, from the program's source."""
    source = (SOURCE / "lib" / "assessment" / "problem.cpp").read_text()
    return dict(re.findall(r'Text\{Code::\w+,\s*"(\w+)",\s*"(.*?)"', source))


def metric_names(expression):
    """Returns the metrics in an expression or a rule."""
    return set(re.findall(r"\b(?:chart_reaper|process)_\w+\b(?!:)", expression))


class Prometheus:
    """A Prometheus that scrapes one daemon and evaluates the rules every second."""

    def __init__(self, directory, target):
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port = free.getsockname()[1]
        config = directory / "prometheus.yml"
        config.write_text(json.dumps({  # JSON is YAML
            "global": {"scrape_interval": "1s", "scrape_timeout": "1s", "evaluation_interval": "1s"},
            "rule_files": [str(RULES)],
            "scrape_configs": [{"job_name": "chart-reaper", "static_configs": [{"targets": [target]}]}]}))
        self.log = (directory / "prometheus.log").open("w")
        self.process = subprocess.Popen(
            ["prometheus", f"--config.file={config}", f"--storage.tsdb.path={directory}/tsdb",
             f"--web.listen-address=127.0.0.1:{self.port}"], stdout=self.log, stderr=self.log)

    def get(self, path, **parameters):
        url = f"http://127.0.0.1:{self.port}/api/v1/{path}?{urllib.parse.urlencode(parameters)}"
        with urllib.request.urlopen(url, timeout=PATIENCE) as response:
            return json.load(response)["data"]

    def query(self, expression):
        return self.get("query", query=expression)["result"]

    def wait_for(self, expression):
        """Waits until the expression has a result, and returns it."""
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            try:
                if result := self.query(expression):
                    return result
            except (urllib.error.URLError, ConnectionError):
                if self.process.poll() is not None:
                    break
            os.sched_yield()
        raise AssertionError(f"{expression} has no result; Prometheus ended with {self.process.poll()}")

    def stop(self):
        self.process.kill()
        self.process.wait()
        self.log.close()


class Files(unittest.TestCase):
    def test_the_rules_are_valid(self):
        checked = promtool("check", "rules", "--lint=all", "--lint-fatal", str(RULES))
        self.assertEqual(checked.returncode, 0, checked.stdout + checked.stderr)

    def test_each_alert_fires_exactly_when_it_should(self):
        tested = promtool("test", "rules", str(HERE / "alerts_test.yaml"))
        self.assertEqual(tested.returncode, 0, tested.stdout + tested.stderr)

    def test_every_alert_has_a_test_in_which_it_fires(self):
        cases = (HERE / "alerts_test.yaml").read_text()
        for alert in re.findall(r"- alert: (\w+)", RULES.read_text()):
            self.assertRegex(cases, rf"alertname: {alert}\n +exp_alerts:\n", alert)

    def test_every_alert_links_to_a_section_of_the_manual(self):
        anchors = {re.sub(r"[^\w -]", "", title.lower()).replace(" ", "-")
                   for title in re.findall(r"^#+ (.*)$", MANUAL.read_text(), re.MULTILINE)}
        for anchor in re.findall(r"runbook: docs/OPERATIONS\.md#(\S+)", RULES.read_text()):
            self.assertIn(anchor, anchors)

    def test_rules_and_manual_name_the_problems_of_the_program(self):
        matchers = re.findall(r'chart_reaper_problem\{code=~?"(.*?)"', RULES.read_text())
        self.assertGreater(len(matchers), 5)
        self.assertLessEqual({code for matcher in matchers for code in matcher.split("|")}, titles().keys())
        rows = re.search(r"^\| code \|.*?\n\n", MANUAL.read_text(), re.DOTALL | re.MULTILINE).group()
        first_cells = re.findall(r"^\| (`.*?) \|", rows, re.MULTILINE)
        self.assertEqual(re.findall(r"`(\w+)`", " ".join(first_cells)), list(titles()))
        for title in titles().values():
            self.assertIn(f"`{title}`", rows)

    def test_the_dashboard_shows_problems_by_their_titles(self):
        panels = dashboard_panels()
        self.assertEqual(texts_of_values(panels["Problems that hold"]), {"0": "ok", "1": "problem", **titles()})
        worst = panels["Worst problem"]
        ranks = re.findall(r'(\d+) \* chart_reaper_problem\{code="(\w+)"', worst["targets"][0]["expr"])
        self.assertEqual(texts_of_values(worst),
                         {"0": "No problem", **{rank: titles()[code] for rank, code in ranks}})
        self.assertEqual({code for _, code in ranks}, titles().keys())
        self.assertEqual([int(rank) for rank, _ in ranks], list(range(len(ranks), 0, -1)))

    def test_the_panels_of_the_dashboard_do_not_overlap(self):
        taken = [(x, y) for panel in dashboard_panels().values() for place in [panel["gridPos"]]
                 for x in range(place["x"], place["x"] + place["w"])
                 for y in range(place["y"], place["y"] + place["h"])]
        self.assertEqual(len(taken), len(set(taken)))


@unittest.skipUnless(shutil.which("prometheus"), "prometheus is not installed")
class Scraped(ReaperTest):
    def test_metrics_rules_and_dashboard_match_a_running_daemon(self):
        for number in range(8):
            self.chart(f"S{number}_1d/old.png", 25, size=5000)
            self.chart(f"S{number}_1d/new.png", 0, size=5000)
        self.chart("S0_1d/future.png", -1, size=5000)  # a problem without an alert
        daemon = self.start({"CHART_CLEANUP_INTERVAL_MINUTES": "0.01", "CHART_MAX_SIZE_MB": "1"})
        daemon.request("POST", "/charts/cleanup")
        self.check_formats(daemon)
        prometheus = Prometheus(self.directory, f"127.0.0.1:{daemon.port}")
        self.addCleanup(prometheus.stop)
        prometheus.wait_for("rate(chart_reaper_sweep_duration_seconds_count[1m]) > 0")
        prometheus.wait_for("chart_reaper:removed_charts:increase1h")
        prometheus.wait_for("rate(chart_reaper_http_requests_total{route='/metrics'}[1m]) > 0")
        self.check_queries(prometheus)
        self.check_rules(prometheus)
        self.assertEqual(prometheus.query("sum(chart_reaper_removed_charts_total)")[0]["value"][1], "8")
        self.assertEqual(prometheus.query("sum(chart_reaper_freed_bytes_total)")[0]["value"][1], "40000")
        self.assertEqual(prometheus.query("ALERTS"), [])
        self.assertEqual(self.worst_problem(prometheus), titles()["future_times"])

    def test_usage_is_steady_while_a_daemon_keeps_the_limit(self):
        for number in range(3):
            self.chart(f"S{number}_1d/old.png", 20, size=300_000)
        daemon = self.start({"CHART_MAX_SIZE_MB": "1"})
        prometheus = Prometheus(self.directory, f"127.0.0.1:{daemon.port}")
        self.addCleanup(prometheus.stop)
        prometheus.wait_for("chart_reaper_usage_ratio > 0.8")
        self.assertEqual(prometheus.query("ALERTS{alertname='ChartReaperUsageSteady'}"), [])
        self.chart("S4_1d/new.png", 0, size=300_000)
        prometheus.wait_for("ALERTS{alertname='ChartReaperUsageSteady',alertstate='firing'}")
        self.assertTrue(prometheus.query("chart_reaper_problem{code=~'usage_.+'} == 1"))
        self.assertEqual(self.worst_problem(prometheus), "No problem")

    @staticmethod
    def worst_problem(prometheus):
        """Returns the text of the dashboard's "Worst problem" panel."""
        panel = dashboard_panels()["Worst problem"]
        result = prometheus.query(for_all(panel["targets"][0]["expr"]))
        return texts_of_values(panel)[result[0]["value"][1]]

    def check_formats(self, daemon):
        for accept, content_type in ACCEPTS.items():
            _, headers, body = daemon.request("GET", "/metrics", {"Accept": accept})
            self.assertEqual(headers["Content-Type"], content_type)
            if accept == "text/plain":
                checked = promtool("check", "metrics", input=body)
                self.assertEqual((checked.returncode, checked.stdout, checked.stderr), (0, "", ""))
                self.metrics = set(re.findall(r"^(\w+)[{ ]", body, re.MULTILINE))
            else:
                self.assertTrue(body.endswith("\n# EOF\n"))
        for expression in [query for _, query in dashboard_queries()] + [RULES.read_text()]:
            self.assertLessEqual(metric_names(expression), self.metrics)

    def check_queries(self, prometheus):
        queries = list(dashboard_queries())
        self.assertGreater(len(queries), 30)
        for title, expression in queries:
            with self.subTest(title):
                self.assertTrue(prometheus.query(for_all(expression)), expression)

    def check_rules(self, prometheus):
        rules = [rule for group in prometheus.get("rules")["groups"] for rule in group["rules"]]
        self.assertEqual({rule["health"] for rule in rules}, {"ok"}, rules)
        self.assertEqual([target["lastError"] for target in prometheus.get("targets")["activeTargets"]], [""])


if __name__ == "__main__":
    unittest.main()
