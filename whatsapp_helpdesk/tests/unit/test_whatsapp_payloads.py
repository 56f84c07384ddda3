from __future__ import annotations

from typing import Any

from ...gateway.errors import UnsupportedPart
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
    TemplateParameter,
)
from ...gateway.updates import Address, AddressKind, Scope
from ...gateway.whatsapp import const, limits, payloads
from .case import UnitCase

PHONE = Address(AddressKind.PHONE, "+33639980001")
BSUID = Address(AddressKind.BSUID, "FR.4400112233445566", Scope.PORTFOLIO)
PARENT = Address(AddressKind.PARENT_BSUID, "FR.ENT.44001122", Scope.PORTFOLIO)
Json = dict[str, Any]


def interactive(kind: str, action: Json, **more: Any) -> Json:
    content = {"type": kind, "body": {"text": "Body"}, "action": action, **more}
    return {"type": "interactive", "interactive": content}


def named(component: str, kind: str, value: str = "", **more: Any) -> TemplateParameter:
    return TemplateParameter(component, kind, value, **more)


LINK_ACTION = {
    "name": "cta_url",
    "parameters": {"display_text": "Open", "url": "https://example.com/"},
}
HEADER = {"type": "text", "text": "Head"}

#: What we say, and what Meta must read (without the part all requests share).
TABLE: list[tuple[Part, Json]] = [
    (OutText("Hi"), {"type": "text", "text": {"body": "Hi"}}),
    (
        OutText("https://example.com", preview_url=True),
        {"type": "text", "text": {"body": "https://example.com", "preview_url": True}},
    ),
    (
        OutMedia("image", "image/png", "a.png", "Caption", "m1"),
        {"type": "image", "image": {"id": "m1", "caption": "Caption"}},
    ),
    (
        OutMedia("document", "application/pdf", "فاتورة.pdf", "", "m1"),
        {"type": "document", "document": {"id": "m1", "filename": "فاتورة.pdf"}},
    ),
    (
        OutMedia("video", "video/mp4", media_id="m1"),
        {"type": "video", "video": {"id": "m1"}},
    ),
    (
        OutMedia("audio", "audio/mpeg", media_id="m1"),
        {"type": "audio", "audio": {"id": "m1"}},
    ),
    (
        OutMedia("audio", "audio/ogg; codecs=opus", media_id="m1", voice=True),
        {"type": "audio", "audio": {"id": "m1", "voice": True}},
    ),
    (
        OutMedia("sticker", "image/webp", media_id="m1"),
        {"type": "sticker", "sticker": {"id": "m1"}},
    ),
    (
        OutLocation(0.0, -46.6, "Shop", "Street 1"),
        {
            "type": "location",
            "location": {
                "latitude": 0.0,
                "longitude": -46.6,
                "name": "Shop",
                "address": "Street 1",
            },
        },
    ),
    (
        OutContact("Amir Haddad", ("+962700000034",), ("a@example.com",), "Lamps"),
        {
            "type": "contacts",
            "contacts": [
                {
                    "name": {
                        "formatted_name": "Amir Haddad",
                        "first_name": "Amir Haddad",
                    },
                    "phones": [{"phone": "+962700000034", "type": "CELL"}],
                    "emails": [{"email": "a@example.com", "type": "WORK"}],
                    "org": {"company": "Lamps"},
                }
            ],
        },
    ),
    (
        OutReaction("wamid.X", "👍"),
        {"type": "reaction", "reaction": {"message_id": "wamid.X", "emoji": "👍"}},
    ),
    (
        OutReaction("wamid.X", ""),
        {"type": "reaction", "reaction": {"message_id": "wamid.X", "emoji": ""}},
    ),
    (
        OutButtons("Body", (Button("y", "Yes"), Button("n", "No")), "Head", "Foot"),
        interactive(
            "button",
            {
                "buttons": [
                    {"type": "reply", "reply": {"id": "y", "title": "Yes"}},
                    {"type": "reply", "reply": {"id": "n", "title": "No"}},
                ]
            },
            header=HEADER,
            footer={"text": "Foot"},
        ),
    ),
    (
        OutList(
            "Body",
            "Open",
            (
                Row("1", "One", "First", "A"),
                Row("2", "Two", "", "B"),
                Row("3", "Three", "", "A"),
            ),
        ),
        interactive(
            "list",
            {
                "button": "Open",
                "sections": [
                    {
                        "title": "A",
                        "rows": [
                            {"id": "1", "title": "One", "description": "First"},
                            {"id": "3", "title": "Three"},
                        ],
                    },
                    {"title": "B", "rows": [{"id": "2", "title": "Two"}]},
                ],
            },
        ),
    ),
    (
        OutLink("Body", "Open", "https://example.com/"),
        interactive("cta_url", LINK_ACTION),
    ),
    (
        OutLocationRequest("Body"),
        interactive("location_request_message", {"name": "send_location"}),
    ),
    (
        OutContactRequest("Body"),
        interactive("request_contact_info", {"name": "request_contact_info"}),
    ),
    (
        OutForm("Body", "f1", "Start", "tok", "FIRST", {"order": 1}),
        interactive(
            "flow",
            {
                "name": "flow",
                "parameters": {
                    "flow_message_version": "3",
                    "flow_id": "f1",
                    "flow_cta": "Start",
                    "flow_token": "tok",
                    "flow_action": "navigate",
                    "flow_action_payload": {"screen": "FIRST", "data": {"order": 1}},
                },
            },
        ),
    ),
    (
        OutCarousel(
            "Body",
            tuple(
                Card("image", media, body, "Open", "https://example.com/")
                for media, body in (("m1", "Card"), ("m2", ""))
            ),
        ),
        interactive(
            "carousel",
            {
                "cards": [
                    {
                        "card_index": 0,
                        "type": "cta_url",
                        "header": {"type": "image", "image": {"id": "m1"}},
                        "body": {"text": "Card"},
                        "action": LINK_ACTION,
                    },
                    {
                        "card_index": 1,
                        "type": "cta_url",
                        "header": {"type": "image", "image": {"id": "m2"}},
                        "action": LINK_ACTION,
                    },
                ]
            },
        ),
    ),
    (
        OutTemplate("hello", "en_US"),
        {
            "type": "template",
            "template": {"name": "hello", "language": {"code": "en_US"}},
        },
    ),
    (
        OutTemplate(
            "order_sent",
            "ar",
            (
                named("header", "document", "m1", filename="a.pdf"),
                named("body", "text", "ليلى", name="first_name"),
                named("body", "text", "4711", name="order"),
                named("button", "payload", "track", index=0),
                named("button", "text", "4711", index=1),
                named("button", "coupon_code", "LAMP10", index=2),
                named("button", "form", "tok", index=3),
            ),
        ),
        {
            "type": "template",
            "template": {
                "name": "order_sent",
                "language": {"code": "ar"},
                "components": [
                    {
                        "type": "header",
                        "parameters": [
                            {
                                "type": "document",
                                "document": {"id": "m1", "filename": "a.pdf"},
                            }
                        ],
                    },
                    {
                        "type": "body",
                        "parameters": [
                            {
                                "type": "text",
                                "parameter_name": "first_name",
                                "text": "ليلى",
                            },
                            {
                                "type": "text",
                                "parameter_name": "order",
                                "text": "4711",
                            },
                        ],
                    },
                    {
                        "type": "button",
                        "sub_type": "quick_reply",
                        "index": "0",
                        "parameters": [{"type": "payload", "payload": "track"}],
                    },
                    {
                        "type": "button",
                        "sub_type": "url",
                        "index": "1",
                        "parameters": [{"type": "text", "text": "4711"}],
                    },
                    {
                        "type": "button",
                        "sub_type": "copy_code",
                        "index": "2",
                        "parameters": [
                            {"type": "coupon_code", "coupon_code": "LAMP10"}
                        ],
                    },
                    {
                        "type": "button",
                        "sub_type": "flow",
                        "index": "3",
                        "parameters": [
                            {"type": "action", "action": {"flow_token": "tok"}}
                        ],
                    },
                ],
            },
        },
    ),
    (
        OutTemplate(
            "visit",
            "nl",
            (named("header", "location", location=OutLocation(1.5, 2.5, "Shop")),),
        ),
        {
            "type": "template",
            "template": {
                "name": "visit",
                "language": {"code": "nl"},
                "components": [
                    {
                        "type": "header",
                        "parameters": [
                            {
                                "type": "location",
                                "location": {
                                    "latitude": 1.5,
                                    "longitude": 2.5,
                                    "name": "Shop",
                                },
                            }
                        ],
                    }
                ],
            },
        },
    ),
]


