"""Calls of the Bot API: what goes out for each part, files, and moved chats."""

from __future__ import annotations

import json
from typing import Any

from ...gateway.errors import GatewayError, Retry, UnsupportedPart
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
    OutTemplate,
    OutText,
    Part,
    Row,
)
from ...gateway.provider import Credentials, Upload
from ...gateway.telegram import const
from ...gateway.telegram.entities import build
from ...gateway.telegram.provider import TelegramProvider
from ...gateway.updates import Address, AddressKind, MediaRef
from .case import UnitCase
from .contract import Answer, ScriptedTransport, Sized

TOKEN = "7700000009:AAabcdefghijklmnopqrstuvwxyz"
CHAT = 5200000001
ZOE = (Address(AddressKind.USER_ID, str(CHAT)),)
SENT = Answer({"ok": True, "result": {"message_id": 41, "chat": {"id": CHAT}}})
TRUE = Answer({"ok": True, "result": True})
IMAGE = OutMedia("image", "image/png", "a.png", "See *this*")
PIXELS = Upload(b"\x89PNG", "image/png", "a.png")


def refused(code: int, words: str, **parameters: Any) -> Answer:
    values = {"ok": False, "error_code": code, "description": words}
    return Answer({**values, "parameters": parameters}, code)


class SendingCase(UnitCase):
    def provider(self, *answers: Any) -> TelegramProvider:
        self.transport = ScriptedTransport(*answers)
        credentials = Credentials("7700000009", TOKEN, ("secret",))
        return TelegramProvider(credentials, self.transport)

    def call(self, part: Part, reply_to: str = "") -> dict[str, Any]:
        return self.provider().serialise(ZOE, part, reply_to=reply_to)

    def methods(self) -> list[str]:
        return [row["url"].rpartition("/")[2] for row in self.transport.requests]


class TestFormatting(UnitCase):
    def test_marks_become_entities_counted_in_utf16(self):
        text, entities = build("😀 *bold _both_* ~gone~ `code`")
        self.assertEqual(text, "😀 bold both gone code")
        found = [(e["type"], e["offset"], e["length"]) for e in entities]
        self.assertEqual(
            found,
            [
                ("bold", 3, 9),
                ("italic", 8, 4),
                ("strikethrough", 13, 4),
                ("code", 18, 4),
            ],
        )

    def test_quotes_and_fenced_code(self):
        text, entities = build("a\n> one\n> two\nb\n```\nx = *1*\n```\nc")
        self.assertEqual(text, "a\none\ntwo\nb\nx = *1*\nc")
        found = [(e["type"], e["offset"], e["length"]) for e in entities]
        self.assertEqual(found, [("blockquote", 2, 7), ("pre", 12, 7)])

    def test_what_is_no_mark_stays(self):
        for text in ("2*3*4 <b> & snake_case_name", "[x](y) \\* #!", "* item\n1. two"):
            with self.subTest(text):
                self.assertEqual(build(text), (text, []))

    def test_white_space_around_is_not_sent(self):
        self.assertEqual(build("  \n hi \n"), ("hi", []))


