"""What arrives over a raw socket: no client library would send such requests."""

import json
import socket
from contextlib import suppress
from unittest.mock import patch
from urllib.parse import urlsplit

from odoo.tests import tagged

from ..models.messaging_connection_receive import MAX_BODY
from . import bodies
from .common import SECRET
from .webhook_case import WebhookCase


@tagged("post_install", "-at_install", "wh_http")
class TestWebhookSocket(WebhookCase):
    def setUp(self):
        super().setUp()
        self.place = urlsplit(self.base_url())

    def _talk(self, raw, pieces=(), closing=False):
        """Send bytes; return status and text of the answer."""
        self.cr.flush()
        self.cr.clear()
        with self.allow_requests(all_requests=True):  # cookies or not
            return self._exchange(raw, pieces, closing)

    def _exchange(self, raw, pieces, closing):
        with socket.create_connection((self.place.hostname, self.place.port), 20) as s:
            s.sendall(raw)
            with suppress(OSError):  # refused while it was read
                for piece in pieces:
                    s.sendall(piece)
            if closing:
                s.shutdown(socket.SHUT_WR)
            answer = b""
            with suppress(ConnectionResetError):
                while more := s.recv(65536):
                    answer += more
        status = int(answer.split(b" ", 2)[1]) if answer.startswith(b"HTTP") else 0
        return status, answer.decode(errors="replace")

    def _head(self, method="POST", path=None, **headers):
        lines = [f"{method} {path or self.path} HTTP/1.1", "Connection: close"]
        lines.append(f"Host: {self.place.netloc}")
        lines += [
            f"{name.replace('_', '-')}: {value}" for name, value in headers.items()
        ]
        return ("\r\n".join(lines) + "\r\n\r\n").encode()

    def _signed(self, raw):
        return {"X_Hub_Signature_256": bodies.sign(raw, SECRET)["X-Hub-Signature-256"]}

    def _chunks(self, raw, size=65536):
        for start in range(0, len(raw), size):
            piece = raw[start : start + size]
            yield f"{len(piece):x}\r\n".encode() + piece + b"\r\n"
        yield b"0\r\n\r\n"

    def _count_events(self):
        return self.env["messaging.event"].search_count([])

    # -- chunked ----------------------------------------------------------------------

    def test_chunked_body_is_taken(self):
        raw = bodies.dump(bodies.text("In pieces"))
        head = self._head(Transfer_Encoding="chunked", **self._signed(raw))
        status, _text = self._talk(head, self._chunks(raw, 50))
        self.assertEqual((status, self._count_events()), (200, 1))

    def test_too_large_chunked_body_is_cut_while_it_is_read(self):
        sizes = []
        connection_class = self.env.registry["messaging.connection"]
        check = connection_class._get_refusal

        def noting(connection, headers, body):
            sizes.append(len(body))
            return check(connection, headers, body)

        raw = b"x" * (MAX_BODY * 4)
        head = self._head(Transfer_Encoding="chunked", **self._signed(raw))
        with patch.object(connection_class, "_get_refusal", noting):
            status, _text = self._talk(head, self._chunks(raw))
        self.assertEqual((status, sizes), (413, [MAX_BODY + 1]))
        self.assertFalse(self._count_events())

    def test_too_large_announced_body_is_not_read(self):
        head = self._head(Content_Length=MAX_BODY + 2, **self._signed(b"x"))
        self.assertEqual(self._talk(head)[0], 413)

    def test_broken_chunks_are_refused(self):
        raw = bodies.dump(bodies.text())
        head = self._head(Transfer_Encoding="chunked", **self._signed(raw))
        status, text = self._talk(head, [b"zz\r\n" + raw + b"\r\n0\r\n\r\n"])
        self.assertIn(status, (0, 400, 403))
        self.assertNotIn("Traceback", text)
        self.assertFalse(self._count_events())

    def test_body_cut_off_is_not_stored(self):
        raw = bodies.dump(bodies.text())
        head = self._head(Content_Length=len(raw), **self._signed(raw))
        status, _text = self._talk(head + raw[:-10], closing=True)
        self.assertIn(status, (0, 400, 403))
        self.assertFalse(self._count_events())

    # -- everything else --------------------------------------------------------------

    def test_odd_requests_are_refused_without_a_trace(self):
        raw = bodies.dump(bodies.text())
        length = {"Content_Length": len(raw)}
        for title, head, body in (
            ("no length", self._head(**self._signed(raw)), b""),
            ("bad length", self._head(Content_Length="many"), raw),
            ("negative length", self._head(Content_Length="-5"), raw),
            ("no signature", self._head(**length), raw),
            ("empty signature", self._head(X_Hub_Signature_256="", **length), raw),
            ("no hex", self._head(X_Hub_Signature_256="sha256=zz", **length), raw),
            ("other", self._head(X_Hub_Signature_256="sha1=00", **length), raw),
            ("not ASCII", self._head(X_Hub_Signature_256="sha256=é", **length), raw),
            ("long", self._head(X_Hub_Signature_256="s" * 9000, **length), raw),
            ("form", self._head(Content_Type="multipart/form-data", **length), raw),
            ("options", self._head("OPTIONS"), b""),
            ("head", self._head("HEAD"), b""),
            ("put", self._head("PUT", **length), raw),
            ("trace", self._head("TRACE"), b""),
            ("unknown method", self._head("BREW"), b""),
            ("no token", self._head(path="/messaging/webhook/", **length), raw),
            ("long token", self._head(path=f"{self.path}{'x' * 3000}", **length), raw),
            ("other token", self._head(path=f"{self.path[:-1]}%00", **length), raw),
            ("path after it", self._head(path=f"{self.path}/more", **length), raw),
        ):
            with self.subTest(title):
                status, text = self._talk(head + body)
                self.assertIn(status, (0, 400, 403, 404, 405, 411, 413, 429, 501))
                self.assertNotIn("Traceback", text)
                self.assertNotIn(self.connection.app_secret, text)
                self.assertFalse(self._count_events())

    def test_header_names_are_taken_in_any_case(self):
        raw = bodies.dump(bodies.text())
        sign = bodies.sign(raw, SECRET)["X-Hub-Signature-256"]
        head = self._head(x_hub_SIGNATURE_256=sign, content_length=len(raw))
        self.assertEqual(self._talk(head + raw)[0], 200)

    def test_body_of_another_type_is_taken_when_it_is_signed(self):
        raw = json.dumps(bodies.text()).encode()
        head = self._head(
            Content_Type="text/plain", Content_Length=len(raw), **self._signed(raw)
        )
        self.assertEqual(self._talk(head + raw)[0], 200)
