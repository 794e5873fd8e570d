"""The real deadlines of the admin port. One test waits for all of them at once, in parallel with other tests."""

import time
import unittest

from sanitizers import SANITIZED
from test_http_raw import HEALTH, RawTest, get


class Slow(RawTest):
    """Waits for all real deadlines at once."""

    @unittest.skipIf(SANITIZED, "takes half a minute and tests nothing new")
    def test_slow_clients_are_disconnected_in_time(self):
        daemon = self.start()
        began = time.monotonic()
        idle, used, trickling, unread = (daemon.connect() for _ in range(4))
        used.sendall(HEALTH)
        self.assertTrue(used.recv(65536).startswith(b"HTTP/1.1 200 "))
        unread.sendall(get(b"/metrics") * 3000)  # more than both sides can buffer

        trickling.settimeout(0.25)
        answer, sent = b"", 0
        request = get(fields=b"X: " + b"x" * 8000 + b"\r\n")
        while not answer:
            trickling.sendall(request[sent:sent + 1])
            sent += 1
            try:
                answer = trickling.recv(65536)
            except TimeoutError:
                self.assertLess(time.monotonic() - began, 15)
        self.assertGreater(time.monotonic() - began, 9.5)
        self.assert_one_problem(answer, 408)

        received = 0
        while chunk := unread.recv(1 << 20):
            received += chunk.count(b"HTTP/1.1 200 ")
        self.assertLess(received, 3000)
        self.assertEqual(daemon.request("GET", "/healthz")[0], 200)

        for connection in (idle, used):
            self.assertEqual(connection.recv(65536), b"")
        self.assertGreater(time.monotonic() - began, 29)
        self.assertLess(time.monotonic() - began, 45)
        for connection in (idle, used, trickling, unread):
            connection.close()


if __name__ == "__main__":
    unittest.main()
