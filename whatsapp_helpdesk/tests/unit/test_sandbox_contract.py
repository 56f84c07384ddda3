"""The Sandbox keeps the contract, and its builder and parser agree."""

from __future__ import annotations

import json
from datetime import datetime, timedelta, timezone

from ...gateway.errors import GatewayError, InvalidSignature, UnsupportedPart
from ...gateway.outgoing import (
    Button,
    OutButtons,
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
    Row,
)
from ...gateway.provider import Credentials, MediaBlob, Upload
from ...gateway.sandbox import builder
from ...gateway.sandbox.provider import SandboxProvider
from ...gateway.updates import (
    Address,
    AddressKind,
    ButtonPress,
    ContactCard,
    Kind,
    Location,
    MediaRef,
    Scope,
)
from ...gateway.whatsapp import const
from .case import UnitCase
from .contract import ProviderContract

ANN = builder.Sender("account-1", "phone-page-7", "آن Ann 😀")
ADDRESS = Address(AddressKind.USER_ID, "phone-page-7", Scope.ACCOUNT)
NOON = datetime(2026, 11, 22, 12, 0, tzinfo=timezone.utc)
PICTURE = MediaRef("image", "m-1", mime_type="image/png", size=12, filename="a.png")
VOICE = MediaRef("audio", "m-2", mime_type="audio/ogg", voice=True)
PLACE = Location(31.95, 35.91, "Shop", "Main street")
CARDS = (ContactCard("Amir", ("+962700000034",), ("a@b.example",), "Lamps", True),)
PRESS = ButtonPress("case:7:yes", "Yes", "of course")


class TestSandboxContract(ProviderContract, UnitCase):
    allow_inherited_tests_method = True
    provider = SandboxProvider
    kinds = frozenset((Kind.MESSAGE, Kind.REACTION, Kind.STATUS))
    addresses = (ADDRESS,)

    def bodies(self):
        return {
            "text": builder.build_message(ANN, "مرحبا é", at=NOON),
            "picture": builder.build_message(ANN, "look", PICTURE),
            "reaction": builder.build_reaction(ANN, "sbx.1", "👍"),
            "read": builder.build_status(ANN, "sbx.1", "read"),
        }

    def signed(self, body, secret):
        return builder.signed_headers(body, secret)

    def parts(self):
        return [
            OutText("Good morning"),
            OutMedia("image", "image/png", media_id="m1", caption="See"),
            OutLocation(31.95, 35.91, "Shop"),
            OutContact("Amir", ("+962700000034",)),
            OutReaction("sbx.in.1", "👍"),
            OutButtons("Body", (Button("b", "Yes"),)),
            OutList("Body", "Open", (Row("r", "One"),)),
            OutLink("Body", "Open", "https://example.com/"),
            OutLocationRequest("Where are you?"),
            OutContactRequest("Who are you?"),
            OutTemplate("hello", "en"),
        ]

    def pressed(self, payload):
        return builder.build_message(ANN, "", ButtonPress(payload, "Yes"))

    def shared_contact(self, *, own):
        cards = (ContactCard("Ann", ("+962700000034",), own=own),)
        return builder.build_message(ANN, "", cards)

    def largest_files(self):
        yield OutMedia("image", "image/png"), const.IMAGE_BYTES
        yield OutMedia("document", "application/pdf"), const.DOCUMENT_BYTES

    def limits(self):
        make = {
            "TEXT_CHARS": lambda n: OutText("é" * n),
            "CAPTION_CHARS": lambda n: OutMedia("image", "image/png", caption="x" * n),
            "BUTTON_TITLE_CHARS": lambda n: OutButtons("b", (Button("b", "t" * n),)),
        }
        return [(name, (getattr(const, name), made)) for name, made in make.items()]


