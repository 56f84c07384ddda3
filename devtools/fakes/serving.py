"""What all local providers share: HTTP, and steering from another process."""

from __future__ import annotations

import http.server
import json
import socket
import struct
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, urlsplit

MAX_BODY = 120 * 1024 * 1024  # bytes


@dataclass
class Request:
    """One HTTP request, decoded as far as needed."""

    method: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes = field(repr=False)
    origin: str = ""  # as the caller addressed this server

    def json(self) -> dict[str, Any]:
        """:raise ValueError: the body is no JSON object."""
        values = json.loads(self.body or b"{}")
        if not isinstance(values, dict):
            raise ValueError("The body is not a JSON object")
        return values


@dataclass
class Answer:
    """``drop``: "" answers; "hang" waits ``seconds`` and closes; "reset" resets."""

    status: int = 200
    body: bytes = b""
    content_type: str = "application/json; charset=UTF-8"
    drop: str = ""
    seconds: float = 0.0


def reply(values: Any, status: int = 200) -> Answer:
    return Answer(status, json.dumps(values).encode())


class Clock:
    """Real time plus what a test adds."""

    def __init__(self):
        self.offset = 0.0

    def now(self) -> float:
        return time.time() + self.offset

    def forward(self, seconds: float) -> None:
        self.offset += seconds


class _Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: _HttpServer

    def log_message(self, format: str, *args: Any) -> None:
        pass

    def _answer(self) -> None:
        length = int(self.headers.get("Content-Length") or 0)
        if length > MAX_BODY:
            self.close_connection = True
            return
        parts = urlsplit(self.path)
        request = self.server.fake.REQUEST(
            self.command,
            parts.path,
            dict(parse_qsl(parts.query, keep_blank_values=True)),
            self.headers,
            self.rfile.read(length),
            f"http://{self.headers.get('Host', '')}",
        )
        self._write(self.server.fake.answer(request))

    do_GET = do_POST = do_DELETE = do_PUT = _answer

    def _write(self, answer: Answer) -> None:
        if answer.drop:
            self._drop(answer)
            return
        if answer.seconds:
            self.server.fake.stopping.wait(answer.seconds)
        self.send_response(answer.status)
        self.send_header("Content-Type", answer.content_type)
        self.send_header("Content-Length", str(len(answer.body)))
        self.end_headers()
        self.wfile.write(answer.body)

    def _drop(self, answer: Answer) -> None:
        """Close without an answer, after a while or with a reset."""
        self.close_connection = True
        if answer.drop == "hang":
            self.server.fake.stopping.wait(answer.seconds)
            return
        linger = struct.pack("ii", 1, 0)
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
        self.connection.close()


class _HttpServer(http.server.ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128

    def __init__(self, address: tuple[str, int], fake: FakeServer):
        self.fake = fake
        super().__init__(address, _Handler)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Clients that go away are part of the game."""


class FakeServer:
    """Base of the local providers: serves between ``with`` and its end."""

    #: Class of the requests that :meth:`answer` gets.
    REQUEST: type[Request] = Request

    def __init__(self, port: int = 0):
        self.stopping = threading.Event()
        self._server = _HttpServer(("127.0.0.1", port), self)
        self.url = f"http://127.0.0.1:{self._server.server_port}"

    def __enter__(self) -> Any:
        self._thread = threading.Thread(
            target=self._server.serve_forever, args=(0.02,), daemon=True
        )
        self._thread.start()
        return self

    def __exit__(self, *_exc: Any) -> None:
        self.stopping.set()
        self._server.shutdown()
        self._thread.join(10)
        self._server.server_close()

    def answer(self, request: Any) -> Answer:
        raise NotImplementedError


def wait_until(probe: Callable[[], Any], timeout: float) -> bool:
    """Whether ``probe`` came true within ``timeout`` seconds."""
    limit = time.monotonic() + timeout
    while not probe():
        if time.monotonic() >= limit:
            return False
        time.sleep(0.01)
    return True


class ControlRoutes:
    """``/_control/...``: one method for each route, named after verb and path."""

    #: What a route may raise beside errors of its input; has ``answer()``.
    REFUSAL: type[Exception] = ValueError

    def answer(self, request: Request) -> Answer:
        name = request.path.removeprefix("/_control").strip("/")
        function = getattr(self, f"_{request.method.lower()}_{name}", None)
        if function is None:
            return reply({"error": "no such route"}, 404)
        try:
            values = request.json() if request.method == "POST" else request.query
            return reply(function(dict(values)))
        except (KeyError, LookupError, StopIteration, TypeError, ValueError) as error:
            return reply({"error": f"{type(error).__name__}: {error}"}, 400)
        except self.REFUSAL as refusal:
            return refusal.answer()
