"""The transport against a server that attacks: real sockets, real answers."""

from __future__ import annotations

import contextlib
import gzip
import socket
import time
import traceback
import tracemalloc
import zlib
from unittest import mock

from ...gateway import transport
from ...gateway.errors import GatewayError, Retry
from ..hostile_server import (
    OK,
    HostileServer,
    answer,
    drip,
    endless,
    redirect,
)
from .case import UnitCase

TOKEN = "EAAtoken-that-must-not-leak"
MEGABYTE = 1024 * 1024
#: What stands for this computer, or for one beside it.
INSIDE_HOSTS = (
    ("127.0.0.1", "127.1", "127.0.1", "2130706433", "0x7f000001", "017700000001")
    + ("0177.0.0.1", "0x7f.0.0.1", "0.0.0.0", "0", "[::1]", "[::]", "localhost")
    + ("[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "[0:0:0:0:0:ffff:127.0.0.1]")
    + ("[2002:7f00:1::]", "[64:ff9b::7f00:1]", "127.0.0.1.", "LOCALHOST")
    + ("①②⑦.⓪.⓪.①", "127。0。0。1", "localhost%00.graph.example.org")
    + ("graph.example.org@127.0.0.1", "127.0.0.1#graph.example.org")
)
CLOUD_HOSTS = ("169.254.169.254", "2852039166", "[::ffff:169.254.169.254]")


class HostileCase(UnitCase):
    answers = {}

    def setUp(self):
        super().setUp()
        self.server = self.serve(self.answers)
        self.http = self.client(self.server.url())

    def serve(self, answers=None, **options):
        server = HostileServer(answers, **options)
        self.addCleanup(server.close)
        return server

    def client(self, base_url="", hosts=("graph.example.org", "*.cdn.example.org")):
        client = transport.Transport(hosts, base_url_override=base_url, redact=(TOKEN,))
        self.addCleanup(client.close)
        return client

    def get(self, path):
        return self.http.request("GET", self.server.url(path), token=TOKEN)

    def download(self, path, max_size=MEGABYTE):
        return self.http.download(self.server.url(path), token=TOKEN, max_size=max_size)

    def assertFails(self, reason, call, *args, **kwargs):
        with self.assertRaises(GatewayError) as caught:
            call(*args, **kwargs)
        error = caught.exception
        self.assertEqual(error.reason, reason, error)
        self.assertIsNone(error.__context__)
        text = "".join(traceback.format_exception(error)) + repr(error)
        for secret in (TOKEN, "Bearer", "://"):
            self.assertNotIn(secret, text)
        return error


class TestWhereRedirectsLead(HostileCase):
    """A second server, on every address of this computer, must hear of nothing."""

    def setUp(self):
        super().setUp()
        self.inside = self.serve({"/admin": answer(b"secret")}, address="0.0.0.0")
        self.inside6 = self.serve({"/admin": answer(b"secret")}, address="::1")

    def assertNothingReached(self):
        for server in (self.inside, self.inside6):
            self.assertEqual((server.connections, server.requests), (0, []))

    def assertRefused(self):
        for call in (self.get, self.download):
            with self.assertRaises(GatewayError) as caught:
                call("/redirect")
            # An address that is none at all is "invalid".
            self.assertIn(caught.exception.reason, ("host_refused", "invalid"))
            self.assertEqual(caught.exception.retry, Retry.NEVER)

    def test_to_this_computer_however_it_is_written(self):
        for host in INSIDE_HOSTS:
            port = self.inside6.port if "[" in host else self.inside.port
            for scheme in ("http", "https"):
                target = f"{scheme}://{host}:{port}/admin"
                path = b"/redirect"
                self.server.answers[path.decode()] = redirect_bytes(target)
                with self.subTest(target):
                    self.assertRefused()
        self.assertNothingReached()

    def test_to_the_address_of_a_cloud_s_secrets(self):
        for host in CLOUD_HOSTS:
            self.server.answers["/redirect"] = redirect(f"http://{host}/latest/")
            with self.subTest(host), mock.patch.object(socket, "getaddrinfo") as asked:
                # The test's own server is an address already.
                asked.side_effect = only_numbers
                self.assertFails("host_refused", self.get, "/redirect")

    def test_to_a_stranger_the_token_does_not_travel(self):
        for host in ("evil.example", "graph.example.org.evil.example", "127.0.0.1"):
            target = f"http://{host}:{self.inside.port}/admin"
            for status in ("301 Moved", "302 Found", "303 See", "307 T", "308 P"):
                self.server.answers["/redirect"] = redirect(target, status)
                with self.subTest(target, status=status):
                    self.assertFails("host_refused", self.get, "/redirect")
        self.assertNothingReached()

    def test_to_other_protocols_and_half_addresses(self):
        for target in (
            ("file:///etc/passwd", "ftp://graph.example.org/", "gopher://127.0.0.1/")
            + ("javascript:alert(1)", "data:text/html,x", "https://")
            + ("https:graph.example.org", "http://[::1")
            + (f"//127.0.0.1:{self.inside.port}/admin", "https://graph.example.org:1/")
        ):
            self.server.answers["/redirect"] = redirect(target)
            with self.subTest(target):
                self.assertRefused()
        self.assertNothingReached()

    def test_in_a_circle(self):
        self.server.answers["/a"] = redirect("/b")
        self.server.answers["/b"] = redirect("/a")
        self.assertFails("server", self.get, "/a")
        self.assertEqual(len(self.server.requests), transport.MAX_REDIRECTS + 1)

    def test_header_smuggled_into_the_location(self):
        target = "/x%0d%0aX-Evil:%201\t/y"
        self.server.answers["/redirect"] = redirect(target)
        with contextlib.suppress(GatewayError):
            self.get("/redirect")
        self.assertFalse([r for r in self.server.requests if "\nX-Evil" in r])


class TestRebinding(HostileCase):
    """Only the resolver is ours here; what it answers is really connected to."""

    def setUp(self):
        super().setUp()
        # One port on two addresses of this computer: the good one and the other.
        self.good = self.serve({"/": answer(b"good")})
        self.other = self.serve(
            {"/": answer(b"other")}, address="127.0.0.2", port=self.good.port
        )

    def resolve(self, *answers):
        """:param answers: addresses of the first, second ... question."""
        script = iter(answers)
        self.questions = []

        def resolver(host, port, *args, **kwargs):
            if host == "rebind.example":
                self.questions.append(host)
                host = next(script)
            return real(host, port, *args, **kwargs)

        real = socket.getaddrinfo
        patcher = mock.patch.object(socket, "getaddrinfo", resolver)
        patcher.start()
        self.addCleanup(patcher.stop)

    def test_the_address_that_was_looked_up_is_the_one_connected_to(self):
        self.resolve("127.0.0.1", "127.0.0.2", "127.0.0.2")
        url = self.good.url("/", host="rebind.example")
        found = self.client(url).request("GET", url)
        self.assertEqual(found.content, b"good")
        self.assertEqual((len(self.questions), self.other.connections), (1, 0))

    def test_a_listed_name_that_leads_inside_is_not_connected_to(self):
        for address in ("127.0.0.1", "127.0.0.2", "::1", "10.0.0.1", "0.0.0.0"):
            with self.subTest(address):
                self.resolve(address, "8.8.8.8")
                http = self.client(hosts=("rebind.example",))
                self.assertFails(
                    "host_refused",
                    http.request,
                    "POST",
                    "https://rebind.example/",
                    token=TOKEN,
                )
                self.assertEqual(len(self.questions), 1)
        self.assertEqual((self.good.connections, self.other.connections), (0, 0))


class TestSlow(HostileCase):
    """Bytes that come faster than any time-out of a socket, and never end."""

    answers = {
        "/head": lambda: drip(OK + b"X-Long: "),
        "/body": lambda: drip(OK + b"Content-Length: 999999\r\n\r\n"),
        "/chunk": lambda: drip(OK + b"Transfer-Encoding: chunked\r\n\r\nfffff\r\n"),
        "/size": lambda: drip(OK + b"Transfer-Encoding: chunked\r\n\r\n", byte=b"0"),
        "/trailer": lambda: drip(
            OK + b"Transfer-Encoding: chunked\r\n\r\n1\r\nx\r\n0\r\n", byte=b"a"
        ),
        "/hundred": lambda: drip(b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 100 "),
    }

    def setUp(self):
        super().setUp()
        for name in ("MAX_DURATION", "MAX_CALL_DURATION"):
            patcher = mock.patch.object(transport, name, 0.15)
            patcher.start()
            self.addCleanup(patcher.stop)

    def test_everything_is_over_in_time(self):
        for path in self.answers:
            with self.subTest(path):
                started = time.monotonic()
                self.assertFails("timeout", self.get, path)
                self.assertFails("timeout", self.download, path)
                # Far less than the time that the bytes promised would take.
                self.assertLess(time.monotonic() - started, 60)

    def test_an_answer_to_a_post_that_never_ends_is_in_doubt(self):
        url = self.server.url("/body")
        error = self.assertFails("timeout", self.http.request, "POST", url, json={})
        self.assertEqual(error.retry, Retry.IN_DOUBT)


class TestMuch(HostileCase):
    answers = {
        "/body": lambda: endless(OK + b"\r\n", b"x" * 65536),
        "/chunks": lambda: endless(
            OK + b"Transfer-Encoding: chunked\r\n\r\n", b"1000\r\n" + b"x" * 4098
        ),
        "/chunk-size": lambda: endless(
            OK + b"Transfer-Encoding: chunked\r\n\r\n", b"0" * 65536
        ),
        "/chunk-extension": lambda: endless(
            OK + b"Transfer-Encoding: chunked\r\n\r\n1;", b"x" * 65536
        ),
        "/negative-chunk": lambda: endless(
            OK + b"Transfer-Encoding: chunked\r\n\r\n-1\r\n", b"x" * 65536
        ),
        "/huge-chunk": lambda: endless(
            OK + b"Transfer-Encoding: chunked\r\n\r\nffffffffffff\r\n", b"x" * 65536
        ),
        "/trailers": lambda: endless(
            OK + b"Transfer-Encoding: chunked\r\n\r\n0\r\n", b"a: b\r\n" * 9999
        ),
        "/headers": lambda: endless(OK, b"X-A: b\r\n" * 50),
        "/long-header": lambda: endless(OK + b"X-A: ", b"x" * 65536),
        "/status": lambda: endless(b"HTTP/1.1 200 ", b"x" * 65536),
        "/hundreds": lambda: endless(b"", b"HTTP/1.1 100 Continue\r\n\r\n"),
    }

    def test_what_never_ends_is_cut_and_fills_no_memory(self):
        self.get_safely("/warm-up")
        for path in self.answers:
            with self.subTest(path):
                tracemalloc.start()
                with self.assertRaises(GatewayError):
                    self.download(path)
                _now, peak = tracemalloc.get_traced_memory()
                tracemalloc.stop()
                self.assertLess(peak, 12 * MEGABYTE)

    def get_safely(self, path):
        self.server.answers[path] = answer(b"{}")
        return self.get(path)

    def test_lengths_that_lie(self):
        digits = b"9" * 5000
        for title, head, reason in (
            ("more than comes", b"Content-Length: 9\r\n\r\nxx", "timeout"),
            ("huge", b"Content-Length: " + digits + b"\r\n\r\nxx", None),
            ("negative", b"Content-Length: -5\r\n\r\nxx", None),
            ("other digits", b"Content-Length: \xd9\xa2\r\n\r\nxx", None),
            ("two", b"Content-Length: 2\r\nContent-Length: 9\r\n\r\nxx", None),
            ("too large", b"Content-Length: 1048577\r\n\r\nxx", "media"),
        ):
            self.server.answers["/"] = OK + b"Connection: close\r\n" + head
            with self.subTest(title):
                try:
                    content, _headers = self.download("/")
                except GatewayError as error:
                    self.assertIn(error.reason, (reason, "timeout"))
                else:
                    self.assertIsNone(reason)
                    self.assertEqual(content, b"xx")

    def test_less_than_comes_is_no_more_than_promised(self):
        self.server.answers["/"] = answer(b"x" * 9, Content_Length=2)
        self.assertEqual(self.download("/")[0], b"xx")


class TestPacked(HostileCase):
    def test_bomb_is_cut_while_it_unpacks(self):
        bomb = gzip.compress(bytes(200 * MEGABYTE), 1)
        self.assertLess(len(bomb), MEGABYTE)
        self.server.answers["/gzip"] = answer(bomb, Content_Encoding="gzip")
        flat = zlib.compress(bytes(200 * MEGABYTE), 1)
        self.server.answers["/deflate"] = answer(flat, Content_Encoding="deflate")
        for path in ("/gzip", "/deflate"):
            with self.subTest(path):
                tracemalloc.start()
                self.assertFails("media", self.download, path)
                _now, peak = tracemalloc.get_traced_memory()
                tracemalloc.stop()
                self.assertLess(peak, 12 * MEGABYTE)

    def test_bomb_in_a_bomb_is_not_unpacked(self):
        bomb = gzip.compress(gzip.compress(bytes(MEGABYTE)))
        for encoding in ("gzip, gzip", "br", "zstd", "x"):
            self.server.answers["/"] = answer(bomb, Content_Encoding=encoding)
            with self.subTest(encoding):
                self.assertFails("timeout", self.download, "/")

    def test_honest_packing_is_understood(self):
        for pack, encoding in ((gzip.compress, "gzip"), (zlib.compress, "deflate")):
            body = pack(b'{"ok": true}' + b" " * 200_000)
            self.server.answers["/"] = answer(body, Content_Encoding=encoding)
            with self.subTest(encoding):
                self.assertEqual(self.get("/").json(), {"ok": True})

    def test_broken_packing_is_a_failure(self):
        whole = gzip.compress(b"x" * 5000)
        for body in (whole[:-9], whole[:4], b"not packed", b""):
            self.server.answers["/"] = answer(body, Content_Encoding="gzip")
            with self.subTest(body[:9]):
                self.assertFails("timeout", self.download, "/")


class TestOddAnswers(HostileCase):
    def test_no_answer_escapes_as_another_error(self):
        for raw in (
            (b"", b"\r\n\r\n", b"\x00" * 99, b"HTTP/9.9 x\r\n\r\n", b"GET / HTTP/1.1")
            + (b"HTTP/1.1 999999999999 x\r\n\r\n", b"HTTP/1.1 -1 x\r\n\r\n")
            + (b"HTTP/1.1 200 OK\r\n\xff\xfe: \xff\r\n\r\n", OK + b": x\r\n\r\n")
            + (OK + b"Location\r\n\r\n", OK + b"Content-Encoding: \x00\r\n\r\n")
            + (b"HTTP/1.1 302 x\r\nLocation: \xff\xfe\r\n\r\n",)
            + (b"HTTP/1.1 302 x\r\nLocation: http://[\r\n\r\n",)
            + (b"HTTP/1.1 302 x\r\nLocation: /\xe2\x80\xae\r\n\r\n",)
            + (b"HTTP/1.1 302 x\r\nLocation: http://a:b@x:99999/\r\n\r\n",)
            + (OK + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n",)
            + (OK + b"Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",)
            + (OK + b"Set-Cookie: a=b; Domain=graph.example.org\r\n\r\n",)
        ):
            self.server.answers["/"] = raw
            with self.subTest(raw[:60]):
                for call in (self.get, self.download):
                    try:
                        call("/")
                    except GatewayError as error:
                        self.assertIsNone(error.__context__)  # noqa: PT017

    def test_json_that_explodes_is_malformed(self):
        for body in (b"[" * 200_000, b"9" * 10_000, b'{"a":' * 9_999, b"\xff", b""):
            self.server.answers["/"] = answer(body)
            with self.subTest(body[:9]), self.assertRaises(GatewayError):
                self.get("/").json()


def redirect_bytes(target):
    return b"HTTP/1.1 302 x\r\nContent-Length: 0\r\nLocation: %b\r\n\r\n" % (
        target.encode()
    )


def only_numbers(host, port, *args, **kwargs):
    """A resolver without names: whoever asks for one has gone too far."""
    if host != "127.0.0.1":
        raise AssertionError(f"asked for {host}")
    return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (host, port))]