class TestCalls(SendingCase):
    def test_text(self):
        self.assertEqual(
            self.call(OutText("Hi *Zoé*", remove_keyboard=True), f"{CHAT}:9"),
            {
                "method": "sendMessage",
                "chat_id": CHAT,
                "text": "Hi Zoé",
                "entities": [{"type": "bold", "offset": 3, "length": 3}],
                "link_preview_options": {"is_disabled": True},
                "reply_markup": {"remove_keyboard": True},
                "reply_parameters": {
                    "message_id": 9,
                    "allow_sending_without_reply": True,
                },
            },
        )
        self.assertNotIn("link_preview_options", self.call(OutText("x", True)))

    def test_only_messages_of_the_same_chat_are_quoted(self):
        for other in ("99:9", f"{CHAT}:press-17", f"{CHAT}:", "wamid.X", f"{CHAT}:0"):
            with self.subTest(other):
                call = self.call(OutText("x"), other)
                self.assertNotIn("reply_parameters", call)

    def test_buttons(self):
        part = OutButtons("Which?", (Button("p1", "One"), Button("p2", "Two")), "Head")
        call = self.call(part)
        self.assertEqual(call["text"], "Head\n\nWhich?")
        self.assertEqual(
            call["reply_markup"]["inline_keyboard"],
            [
                [{"text": "One", "callback_data": "p1"}],
                [{"text": "Two", "callback_data": "p2"}],
            ],
        )

    def test_a_list_says_everything_its_buttons_cannot(self):
        rows = (Row("p1", "Lamps", "All we have", "Shop"), Row("p2", "Help", "", "Us"))
        call = self.call(OutList("Choose", "Open", rows, footer="Soon"))
        text = "Choose\n\n\nShop\n• Lamps: All we have\n\nUs\n\nSoon"
        self.assertEqual(call["text"], text)
        titles = [row[0]["text"] for row in call["reply_markup"]["inline_keyboard"]]
        self.assertEqual(titles, ["Lamps", "Help"])

    def test_link(self):
        call = self.call(OutLink("Look", "Open", "https://lamps.example/"))
        button = {"text": "Open", "url": "https://lamps.example/"}
        self.assertEqual(call["reply_markup"], {"inline_keyboard": [[button]]})

    def test_requests(self):
        cases = (
            (OutContactRequest("Number?"), {"text": "📱", "request_contact": True}),
            (OutLocationRequest("Where?"), {"text": "📍", "request_location": True}),
            (
                OutContactRequest("Number?", "Send mine"),
                {"text": "Send mine", "request_contact": True},
            ),
        )
        for part, button in cases:
            markup = self.call(part)["reply_markup"]
            self.assertEqual(markup["keyboard"], [[button]])
            self.assertTrue(markup["one_time_keyboard"])

    def test_places(self):
        self.assertEqual(self.call(OutLocation(1.5, 2.5))["method"], "sendLocation")
        venue = self.call(OutLocation(1.5, 2.5, "Shop"))
        self.assertEqual(
            (venue["method"], venue["title"], venue["address"]),
            ("sendVenue", "Shop", "Shop"),
        )

    def test_contact(self):
        plain = self.call(OutContact("Amir", ("+962700000034",)))
        self.assertEqual(plain["phone_number"], "+962700000034")
        self.assertNotIn("vcard", plain)
        full = self.call(OutContact("A; B", ("+1", "+2"), ("a@b.example",)))
        self.assertIn("FN:A\\; B\nTEL:+1\nTEL:+2\nEMAIL:a@b.example", full["vcard"])

    def test_kinds_of_files(self):
        cases = {
            "sendPhoto": OutMedia("image", "image/jpeg", media_id="f"),
            "sendAnimation": OutMedia("image", "image/gif", media_id="f"),
            "sendVideo": OutMedia("video", "video/mp4", media_id="f"),
            "sendAudio": OutMedia("audio", "audio/mpeg", media_id="f"),
            "sendVoice": OutMedia("audio", "audio/ogg", media_id="f", voice=True),
            "sendSticker": OutMedia("sticker", "image/webp", media_id="f"),
            "sendDocument": OutMedia("document", "x-lamps/any", media_id="f"),
        }
        for method, part in cases.items():
            call = self.call(part)
            self.assertEqual(call["method"], method)
            self.assertIn("f", call.values())

    def test_what_cannot_be_sent(self):
        for part in (
            OutTemplate("hello", "en"),
            OutText("  "),
            OutText("* *"[:0]),
            OutMedia("audio", "audio/ogg"),
            OutMedia("audio", "audio/mpeg", voice=True),
            OutMedia("video", "video/webm"),
            OutMedia("hologram", "image/png"),
            OutMedia("sticker", "image/webp", caption="no"),
            OutContact("Amir"),
            OutLocation(91, 0),
            OutReaction(f"{CHAT}:press-1", "👍"),
            OutReaction(f"{CHAT}:4", "🧊"),
            OutButtons("b", (Button("p", "One"), Button("p", "Two"))),
            OutButtons(" ", (Button("p", "One"),), "Head"),
            OutLink("b", "t", "javascript:alert(1)"),
        ):
            with self.subTest(part), self.assertRaises(UnsupportedPart):
                TelegramProvider.check(part)

    def test_marks_do_not_count(self):
        TelegramProvider.check(OutText("*" + "b" * 4096 + "*"))
        with self.assertRaises(UnsupportedPart):
            TelegramProvider.check(OutText("*" + "b" * 4097 + "*"))

    def test_characters_outside_of_the_first_plane_count_twice(self):
        TelegramProvider.check(OutText("😀" * 2048))
        with self.assertRaises(UnsupportedPart):
            TelegramProvider.check(OutText("😀" * 2048 + "a"))


