"""Every route on a real socket, with the JSON that scripts for the original service rely on."""

import json
import re
import stat
import unittest
from urllib.parse import quote

from support import ReaperTest, wait_until

SYMBOLS = ["RELIANCE", "NIFTY 50", "M&M", "BRK.B", "^NSEI", "A_B", "日経", "a%b", "x;y", "-rf"]


class Routes(ReaperTest):
    def test_statistics_of_an_empty_volume(self):
        daemon = self.start({"ENVIRONMENT": "production"})
        status, headers, body = daemon.request("GET", "/charts/storage/stats")
        self.assertEqual(status, 200)
        self.assertEqual(headers["Content-Type"], "application/json")
        self.assertTrue(body.startswith(
            '{"success":true,"stats":{"total_files":0,"total_size_mb":0.0,"oldest_file_age_hours":null,'
            '"newest_file_age_hours":null,"max_age_hours":6,"max_size_mb":200,'), body)

    def test_statistics_are_rounded_to_two_decimals(self):
        self.chart("A_1d/x.png", 18.2, size=1024 * 1024)
        self.chart("A_1d/y.png", 0.1, size=512 * 1024)
        body = self.start({"CHART_MAX_AGE_HOURS": "36.5"}).request("GET", "/charts/storage/stats")[2]
        self.assertIn('"total_files":2,"total_size_mb":1.5,"oldest_file_age_hours":18.2,"newest_file_age_hours":0.1,'
                      '"max_age_hours":36.5,"max_size_mb":1000', body)

    def test_statistics_include_new_charts_without_a_sweep(self):
        daemon = self.start()
        self.chart("A_1d/x.png")
        wait_until(lambda: daemon.json("GET", "/charts/storage/stats")[1]["stats"]["total_files"] == 1, "the chart is seen")

    def test_cleanup(self):
        daemon = self.start()
        self.chart("A_1d/old.png", 25, size=777)
        dry = daemon.json("POST", "/charts/cleanup?dry_run=true")[1]
        self.assertIs(dry["dry_run"], True)
        self.assertEqual(dry["stats"]["files_removed"], 1)
        self.assertEqual(self.charts(), ["A_1d/old.png"])
        status, _, body = daemon.request("POST", "/charts/cleanup")
        self.assertEqual(status, 200)
        self.assertTrue(body.startswith('{"success":true,"message":"Chart cleanup completed","stats":{"files_removed":1,'
                                        '"directories_removed":0,"bytes_freed":777,"errors":0'), body)
        self.assertNotIn("dry_run", json.loads(body))

    def test_a_chart_set_of_any_symbol_is_deleted(self):
        daemon = self.start()
        for symbol in SYMBOLS:
            self.chart(f"{symbol}_1day/x.png")
            status, body = daemon.json("DELETE", f"/charts/{quote(symbol, safe='')}/1day")
            self.assertEqual((status, body["message"]), (200, f"Cleaned up charts for {symbol}_1day"))
            self.assertEqual(body["stats"]["files_removed"], 1)
            self.assertFalse((self.root / f"{symbol}_1day").exists())

    def test_deleting_a_missing_set(self):
        daemon = self.start()
        self.assertEqual(daemon.request("DELETE", "/charts/NOPE/1day")[::2],
                         (404, '{"success":false,"message":"No charts found for NOPE_1day"}'))

    def test_other_files_of_a_set_stay(self):
        daemon = self.start()
        self.chart("A_1d/x.png")
        self.chart("A_1d/notes.txt")
        stats = daemon.json("DELETE", "/charts/A/1d")[1]["stats"]
        self.assertEqual((stats["files_removed"], stats["files_kept"], stats["directories_removed"]), (1, 1, 0))
        self.assertEqual(self.charts(), ["A_1d/notes.txt"])

    def test_deleting_all_charts(self):
        daemon = self.start()
        self.chart("A_1d/x.png")
        self.chart("B_1d/x.png")
        self.assertEqual(daemon.json("DELETE", "/charts/all?dry_run=true")[1]["stats"]["files_removed"], 2)
        status, body = daemon.json("DELETE", "/charts/all")
        self.assertEqual((status, body["message"]), (200, "All charts cleaned up"))
        self.assertEqual(list(self.root.iterdir()), [])

    def test_paths_that_lead_outside_remove_nothing(self):
        daemon = self.start()
        for name in ("A_1d/x.png", "all_1d/x.png"):
            self.chart(name)
        before = self.charts()
        for target in ("/charts/../all", "/charts/%2e%2e/all", "/charts/A%2f1d/x", "/charts/A%00/1d", "/charts/%zz/1d",
                       "/charts/%c0%af/1d", "/charts//1d", "//charts/all", "/charts/A_1d/h_x", "/charts/A;/1d", "/charts/",
                       "/charts/A/", "/charts/all/", "/charts/all#", "/charts/" + "n" * 300 + "/1d", "/charts/./all"):
            with daemon.connect() as connection:
                connection.sendall(f"DELETE {target} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n".encode())
                status = int(connection.recv(65536).split()[1])
            self.assertIn(status, (400, 404), target)
        self.assertEqual(self.charts(), before)

    def test_a_wrong_method_gets_the_allowed_ones(self):
        daemon = self.start()
        for method, target, allowed in (("POST", "/charts/storage/stats", {"GET", "HEAD", "OPTIONS"}),
                                        ("GET", "/charts/cleanup", {"POST", "OPTIONS"}),
                                        ("POST", "/charts/all", {"DELETE", "OPTIONS"}),
                                        ("GET", "/charts/A/1d", {"DELETE", "OPTIONS"}),
                                        ("DELETE", "/healthz", {"GET", "HEAD", "OPTIONS"})):
            status, headers, body = daemon.request(method, target)
            self.assertEqual(status, 405, (method, target))
            self.assertEqual(set(re.split(r",\s*", headers["Allow"])), allowed)
            self.assert_problem(headers, body, 405)

    def test_an_unknown_path_gets_a_problem_document(self):
        status, headers, body = self.start().request("GET", "/nowhere")
        self.assertEqual(status, 404)
        self.assert_problem(headers, body, 404)

    def assert_problem(self, headers, body, status):
        self.assertEqual(headers["Content-Type"], "application/problem+json")
        problem = json.loads(body)
        self.assertEqual(problem["status"], status)
        for field in ("type", "title", "detail"):
            self.assertTrue(problem[field])

    def test_head_is_get_without_a_body(self):
        daemon = self.start()
        for target in ("/charts/storage/stats", "/healthz", "/readyz", "/metrics"):
            status, headers, body = daemon.request("HEAD", target)
            self.assertEqual((status, body), (200, ""))
            self.assertGreater(int(headers["Content-Length"]), 0)

    def test_a_body_is_refused_and_the_connection_closed(self):
        daemon = self.start()
        self.chart("A_1d/x.png")
        for framing, statuses in ((b"Content-Length: 1\r\n\r\nx", (413,)), (b"Content-Length: 70000\r\n\r\n", (413,)),
                                  (b"Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n", (400, 501)),
                                  (b"Transfer-Encoding: gzip\r\n\r\n", (400, 501))):
            with daemon.connect() as connection:
                connection.sendall(b"POST /charts/cleanup HTTP/1.1\r\nHost: localhost\r\n" + framing +
                                   b"DELETE /charts/all HTTP/1.1\r\nHost: localhost\r\n\r\n")
                answer = b""
                while chunk := connection.recv(65536):
                    answer += chunk
            self.assertEqual(answer.count(b"HTTP/1.1 "), 1, answer)
            self.assertIn(int(answer.split()[1]), statuses)
        self.assertEqual(self.charts(), ["A_1d/x.png"])

    def test_a_post_without_content_length_is_accepted(self):
        self.assertEqual(self.start().request("POST", "/charts/cleanup")[0], 200)

    def test_pages_of_other_sites_change_nothing(self):
        daemon = self.start()
        self.chart("A_1d/x.png")
        for headers in ({"Host": "evil.example"}, {"Host": "127.0.0.1.evil.example"}, {"Origin": "http://evil.example"},
                        {"Origin": "null"}, {"Sec-Fetch-Site": "cross-site"}):
            connection_headers = {"Host": f"localhost:{daemon.port}", **headers}
            lines = "".join(f"{name}: {value}\r\n" for name, value in connection_headers.items())
            with daemon.connect() as connection:
                connection.sendall(f"DELETE /charts/all HTTP/1.1\r\n{lines}Connection: close\r\n\r\n".encode())
                self.assertEqual(int(connection.recv(65536).split()[1]), 403, headers)
        self.assertEqual(self.charts(), ["A_1d/x.png"])

    def test_an_allowed_host_is_accepted(self):
        daemon = self.start({"CHART_ALLOWED_HOSTS": "chart-reaper.charts.svc"})
        with daemon.connect() as connection:
            connection.sendall(b"POST /charts/cleanup HTTP/1.1\r\nHost: chart-reaper.charts.svc:80\r\n\r\n")
            self.assertEqual(int(connection.recv(65536).split()[1]), 200)

    def test_metrics(self):
        self.chart("A_1d/old.png", 25, size=500)
        self.chart("A_1d/new.png", 1, size=100)
        status, headers, body = self.start().request("GET", "/metrics")
        self.assertEqual(status, 200)
        self.assertTrue(headers["Content-Type"].startswith("text/plain; version=0.0.4"))
        self.assertIn("\nchart_reaper_charts 1\n", body)
        self.assertIn("\nchart_reaper_size_bytes 100\n", body)
        self.assertIn('\nchart_reaper_removed_charts_total{reason="expired"} 1\n', body)
        self.assertIn('\nchart_reaper_freed_bytes_total{reason="expired"} 500\n', body)