class TestWhatsappPayloads(UnitCase):
    def test_each_part_is_written_as_the_table_says(self):
        common = {
            "messaging_product": "whatsapp",
            "recipient_type": "individual",
            "to": "+33639980001",
        }
        for part, expected in TABLE:
            with self.subTest(part.kind, part=part):
                found = payloads.message([PHONE], part)
                self.assertEqual(found, {**common, **expected})

    def test_quote_and_correlation_are_added(self):
        found = payloads.message(
            [PHONE], OutText("Hi"), reply_to="wamid.Q", correlation="part-1"
        )
        self.assertEqual(found["context"], {"message_id": "wamid.Q"})
        self.assertEqual(found["biz_opaque_callback_data"], "part-1")

    def test_reaction_quotes_nothing(self):
        found = payloads.message([PHONE], OutReaction("wamid.X", "👍"), reply_to="w")
        self.assertNotIn("context", found)

    def test_correlation_has_a_limit(self):
        payloads.message([PHONE], OutText("Hi"), correlation="c" * 512)
        with self.assertRaises(UnsupportedPart) as caught:
            payloads.message([PHONE], OutText("Hi"), correlation="c" * 513)
        self.assertIn("CORRELATION_CHARS", caught.exception.details)

    def test_read_mark_and_typing(self):
        expected = {
            "messaging_product": "whatsapp",
            "status": "read",
            "message_id": "wamid.X",
        }
        self.assertEqual(payloads.read_mark("wamid.X"), expected)
        expected["typing_indicator"] = {"type": "text"}
        self.assertEqual(payloads.read_mark("wamid.X", typing=True), expected)