class TestSending(SendingCase):
    def test_id_is_chat_and_message(self):
        sent = self.provider(SENT).send(ZOE, OutText("x"))
        self.assertEqual((sent.external_id, sent.addresses), (f"{CHAT}:41", ()))

    def test_a_file_is_sent_as_a_form(self):
        self.provider(SENT).send(ZOE, IMAGE, upload=PIXELS, reply_to=f"{CHAT}:9")
        request = self.transport.requests[0]
        self.assertTrue(request["url"].endswith("/sendPhoto"))
        self.assertEqual(
            request["files"], {"photo": ("a.png", b"\x89PNG", "image/png")}
        )
        self.assertEqual(request["data"]["caption"], "See this")
        self.assertEqual(request["data"]["chat_id"], str(CHAT))
        quoted = json.loads(request["data"]["reply_parameters"])
        self.assertEqual(quoted["message_id"], 9)
        self.assertNotIn("json", request)

    def test_a_picture_too_large_for_a_photo_goes_as_a_document(self):
        for size, method in (
            (const.PHOTO_BYTES, "sendPhoto"),
            (const.PHOTO_BYTES + 1, "sendDocument"),
        ):
            upload = Upload(Sized(size), "image/png", "a.png")
            self.provider(SENT).send(ZOE, IMAGE, upload=upload)
            self.assertEqual(self.methods(), [method])

    def test_a_refused_picture_goes_as_a_document(self):
        words = "Bad Request: PHOTO_INVALID_DIMENSIONS"
        provider = self.provider(refused(400, words), SENT)
        sent = provider.send(ZOE, IMAGE, upload=PIXELS)
        self.assertEqual(sent.external_id, f"{CHAT}:41")
        self.assertEqual(self.methods(), ["sendPhoto", "sendDocument"])
        self.assertEqual(self.transport.requests[1]["data"]["caption"], "See this")

    def test_who_wants_no_voice_messages_gets_a_file(self):
        part = OutMedia("audio", "audio/ogg", "v.ogg", voice=True)
        provider = self.provider(
            refused(400, "Bad Request: VOICE_MESSAGES_FORBIDDEN"), SENT
        )
        provider.send(ZOE, part, upload=Upload(b"OggS", "audio/ogg", "v.ogg"))
        self.assertEqual(self.methods(), ["sendVoice", "sendDocument"])

    def test_a_refused_document_stays_refused(self):
        part = OutMedia("document", "application/pdf", "a.pdf")
        provider = self.provider(refused(400, "Bad Request: file must be non-empty"))
        with self.assertRaises(GatewayError) as caught:
            provider.send(ZOE, part, upload=Upload(b"%PDF", "application/pdf"))
        self.assertEqual(caught.exception.reason, "media")

    def test_no_file_where_one_is_needed_and_the_other_way_round(self):
        for part, upload in ((IMAGE, None), (OutText("x"), PIXELS)):
            with self.assertRaises(UnsupportedPart):
                self.provider().send(ZOE, part, upload=upload)

    def test_a_chat_that_moved_is_followed_and_told(self):
        moved = refused(400, "Bad Request: group chat was upgraded",
                        migrate_to_chat_id=-1002100000003)  # fmt: skip
        there = {"message_id": 5, "chat": {"id": -1002100000003}}
        provider = self.provider(moved, Answer({"ok": True, "result": there}))
        sent = provider.send(ZOE, OutText("x"), reply_to=f"{CHAT}:9")
        self.assertEqual(sent.external_id, "-1002100000003:5")
        self.assertEqual([a.value for a in sent.addresses], ["-1002100000003"])
        second = self.transport.requests[1]["json"]
        self.assertEqual(second["chat_id"], -1002100000003)
        self.assertNotIn("reply_parameters", second)

    def test_a_chat_that_moves_on_and_on_is_given_up(self):
        moved = refused(400, "upgraded", migrate_to_chat_id=-100)
        provider = self.provider(moved, moved)
        with self.assertRaises(GatewayError) as caught:
            provider.send(ZOE, OutText("x"))
        self.assertEqual(caught.exception.reason, "recipient")

    def test_reactions_have_ids_of_their_own_and_may_be_repeated(self):
        part = OutReaction(f"{CHAT}:40", "❤️")
        first, second = (self.provider(TRUE).send(ZOE, part) for _n in range(2))
        self.assertNotEqual(first.external_id, second.external_id)
        request = self.transport.requests[0]
        given = [{"type": "emoji", "emoji": "❤"}]
        self.assertEqual(request["json"]["reaction"], given)
        self.assertTrue(request["repeatable"])

    def test_waiting_time_is_the_customers_own(self):
        provider = self.provider(refused(429, "Too Many Requests", retry_after=7))
        with self.assertRaises(GatewayError) as caught:
            provider.send(ZOE, OutText("x"))
        error = caught.exception
        self.assertEqual((error.retry_after, error.only_recipient), (7.0, True))

    def test_a_token_of_another_shape_goes_nowhere(self):
        for token in ("", "abc", "12:short", f"{TOKEN}/../x", f"{TOKEN}?a=1"):
            transport = ScriptedTransport()
            provider = TelegramProvider(Credentials("1", token), transport)
            with self.subTest(token), self.assertRaises(GatewayError) as caught:
                provider.send(ZOE, OutText("x"))
            self.assertEqual(caught.exception.retry, Retry.STOP_ACCOUNT)
            self.assertEqual(transport.requests, [])