class TestSandboxBodies(UnitCase):
    def parse(self, body):
        updates = SandboxProvider.parse(body)
        self.assertEqual(len(updates), 1)
        return updates[0]

    def test_text(self):
        update = self.parse(builder.build_message(ANN, "مرحبا", at=NOON))
        self.assertEqual(update.kind, Kind.MESSAGE)
        self.assertEqual((update.type, update.text), ("text", "مرحبا"))
        self.assertEqual((update.account, update.name), ("account-1", ANN.name))
        self.assertEqual(update.addresses, (ADDRESS,))
        self.assertEqual(update.timestamp, NOON)
        self.assertTrue(update.external_id.startswith("sbx.in."))

    def test_content(self):
        cases = (
            (PICTURE, "image", {"media": (PICTURE,), "text": "x"}),
            (VOICE, "audio", {"media": (VOICE,)}),
            (PLACE, "location", {"location": PLACE}),
            (CARDS, "contacts", {"contacts": CARDS}),
            (PRESS, "button", {"button": PRESS, "text": "Yes"}),
        )
        for content, kind, expected in cases:
            with self.subTest(kind):
                update = self.parse(builder.build_message(ANN, "x", content))
                self.assertEqual((update.kind, update.type), (Kind.MESSAGE, kind))
                found = {name: getattr(update, name) for name in expected}
                self.assertEqual(found, expected)

    def test_row_of_a_list(self):
        update = self.parse(builder.build_message(ANN, "", PRESS, from_list=True))
        self.assertEqual((update.type, update.button), ("list", PRESS))

    def test_reply(self):
        update = self.parse(builder.build_message(ANN, "ok", reply_to="sbx.1"))
        self.assertEqual(update.reply_to, "sbx.1")

    def test_reaction_and_its_removal(self):
        for emoji in ("👍", ""):
            update = self.parse(builder.build_reaction(ANN, "sbx.1", emoji))
            self.assertEqual((update.kind, update.target), (Kind.REACTION, "sbx.1"))
            self.assertEqual(update.emoji, emoji)

    def test_status(self):
        update = self.parse(builder.build_status(ANN, "sbx.1", "failed", error="Off"))
        self.assertEqual((update.kind, update.state), (Kind.STATUS, "failed"))
        self.assertEqual((update.target, update.error.title), ("sbx.1", "Off"))
        self.assertEqual(update.addresses, (ADDRESS,))

    def test_typing_is_nothing(self):
        self.assertEqual(SandboxProvider.parse(builder.build_typing(ANN)), [])

    def test_a_repeated_message_has_the_same_key(self):
        same = [builder.build_message(ANN, "x", message_id="sbx.in.1", at=NOON)] * 2
        keys = {self.parse(body).key for body in same}
        keys.add(self.parse(builder.build_message(ANN, "x", message_id="sbx.in.1")).key)
        self.assertEqual(len(keys), 1)
        other = builder.build_message(ANN, "x", at=NOON)
        self.assertNotIn(self.parse(other).key, keys)

    def test_accounts_do_not_share_keys(self):
        other = builder.Sender("account-2", ANN.id, ANN.name)
        keys = {
            self.parse(builder.build_message(who, "x", message_id="1")).key
            for who in (ANN, other)
        }
        self.assertEqual(len(keys), 2)

    def test_what_is_not_understood_is_kept(self):
        items = {
            "a text": Kind.MALFORMED,
            "unknown kind": Kind.UNKNOWN,
            "unknown type": Kind.UNSUPPORTED,
            "no such place": Kind.UNSUPPORTED,
            "unknown file": Kind.UNSUPPORTED,
            "unknown state": Kind.UNKNOWN,
            "fine": Kind.MESSAGE,
        }
        body = builder.build(
            "account-1",
            "text",
            {"kind": "dance"},
            {"kind": "message", "type": "poll", "id": "1"},
            {
                "kind": "message",
                "id": "2",
                "location": {"latitude": 91, "longitude": 0},
            },
            {"kind": "message", "id": "3", "media": {"kind": "hologram"}},
            {"kind": "status", "target": "1", "state": "burnt"},
            {"kind": "message", "id": "4", "text": "hi", "sender": 3, "time": "noon"},
        )
        updates = SandboxProvider.parse(body)
        self.assertEqual([update.kind for update in updates], list(items.values()))
        self.assertEqual(len({update.key for update in updates}), len(items))
        self.assertEqual(updates[-1].raw_timestamp, "noon")
        self.assertIsNone(updates[-1].timestamp)

    def test_a_body_without_items_is_one_unknown_update(self):
        for body in (b"{}", b'{"account": "a", "items": 3}'):
            self.assertEqual(self.parse(body).kind, Kind.UNKNOWN)

    def test_bodies_are_ascii_and_signed_by_their_bytes(self):
        body = builder.build_message(ANN, "مرحبا")
        self.assertTrue(body.isascii())
        headers = builder.signed_headers(body, "secret")
        spaced = json.dumps(json.loads(body), indent=1).encode()
        self.assertEqual(SandboxProvider.verify(headers, body, ("old", "secret")), 1)
        with self.assertRaises(InvalidSignature):
            SandboxProvider.verify(headers, spaced, ("secret",))


