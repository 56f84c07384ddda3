"""The limit of one send against local servers that are slow on purpose."""

from __future__ import annotations

import contextlib
import socket
import threading

from ...gateway import deadline, transport
from ...gateway.errors import GatewayError, Retry
from .case import UnitCase

LIMIT = 0.3
#: What a server gives one byte at a time, faster than any time-out of a socket.
DRIP = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nX-Long: " + b"x" * 400


class SlowServer:
    """Takes one connection and does what it is told; ends with its test."""

    def __init__(self, serve):
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.over = threading.Event()
        self.url = f"http://127.0.0.1:{self.socket.getsockname()[1]}"
        self.thread = threading.Thread(target=self._run, args=(serve,), daemon=True)
        self.thread.start()

    def _run(self, serve):
        with contextlib.suppress(OSError):  # the client hung up, or nobody came
            connection, _address = self.socket.accept()
            with connection:
                serve(connection, self.over)

    def close(self):
        self.over.set()
        self.socket.shutdown(socket.SHUT_RDWR)  # wakes accept
        self.socket.close()
        self.thread.join(10)


def drip(connection, over):
    connection.recv(65536)
    for position in range(len(DRIP)):
        if over.wait(0.02):
            return
        connection.sendall(DRIP[position : position + 1])


def read_nothing(connection, over):
    over.wait(10)


class TestDeadline(UnitCase):
    def _post(self, serve, data=b"x"):
        server = SlowServer(serve)
        self.addCleanup(server.close)
        http = transport.Transport((), base_url_override=server.url)
        self.addCleanup(http.close)
        with self.assertRaises(GatewayError) as caught, deadline.limit(LIMIT):
            http.request("POST", f"{server.url}/messages", data=data)
        return caught.exception

    def test_headers_that_drip_do_not_hold_a_call(self):
        error = self._post(drip)
        self.assertEqual((error.reason, error.retry), ("timeout", Retry.IN_DOUBT))

    def test_a_server_that_does_not_read_does_not_hold_a_call(self):
        error = self._post(read_nothing, data=b"x" * 30_000_000)
        self.assertEqual((error.reason, error.retry), ("timeout", Retry.IN_DOUBT))

    def test_when_the_time_is_over_nothing_leaves(self):
        server = SlowServer(read_nothing)
        self.addCleanup(server.close)
        http = transport.Transport((), base_url_override=server.url)
        self.addCleanup(http.close)
        with self.assertRaises(GatewayError) as caught, deadline.limit(0.0):
            http.request("POST", f"{server.url}/messages", json={})
        error = caught.exception
        self.assertEqual((error.reason, error.retry), ("network", Retry.SOON))

    def test_an_inner_limit_does_not_extend_the_outer_one(self):
        with deadline.limit(5), deadline.limit(100):
            self.assertLessEqual(deadline.left(1000), 5)

    def test_a_limit_ends_with_its_block(self):
        with deadline.limit(5):
            pass
        self.assertEqual(deadline.left(1000), 1000)
