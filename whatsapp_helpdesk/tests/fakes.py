"""Providers and servers that do what a test tells them.

``ScriptedProvider`` is the real WhatsApp provider (its limits, checks and error table)
without a network; ``FakeGraph`` is a small HTTP server that answers like the Cloud API.
"""

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from ..gateway.errors import GatewayError
from ..gateway.provider import SendResult
from ..gateway.whatsapp.provider import WhatsAppProvider


class Script:
    """What a scripted provider answers, in order, and what it was asked."""

    def __init__(self):
        self.answers = []
        self.calls = []
        self.reads = []
        self.lock = threading.Lock()
        self.during_send = None

    def answer(self, *answers):
        """:param answers: ``GatewayError`` to raise, or an external id to return."""
        self.answers.extend(answers)

    def next_answer(self):
        with self.lock:
            number = len(self.calls)
            return self.answers.pop(0) if self.answers else f"wamid.{number}"

    @property
    def parts(self):
        return [call["part"] for call in self.calls]

    @property
    def texts(self):
        return [part.body for part in self.parts if part.kind == "text"]


def scripted_provider(script):
    """Return a provider class bound to a script."""

    class ScriptedProvider(WhatsAppProvider):
        def send(self, addresses, part, *, reply_to="", correlation="", upload=None):
            with script.lock:
                script.calls.append(
                    {
                        "addresses": addresses,
                        "part": part,
                        "reply_to": reply_to,
                        "correlation": correlation,
                        "upload": upload,
                    }
                )
            if script.during_send:
                script.during_send(correlation)
            answer = script.next_answer()
            if isinstance(answer, Exception):
                raise answer
            return answer if isinstance(answer, SendResult) else SendResult(answer)

        def mark_read(self, external_id, *, typing=False):
            script.reads.append(external_id)
            answer = script.answers.pop(0) if script.answers else None
            if isinstance(answer, GatewayError):
                raise answer

    return ScriptedProvider


class FakeGraph:
    """Answers ``POST /<version>/<number>/messages`` over real HTTP, on 127.0.0.1."""

    def __init__(self):
        self.requests = []
        self.answers = []
        graph = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                length = int(self.headers.get("Content-Length") or 0)
                raw = self.rfile.read(length)
                graph.requests.append((self.path, dict(self.headers), raw))
                status, body = graph.get_answer(self.path)
                content = json.dumps(body).encode()
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

            def log_message(self, *args):
                """Silent."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        self.thread = threading.Thread(target=self.server.serve_forever, daemon=True)
        self.thread.start()

    def get_answer(self, path):
        if self.answers:
            return self.answers.pop(0)
        number = len(self.requests)
        if path.endswith("/media"):
            return 200, {"id": f"media.{number}"}
        return 200, {"messages": [{"id": f"wamid.http.{number}"}]}

    def get_bodies(self):
        """Decoded JSON bodies of the message requests."""
        return [
            json.loads(raw)
            for path, _headers, raw in self.requests
            if path.endswith("/messages")
        ]

    def stop(self):
        self.server.shutdown()
        self.server.server_close()
        self.thread.join(5)