class TestAround(SendingCase):
    def test_typing(self):
        self.provider(TRUE).mark_read(f"{CHAT}:9", typing=True)
        sent = self.transport.requests[0]
        self.assertEqual(sent["json"], {"chat_id": CHAT, "action": "typing"})
        self.assertEqual(self.methods(), ["sendChatAction"])

    def test_reading_shows_nothing(self):
        self.provider().mark_read(f"{CHAT}:9")
        self.provider().mark_read("not ours", typing=True)
        self.assertEqual(self.transport.requests, [])

    def test_acknowledge(self):
        self.provider(TRUE).acknowledge("438")
        self.assertEqual(self.methods(), ["answerCallbackQuery"])
        sent = self.transport.requests[0]["json"]
        self.assertEqual(sent, {"callback_query_id": "438"})

    def test_acknowledge_too_late(self):
        words = "Bad Request: query is too old and response timeout expired"
        with self.assertRaises(GatewayError) as caught:
            self.provider(refused(400, words)).acknowledge("438")
        self.assertEqual(caught.exception.reason, "expired")

    def test_deep_link_needs_a_name_and_a_plain_text(self):
        link = TelegramProvider.get_deep_link("@lamp_bot", "a-b_C9")
        self.assertEqual(link, "https://t.me/lamp_bot?start=a-b_C9")
        for name, text in (("", "a"), ("7700000009x/y", "a"), ("@lamp_bot", "a b"),
                           ("@lamp_bot", "é"), ("@lamp_bot", "x" * 65)):  # fmt: skip
            with self.subTest(name + text), self.assertRaises(UnsupportedPart):
                TelegramProvider.get_deep_link(name, text)


class TestFiles(SendingCase):
    ref = MediaRef("image", "PH1", mime_type="image/jpeg", filename="a.jpg", size=4)

    def found(self, path: str = "photos/file 1.jpg", size: int = 4) -> Answer:
        values = {"file_id": "PH1", "file_size": size, "file_path": path}
        return Answer({"ok": True, "result": values})

    def test_a_file_is_found_and_fetched(self):
        provider = self.provider(self.found(), (b"jpeg", {}))
        blob = provider.fetch_media(self.ref, max_size=100)
        self.assertEqual((blob.content, blob.mime_type), (b"jpeg", "image/jpeg"))
        url = f"https://api.telegram.org/file/bot{TOKEN}/photos/file%201.jpg"
        self.assertEqual(self.transport.requests[1]["url"], url)
        self.assertEqual(self.transport.requests[1]["max_size"], 100)

    def test_a_path_that_died_is_asked_for_once_more(self):
        gone = GatewayError("media", Retry.SOON, code=404)
        provider = self.provider(self.found(), gone, self.found(), (b"jpeg", {}))
        self.assertEqual(provider.fetch_media(self.ref, max_size=9).content, b"jpeg")

    def test_what_cannot_be_fetched(self):
        big = "Bad Request: file is too big"
        cases = (
            [refused(400, big)],
            [refused(400, "Bad Request: wrong file_id")],
            [refused(400, "Bad Request: no idea")],
            [self.found(size=101)],
            [self.found(path="")],
            [self.found(path="../../etc/passwd")],
            [self.found(path="/photos//x")],
        )
        for answers in cases:
            with self.subTest(answers[0].body), self.assertRaises(GatewayError) as e:
                self.provider(*answers).fetch_media(self.ref, max_size=100)
            self.assertEqual(e.exception.reason, "media")
            self.assertEqual(len(self.transport.requests), 1)

    def test_a_file_that_says_it_is_too_large_is_not_asked_for(self):
        for ref in (MediaRef("video", "V", size=21 * const.MB), MediaRef("video")):
            with self.assertRaises(GatewayError):
                self.provider().fetch_media(ref, max_size=100 * const.MB)
            self.assertEqual(self.transport.requests, [])
