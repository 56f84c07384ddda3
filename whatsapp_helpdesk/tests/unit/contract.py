"""What every channel must do, whatever its wire format.

Use it as a mixin::

    class TestMyChannel(ProviderContract, UnitCase):
        allow_inherited_tests_method = True  # Odoo collects own methods only
        provider = MyProvider
        ...

and fill in the hooks below.
"""

from __future__ import annotations

import copy
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any, ClassVar

from ...gateway.errors import (
    REASONS,
    GatewayError,
    InvalidHandshake,
    InvalidSignature,
    MalformedPayload,
    Retry,
    UnsupportedPart,
)
from ...gateway.outgoing import Part, from_payload
from ...gateway.provider import Credentials, Provider
from ...gateway.redact import redact
from ...gateway.updates import Address, Kind

TOKEN = "tok-RECOGNISABLE-0123456789"
SECRET, PREVIOUS = "secret-RECOGNISABLE-one", "secret-RECOGNISABLE-two"


class Answer:
    """What a scripted transport gives back."""

    def __init__(self, body: Any = None, status: int = 200, **headers: str):
        self.body = body
        self.status = status
        self.headers = headers

    def json(self) -> Any:
        if self.body is None:
            raise MalformedPayload("answer is not JSON")
        return copy.deepcopy(self.body)


class ScriptedTransport:
    """Gives the next answer of a list and remembers what was asked."""

    def __init__(self, *answers: Any):
        self.answers = list(answers)
        self.requests: list[dict[str, Any]] = []

    def _next(self, **request: Any) -> Any:
        self.requests.append(request)
        answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer

    def request(self, method: str, url: str, **more: Any) -> Answer:
        return self._next(method=method, url=url, **more)

    def download(self, url: str, **more: Any) -> tuple[bytes, Mapping[str, str]]:
        return self._next(method="GET", url=url, **more)


