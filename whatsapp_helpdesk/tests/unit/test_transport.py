"""The transport against a real local server: hosts, redirects, limits, failures."""

from __future__ import annotations

import http.server
import os
import socket
import ssl
import struct
import tempfile
import threading
import traceback
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta, timezone
from pathlib import Path
from unittest import mock

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from ...gateway import hosts, transport
from ...gateway.errors import GatewayError, MalformedPayload, Retry
from .case import UnitCase

TOKEN = "EAAtoken-that-must-not-leak"


class Handler(http.server.BaseHTTPRequestHandler):
    """Answers by path; keeps what it saw on the server object."""

    protocol_version = "HTTP/1.1"

    def log_message(self, *args):
        pass

    def do_GET(self):
        length = int(self.headers.get("Content-Length") or 0)
        body = self.rfile.read(length)
        self.server.seen.append((self.command, self.path, dict(self.headers), body))
        self.server.peers.add(self.client_address)
        name = self.path.strip("/").partition("?")[0].replace("-", "_")
        getattr(self, f"answer_{name}", self.answer_ok)()

    do_POST = do_DELETE = do_GET

    def reply(self, status=200, body=b"{}", length=True, **headers):
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        if length:
            self.send_header("Content-Length", str(len(body)))
        else:
            self.send_header("Connection", "close")
            self.close_connection = True
        self.end_headers()
        self.wfile.write(body)

    def answer_ok(self):
        self.reply(body=b'{"ok": true}', Set_Cookie="a=b")

    def answer_error(self):
        self.reply(400, b'{"error": {"code": 4}}')

    def answer_text(self):
        self.reply(502, b"<html>bad gateway")

    def answer_big(self):
        self.reply(body=b"x" * 5000)

    def answer_big_unannounced(self):
        self.reply(body=b"x" * 5000, length=False)

    def answer_cut(self):
        self.reply(body=b"xx", Content_Length="9", length=False)

    def answer_gone(self):
        self.reply(404, b"")

    def answer_redirect(self):
        self.reply(302, b"", Location="/ok?hop=1")

    def answer_redirect_keep(self):
        self.reply(307, b"", Location="/ok")

    def answer_redirect_away(self):
        self.reply(302, b"", Location="https://evil.example/steal?x=1")

    def answer_redirect_inside(self):
        self.reply(302, b"", Location="http://127.0.0.1:1/admin")

    def answer_loop(self):
        self.reply(302, b"", Location="/loop")

    def answer_hang(self):
        self.server.release.wait(5)

    def answer_reset(self):
        linger = struct.pack("ii", 1, 0)
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
        self.close_connection = True
        self.connection.close()

    def answer_hang_up(self):
        self.close_connection = True


class Server(http.server.ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request, client_address):
        pass


