"""The Bot API keeps the contract of all channels."""

from __future__ import annotations

import json
from typing import Any, ClassVar

from ...gateway.errors import Retry
from ...gateway.outgoing import (
    Button,
    OutButtons,
    OutContact,
    OutContactRequest,
    OutLink,
    OutList,
    OutLocation,
    OutLocationRequest,
    OutMedia,
    OutReaction,
    OutText,
    Row,
)
from ...gateway.telegram import const
from ...gateway.telegram.provider import TelegramProvider
from ...gateway.updates import Address, AddressKind, Kind
from .case import UnitCase, sample, sample_names
from .contract import Answer, ProviderContract

TOKEN = "7700000009:AA-RECOGNISABLE-abcdefghijklmnop"
CHAT = 5200000001
ZOE = Address(AddressKind.USER_ID, str(CHAT))
SENT = {"message_id": 41, "chat": {"id": CHAT, "type": "private"}, "date": 1795000000}


def refused(code: int, words: str, **parameters: Any) -> Answer:
    values = {"ok": False, "error_code": code, "description": f"{words} {TOKEN}"}
    return Answer({**values, "parameters": parameters}, code)


def row(**values: str) -> OutList:
    return OutList("Body", "Open", (Row(**{"payload": "p", "title": "t", **values}),))


LIMITS = {
    "TEXT_CHARS": lambda n: OutText("é" * n),
    "CAPTION_CHARS": lambda n: OutMedia("image", "image/png", caption="é" * n),
    "BUTTON_COUNT": lambda n: OutButtons(
        "Body", tuple(Button(f"b{i}", f"t{i}") for i in range(n))
    ),
    "BUTTON_TITLE_CHARS": lambda n: OutLink("Body", "😀" * n, "https://a.example"),
    "BUTTON_PAYLOAD_BYTES": lambda n: OutButtons("Body", (Button("p" * n, "t"),)),
    "CONTACT_NAME_CHARS": lambda n: OutContact("n" * n, ("+33639980011",)),
    "VCARD_BYTES": lambda n: OutContact("A", ("1",), ("e" * (n - 51),)),
}


class TestTelegramContract(ProviderContract, UnitCase):
    allow_inherited_tests_method = True
    provider = TelegramProvider
    account = "7700000009"
    display_address = "@lamp_shop_bot"
    token = TOKEN
    signs_body = False
    addresses: ClassVar = (ZOE,)
    kinds = frozenset(
        (Kind.MESSAGE, Kind.REACTION, Kind.EDIT, Kind.IDENTITY, Kind.GROUP)
        + (Kind.UNSUPPORTED, Kind.UNKNOWN, Kind.MALFORMED)
    )

    def bodies(self):
        names = sample_names("telegram")
        return {name: sample(f"telegram/{name}") for name in names}

    def signed(self, body, secret):
        return {"X-Telegram-Bot-Api-Secret-Token": secret}

    def parts(self):
        return [
            OutText("Good *morning*"),
            OutMedia("audio", "audio/ogg; codecs=opus", media_id="m1", voice=True),
            OutLocation(31.95, 35.91, "Shop"),
            OutContact("Amir", ("+962700000034",), ("amir@example.com",), "Lamps"),
            OutReaction(f"{CHAT}:40", "👍"),
            OutButtons("Body", (Button("p", "Yes"),), "Head", "Foot"),
            OutList("Body", "Open", (Row("r", "One", "first", "All"),), "Head", "Foot"),
            OutLink("Body", "Open", "https://example.com/"),
            OutLocationRequest("Where are you?"),
            OutContactRequest("May we have your number?", "My number"),
        ]

    def limits(self):
        for name, make in LIMITS.items():
            limit = getattr(const, name)
            yield name, (getattr(limit, "size", limit), make)

    def accepted(self):
        return Answer({"ok": True, "result": SENT})

    def largest_files(self):
        for part in (
            OutMedia("document", "application/zip", "all.zip"),
            OutMedia("video", "video/mp4", "a.mp4"),
            OutMedia("image", "image/jpeg", "a.jpg"),
        ):
            yield part, const.FILE_BYTES

    def pressed(self, payload):
        body = json.loads(sample("telegram/button"))
        body["callback_query"]["data"] = payload
        return json.dumps(body).encode()

    def shared_contact(self, *, own):
        return sample(f"telegram/contact_{'own' if own else 'other_user'}")

    def opened_by(self, text):
        body = json.loads(sample("telegram/start_plain"))
        body["message"]["text"] = f"/start {text}"
        return json.dumps(body).encode()

    def assert_authorised(self, request):
        self.assertIn(f"/bot{TOKEN}/", request["url"])
        self.assertNotIn("token", request)

    def answers(self):
        never, stop, doubt = Retry.NEVER, Retry.STOP_ACCOUNT, Retry.IN_DOUBT
        bad, no = "Bad Request: ", "Forbidden: "
        return {
            "blocked": (refused(403, f"{no}bot was blocked by the user"),
                        "blocked_us", never),
            "gone": (refused(403, f"{no}user is deactivated"), "recipient", never),
            "never wrote": (
                refused(403, f"{no}bot can't initiate conversation with a user"),
                "recipient", never),
            "kicked": (refused(403, f"{no}bot was kicked from the group chat"),
                       "recipient", never),
            "no chat": (refused(400, f"{bad}chat not found"), "recipient", never),
            "too long": (refused(400, f"{bad}message is too long"), "too_long", never),
            "entities": (refused(400, f"{bad}can't parse entities: x"),
                         "invalid", never),
            "button": (refused(400, f"{bad}BUTTON_DATA_INVALID"), "invalid", never),
            "file": (refused(400, f"{bad}wrong file identifier/HTTP URL specified"),
                     "media", never),
            "file size": (refused(413, "Request Entity Too Large"), "media", never),
            "anything else": (refused(400, f"{bad}no idea"), "invalid", never),
            "token": (refused(401, "Unauthorized"), "token", stop),
            "half a token": (refused(404, "Not Found"), "token", stop),
            "another consumer": (refused(409, "Conflict: terminated"),
                                 "account", Retry.SLOW),
            "too fast": (refused(429, "Too Many Requests: retry after 7",
                                 retry_after=7), "throttled", Retry.SOON),
            "server, its own": (refused(500, "Internal Server Error"),
                                "server", Retry.SOON),
            "server, anybody's": (Answer(None, 502), "server", doubt),
            "server, foreign JSON": (Answer({"oops": 1}, 503), "server", doubt),
            "good but not JSON": (Answer(None), "server", doubt),
            "good without id": (Answer({"ok": True, "result": {}}), "server", doubt),
            "good, odd result": (Answer({"ok": True, "result": []}), "server", doubt),
            "refused by a proxy": (Answer(None, 407), "invalid", never),
        }  # fmt: skip
