import threading
import unittest
import urllib.request
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from ..postgres import free_port
from ..proxy import Proxy


class Handler(BaseHTTPRequestHandler):
    def do_POST(self):
        size = int(self.headers["Content-Length"])
        body = self.server.name + self.rfile.read(size)
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args):
        pass


class TestProxy(unittest.TestCase):
    def setUp(self):
        ports = [self._serve(name) for name in (b"http", b"live")]
        self.proxy = Proxy(free_port(), *ports).__enter__()
        self.addCleanup(self.proxy.__exit__)

    def _serve(self, name):
        server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        server.name = name
        serve = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
        serve.start()
        self.addCleanup(server.server_close)
        self.addCleanup(server.shutdown)
        return server.server_address[1]

    def _post(self, path, body):
        url = f"http://127.0.0.1:{self.proxy.port}{path}"
        with urllib.request.urlopen(url, data=body, timeout=10) as answer:
            return answer.read()

    def test_pages_go_to_the_main_port(self):
        self.assertEqual(self._post("/web/login", b"x"), b"httpx")

    def test_live_updates_go_to_their_own_port(self):
        self.assertEqual(self._post("/websocket?version=1", b"x"), b"livex")

    def test_large_body_passes(self):
        body = b"x" * 1_000_000
        self.assertEqual(self._post("/web/upload", body), b"http" + body)