class TestWhatsappRecipient(UnitCase):
    def test_phone_goes_to_to_with_its_plus(self):
        expected = {"recipient_type": "individual", "to": "+33639980001"}
        for value in ("+33639980001", "33639980001"):
            found = payloads.recipient([Address(AddressKind.PHONE, value)])
            self.assertEqual(found, expected)

    def test_user_id_goes_to_recipient_only(self):
        expected = {"recipient_type": "individual", "recipient": BSUID.value}
        self.assertEqual(payloads.recipient([BSUID]), expected)
        self.assertEqual(payloads.recipient([PARENT, BSUID]), expected)

    def test_phone_is_preferred_wherever_it_stands(self):
        for order in ([BSUID, PHONE], [PHONE, BSUID], [PARENT, PHONE, BSUID]):
            self.assertEqual(payloads.recipient(order)["to"], PHONE.value)

    def test_first_of_two_phones_is_used(self):
        other = Address(AddressKind.PHONE, "+447700900123")
        self.assertEqual(payloads.recipient([other, PHONE])["to"], other.value)

    def test_user_id_kept_as_a_phone_is_never_sent_to_to(self):
        wrong = Address(AddressKind.PHONE, BSUID.value)
        with self.assertRaises(UnsupportedPart):
            payloads.recipient([wrong])
        self.assertNotIn("to", payloads.recipient([wrong, BSUID]))

    def test_unusable_addresses_are_refused(self):
        for value in ("+1234", "+" + "1" * 16, "", "+", "WHOEVER"):
            address = Address(AddressKind.PHONE, value)
            with self.subTest(value), self.assertRaises(UnsupportedPart) as caught:
                payloads.recipient([address])
            self.assertEqual(caught.exception.reason, "recipient")
        with self.assertRaises(UnsupportedPart):
            payloads.recipient([Address(AddressKind.USER_ID, "1234567")])
        with self.assertRaises(UnsupportedPart):
            payloads.recipient([])