class ProviderContract:
    """Tests that any provider passes. Hooks come first."""

    provider: ClassVar[type[Provider]]
    #: Kinds that :meth:`bodies` must give between them.
    kinds: ClassVar[frozenset[Kind]] = frozenset((Kind.MESSAGE, Kind.STATUS))
    account = "account-1"
    addresses: ClassVar[tuple[Address, ...]] = ()

    def bodies(self) -> Mapping[str, bytes]:
        """Hook: valid webhook bodies by name."""
        raise NotImplementedError

    def signed(self, body: bytes, secret: str) -> dict[str, str]:
        """Hook: headers of a body signed with a secret."""
        raise NotImplementedError

    def handshake(self, token: str) -> tuple[dict[str, str], str] | None:
        """Hook: query of the set-up handshake and its answer; None without one."""
        return None

    def parts(self) -> Iterable[Part]:
        """Hook: one sendable part of every kind the channel sends."""
        raise NotImplementedError

    def limits(self) -> Iterable[tuple[str, Any]]:
        """Hook: name of a limit, and a function that makes a part of size ``n``
        together with the limit itself: ``("TEXT_CHARS", (4096, make))``."""
        return ()

    def answers(self) -> Mapping[str, tuple[Any, str, Retry]]:
        """Hook: by name, a refusing answer, the reason and the retry class."""
        return {}

    def accepted(self) -> Any:
        """Hook: answer of the provider to a good send; None without a transport."""
        return None

    # -- helpers -----------------------------------------------------------------
    def make(self, *answers: Any) -> tuple[Provider, ScriptedTransport]:
        credentials = Credentials(self.account, TOKEN, (SECRET, PREVIOUS))
        transport = ScriptedTransport(*answers)
        return self.provider(credentials, transport), transport

    # -- declarations ------------------------------------------------------------
    def test_it_says_what_it_is(self):
        self.assertTrue(self.provider.code)
        self.assertTrue(self.provider.label)
        self.assertGreater(self.provider.limits.text.size, 0)
        self.assertTrue(self.provider.features.icon)

    # -- handshake ---------------------------------------------------------------
    def test_handshake_answers_the_right_token(self):
        shake = self.handshake("verify-me")
        if shake is None:
            with self.assertRaises((InvalidHandshake, NotImplementedError)):
                self.provider.challenge({}, "verify-me")
            return
        query, answer = shake
        self.assertEqual(self.provider.challenge(query, "verify-me"), answer)

    def test_handshake_refuses_anything_else(self):
        shake = self.handshake("verify-me")
        query = shake[0] if shake else {}
        for token in ("", "verify-mE", "verify-me "):
            with (
                self.subTest(token),
                self.assertRaises((InvalidHandshake, NotImplementedError)),
            ):
                self.provider.challenge(query, token)
        with self.assertRaises((InvalidHandshake, NotImplementedError)):
            self.provider.challenge({}, "verify-me")

    # -- signature ---------------------------------------------------------------
    def test_good_signature_tells_which_secret(self):
        for name, body in self.bodies().items():
            for position, secret in enumerate((SECRET, PREVIOUS)):
                with self.subTest(name, secret=position):
                    headers = self.signed(body, secret)
                    found = self.provider.verify(headers, body, (SECRET, PREVIOUS))
                    self.assertEqual(found, position)

    def test_header_names_are_read_in_any_case(self):
        body = next(iter(self.bodies().values()))
        for change in (str.lower, str.upper):
            headers = {change(k): v for k, v in self.signed(body, SECRET).items()}
            self.assertEqual(self.provider.verify(headers, body, (SECRET,)), 0)

    def test_wrong_signature_is_refused(self):
        for name, body in self.bodies().items():
            cases = {
                "other secret": (self.signed(body, "another"), body),
                "changed body": (self.signed(body, SECRET), body + b" "),
                "absent": ({}, body),
                "empty": ({k: "" for k in self.signed(body, SECRET)}, body),
                "not ASCII": ({k: "é" for k in self.signed(body, SECRET)}, body),
            }
            for case, (headers, content) in cases.items():
                with self.subTest(name, case=case), self.assertRaises(InvalidSignature):
                    self.provider.verify(headers, content, (SECRET, PREVIOUS))

    def test_no_secret_refuses_everything(self):
        body = next(iter(self.bodies().values()))
        for secrets in ((), ("",), ("", "")):
            headers = self.signed(body, "")
            with self.subTest(secrets), self.assertRaises(InvalidSignature):
                self.provider.verify(headers, body, secrets)

    # -- bodies ------------------------------------------------------------------
    def test_bodies_give_every_kind_promised(self):
        found = set()
        for name, body in self.bodies().items():
            updates = self.provider.parse(body)
            with self.subTest(name):
                self.assertTrue(updates)
            found.update(update.kind for update in updates)
        self.assertLessEqual(self.kinds, found)

    def test_updates_are_well_formed(self):
        for name, body in self.bodies().items():
            for update in self.provider.parse(body):
                with self.subTest(name, key=update.key):
                    self.assertTrue(update.key)
                    self.assertLess(len(update.key), 1000)
                    self.assertIsInstance(update.raw, dict)
                    self.assertIsInstance(update.addresses, tuple)
                    if update.timestamp:
                        self.assertEqual(update.timestamp.utcoffset().seconds, 0)

    def test_repeated_body_gives_the_same_updates(self):
        for name, body in self.bodies().items():
            with self.subTest(name):
                self.assertEqual(self.provider.parse(body), self.provider.parse(body))

    def test_undecodable_body_is_malformed(self):
        for body in (b"", b"\xff\xfe\x00", b"{", b"[]", b"null", b"3"):
            with self.subTest(body), self.assertRaises(MalformedPayload):
                self.provider.parse(body)

    # -- sending -----------------------------------------------------------------
    def test_every_part_passes_its_check_and_survives_the_outbox(self):
        for part in self.parts():
            with self.subTest(part.kind):
                self.provider.check(part)
                self.assertEqual(from_payload(part.to_payload()), part)

    def test_unknown_part_is_unsupported(self):
        with self.assertRaises(UnsupportedPart):
            self.provider.check(Part())

    def test_limits_hold_at_their_edge(self):
        for name, (limit, make) in self.limits():
            with self.subTest(name):
                for size in (limit - 1, limit):
                    self.provider.check(make(size))
                with self.assertRaises(UnsupportedPart) as caught:
                    self.provider.check(make(limit + 1))
                self.assertIn(name, caught.exception.details)

    def test_accepted_send_gives_an_id(self):
        if self.accepted() is None:
            return
        provider, transport = self.make(self.accepted())
        part = next(iter(self.parts()))
        self.assertTrue(provider.send(self.addresses, part).external_id)
        self.assertEqual(transport.requests[0]["token"], TOKEN)

    def test_refusals_say_what_to_do(self):
        part = next(iter(self.parts()))
        for name, (answer, reason, retry) in self.answers().items():
            provider, _transport = self.make(answer)
            with self.subTest(name), self.assertRaises(GatewayError) as caught:
                provider.send(self.addresses, part)
            self.assertEqual(
                (name, caught.exception.reason, caught.exception.retry),
                (name, reason, retry),
            )
            self.assertIn(reason, REASONS)

    # -- secrets -----------------------------------------------------------------
    def test_secrets_are_not_printed(self):
        provider, _transport = self.make()
        credentials = replace(provider.credentials, extra={"key": "extra-RECOGNISABLE"})
        shown = repr(credentials) + str(credentials)
        self.assertNotIn("RECOGNISABLE", shown)
        text = redact(
            f"{TOKEN} {SECRET} {PREVIOUS} extra-RECOGNISABLE",
            credentials.redact_values(),
        )
        self.assertNotIn("RECOGNISABLE", text)

    def test_refusal_does_not_repeat_the_token(self):
        part = next(iter(self.parts()))
        for name, (answer, _reason, _retry) in self.answers().items():
            provider, _transport = self.make(answer)
            with self.subTest(name), self.assertRaises(GatewayError) as caught:
                provider.send(self.addresses, part)
            error = caught.exception
            self.assertNotIn("RECOGNISABLE", f"{error} {error.details} {error!r}")