class Files:
    """Stands for the phone page's uploads."""

    def load_media(self, media_id):
        if media_id != "m-1":
            raise GatewayError("media", details="file is not there")
        return MediaBlob(b"x" * 12, "image/png")


class TestSandboxSending(UnitCase):
    def setUp(self):
        super().setUp()
        self.provider = SandboxProvider(Credentials("account-1"), Files())

    def test_every_send_gets_its_own_id(self):
        part = OutText("hello")
        ids = {self.provider.send([ADDRESS], part).external_id for _n in range(9)}
        self.assertEqual(len(ids), 9)
        for external_id in ids:
            self.assertRegex(external_id, r"^sbx\.[0-9a-f-]{36}$")

    def test_what_the_page_cannot_show_is_refused(self):
        with self.assertRaises(UnsupportedPart):
            self.provider.send([ADDRESS], OutForm("b", "f", "t", "k"))

    def test_templates_are_sent(self):
        part = OutTemplate("hello", "en", text="Hello")
        self.assertTrue(self.provider.send([ADDRESS], part).external_id)

    def test_only_its_own_customers(self):
        for addresses in ((), (Address(AddressKind.PHONE, "+16505551234"),)):
            with self.assertRaises(GatewayError) as caught:
                self.provider.send(addresses, OutText("x"))
            self.assertEqual(caught.exception.reason, "recipient")

    def test_files_are_limited_like_real_ones(self):
        part = OutMedia("image", "image/png")
        large = Upload(b"x" * (const.IMAGE_BYTES + 1), "image/png", "a.png")
        with self.assertRaises(UnsupportedPart):
            self.provider.send([ADDRESS], part, upload=large)
        small = Upload(b"x", "image/png", "a.png")
        self.assertTrue(self.provider.send([ADDRESS], part, upload=small).external_id)

    def test_serialised_part_can_be_shown(self):
        shown = self.provider.serialise([ADDRESS], OutText("hi"), reply_to="1")
        self.assertEqual((shown["to"], shown["reply_to"]), (ADDRESS.value, "1"))
        self.assertEqual(shown["part"]["body"], "hi")

    def test_files_of_the_customer(self):
        blob = self.provider.fetch_media(PICTURE, max_size=12)
        self.assertEqual(blob, MediaBlob(b"x" * 12, "image/png", "a.png"))
        nowhere = SandboxProvider(Credentials("account-1"))
        cases = (
            (self.provider, PICTURE, 11),
            (self.provider, VOICE, 99),
            (self.provider, MediaRef("image"), 99),
            (nowhere, PICTURE, 99),
        )
        for provider, ref, size in cases:
            with self.assertRaises(GatewayError) as caught:
                provider.fetch_media(ref, max_size=size)
            self.assertEqual(caught.exception.reason, "media")

    def test_it_is_marked_as_a_test_channel(self):
        features = SandboxProvider.features
        self.assertTrue(features.test_only)
        self.assertEqual(features.window, timedelta(hours=24))
        self.assertEqual(self.provider.probe()["status"], "connected")
        self.assertIsNone(self.provider.mark_read("sbx.in.1", typing=True))