class TestWhatsappLimits(UnitCase):
    def refuses(self, part: Part, details: str, reason: str = "invalid") -> None:
        with self.subTest(details), self.assertRaises(UnsupportedPart) as caught:
            payloads.message([PHONE], part)
        self.assertEqual(
            (caught.exception.details, caught.exception.reason), (details, reason)
        )

    def test_empty_things_are_refused(self):
        button = Button("y", "Yes")
        for part, details in (
            (OutText(""), "body is empty"),
            (OutText(" \n"), "body is empty"),
            (OutReaction("", "👍"), "target is empty"),
            (OutContact(" "), "name is empty"),
            (OutButtons("", (button,)), "body is empty"),
            (OutButtons("Body", ()), "buttons is empty"),
            (OutButtons("Body", (Button("", "Yes"),)), "button payload is empty"),
            (OutList("Body", "Open", ()), "rows is empty"),
            (OutList("Body", "", (Row("1", "One"),)), "list button is empty"),
            (OutList("Body", "Open", (Row("1", " "),)), "row title is empty"),
            (OutForm("Body", "", "Start", "tok"), "form is empty"),
            (OutForm("Body", "f1", "Start", ""), "token is empty"),
            (OutTemplate("", "en"), "template name is empty"),
            (OutTemplate("hello", ""), "language is empty"),
            (OutMedia("image", "image/png"), "media id is empty"),
        ):
            self.refuses(part, details)

    def test_doubles_are_refused(self):
        same_title = (Button("a", "Yes"), Button("b", "Yes"))
        same_payload = (Button("a", "Yes"), Button("a", "No"))
        rows = (Row("1", "One"), Row("1", "Two"))
        self.refuses(OutButtons("Body", same_title), "button title is used twice")
        self.refuses(OutButtons("Body", same_payload), "button payload is used twice")
        self.refuses(OutList("Body", "Open", rows), "row payload is used twice")

    def test_several_sections_need_titles(self):
        rows = (Row("1", "One", section="A"), Row("2", "Two"))
        self.refuses(OutList("Body", "Open", rows), "section title is empty")

    def test_files_of_a_wrong_type_are_refused(self):
        for part in (
            OutMedia("image", "image/gif"),
            OutMedia("document", "image/svg+xml"),
            OutMedia("nothing", "image/png"),
        ):
            self.refuses(part, "MEDIA_TYPES", "media")
        self.refuses(OutMedia("audio", "audio/mpeg", voice=True), "VOICE_MIME", "media")
        captioned = OutMedia("sticker", "image/webp", caption="x", media_id="m")
        self.refuses(captioned, "CAPTION_TYPES", "unsupported")

    def test_places_outside_the_earth_are_refused(self):
        for latitude, longitude in ((90.1, 0), (0, -180.1), (float("nan"), 0)):
            self.refuses(OutLocation(latitude, longitude), "no place on earth")

    def test_links_must_be_web_addresses(self):
        for url in ("", "javascript:alert(1)", "example.com"):
            self.refuses(OutLink("Body", "Open", url), "url is no web address")

    def test_carousel_cards_must_be_alike(self):
        card = ("m", "", "Open", "https://example.com/")
        mixed = (Card("image", *card), Card("video", *card))
        self.refuses(OutCarousel("Body", mixed[:1]), "CARD_COUNT_MIN")
        self.refuses(
            OutCarousel("Body", mixed), "all cards need an image, or all a video"
        )

    def test_template_text_keeps_to_one_line(self):
        for value in ("a\nb", "a\tb", "a     b"):
            part = OutTemplate("hello", "en", (named("body", "text", value),))
            self.refuses(part, "TEMPLATE_SPACES", "template")
        fine = OutTemplate("hello", "en", (named("body", "text", "a    b"),))
        payloads.message([PHONE], fine)

    def test_file_sizes_hold_at_their_edge(self):
        animated = b"RIFF\0\0\0\0WEBPVP8X\0\0\0\0\x02"
        for kind, start, limit in (
            ("image", b"x", "IMAGE_BYTES"),
            ("audio", b"x", "AUDIO_BYTES"),
            ("sticker", b"x", "STICKER_STATIC_BYTES"),
            ("sticker", animated, "STICKER_ANIMATED_BYTES"),
        ):
            size = getattr(const, limit)
            with self.subTest(limit):
                limits.media_size(kind, start.ljust(size, b"x"))
                with self.assertRaises(UnsupportedPart) as caught:
                    limits.media_size(kind, start.ljust(size + 1, b"x"))
                self.assertEqual(caught.exception.details, limit)
        with self.assertRaises(UnsupportedPart):
            limits.media_size("image", b"")
