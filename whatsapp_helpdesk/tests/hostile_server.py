"""A server that does what no honest provider does, over real sockets.

``HostileServer`` answers each path with the bytes a test gave it; a callable gives
pieces as long as the client takes them. Needs no Odoo: unit tests use it, too.
"""

import contextlib
import itertools
import socket
import ssl
import threading
import time

OK = b"HTTP/1.1 200 OK\r\n"
NOT_FOUND = b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"


def answer(body=b"", status="200 OK", **headers):
    """A whole answer; the header's names take _ for -, ``None`` leaves one out."""
    values = {"Content_Length": len(body), "Connection": "close", **headers}
    lines = [f"HTTP/1.1 {status}"]
    lines += [
        f"{name.replace('_', '-')}: {value}"
        for name, value in values.items()
        if value is not None
    ]
    return "\r\n".join([*lines, "", ""]).encode("latin-1") + body


def redirect(location, status="302 Found"):
    return answer(status=status, Location=location)


def drip(start, pause=0.02, byte=b"x"):
    """``start`` at once, then one byte now and then, without end."""
    yield start
    while True:
        time.sleep(pause)
        yield byte


def endless(start, piece):
    """``start``, then ``piece`` as fast as it is taken, without end."""
    return itertools.chain([start], itertools.repeat(piece))


class HostileServer:
    """:param answers: path to bytes, or to a function that returns an iterable of them.
    :param address: where it listens, ``::1`` for example.
    :param context: of TLS, for https.
    """

    def __init__(self, answers=None, address="127.0.0.1", port=0, context=None):
        self.answers = dict(answers or {})
        self.requests = []  # heads of requests, as text
        self.connections = 0
        self.sent = 0  # bytes
        self._over = threading.Event()
        self._context = context
        family = socket.AF_INET6 if ":" in address else socket.AF_INET
        self._socket = socket.create_server((address, port), family=family)
        self.port = self._socket.getsockname()[1]
        self._threads = [threading.Thread(target=self._accept, daemon=True)]
        self._threads[0].start()

    def url(self, path="", host="127.0.0.1", scheme="http"):
        return f"{scheme}://{host}:{self.port}{path}"

    def close(self):
        self._over.set()
        with contextlib.suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)  # wakes accept
        self._socket.close()
        for thread in self._threads:
            thread.join(10)

    # -- serving ----------------------------------------------------------------------

    def _accept(self):
        with contextlib.suppress(OSError):
            while not self._over.is_set():
                connection, _address = self._socket.accept()
                self.connections += 1
                thread = threading.Thread(
                    target=self._serve, args=(connection,), daemon=True
                )
                self._threads.append(thread)
                thread.start()

    def _serve(self, connection):
        with contextlib.suppress(OSError), connection:
            connection.settimeout(10)
            if self._context:
                connection = self._context.wrap_socket(connection, server_side=True)
            path = self._read_path(connection)
            found = self.answers.get(path, NOT_FOUND)
            pieces = [found] if isinstance(found, bytes) else found()
            for piece in pieces:
                if self._over.is_set():
                    break
                connection.sendall(piece)
                self.sent += len(piece)
            if isinstance(connection, ssl.SSLSocket):
                connection.unwrap()

    def _read_path(self, connection):
        head = b""
        while b"\r\n\r\n" not in head:
            more = connection.recv(65536)
            if not more:
                break
            head += more
        text = head.decode("latin-1")
        self.requests.append(text)
        return (text.split(" ", 2) + ["", ""])[1].partition("?")[0]
