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
import json
import logging
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
from ...gateway.graphemes import length
from ...gateway.outgoing import (
    Button,
    Card,
    OutButtons,
    OutCarousel,
    OutContact,
    OutContactRequest,
    OutForm,
    OutLink,
    OutList,
    OutLocation,
    OutLocationRequest,
    OutMedia,
    OutReaction,
    OutTemplate,
    OutText,
    Part,
    Row,
    from_payload,
)
from ...gateway.provider import Credentials, Limit, Provider, Unit, Upload
from ...gateway.redact import redact, redact_traceback
from ...gateway.updates import Address, Kind, MediaRef

TOKEN = "tok-RECOGNISABLE-0123456789"
SECRET, PREVIOUS = "secret-RECOGNISABLE-one", "secret-RECOGNISABLE-two"
#: Two characters' worth and one character's worth of each unit.
_FILLING = {
    Unit.CHARACTERS: ("😀😀", "é"),
    Unit.UTF8: ("é", "a"),
    Unit.UTF16: ("😀", "é"),
}


def filled(size: int, unit: Unit) -> str:
    """A text of exactly so many units, with characters outside of ASCII."""
    double, single = _FILLING[unit]
    text = double * (size // 2) + single * (size % 2)
    assert length(text, unit) == size, (size, unit)  # noqa: S101 - of this file
    return text


class Sized(bytes):
    """Says that it is large and needs no memory for it."""

    def __new__(cls, size: int) -> Sized:
        made = super().__new__(cls, b"x")
        made.size = size
        return made

    def __len__(self) -> int:
        return self.size


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
    display_address = ""
    #: Must have RECOGNISABLE in it, and the shape of the channel's tokens.
    token = TOKEN
    #: Whether the signature is made of the body; else it is a secret that comes along.
    signs_body = True

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

    def pressed(self, payload: str) -> bytes:
        """Hook: body of a pressed button that had this payload."""
        raise NotImplementedError

    def shared_contact(self, *, own: bool) -> bytes | None:
        """Hook: body of a contact card; None where nothing vouches for one."""
        return None

    def opened_by(self, text: str) -> bytes | None:
        """Hook: what arrives when somebody follows a deep link with ``text``."""
        return None

    def largest_files(self) -> Iterable[tuple[OutMedia, int]]:
        """Hook: parts with a file, and the largest size each may have."""
        return ()

    def assert_authorised(self, request: dict[str, Any]) -> None:
        """Hook: a request carries the token where the channel wants it."""
        self.assertEqual(request["token"], self.token)

    # -- helpers -----------------------------------------------------------------
    def make(self, *answers: Any) -> tuple[Provider, ScriptedTransport]:
        credentials = Credentials(self.account, self.token, (SECRET, PREVIOUS))
        transport = ScriptedTransport(*answers)
        return self.provider(credentials, transport), transport

    def parse_one(self, body: bytes) -> Any:
        updates = self.provider.parse(body)
        self.assertEqual(len(updates), 1)
        return updates[0]

    def refusal(self, part: Part) -> UnsupportedPart | None:
        try:
            self.provider.check(part)
        except UnsupportedPart as error:
            return error
        return None

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
                "absent": ({}, body),
                "empty": ({k: "" for k in self.signed(body, SECRET)}, body),
                "not ASCII": ({k: "é" for k in self.signed(body, SECRET)}, body),
            }
            if self.signs_body:
                cases["changed body"] = (self.signed(body, SECRET), body + b" ")
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

    def test_a_repetition_has_the_same_keys_however_it_is_written(self):
        for name, body in self.bodies().items():
            values = json.loads(body)
            again = json.dumps(values, sort_keys=True, indent=1)
            keys, repeated = (
                sorted(update.key for update in self.provider.parse(content))
                for content in (body, again.encode())
            )
            with self.subTest(name):
                self.assertEqual(keys, repeated)
                self.assertEqual(len(set(keys)), len(keys))

    def test_undecodable_body_is_malformed(self):
        for body in (b"", b"\xff\xfe\x00", b"{", b"[]", b"null", b"3"):
            with self.subTest(body), self.assertRaises(MalformedPayload):
                self.provider.parse(body)

    def test_payload_of_a_button_comes_back_exactly(self):
        if not self.provider.features.buttons:
            return
        limit = self.provider.limits.button_payload
        payloads = ("!ask:1k:yes:7aa:c2ln", "with blanks ", "{{1}}\"\\'<é😀>", "0")
        for payload in (*payloads, filled(limit.size, limit.unit)):
            with self.subTest(payload):
                update = self.parse_one(self.pressed(payload))
                self.assertEqual(update.kind, Kind.MESSAGE)
                self.assertEqual(update.button.payload, payload)
                self.assertEqual(
                    bool(update.acknowledge), self.provider.features.acknowledges
                )

    def test_only_an_own_contact_is_marked_as_own(self):
        promised = self.provider.features.own_contact
        self.assertEqual(self.shared_contact(own=True) is not None, promised)
        for own in (True, False) if promised else ():
            update = self.parse_one(self.shared_contact(own=own))
            self.assertEqual({card.own for card in update.contacts}, {own})
            self.assertTrue(update.contacts[0].phones)

    def test_deep_link_brings_its_text_back(self):
        text = "join-AbC_0123456789-" + "x" * 44
        promised = self.provider.features.deep_links
        self.assertEqual(self.opened_by(text) is not None, promised)
        if promised:
            link = self.provider.get_deep_link(self.display_address, text)
            self.assertTrue(link.startswith("https://"))
            self.assertTrue(link.endswith(f"={text}"))
            update = self.parse_one(self.opened_by(text))
            self.assertIn(text, update.deep_link or update.text)

    # -- sending -----------------------------------------------------------------
    def test_every_part_passes_its_check_and_survives_the_outbox(self):
        for part in self.parts():
            with self.subTest(part.kind):
                self.provider.check(part)
                self.assertEqual(from_payload(part.to_payload()), part)
                stored = json.loads(json.dumps(part.to_payload()))
                self.assertEqual(from_payload(stored), part)

    def test_every_part_can_be_written_down(self):
        provider, transport = self.make()
        for part in self.parts():
            with self.subTest(part.kind):
                request = provider.serialise(self.addresses, part)
                self.assertTrue(json.dumps(request))
        self.assertEqual(transport.requests, [])

    def test_features_say_which_parts_are_sent(self):
        sent = {part.kind for part in self.parts()}
        features = self.provider.features
        promised = {
            "buttons": features.buttons,
            "list": features.lists,
            "reaction": features.reactions,
            "media": bool(features.media_types),
            "template": features.templates,
            "contact_request": features.own_contact,
        }
        for kind, is_promised in promised.items():
            with self.subTest(kind):
                self.assertEqual(kind in sent, is_promised)

    def test_unknown_part_is_unsupported(self):
        with self.assertRaises(UnsupportedPart):
            self.provider.check(Part())
        kinds = {part.kind for part in self.parts()}
        for kind, part in EXAMPLES.items():
            if kind not in kinds:
                with self.subTest(kind), self.assertRaises(UnsupportedPart):
                    self.provider.check(part)

    def test_declared_limits_hold_at_their_edge(self):
        limits = self.provider.limits
        cases: dict[str, tuple[Limit, Any]] = {
            "text": (limits.text, OutText),
            "caption": (
                limits.caption,
                lambda text: OutMedia("image", "image/png", caption=text),
            ),
            "button title": (
                limits.button_title,
                lambda text: OutButtons("Body", (Button("b", text),)),
            ),
            "row payload": (
                limits.button_payload,
                lambda text: OutList("Body", "Open", (Row(text, "Title"),)),
            ),
        }
        features = self.provider.features
        absent = {
            "caption": not features.media_types,
            "button title": not features.buttons,
            "row payload": not features.lists,
        }
        for name, (limit, make) in cases.items():
            if absent.get(name):
                continue
            for size in (limit.size - 1, limit.size):
                with self.subTest(name, size=size):
                    self.assertIsNone(self.refusal(make(filled(size, limit.unit))))
            with self.subTest(name, size=limit.size + 1):
                refused = self.refusal(make(filled(limit.size + 1, limit.unit)))
                self.assertIsNotNone(refused)
                self.assertEqual(refused.reason, "too_long")

    def test_a_payload_within_the_limit_fits_every_button(self):
        limit = self.provider.limits.button_payload
        payload = filled(limit.size, limit.unit)
        part = OutButtons("Body", (Button(payload, "Title"),))
        if self.provider.features.buttons:
            self.assertIsNone(self.refusal(part))

    def test_declared_numbers_of_buttons_hold_at_their_edge(self):
        limits = self.provider.limits

        def buttons(count):
            return OutButtons("b", tuple(Button(f"{n}", f"B{n}") for n in range(count)))

        def rows(count):
            return OutList("b", "o", tuple(Row(f"{n}", f"R{n}") for n in range(count)))

        for limit, make in ((limits.buttons, buttons), (limits.list_rows, rows)):
            if not limit:  # the channel has none at all
                self.assertIsNotNone(self.refusal(make(1)))
                continue
            self.assertIsNone(self.refusal(make(limit - 1)))
            self.assertIsNone(self.refusal(make(limit)))
            self.assertIsNotNone(self.refusal(make(limit + 1)))
            self.assertIsNotNone(self.refusal(make(0)))

    def test_files_hold_their_limit_at_its_edge(self):
        for part, limit in self.largest_files():
            for size in (limit - 1, limit):
                provider, _transport = self.make(*self.accepted_file(part))
                upload = Upload(Sized(size), part.mime_type, part.filename)
                with self.subTest(part.media_type, size=size):
                    sent = provider.send(self.addresses, part, upload=upload)
                    self.assertTrue(sent.external_id)
            for size in (limit + 1, 0):
                provider, transport = self.make()
                upload = Upload(Sized(size), part.mime_type, part.filename)
                with (
                    self.subTest(part.media_type, size=size),
                    self.assertRaises(UnsupportedPart) as caught,
                ):
                    provider.send(self.addresses, part, upload=upload)
                self.assertEqual(caught.exception.reason, "media")
                self.assertEqual(transport.requests, [])

    def accepted_file(self, part: OutMedia) -> list[Any]:
        """Hook: answers to sending a file."""
        return [self.accepted()]

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
        self.assert_authorised(transport.requests[0])
        # A message that may have arrived is not sent again by itself.
        self.assertFalse(transport.requests[0].get("repeatable"))

    def test_nobody_to_send_to_is_the_recipients_failure(self):
        provider, transport = self.make()
        part = next(iter(self.parts()))
        with self.assertRaises(GatewayError) as caught:
            provider.send((), part)
        self.assertEqual(caught.exception.reason, "recipient")
        self.assertEqual(transport.requests, [])

    def test_what_breaks_on_the_way_is_told_as_it_is(self):
        if self.accepted() is None:
            return
        part = next(iter(self.parts()))
        for reason, retry in (("timeout", Retry.IN_DOUBT), ("network", Retry.SOON)):
            provider, _transport = self.make(GatewayError(reason, retry))
            with self.subTest(reason), self.assertRaises(GatewayError) as caught:
                provider.send(self.addresses, part)
            self.assertEqual((caught.exception.reason, caught.exception.retry),
                             (reason, retry))  # fmt: skip

    def test_file_larger_than_asked_for_is_not_fetched(self):
        provider, transport = self.make(*[GatewayError("media")] * 3)
        with self.assertRaises(GatewayError) as caught:
            provider.fetch_media(MediaRef("document"), max_size=10)
        self.assertEqual(caught.exception.reason, "media")
        self.assertEqual(transport.requests, [])

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
            f"{self.token} {SECRET} {PREVIOUS} extra-RECOGNISABLE",
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
            self.assertNotIn("RECOGNISABLE", redact_traceback(error))

    def test_nothing_is_logged(self):
        """Neither secrets nor content, at any level."""
        with self.assertNoLogs(level=logging.DEBUG):
            self.test_accepted_send_gives_an_id()
            self.test_refusals_say_what_to_do()
            self.test_wrong_signature_is_refused()
            for body in self.bodies().values():
                self.provider.parse(body)


#: One part of every kind there is.
EXAMPLES: dict[str, Part] = {
    part.kind: part
    for part in (
        OutForm("Body", "f1", "Start", "token"),
        OutCarousel("Body", (Card("image", "m", "b", "t", "https://a.example"),) * 2),
        OutTemplate("hello", "en"),
        OutContactRequest("Body"),
        OutLocationRequest("Body"),
        OutReaction("1:1", "👍"),
        OutList("Body", "Open", (Row("r", "Row"),)),
        OutButtons("Body", (Button("b", "Yes"),)),
        OutMedia("image", "image/png", media_id="m"),
        OutLocation(31.95, 35.91),
        OutContact("Amir", ("+962700000034",)),
        OutLink("Body", "Open", "https://a.example/"),
    )
}
