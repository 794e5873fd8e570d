"""The same bytes for the daemon and for nginx: what a widely used server refuses is refused here, and what it serves is
served, except where one of the two has a reason."""

import contextlib
import pathlib
import shutil
import socket
import subprocess
import tempfile
import time
import unittest

from support import PATIENCE
from test_http_raw import HOST, REFUSED, RawTest, get, post

NGINX = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")

CONFIGURATION = """
daemon off; master_process off; pid {directory}/pid; error_log {directory}/error.log;
events {{ worker_connections 64; }}
http {{
  access_log off;
  client_body_temp_path {directory}/body; proxy_temp_path {directory}/proxy; fastcgi_temp_path {directory}/fastcgi;
  uwsgi_temp_path {directory}/uwsgi; scgi_temp_path {directory}/scgi;
  server {{ listen 127.0.0.1:{port}; location / {{ return 200 "ok"; }} }}
}}
"""

# Requests that both serve; the second request behind them is served, too, where the connection stays open.
SERVED = {
    "GET": get(),
    "HEAD": b"HEAD /healthz HTTP/1.1\r\n" + HOST + b"\r\n",
    "a POST without framing": post(b""),
    "a POST of length zero": post(b"Content-Length: 0\r\n"),
    "an offered upgrade": get(fields=b"Connection: Upgrade\r\nUpgrade: h2c\r\n"),
    "an absolute target": get(b"http://localhost/healthz"),
    "an empty line in front": b"\r\n" + get(),
    "HTTP/1.0": b"GET /healthz HTTP/1.0\r\n\r\n",
    "HTTP/1.0 that stays": b"GET /healthz HTTP/1.0\r\nConnection: keep-alive\r\n\r\n",
    "a wish to close": get(fields=b"Connection: close\r\n"),
}

# More that both refuse.
MALFORMED = {
    "not an escape": get(b"/%zz"),
    "no name of a field": get(fields=b": x\r\n"),
    "a version with more behind it": b"GET /healthz HTTP/1.1x\r\n" + HOST + b"\r\n",
    "HTTP/2 in a line": b"GET /healthz HTTP/2.0\r\n" + HOST + b"\r\n",
}

# What both refuse without a doubt where the request ends: here the connection stays open, nginx closes it.
PATHS = {
    "an encoded NUL": get(b"/a%00b"),
    "a path above the top": get(b"/../../x"),
}

# Refused here, whatever nginx does.
STRICTER = {
    "chunked": "no route takes a body, so none is read",
    "length 1": "the same",
    "length 70000": "the same",
    "Expect": "the same: there is nothing to expect",
    "a bare LF": "RFC 9112, 2.2 allows to take it for an end of line; readers that differ about it make smuggling possible",
    "a foreign absolute target": "nginx chooses a site by it, and here is one only",
    "an unknown method": "nginx leaves it to what is behind it",
    "many fields": "nginx has a limit for their bytes only",
    "a fragment": "nginx cuts it off",
    "HTTP/0.9": "nginx speaks it",
}


class Nginx:
    """An nginx of the test's own, in the foreground and on loopback only."""

    def __init__(self):
        self.directory = tempfile.mkdtemp(prefix="chart-reaper-nginx-")
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        file = pathlib.Path(self.directory, "nginx.conf")
        file.write_text(CONFIGURATION.format(directory=self.directory, port=self.port))
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
        """What came of it: the class of the first status, and how many of the two requests were answered."""
        with server.connect() as connection, contextlib.suppress(ConnectionError):
            answer = b""
            connection.sendall(data + get())
            connection.shutdown(socket.SHUT_WR)
            while chunk := connection.recv(65536):
                answer += chunk
        refused = int(answer[9:12] or b"0") >= 400
        return "refused" if refused else "served", answer.count(b"\r\nServer: ")

    def test_both_serve_and_both_refuse_the_same(self):
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

    def test_where_this_is_stricter_there_is_one_answer(self):
        for name in STRICTER:
            with self.subTest(name):
                self.assertEqual(self.judge(self.daemon, REFUSED[name][0]), ("refused", 1))


if __name__ == "__main__":
    unittest.main()
