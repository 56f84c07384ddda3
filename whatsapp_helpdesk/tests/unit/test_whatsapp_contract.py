from __future__ import annotations

import hashlib
import hmac
import json
from typing import Any, ClassVar

from ...gateway.errors import GatewayError, Retry
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
    Row,
    TemplateParameter,
)
from ...gateway.updates import Address, AddressKind, Kind
from ...gateway.whatsapp import const
from ...gateway.whatsapp.provider import WhatsAppProvider
from .case import UnitCase, sample, sample_names
from .contract import TOKEN, Answer, ProviderContract

PHONE = Address(AddressKind.PHONE, "+33639980001")


def rows(count: int, **more: str) -> tuple[Row, ...]:
    return tuple(Row(f"r{n}", f"Row {n}", **more) for n in range(count))


def buttons(count: int) -> tuple[Button, ...]:
    return tuple(Button(f"b{n}", f"Button {n}") for n in range(count))


def cards(count: int, **more: str) -> tuple[Card, ...]:
    card = {"body": "Card", "title": "Open", "url": "https://example.com/", **more}
    return tuple(Card("image", f"m{n}", **card) for n in range(count))


def refused(code: int, status: int = 400, **more: Any) -> Answer:
    error = {"code": code, "message": f"(#{code}) refused {TOKEN}", **more}
    return Answer({"error": error}, status)


def find(values: Any, name: str) -> Any:
    """The first member of this name, however deep."""
    rows = values.values() if isinstance(values, dict) else values
    if isinstance(values, dict) and isinstance(values.get(name), dict):
        return values[name]
    inner = (find(row, name) for row in rows if isinstance(row, dict | list))
    return next(filter(None, inner), None)


OK = {"body": "Body", "button": "Open"}
LIMITS = {
    "TEXT_CHARS": lambda n: OutText("é" * n),
    "CAPTION_CHARS": lambda n: OutMedia("image", "image/png", caption="🙏" * n),
    "BODY_CHARS": lambda n: OutButtons("b" * n, buttons(1)),
    "HEADER_CHARS": lambda n: OutLink("b", "t", "https://a.example", header="h" * n),
    "FOOTER_CHARS": lambda n: OutLink("b", "t", "https://a.example", footer="f" * n),
    "BUTTON_COUNT": lambda n: OutButtons("Body", buttons(n)),
    "BUTTON_TITLE_CHARS": lambda n: OutButtons("Body", (Button("b", "t" * n),)),
    "BUTTON_PAYLOAD_CHARS": lambda n: OutButtons("Body", (Button("p" * n, "t"),)),
    "LIST_BODY_CHARS": lambda n: OutList("b" * n, "Open", rows(1)),
    "LIST_BUTTON_CHARS": lambda n: OutList("Body", "o" * n, rows(1)),
    "LIST_ROW_COUNT": lambda n: OutList("Body", "Open", rows(n)),
    "ROW_PAYLOAD_CHARS": lambda n: OutList(rows=(Row("p" * n, "t"),), **OK),
    "ROW_TITLE_CHARS": lambda n: OutList(rows=(Row("p", "t" * n),), **OK),
    "ROW_DESCRIPTION_CHARS": lambda n: OutList(rows=rows(1, description="d" * n), **OK),
    "SECTION_TITLE_CHARS": lambda n: OutList(rows=rows(1, section="s" * n), **OK),
    "LINK_TITLE_CHARS": lambda n: OutLink("Body", "t" * n, "https://a.example"),
    "FORM_BUTTON_CHARS": lambda n: OutForm("Body", "f1", "t" * n, "token"),
    "CARD_COUNT": lambda n: OutCarousel("Body", cards(n)),
    "CARD_BODY_CHARS": lambda n: OutCarousel("Body", cards(2, body="b" * n)),
    "CARD_BODY_BREAKS": lambda n: OutCarousel("Body", cards(2, body="b\n" * n)),
    "CARD_BUTTON_CHARS": lambda n: OutCarousel("Body", cards(2, title="t" * n)),
    "TEMPLATE_NAME_CHARS": lambda n: OutTemplate("n" * n, "en"),
}


