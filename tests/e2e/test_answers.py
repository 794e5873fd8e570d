"""Every answer of a running daemon matches its own OpenAPI document."""

import json
import signal
import unittest

from support import ReaperTest

TYPES = {"object": dict, "array": list, "string": str, "boolean": bool, "integer": int, "number": (int, float),
         "null": type(None)}


def is_of_type(value, name):
    return isinstance(value, TYPES[name]) and (name == "boolean" or not isinstance(value, bool))


class Document:
    """Checks answers against an OpenAPI document; supports only the keywords that our document uses."""

    KEYWORDS = {"type", "description", "properties", "required", "additionalProperties", "items", "enum", "const",
                "format", "minimum", "maximum", "minItems", "maxItems", "default", "$ref"}

    def __init__(self, text):
        self.content = json.loads(text)

    def schema(self, path, method, status, media_type):
        return self.content["paths"][path][method]["responses"][str(status)]["content"][media_type]["schema"]

    def problems(self, value, schema, where="body"):
        """Returns the differences between a value and its schema."""
        if "$ref" in schema:
            schema = self.content["components"]["schemas"][schema["$ref"].rsplit("/", 1)[1]]
        yield from (f"{where}: the checker does not know {word}" for word in schema.keys() - self.KEYWORDS)
        types = schema.get("type", [])
        types = [types] if isinstance(types, str) else types
        if types and not any(is_of_type(value, name) for name in types):
            yield f"{where}: {value!r} is none of {types}"
            return
        if "enum" in schema and value not in schema["enum"] or "const" in schema and value != schema["const"]:
            yield f"{where}: {value!r} is not allowed"
        if is_of_type(value, "number") and not schema.get("minimum", value) <= value <= schema.get("maximum", value):
            yield f"{where}: {value} is out of range"
        if isinstance(value, dict):
            yield from self.object_problems(value, schema, where)
        if isinstance(value, list):
            if not schema.get("minItems", 0) <= len(value) <= schema.get("maxItems", len(value)):
                yield f"{where}: {len(value)} items"
            for item in value:
                yield from self.problems(item, schema["items"], where + "[]")

    def object_problems(self, value, schema, where):
        known = schema.get("properties", {})
        yield from (f"{where}.{name} is missing" for name in schema.get("required", []) if name not in value)
        for name, member in value.items():
            rule = known.get(name, schema.get("additionalProperties", True))
            if rule is False:
                yield f"{where}.{name} is not documented"
            elif rule is not True:
                yield from self.problems(member, rule, f"{where}.{name}")


