"""Sends the same bytes to the daemon and to nginx: both refuse the same requests and serve the same, except where one
has a reason."""

import contextlib
import pathlib
import re
import shutil
import socket
import subprocess
import tempfile
import time
import unittest
import urllib.error
import urllib.parse
import urllib.request

from support import PATIENCE, ReaperTest
from test_http_raw import HOST, REFUSED, RawTest, get, post

NGINX = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")

CONFIGURATION = """
daemon off; master_process off; pid {directory}/pid; error_log {directory}/error.log;
events {{ worker_connections 64; }}
http {{
  access_log off;
  client_body_temp_path {directory}/body; proxy_temp_path {directory}/proxy; fastcgi_temp_path {directory}/fastcgi;
  uwsgi_temp_path {directory}/uwsgi; scgi_temp_path {directory}/scgi;
  server {{ listen 127.0.0.1:{port}; {locations} }}
}}
"""

SITE = 'location / { return 200 "ok"; }'

# A prefix as an operator configures it. Without the second line, nginx uses its own default.
PREFIXES = """
location /reaper/ { proxy_pass http://127.0.0.1:%(port)d/; proxy_set_header Host $http_host; }
location /rewritten/ { proxy_pass http://127.0.0.1:%(port)d/; }
"""

# Requests that both serve. A second request follows, which both serve too if the connection stays open.
SERVED = {
    "GET": get(),
    "HEAD": b"HEAD /healthz HTTP/1.1\r\n" + HOST + b"\r\n",
    "a POST without framing": post(b""),
    "a POST of length zero": post(b"Content-Length: 0\r\n"),
    "an offered upgrade": get(fields=b"Connection: Upgrade\r\nUpgrade: h2c\r\n"),
    "an absolute target": get(b"http://localhost/healthz"),
    "an empty line in front": b"\r\n" + get(),
    "HTTP/1.0": b"GET /healthz HTTP/1.0\r\n\r\n",
    "HTTP/1.0 with keep-alive": b"GET /healthz HTTP/1.0\r\nConnection: keep-alive\r\n\r\n",
    "Connection: close": get(fields=b"Connection: close\r\n"),
}

# More requests that both refuse.
MALFORMED = {
    "not an escape": get(b"/%zz"),
    "a field without a name": get(fields=b": x\r\n"),
    "text after the version": b"GET /healthz HTTP/1.1x\r\n" + HOST + b"\r\n",
    "HTTP/2 in a line": b"GET /healthz HTTP/2.0\r\n" + HOST + b"\r\n",
}

# Paths that both refuse. The end of the request is clear, so we keep the connection open; nginx closes it.
PATHS = {
    "an encoded NUL": get(b"/a%00b"),
    "a path above the top": get(b"/../../x"),
}

# Requests that we refuse, whatever nginx does.
STRICTER = {
    "chunked": "no route accepts a body, so none is read",
    "length 1": "no route accepts a body, so none is read",
    "length 70000": "no route accepts a body, so none is read",
    "Expect": "no route accepts a body, so there is nothing to expect",
    "a bare LF": "RFC 9112, 2.2 allows it as a line end, but servers that disagree about it enable request smuggling",
    "a foreign absolute target": "nginx selects a site by it; we have only one",
    "an unknown method": "nginx passes it on to the server behind it",
    "many fields": "nginx only limits their bytes",
    "a fragment": "nginx cuts it off",
    "HTTP/0.9": "nginx supports it",
}


class Nginx:
    """Runs nginx in the foreground, on loopback only."""

    def __init__(self, locations=SITE):
        self.directory = tempfile.mkdtemp(prefix="chart-reaper-nginx-")
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        file = pathlib.Path(self.directory, "nginx.conf")
        file.write_text(CONFIGURATION.format(directory=self.directory, port=self.port,
                                             locations=locations))
        self.process = subprocess.Popen([NGINX, "-p", self.directory, "-c", str(file)], stderr=subprocess.DEVNULL)
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline and self.process.poll() is None:
            with contextlib.suppress(OSError):
                self.connect().close()
                return
        raise AssertionError("nginx does not start")

    def connect(self):
        return socket.create_connection(("127.0.0.1", self.port), PATIENCE)

    def end(self):
        self.process.terminate()
        self.process.wait(PATIENCE)
        shutil.rmtree(self.directory, ignore_errors=True)