class TestWhatsappContract(ProviderContract, UnitCase):
    allow_inherited_tests_method = True
    provider = WhatsAppProvider
    account = "900100200300401"
    addresses: ClassVar = (PHONE,)
    kinds = frozenset(Kind)
    display_address = "+33 6 39 98 00 99"

    def bodies(self):
        names = sample_names("whatsapp")
        return {name: sample(f"whatsapp/{name}") for name in names}

    def signed(self, body, secret):
        digest = hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
        return {"X-Hub-Signature-256": f"sha256={digest}"}

    def handshake(self, token):
        query = {
            "hub.mode": "subscribe",
            "hub.verify_token": token,
            "hub.challenge": "1158201444",
        }
        return query, "1158201444"

    def parts(self):
        return [
            OutText("Good morning", preview_url=True),
            OutMedia("audio", "audio/ogg; codecs=opus", media_id="m1", voice=True),
            OutLocation(31.95, 35.91, "Shop"),
            OutContact("Amir", ("+962700000034",), ("amir@example.com",), "Lamps"),
            OutReaction("wamid.X", "👍"),
            OutButtons("Body", buttons(3), "Head", "Foot"),
            OutList("Body", "Open", rows(10), "Head", "Foot"),
            OutLink("Body", "Open", "https://example.com/"),
            OutLocationRequest("Where are you?"),
            OutContactRequest("May we have your number?"),
            OutForm("Body", "f1", "Start", "token", "FIRST", {"order": 1}),
            OutCarousel("Body", cards(2)),
            OutTemplate("hello", "ar", (TemplateParameter("body", "text", "Ann"),)),
        ]

    def limits(self):
        for name, make in LIMITS.items():
            yield name, (getattr(const, name), make)

    def accepted(self):
        return Answer({"messages": [{"id": "wamid.OURS"}]})

    def accepted_file(self, part):
        return [Answer({"id": "m1"}), self.accepted()]

    def largest_files(self):
        yield OutMedia("image", "image/png"), const.IMAGE_BYTES
        yield OutMedia("audio", "audio/mpeg"), const.AUDIO_BYTES
        yield OutMedia("video", "video/mp4"), const.VIDEO_BYTES
        yield OutMedia("document", "application/pdf"), const.DOCUMENT_BYTES

    def pressed(self, payload):
        body = json.loads(sample("whatsapp/interactive_button"))
        find(body, "button_reply")["id"] = payload
        return json.dumps(body).encode()

    def shared_contact(self, *, own):
        name = "contacts_own_number" if own else "contacts_card"
        return sample(f"whatsapp/{name}")

    def opened_by(self, text):
        body = json.loads(sample("whatsapp/text_plain"))
        find(body, "text")["body"] = f"Hello, {text}"
        return json.dumps(body).encode()

    def answers(self):
        doubt = Retry.IN_DOUBT
        return {
            "throttled": (refused(130429), "throttled", Retry.SOON),
            "app limit": (refused(4), "throttled", Retry.SLOW),
            "pair": (refused(131056), "pair_throttled", Retry.SOON),
            "window": (refused(131047), "window_closed", Retry.WINDOW_CLOSED),
            "token": (refused(190, 401), "token", Retry.STOP_ACCOUNT),
            "no auth": (refused(0, 401), "token", Retry.STOP_ACCOUNT),
            "opted out": (refused(131050), "opted_out", Retry.OPTED_OUT),
            "server, Meta's own": (refused(131000, 500), "server", Retry.SOON),
            "server, anybody's": (Answer(None, 502), "server", doubt),
            "server, foreign JSON": (Answer({"oops": 1}, 503), "server", doubt),
            "good but not JSON": (Answer(None), "server", doubt),
            "good without id": (Answer({"messages": []}), "server", doubt),
            "refused by a proxy": (Answer(None, 407), "invalid", Retry.NEVER),
            "lost": (GatewayError("timeout", doubt), "timeout", doubt),
            "not sent": (GatewayError("network", Retry.SOON), "network", Retry.SOON),
        }
