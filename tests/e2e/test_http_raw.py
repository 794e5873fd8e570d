"""Sends raw bytes to the admin port, valid or not, and checks the answers and that the charts stay."""

import concurrent.futures
import json
import os
import pathlib
import resource
import socket
import struct
import time
import unittest

from sanitizers import SANITIZED
from support import PATIENCE, ReaperTest

HOST = b"Host: localhost\r\n"
DELETE_ALL = b"DELETE /charts/all HTTP/1.1\r\n" + HOST + b"\r\n"
HEALTH = b"GET /healthz HTTP/1.1\r\n" + HOST + b"\r\n"


def post(fields, version=b"1.1"):
    return b"POST /charts/cleanup HTTP/" + version + b"\r\n" + HOST + fields + b"\r\n"


def get(target=b"/healthz", fields=b""):
    return b"GET " + target + b" HTTP/1.1\r\n" + HOST + fields + b"\r\n"


# Each of these gets one answer, a problem document, and then the daemon closes the connection. The following bytes ask
# to remove everything, whether they are read as a body or as a second request.
REFUSED = {
    "no Host": (b"GET /healthz HTTP/1.1\r\n\r\n", 400),
    "two Hosts": (get(fields=HOST), 400),
    "two different Hosts": (get(fields=b"Host: evil.example\r\n"), 400),
    "an empty Host": (b"GET /healthz HTTP/1.1\r\nHost:\r\n\r\n", 400),
    "gzip": (post(b"Transfer-Encoding: gzip\r\n"), 501),
    "identity": (post(b"Transfer-Encoding: identity\r\n"), 501),
    "xchunked": (post(b"Transfer-Encoding: xchunked\r\n"), 501),
    "chunked, gzip": (post(b"Transfer-Encoding: chunked, gzip\r\n"), 501),
    "chunked": (post(b"Transfer-Encoding: chunked\r\n") + b"0\r\n\r\n", 400),
    "chunked twice": (post(b"Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n"), 400),
    "chunked in 1.0": (post(b"Transfer-Encoding: chunked\r\n", b"1.0"), 400),
    "length before encoding": (post(b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n"), 400),
    "encoding before length": (post(b"Transfer-Encoding: chunked\r\nContent-Length: 5\r\n"), 400),
    **{f"length {text!r}": (post(b"Content-Length: " + text + b"\r\n"), 400)
       for text in (b"+3", b"-1", b"0x3", b"3_", b"", b"3,3", b"3 3", b"3;")},
    "length twice": (post(b"Content-Length: 3\r\nContent-Length: 3\r\n"), 400),
    "two lengths": (post(b"Content-Length: 0\r\nContent-Length: 55\r\n"), 400),
    "length 2^64": (post(b"Content-Length: 18446744073709551616\r\n"), 413),
    "length 1": (post(b"Content-Length: 1\r\n"), 413),
    "length 70000": (post(b"Content-Length: 70000\r\n") + b"x" * 70000, 413),
    "a folded field": (get(fields=b"X: y\r\n z\r\n"), 400),
    "a space before the colon": (get(fields=b"X : y\r\n"), 400),
    "a bare LF": (b"GET /healthz HTTP/1.1\nHost: localhost\n\n", 400),
    "a bare CR": (get(fields=b"X: a\rb\r\n"), 400),
    "NUL": (get(fields=b"X: a\0b\r\n"), 400),
    "a foreign absolute target": (get(b"http://evil.example/healthz"), 400),
    "CONNECT": (b"CONNECT localhost:80 HTTP/1.1\r\n" + HOST + b"\r\n", 501),
    "TRACE": (b"TRACE /healthz HTTP/1.1\r\n" + HOST + b"\r\n", 501),
    "an unknown method": (b"BREW /charts/all HTTP/1.1\r\n" + HOST + b"\r\n", 501),
    "a lower-case method": (b"delete /charts/all HTTP/1.1\r\n" + HOST + b"\r\n", 501),
    "a long request line": (get(b"/" + b"a" * 9000), 414),
    "a long field": (get(fields=b"X: " + b"a" * 20000 + b"\r\n"), 431),
    "many fields": (get(fields=b"X: y\r\n" * 100), 431),
    "a token of a megabyte": (post(b"Authorization: Bearer " + b"x" * 1024 * 1024 + b"\r\n"), 431),
    "Expect": (post(b"Expect: 100-continue\r\n"), 417),
    "a fragment": (b"DELETE /charts/all# HTTP/1.1\r\n" + HOST + b"\r\n", 400),
    "a TLS hello": (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + bytes(range(256)), 400),
    "an HTTP/2 preface": (b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 505),
    "HTTP/0.9": (b"GET /healthz\r\n", 400),
    "noise": (bytes((17 * number * number + 128) % 256 for number in range(5000)), 400),
}

# Well-formed requests that must change nothing.
HARMLESS = {
    "a set above": (b"DELETE /charts/../all", 400),
    "an encoded set above": (b"DELETE /charts/%2e%2e/all", 400),
    "an encoded slash": (b"DELETE /charts/A%2f1d/x", 400),
    "an encoded NUL": (b"DELETE /charts/A%00/1d", 400),
    "not an escape": (b"DELETE /charts/%zz/1d", 400),
    "an overlong slash": (b"DELETE /charts/%c0%af/1d", 400),
    "two slashes": (b"DELETE //charts/all", 400),
    "an empty symbol": (b"DELETE /charts//1d", 400),
    "a parameter of a segment": (b"DELETE /charts/A;x/1d", 404),
    "an underscore in the interval": (b"DELETE /charts/BTC_1/h_x", 400),
    "an empty interval": (b"DELETE /charts/A/", 400),
    "a name of 300 bytes": (b"DELETE /charts/" + b"n" * 300 + b"/1d", 400),
    "a removal by GET": (b"GET /charts/all", 405),
    "a misspelt parameter": (b"DELETE /charts/all?dryrun=1", 400),
}


class RawTest(ReaperTest):
    def setUp(self):
        super().setUp()
        for name in ("A_1d/x.png", "BTC_1_h_x/x.png", "all_1d/x.png"):
            self.chart(name)
        self.before = self.charts()

    def exchange(self, daemon, data, end=True):
        """Returns all bytes until the daemon closes the connection."""
        with daemon.connect() as connection:
            connection.sendall(data)
            if end:
                connection.shutdown(socket.SHUT_WR)
            answer = b""
            while chunk := connection.recv(65536):
                answer += chunk
        return answer

    def assert_one_problem(self, answer, status):
        self.assertEqual(answer.count(b"\r\nServer: chart-reaper\r\n"), 1, answer)
        head, _, body = answer.partition(b"\r\n\r\n")
        self.assertEqual(int(head.split()[1]), status, answer)
        self.assertIn(b"\r\nConnection: close", head)
        self.assertIn(b"\r\nContent-Type: application/problem+json", head)
        problem = json.loads(body)
        self.assertEqual(problem["status"], status)
        self.assertGreater(len(problem["detail"]), 20)


class Refusals(RawTest):
    def test_each_gets_one_problem_document_and_the_connection_closes(self):
        daemon = self.start()
        for name, (data, status) in REFUSED.items():
            with self.subTest(name):
                self.assert_one_problem(self.exchange(daemon, data + DELETE_ALL), status)
        self.assertEqual(self.charts(), self.before)

    def test_the_same_requests_sent_byte_by_byte(self):
        daemon = self.start()
        for name in ("two Hosts", "chunked", "length before encoding", "a folded field", "a bare LF", "Expect"):
            data, status = REFUSED[name]
            with self.subTest(name), daemon.connect() as connection:
                connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                for byte in data:
                    connection.sendall(bytes((byte,)))
                connection.shutdown(socket.SHUT_WR)
                answer = b""
                while chunk := connection.recv(65536):
                    answer += chunk
                self.assert_one_problem(answer, status)
        self.assertEqual(self.charts(), self.before)

    def test_targets_that_lead_outside_change_nothing(self):
        daemon = self.start()
        for name, (line, status) in HARMLESS.items():
            with self.subTest(name):
                answer = self.exchange(daemon, line + b" HTTP/1.1\r\n" + HOST + b"\r\n")
                self.assertEqual(int(answer.split()[1]), status, answer)
        self.assertEqual(self.charts(), self.before)


class Served(RawTest):
    def test_a_post_without_framing_and_one_of_length_zero_are_served(self):
        daemon = self.start()
        for fields in (b"", b"Content-Length: 0\r\n"):
            self.assertTrue(self.exchange(daemon, post(fields)).startswith(b"HTTP/1.1 200 "))

    def test_an_absolute_target_with_our_own_host(self):
        self.assertTrue(self.exchange(self.start(), get(b"http://localhost/healthz")).startswith(b"HTTP/1.1 200 "))

    def test_options_with_an_asterisk(self):
        answer = self.exchange(self.start(), b"OPTIONS * HTTP/1.1\r\n" + HOST + b"\r\n")
        self.assertTrue(answer.startswith(b"HTTP/1.1 204 "))
        self.assertIn(b"\r\nAllow: GET, HEAD, POST, DELETE, OPTIONS\r\n", answer)

    def test_an_upgrade_is_ignored(self):
        daemon = self.start()
        for offer in (b"websocket", b"h2c", b"TLS/1.0"):
            answer = self.exchange(daemon, get(fields=b"Connection: Upgrade\r\nUpgrade: " + offer + b"\r\n"))
            self.assertTrue(answer.startswith(b"HTTP/1.1 200 "))

    def test_a_percent_encoded_path_finds_its_route(self):
        answer = self.exchange(self.start(), b"DELETE /charts/%61ll HTTP/1.1\r\n" + HOST + b"\r\n")
        self.assertTrue(answer.startswith(b"HTTP/1.1 200 "))
        self.assertEqual(self.charts(), [])

    def test_pipelined_requests_are_answered_in_order(self):
        answer = self.exchange(self.start(), HEALTH + DELETE_ALL + HEALTH)
        self.assertEqual(answer.count(b"HTTP/1.1 200 "), 3)
        self.assertLess(answer.index(b'{"status":"ok"}'), answer.index(b"All charts cleaned up"))
        self.assertEqual(self.charts(), [])

    def test_a_client_that_shut_down_its_side_gets_its_answer(self):
        self.assertTrue(self.exchange(self.start(), DELETE_ALL).startswith(b"HTTP/1.1 200 "))

    def test_a_hundred_cleanups_at_once_share_sweeps(self):
        daemon = self.start()
        with concurrent.futures.ThreadPoolExecutor(100) as pool:
            statuses = list(pool.map(lambda _: daemon.request("POST", "/charts/cleanup")[0], range(100)))
        self.assertEqual(statuses, [200] * 100)
        daemon.stop()
        self.assertLess(sum("Chart cleanup completed" in line for line in daemon.lines), 100)

    def test_disconnected_clients_leak_no_descriptors(self):
        daemon = self.start()
        descriptors = len(os.listdir(f"/proc/{daemon.process.pid}/fd"))
        for data in (b"", b"GET /hea", HEALTH, post(b""), DELETE_ALL):
            for _ in range(20):
                with daemon.connect() as connection:
                    connection.sendall(data)
                    # The close below then sends a reset (socket(7)).
                    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        deadline = time.monotonic() + PATIENCE
        while len(os.listdir(f"/proc/{daemon.process.pid}/fd")) > descriptors and time.monotonic() < deadline:
            self.assertEqual(daemon.request("GET", "/healthz")[0], 200)
        self.assertLessEqual(len(os.listdir(f"/proc/{daemon.process.pid}/fd")), descriptors)


class Many(RawTest):
    def resident_kib(self, daemon):
        status = pathlib.Path(f"/proc/{daemon.process.pid}/status").read_text()
        return int(status.split("VmRSS:")[1].split()[0])

    def probe(self, daemon, count):
        """Returns the milliseconds that probes took, sorted, each on a new connection."""
        times = []
        for _ in range(count):
            began = time.perf_counter()
            self.assertEqual(daemon.request("GET", "/healthz")[0], 200)
            times.append(1000 * (time.perf_counter() - began))
        return sorted(times)

    def test_a_thousand_idle_or_slow_clients_do_not_block_probes(self):
        resource.setrlimit(resource.RLIMIT_NOFILE, (4096, resource.getrlimit(resource.RLIMIT_NOFILE)[1]))
        daemon = self.start()
        descriptors = len(os.listdir(f"/proc/{daemon.process.pid}/fd"))
        self.probe(daemon, 50)
        memory = self.resident_kib(daemon)
        clients = []
        for number in range(1000):
            clients.append(daemon.connect())
            if number % 2:
                clients[-1].sendall(b"GET /healthz HTTP/1.1\r\nX: ")
        times = self.probe(daemon, 300)
        if not SANITIZED:
            self.assertLess(times[len(times) * 99 // 100], 100)
            self.assertLess(self.resident_kib(daemon) - memory, 8 * 1024)
        for client in clients:
            client.close()
        deadline = time.monotonic() + PATIENCE
        while len(os.listdir(f"/proc/{daemon.process.pid}/fd")) > descriptors and time.monotonic() < deadline:
            self.probe(daemon, 1)
        self.assertLessEqual(len(os.listdir(f"/proc/{daemon.process.pid}/fd")), descriptors)
        if not SANITIZED:
            self.assertLess(self.resident_kib(daemon) - memory, 2048)

    @unittest.skipIf(SANITIZED, "a sanitizer needs extra descriptors")
    def test_it_recovers_after_running_out_of_descriptors(self):
        daemon = self.start(preexec=lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (40, 40)))
        clients = [daemon.connect() for _ in range(100)]
        daemon.wait_for("Cannot accept connections for the moment")
        # The daemon closes the connections that have waited longest to make room.
        self.assertEqual(daemon.request("GET", "/healthz")[0], 200)
        for client in clients:
            client.close()
        self.assertEqual(daemon.json("DELETE", "/charts/all")[1]["stats"]["files_removed"], len(self.before))
        self.assertLess(sum("Cannot accept" in line for line in daemon.lines), 20)


class Strangers(RawTest):
    def test_the_sender_of_a_delete_all_is_logged(self):
        daemon = self.start()
        daemon.request("DELETE", "/charts/all")
        self.assertRegex(daemon.wait_for("All charts are to be removed"), r"asked_by=127\.0\.0\.1:\d+ level=warning")
        self.assertRegex(daemon.wait_for("scope=everything"), r"asked_by=127\.0\.0\.1:\d+")

    def test_failed_attempts_are_slowed_down_and_not_all_logged(self):
        token = self.directory / "token"
        token.write_text("secret\n")
        token.chmod(0o600)
        daemon = self.start({"CHART_LISTEN": "0.0.0.0:0", "CHART_ADMIN_TOKEN_FILE": str(token)})
        began = time.monotonic()
        with concurrent.futures.ThreadPoolExecutor(30) as pool:
            tried = pool.map(lambda number: daemon.request("DELETE", "/charts/all",
                                                           {"Authorization": f"Bearer guess{number}"})[0], range(30))
            self.assertEqual(list(tried), [401] * 30)
        self.assertGreater(time.monotonic() - began, 1)
        self.assertEqual(daemon.request("POST", "/charts/cleanup", {"Authorization": "Bearer secret"})[0], 200)
        self.assertEqual(self.charts(), self.before)
        self.assertIn('\nchart_reaper_http_refused_total{listener="admin",why="forbidden"} 30\n',
                      daemon.request("GET", "/metrics")[2])
        daemon.stop()
        self.assertEqual(sum("Request refused" in line for line in daemon.lines), 10)
        self.assertEqual([line for line in daemon.lines if "guess" in line or "secret" in line], [])

    def test_a_world_readable_or_empty_token_file_grants_no_access(self):
        token = self.directory / "token"
        for content, mode in (("secret\n", 0o644), ("\n", 0o600), ("", 0o600)):
            token.write_text(content)
            token.chmod(mode)
            daemon = self.start({"CHART_LISTEN": "0.0.0.0:0", "CHART_ADMIN_TOKEN_FILE": str(token)})
            for authorization in ("Bearer secret", "Bearer ", "Bearer"):
                self.assertEqual(daemon.request("DELETE", "/charts/all", {"Authorization": authorization})[0], 403)
            daemon.wait_for("Admin token file cannot be used")
            daemon.stop()
        self.assertEqual(self.charts(), self.before)


if __name__ == "__main__":
    unittest.main()