class OpenListener(ReaperTest):
    """A listener that is not on loopback."""

    def test_without_a_token_file_changes_are_forbidden(self):
        daemon = self.start({"CHART_LISTEN": "0.0.0.0:0"})
        self.chart("A_1d/x.png")
        status, _, body = daemon.request("DELETE", "/charts/all")
        self.assertEqual(status, 403)
        self.assertIn("CHART_ADMIN_TOKEN_FILE", body)
        self.assertEqual(daemon.request("GET", "/charts/storage/stats")[0], 200)
        self.assertEqual(self.charts(), ["A_1d/x.png"])

    def test_the_token_is_required_and_read_again_when_it_changes(self):
        token = self.directory / "token"
        token.write_text("secret\n")
        token.chmod(stat.S_IRUSR)
        daemon = self.start({"CHART_LISTEN": "0.0.0.0:0", "CHART_ADMIN_TOKEN_FILE": str(token)})
        for authorization in (None, "Bearer", "Bearer secre", "Bearer secret1", "Bearer " + "x" * 5000, "Basic secret"):
            status, headers, _ = daemon.request("POST", "/charts/cleanup",
                                                {"Authorization": authorization} if authorization else {})
            self.assertEqual(status, 401, authorization)
            self.assertEqual(headers["WWW-Authenticate"].split()[0], "Bearer")
        self.assertEqual(daemon.request("POST", "/charts/cleanup", {"Authorization": "Bearer secret"})[0], 200)

        token.unlink()
        token.write_text("another")
        token.chmod(stat.S_IRUSR)
        self.assertEqual(daemon.request("POST", "/charts/cleanup", {"Authorization": "Bearer secret"})[0], 401)
        self.assertEqual(daemon.request("POST", "/charts/cleanup", {"Authorization": "Bearer another"})[0], 200)
        self.assertEqual([line for line in daemon.lines if "secret" in line or "another" in line], [])

    def test_the_metrics_listener_is_read_only(self):
        daemon = self.start({"CHART_METRICS_LISTEN": "127.0.0.1:0"})
        self.chart("A_1d/x.png")
        daemon.address = re.search(r"address=(\S+) for=metrics", daemon.wait_for("for=metrics")).group(1)
        for target in ("/metrics", "/healthz", "/readyz", "/charts/storage/stats"):
            self.assertEqual(daemon.request("GET", target)[0], 200)
        for method, target in (("POST", "/charts/cleanup"), ("DELETE", "/charts/all")):
            status, headers, _ = daemon.request(method, target)
            self.assertEqual(status, 405)
            self.assertIn("GET", headers["Allow"])
        self.assertEqual(self.charts(), ["A_1d/x.png"])


if __name__ == "__main__":
    unittest.main()