@unittest.skipIf(NGINX is None, "nginx is not installed")
class Differences(RawTest):
    def setUp(self):
        super().setUp()
        self.nginx = Nginx()
        self.addCleanup(self.nginx.end)
        self.daemon = self.start()

    def judge(self, server, data):
        """Returns the class of the first status, and how many of the two requests were answered."""
        with server.connect() as connection, contextlib.suppress(ConnectionError):
            answer = b""
            connection.sendall(data + get())
            connection.shutdown(socket.SHUT_WR)
            while chunk := connection.recv(65536):
                answer += chunk
        refused = int(answer[9:12] or b"0") >= 400
        return "refused" if refused else "served", answer.count(b"\r\nServer: ")

    def test_both_serve_and_refuse_the_same_requests(self):
        both = {**SERVED, **MALFORMED, **{name: data for name, (data, _) in REFUSED.items() if name not in STRICTER}}
        for name, data in both.items():
            with self.subTest(name):
                ours, theirs = self.judge(self.daemon, data), self.judge(self.nginx, data)
                self.assertEqual(ours, theirs)
                self.assertEqual(ours[0], "served" if name in SERVED else "refused")

    def test_both_refuse_the_same_paths(self):
        for name, data in PATHS.items():
            with self.subTest(name):
                self.assertEqual((self.judge(self.daemon, data)[0], self.judge(self.nginx, data)[0]),
                                 ("refused", "refused"))

    def test_a_request_that_only_we_refuse_gets_one_answer(self):
        for name in STRICTER:
            with self.subTest(name):
                self.assertEqual(self.judge(self.daemon, REFUSED[name][0]), ("refused", 1))


@unittest.skipIf(NGINX is None, "nginx is not installed")
class BehindAPrefix(ReaperTest):
    def setUp(self):
        super().setUp()
        self.daemon = self.start()
        self.nginx = Nginx(PREFIXES % {"port": self.daemon.port})
        self.addCleanup(self.nginx.end)
        self.origin = f"http://127.0.0.1:{self.nginx.port}"

    def ask(self, method, url, **headers):
        request = urllib.request.Request(url, method=method, headers=headers)
        try:
            with urllib.request.urlopen(request, timeout=PATIENCE) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode()

    def test_every_resource_of_the_page_is_found(self):
        status, page = self.ask("GET", f"{self.origin}/reaper/")
        self.assertEqual(status, 200)
        targets = re.findall(r'(?:ask\(|href=)"([^"#]+)"', page)
        self.assertIn("charts/storage/stats", targets)
        self.assertIn("openapi.json", targets)
        for target in targets:
            if not target.startswith("data:"):
                url = urllib.parse.urljoin(f"{self.origin}/reaper/", target)
                self.assertTrue(url.startswith(f"{self.origin}/reaper/"), target)
                self.assertEqual(self.ask("GET", url)[0], 200, target)
        self.assertNotRegex(page, r"""["'`]/(charts|config|metrics|openapi)""")

    def test_the_page_may_remove_charts(self):
        self.chart("NIFTY 50_1day/x.png")
        own_page = {"Origin": self.origin, "Sec-Fetch-Site": "same-origin"}
        status, body = self.ask("DELETE", f"{self.origin}/rewritten/charts/NIFTY%2050/1day", **own_page)
        self.assertEqual(status, 403)
        self.assertIn("proxy", body)  # advises to set the Host header in the proxy
        self.assertEqual(self.ask("DELETE", f"{self.origin}/reaper/charts/NIFTY%2050/1day", Origin="http://evil.example")[0],
                         403)
        self.assertEqual(self.charts(), ["NIFTY 50_1day/x.png"])
        self.assertEqual(self.ask("DELETE", f"{self.origin}/reaper/charts/NIFTY%2050/1day", **own_page)[0], 200)
        self.assertEqual(self.charts(), [])
        self.assertEqual(self.ask("POST", f"{self.origin}/reaper/charts/cleanup", **own_page)[0], 200)


if __name__ == "__main__":
    unittest.main()
