"""Deliveries on plain sockets, several at once."""

import itertools
import re
import socket
import threading
import time
from dataclasses import dataclass
from urllib.parse import urlsplit

TIMEOUT = 120
LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.I)


@dataclass
class Done:
    """A delivery that was answered."""

    marks: tuple
    sent_at: float
    answered_at: float
    status: int


class Connection:
    """One connection at a time; opened again when the server closed it."""

    def __init__(self, address):
        self.address = address
        self.sock = None

    def post(self, raw):
        """Send a request; return when its first byte left and the status.

        A kept connection that the server closed meanwhile is no failure.
        """
        if self.sock:
            try:
                return self._exchange(raw)
            except OSError:
                self.close()
        self.sock = socket.create_connection(self.address, timeout=TIMEOUT)
        self.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return self._exchange(raw)

    def _exchange(self, raw):
        sent_at = time.monotonic()
        self.sock.sendall(raw)
        data = b""
        while b"\r\n\r\n" not in data:
            data += self._receive()
        head, _sep, body = data.partition(b"\r\n\r\n")
        length = LENGTH.search(head)
        missing = int(length[1]) - len(body) if length else 0
        while missing > 0:
            missing -= len(self._receive())
        first, *_rest = head.split(b"\r\n")
        kept = (
            first.startswith(b"HTTP/1.1") and b"connection: close" not in head.lower()
        )
        if not (kept and length):
            self.close()
        return sent_at, int(first.split()[1])

    def _receive(self):
        data = self.sock.recv(65536)
        if not data:
            raise ConnectionResetError("the server closed the connection")
        return data

    def close(self):
        """Close the connection, if it is open."""
        if self.sock:
            self.sock.close()
        self.sock = None


class Deliveries:
    """Sends requests in order over some connections."""

    def __init__(self, plan, requests):
        parts = urlsplit(plan["url"])
        self.address = (parts.hostname, parts.port)
        self.threads = plan.get("threads", 8)
        self.requests = iter(list(enumerate(requests)))
        self.done = []
        self.errors = []
        self._lock = threading.Lock()

    def run(self, admit):
        """Send everything.

        :param admit: called with start, number and request before each; False ends it.
        """
        begun = time.monotonic()
        threads = [
            threading.Thread(target=self._work, args=(admit, begun))
            for _number in range(self.threads)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    def _work(self, admit, begun):
        connection = Connection(self.address)
        while True:
            with self._lock:
                number, request = next(self.requests, (None, None))
            if request is None or not admit(begun, number, request):
                break
            try:
                sent_at, status = connection.post(request.raw)
            except OSError as error:
                self.errors.append(repr(error))
                connection.close()
                continue
            now = time.monotonic()
            self.done.append(Done(request.marks, sent_at, now, status))
        with self._lock:
            self.requests = itertools.chain(())
        connection.close()