class Answers(ReaperTest):
    def check(self, daemon, path, method="GET", target=None, expected=200, headers=None):
        status, answer_headers, body = daemon.request(method, target or path, headers)
        self.assertEqual(status, expected, body)
        media_type = answer_headers["Content-Type"].split(";")[0]
        schema = self.document.schema(path, method.lower(), status, media_type)
        if media_type.endswith("json"):
            self.assertEqual(list(self.document.problems(json.loads(body), schema)), [], path)
            return json.loads(body)
        return body

    def test_answers_match_the_openapi_document(self):
        for number in range(30):
            self.chart(f"S{number % 5}_1d/{number}.png", number, size=50000)
        daemon = self.start({"CHART_MAX_SIZE_MB": "1"})
        self.document = Document(daemon.request("GET", "/openapi.json")[2])
        for path in ("/", "/charts/storage/stats", "/charts/usage", "/charts/ages", "/charts/sets", "/charts/sweeps",
                     "/charts/removals", "/config", "/healthz", "/readyz", "/metrics", "/openapi.json"):
            self.check(daemon, path)
        self.check(daemon, "/metrics", headers={"Accept": "application/openmetrics-text"})
        self.check(daemon, "/charts/sets", target="/charts/sets?group=symbol&sort=name&order=asc")
        self.check(daemon, "/charts/sets", target="/charts/sets?limit=0", expected=400)
        self.check(daemon, "/charts/removals", target="/charts/removals?limit=x", expected=400)
        self.check(daemon, "/charts/explain", target="/charts/explain?path=S0_1d/0.png")
        self.check(daemon, "/charts/explain", expected=400)
        self.check(daemon, "/charts/explain", target="/charts/explain?path=S0_1d/nope.png", expected=404)
        self.check(daemon, "/config", expected=403, headers={"Sec-Fetch-Site": "cross-site"})
        self.check(daemon, "/charts/cleanup", "POST", "/charts/cleanup?dry_run=true")
        self.check(daemon, "/charts/cleanup", "POST")
        self.check(daemon, "/charts/{symbol}/{interval}", "DELETE", "/charts/S1/1d")
        self.check(daemon, "/charts/{symbol}/{interval}", "DELETE", "/charts/NOPE/1d", expected=404)
        self.check(daemon, "/charts/all", "DELETE")

    def test_the_checker_finds_a_wrong_answer(self):
        document = Document(json.dumps({"components": {"schemas": {"S": {
            "type": "object", "required": ["a"], "additionalProperties": False,
            "properties": {"a": {"type": ["integer", "null"], "minimum": 0}}}}}}))
        for value, wrong in (({"a": 1}, 0), ({"a": None}, 0), ({"a": True}, 1), ({"a": -1}, 1), ({}, 1), ({"a": 1, "b": 1}, 1),
                             ([], 1), ({"a": 1.5}, 1)):
            self.assertEqual(len(list(document.problems(value, {"$ref": "#/components/schemas/S"}))), wrong, value)

    def test_explain_agrees_with_the_dry_run(self):
        for number, age in enumerate((30, 20, 10, 5, 2, 1, 0)):
            self.chart(f"A_1d/{number}.png", age, size=300_000)
        daemon = self.spawn({"CHART_MAX_SIZE_MB": "1", "CHART_ENABLE_CLEANUP": "false", "CHART_MIN_AGE_SECONDS": "0"})
        daemon.wait_for_readiness()
        plan = daemon.json("POST", "/charts/cleanup?dry_run=1")[1]["removals"]
        planned = {removal["path"]: removal["reason"] for removal in plan}
        self.assertEqual(len(planned), 4)
        for number in range(7):
            answer = daemon.json("GET", f"/charts/explain?path=A_1d/{number}.png")[1]
            self.assertEqual(answer["reason"], planned.get(f"A_1d/{number}.png"), answer)
            self.assertEqual((answer["action"], "CHART_ENABLE_CLEANUP" in answer["explanation"]),
                             ("keep", answer["reason"] is not None))

    def test_the_settings_in_effect_are_reported_also_after_a_reload(self):
        file = self.directory / "reaper.conf"
        file.write_text("max-age-hours=5\nlisten=127.0.0.1:0\n")
        token = self.directory / "token"
        token.write_text("s3cret")
        token.chmod(0o600)
        daemon = self.start({"CHART_ADMIN_TOKEN_FILE": str(token)}, arguments=["--config", str(file)])

        def settings():
            return {entry["variable"]: entry for entry in daemon.json("GET", "/config")[1]["settings"]}

        self.assertEqual((settings()["CHART_MAX_AGE_HOURS"]["value"], settings()["CHART_MAX_AGE_HOURS"]["source"]),
                         ("5", f"{file}:1"))
        self.assertNotIn("s3cret", json.dumps(settings()))
        file.write_text("max-age-hours=7\nmetrics-listen=127.0.0.1:1\n")
        daemon.process.send_signal(signal.SIGHUP)
        daemon.wait_for("Settings reloaded")
        self.assertEqual(settings()["CHART_MAX_AGE_HOURS"]["value"], "7")
        self.assertEqual(settings()["CHART_METRICS_LISTEN"]["value"], "")

    def test_the_metrics_listener_does_not_reveal_chart_names(self):
        daemon = self.start({"CHART_METRICS_LISTEN": "127.0.0.1:0"})
        metrics = daemon.wait_for("for=metrics")
        daemon.address = metrics.split("address=")[1].split()[0]
        for path in ("/", "/charts/sets", "/charts/removals", "/charts/explain?path=a", "/config"):
            self.assertEqual(daemon.request("GET", path)[0], 404, path)
        for path in ("/metrics", "/healthz", "/charts/sweeps", "/charts/storage/stats", "/openapi.json"):
            self.assertEqual(daemon.request("GET", path)[0], 200, path)


if __name__ == "__main__":
    unittest.main()