class TransportCase(UnitCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.server = Server(("127.0.0.1", 0), Handler)
        cls.server.release = threading.Event()
        thread = threading.Thread(target=cls.server.serve_forever, args=(0.01,))
        thread.start()
        cls.addClassCleanup(thread.join)
        cls.addClassCleanup(cls.server.server_close)
        cls.addClassCleanup(cls.server.shutdown)
        cls.addClassCleanup(cls.server.release.set)
        cls.url = f"http://127.0.0.1:{cls.server.server_port}"

    def setUp(self):
        super().setUp()
        self.server.seen = []
        self.server.peers = set()
        self.http = transport.Transport(
            ("graph.example.org", "*.cdn.example.org"),
            base_url_override=f"{self.url}/v1",
            redact=(TOKEN,),
        )
        self.addCleanup(self.http.close)

    def assertFails(self, reason, retry, call, *args, **kwargs):
        with self.assertRaises(GatewayError) as caught:
            call(*args, **kwargs)
        error = caught.exception
        self.assertEqual((error.reason, error.retry), (reason, retry), error)
        self.assertIsNone(error.__context__)
        self.assertIsNone(error.__cause__)
        text = "".join(traceback.format_exception(error)) + repr(error)
        for secret in (TOKEN, "Bearer", "://", "access", "?x=1", "/admin"):
            self.assertNotIn(secret, text)
        return error


class TestRequests(TransportCase):
    def test_a_request_carries_token_agent_and_json(self):
        answer = self.http.request(
            "POST", f"{self.url}/v1/messages", json={"to": "é"}, token=TOKEN
        )
        self.assertEqual((answer.status, answer.json()), (200, {"ok": True}))
        method, path, headers, body = self.server.seen[0]
        self.assertEqual((method, path), ("POST", "/v1/messages"))
        self.assertEqual(headers["Authorization"], f"Bearer {TOKEN}")
        self.assertEqual(headers["User-Agent"], transport.USER_AGENT)
        self.assertEqual(headers["Accept-Encoding"], "identity")
        self.assertIn(b"to", body)

    def test_an_error_status_is_an_answer(self):
        answer = self.http.request("POST", f"{self.url}/error", json={})
        self.assertEqual(answer.status, 400)
        self.assertFalse(answer.ok)
        self.assertEqual(answer.json()["error"]["code"], 4)

    def test_an_answer_that_is_not_json_says_so(self):
        answer = self.http.request("GET", f"{self.url}/text")
        with self.assertRaises(MalformedPayload):
            answer.json()

    def test_cookies_are_not_kept(self):
        self.http.request("GET", f"{self.url}/ok")
        self.http.request("GET", f"{self.url}/ok")
        self.assertNotIn("Cookie", self.server.seen[1][2])

    def test_connections_are_reused_until_they_are_old(self):
        for _index in range(3):
            self.http.request("GET", f"{self.url}/ok")
        self.assertEqual(len(self.server.peers), 1)
        with mock.patch.object(transport, "MAX_IDLE", -1.0):
            self.http.request("GET", f"{self.url}/ok")
        self.assertEqual(len(self.server.peers), 2)

    def test_threads_share_it(self):
        with ThreadPoolExecutor(8) as pool:
            answers = pool.map(
                lambda index: self.http.request("GET", f"{self.url}/ok?{index}").status,
                range(60),
            )
        self.assertEqual(set(answers), {200})
        self.assertEqual(len({path for _m, path, _h, _b in self.server.seen}), 60)

    def test_proxies_of_the_environment_are_ignored(self):
        proxies = {name: "http://127.0.0.1:1" for name in ("http_proxy", "HTTP_PROXY")}
        with mock.patch.dict(os.environ, proxies):
            self.assertTrue(self.http.request("GET", f"{self.url}/ok").ok)

    def test_an_answer_larger_than_allowed_is_refused(self):
        with mock.patch.object(transport, "MAX_ANSWER", 4999):
            for path in ("big", "big-unannounced"):
                url = f"{self.url}/{path}"
                self.assertFails(
                    "server", Retry.IN_DOUBT, self.http.request, "POST", url
                )
                self.assertFails("server", Retry.SOON, self.http.request, "GET", url)
        with mock.patch.object(transport, "MAX_ANSWER", 5000):
            self.assertTrue(self.http.request("GET", f"{self.url}/big").ok)


class TestFailures(TransportCase):
    def test_no_connection_means_nothing_left(self):
        with socket.socket() as unused:
            unused.bind(("127.0.0.1", 0))
            url = f"http://127.0.0.1:{unused.getsockname()[1]}"
            http = transport.Transport((), base_url_override=url)
            self.assertFails(
                "network", Retry.SOON, http.request, "POST", url, token=TOKEN
            )

    def test_a_name_that_does_not_resolve_means_nothing_left(self):
        url = "http://localhost:8/x?access_token=abcdefgh"
        http = transport.Transport((), base_url_override=url)
        failure = socket.gaierror(-2, "unknown")
        with mock.patch.object(socket, "getaddrinfo", side_effect=failure):
            self.assertFails("network", Retry.SOON, http.request, "POST", url)

    def test_silence_after_sending_is_in_doubt(self):
        call = (self.http.request, "POST", f"{self.url}/hang")
        self.assertFails("timeout", Retry.IN_DOUBT, *call, timeout=(1.0, 0.1))

    def test_a_connection_broken_after_sending_is_in_doubt(self):
        for path in ("reset", "hang-up", "cut"):
            with self.subTest(path):
                url = f"{self.url}/{path}"
                self.assertFails(
                    "timeout", Retry.IN_DOUBT, self.http.request, "POST", url
                )
                self.assertFails("timeout", Retry.SOON, self.http.request, "GET", url)
                self.assertFails(
                    "timeout",
                    Retry.SOON,
                    self.http.request,
                    "POST",
                    url,
                    repeatable=True,
                )

    def test_a_broken_connection_kept_alive_is_in_doubt_only_after_sending(self):
        self.http.request("GET", f"{self.url}/ok")
        self.assertFails(
            "timeout", Retry.IN_DOUBT, self.http.request, "POST", f"{self.url}/hang-up"
        )
        self.assertTrue(self.http.request("POST", f"{self.url}/ok").ok)

    def test_a_request_that_cannot_be_built_is_not_retried(self):
        request = self.http.request
        url = f"{self.url}/ok"
        self.assertFails("invalid", Retry.NEVER, request, "POST", url, token="a\nb")
        self.assertFails(
            "invalid", Retry.NEVER, request, "POST", url, json={"x": float("nan")}
        )
        self.assertEqual(self.server.seen, [])


class TestRedirects(TransportCase):
    def test_followed_to_a_listed_host(self):
        answer = self.http.request("GET", f"{self.url}/redirect", token=TOKEN)
        self.assertTrue(answer.ok)
        self.assertEqual(self.server.seen[1][1], "/ok?hop=1")
        self.assertEqual(self.server.seen[1][2]["Authorization"], f"Bearer {TOKEN}")

    def test_refused_to_any_other_address(self):
        for path in ("redirect-away", "redirect-inside"):
            with self.subTest(path):
                self.assertFails(
                    "host_refused",
                    Retry.NEVER,
                    self.http.request,
                    "GET",
                    f"{self.url}/{path}",
                    token=TOKEN,
                )

    def test_not_for_ever(self):
        self.assertFails(
            "server", Retry.SOON, self.http.request, "GET", f"{self.url}/loop"
        )
        self.assertEqual(len(self.server.seen), transport.MAX_REDIRECTS + 1)

    def test_a_post_is_repeated_only_when_http_keeps_the_method(self):
        self.assertFails(
            "server", Retry.NEVER, self.http.request, "POST", f"{self.url}/redirect"
        )
        url = f"{self.url}/redirect-keep"
        self.assertTrue(self.http.request("POST", url, data=b"body").ok)
        self.assertEqual(self.server.seen[-1][0::3], ("POST", b"body"))


class TestDownload(TransportCase):
    def test_content_and_headers(self):
        content, headers = self.http.download(
            f"{self.url}/big", token=TOKEN, max_size=5000
        )
        self.assertEqual(content, b"x" * 5000)
        self.assertEqual(headers["content-length"], "5000")
        self.assertEqual(self.server.seen[0][2]["Authorization"], f"Bearer {TOKEN}")

    def test_too_large_is_refused(self):
        for path in ("big", "big-unannounced"):
            self.assertFails(
                "media",
                Retry.NEVER,
                self.http.download,
                f"{self.url}/{path}",
                max_size=4999,
            )

    def test_gone_may_be_asked_for_again(self):
        error = self.assertFails(
            "media", Retry.SOON, self.http.download, f"{self.url}/gone", max_size=9
        )
        self.assertEqual(error.code, 404)

    def test_failures(self):
        download = self.http.download
        cases = {"text": "server", "error": "media", "cut": "timeout"}
        for path, reason in cases.items():
            with self.subTest(path):
                retry = Retry.NEVER if path == "error" else Retry.SOON
                url = f"{self.url}/{path}"
                self.assertFails(reason, retry, download, url, max_size=99)


class TestHosts(UnitCase):
    def test_only_listed_hosts_over_https(self):
        policy = hosts.HostPolicy.build(
            ("graph.example.org", "*.cdn.example.org"), "http://127.0.0.1:8000/v1"
        )
        allowed = (
            "https://graph.example.org/v1/me?x=http://evil.example",
            "https://GRAPH.example.org./v1",
            "https://graph.example.org:443/",
            "https://a.b.cdn.example.org/x",
            "http://127.0.0.1:8000/other",
        )
        refused = (
            "http://graph.example.org/",
            "https://graph.example.org:8443/",
            "https://graph.example.org.evil.example/",
            "https://evilgraph.example.org/",
            "https://cdn.example.org/",
            "https://evilcdn.example.org/",
            "https://graph.example.org@evil.example/",
            "https://user:pw@graph.example.org/",
            "https://evil.example\\@graph.example.org/",
            "https://evil.example#@graph.example.org/",
            "https://graph.example.org\n.evil.example/",
            "https://graph.example.org:99999/",
            "https://127.0.0.1:8000/",
            "http://127.0.0.1:8001/",
            "http://localhost:8000/",
            "file:///etc/passwd",
            "ftp://graph.example.org/",
            "//graph.example.org/",
            "graph.example.org",
            "https://[::1]/",
            "https://[broken/",
            "",
        )
        for url in allowed:
            with self.subTest(url):
                policy.check_url(url)
        for url in refused:
            with self.subTest(url), self.assertRaises(GatewayError) as caught:
                policy.check_url(url)
            self.assertEqual(caught.exception.reason, "host_refused")

    def test_base_address_must_be_a_plain_one(self):
        for url in ("file:///x", "http://u:p@localhost", "localhost:80", "http://"):
            with self.subTest(url), self.assertRaises(GatewayError):
                transport.Transport((), base_url_override=url)

    def test_public_addresses(self):
        public = ("157.240.1.1", "8.8.8.8", "2a03:2880::1", "64:ff9b::808:808")
        private = (
            ("127.0.0.1", "10.0.0.1", "172.16.0.1", "192.168.1.1", "169.254.169.254")
            + ("100.64.0.1", "0.0.0.0", "224.0.0.1", "240.0.0.1", "255.255.255.255")
            + ("192.0.2.1", "198.18.0.1", "::1", "::", "fe80::1%eth0", "fc00::1")
            + ("ff02::1", "::ffff:8.8.8.8", "::ffff:127.0.0.1", "2001:db8::1")
            + ("2002:7f00:1::1", "64:ff9b::7f00:1", "64:ff9b:1::1", "::7f00:1")
            + ("2001::1", "graph", "")
        )
        for address in public:
            self.assertTrue(hosts.is_public_address(address), address)
        for address in private:
            self.assertFalse(hosts.is_public_address(address), address)


class TestAddressCheck(UnitCase):
    """``localhost`` stands for a listed host: Odoo's test harness lets it pass."""

    def setUp(self):
        super().setUp()
        self.http = transport.Transport(("localhost",))
        self.addCleanup(self.http.close)

    def connect(self, *answers):
        """Ask with these DNS answers; returns the error and the tried addresses."""
        infos = [
            [(socket.AF_INET, 1, 6, "", (ip, 443)) for ip in answer]
            for answer in answers
        ]
        with (
            mock.patch.object(socket, "getaddrinfo", side_effect=infos),
            mock.patch.object(
                transport, "create_connection", side_effect=OSError
            ) as connect,
            self.assertRaises(GatewayError) as caught,
        ):
            self.http.request("POST", "https://localhost/v1", token=TOKEN)
        tried = [call.args[0][0] for call in connect.call_args_list]
        return caught.exception.reason, tried

    def test_private_answer_is_refused(self):
        for address in ("127.0.0.1", "10.1.1.1", "169.254.169.254", "::ffff:8.8.8.8"):
            self.assertEqual(self.connect([address]), ("host_refused", []))

    def test_one_private_address_among_public_ones_is_refused(self):
        self.assertEqual(self.connect(["8.8.8.8", "10.1.1.1"]), ("host_refused", []))

    def test_the_checked_address_is_the_one_connected_to(self):
        # A rebinding server answers something else the second time.
        answers = (["8.8.8.8", "8.8.4.4"], ["127.0.0.1"])
        self.assertEqual(self.connect(*answers), ("network", ["8.8.8.8", "8.8.4.4"]))


class TestTls(UnitCase):
    """The connection goes to a checked address, the certificate is the name's."""

    def serve(self, name):
        """Start a TLS server with an own certificate for ``name``."""
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.bundle = str(Path(folder.name, "server.pem"))
        Path(self.bundle).write_bytes(certificate(name))
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.bundle)
        server = Server(("127.0.0.1", 0), Handler)
        server.seen, server.peers = [], set()
        server.socket = context.wrap_socket(server.socket, server_side=True)
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        self.addCleanup(thread.join)
        self.addCleanup(server.server_close)
        self.addCleanup(server.shutdown)
        return server

    def ask(self, server):
        url = f"https://localhost:{server.server_port}/ok"
        with mock.patch.dict(os.environ, {"REQUESTS_CA_BUNDLE": self.bundle}):
            client = transport.Transport((), base_url_override=url)
        self.addCleanup(client.close)
        return client.request("POST", url)

    def test_certificate_of_the_name_is_accepted(self):
        self.assertTrue(self.ask(self.serve("localhost")).ok)

    def test_certificate_of_another_name_is_refused(self):
        server = self.serve("other.example")
        with self.assertRaises(GatewayError) as caught:
            self.ask(server)
        self.assertEqual(caught.exception.reason, "network")
        self.assertEqual(caught.exception.retry, Retry.SOON)
        self.assertEqual(server.seen, [])


def certificate(name):
    """PEM of a new key and a self-signed certificate for ``name``."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])
    now = datetime.now(timezone.utc)
    signed = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), False)
        .sign(key, hashes.SHA256())
    )
    encoding = serialization.Encoding.PEM
    private = key.private_bytes(
        encoding,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    return private + signed.public_bytes(encoding)
