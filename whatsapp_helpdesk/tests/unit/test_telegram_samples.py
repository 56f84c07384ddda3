"""Our own bodies of the Bot API and what each becomes."""

from __future__ import annotations

import json
from datetime import datetime, timezone

from ...gateway.telegram.provider import TelegramProvider
from ...gateway.updates import Address, AddressKind, Kind, Scope
from .case import UnitCase, sample, sample_names

ZOE, SAMI = ["5200000001"], ["6100000002"]
M, U, G, X = Kind.MESSAGE, Kind.UNSUPPORTED, Kind.GROUP, Kind.UNKNOWN
CHAT, OURS = "5200000001", "5200000001:40"


def message(kind: str = "text", text: str = "", **more):
    return M, {"type": kind, "text": text, "addresses": ZOE, **more}


def hidden(kind: str, text: str = ""):
    return U, {"type": kind, "text": text, "content": kind, "addresses": ZOE}


PHONE = "+33639980011"
PAYLOAD = "!ask:1k:tomorrow:7aa:c2lnbmF0dXJlLi4u"
LINKED = "😀 See this page (https://lamps.example/a) and https://lamps.example/b"
START = "/start join-AbCdEf0123456789_-xyz"

#: Sample: the updates in it, each with its kind and some of its fields.
TABLE = {
    # text
    "text_plain": [
        message(
            text="Hello, is the green lamp in stock?",
            key="message:880101:5200000001:100",
            external_id="5200000001:100",
            name="Zoé Marchand",
            username="zoe_m",
            account="",
            forwarded=False,
        )
    ],
    "text_arabic": [
        (M, {"text": "مرحبا، هل وصل طلبي؟ 😀", "name": "سامي", "addresses": SAMI})
    ],
    "text_hidden_links": [message(text=LINKED)],
    "text_broken_entities": [message(text="Still readable")],
    "no_update_id": [
        message(
            text="Time nobody can read",
            timestamp=None,
            raw_timestamp="soon",
            external_id="5200000001:77",
        )
    ],
    # opening the chat
    "start_plain": [message("start", deep_link="")],
    "start_link": [message("start", deep_link="join-AbCdEf0123456789_-xyz")],
    "start_with_words": [message(text="/start what is this bot about?", deep_link="")],
    "start_forwarded": [message(text=START, deep_link="", forwarded=True)],
    # files
    "photo": [
        message(
            "image",
            "The switch is broken",
            media_id="PHlarge",
            mime_type="image/jpeg",
            album="",
        )
    ],
    "album_first": [
        message("image", media_id="AL1", album=f"{CHAT}:14100000000000001")
    ],
    "album_second": [
        message(
            "video",
            "All three of them",
            media_id="AL2",
            album=f"{CHAT}:14100000000000001",
        )
    ],
    "voice": [message("audio", media_id="VO1", voice=True, mime_type="audio/ogg")],
    "audio": [message("audio", media_id="AU1", voice=False, filename="song.mp3")],
    "video_note": [message("video", media_id="VN1", mime_type="video/mp4")],
    "animation": [message("video", media_id="GIF1", animated=True)],
    "document_arabic_name": [
        message("document", "الفاتورة", media_id="DOC1", filename="فاتورة.pdf")
    ],
    "document_without_type": [message("document", media_id="DOC2", mime_type="")],
    "sticker": [message("sticker", media_id="ST1", mime_type="image/webp")],
    "sticker_vector": [
        message("sticker", media_id="ST2thumb", mime_type="image/webp", animated=False)
    ],
    "sticker_video": [
        message("sticker", media_id="ST3", mime_type="video/webm", animated=True)
    ],
    "photo_garbage": [hidden("photo", "Words that stay")],
    # places
    "location": [message("location", place=(31.9539, 35.9106, "", ""))],
    "location_live": [message("location", live_seconds=900)],
    "location_nowhere": [hidden("location")],
    "venue": [
        message("location", place=(48.85, 2.35, "Café des Lampes", "2 rue Haute"))
    ],
    # people
    "contact_own": [message("contacts", own=True, phones=(PHONE,), reply_to=OURS)],
    "contact_other": [
        message(
            "contacts",
            own=False,
            phones=("+962 70 000 0034",),
            emails=("amir@lamps.example",),
            organisation="Lamps;Sales",
        )
    ],
    "contact_other_user": [message("contacts", own=False, phones=("+962700000035",))],
    "contact_own_forwarded": [
        message("contacts", own=False, phones=(PHONE,), forwarded=True)
    ],
    # around the content
    "reply_with_quote": [
        message(text="This one", reply_to=OURS, quote="lamp is ready")
    ],
    "reply_to_elsewhere": [message(text="And this offer?", reply_to="")],
    "forwarded": [message(text="From my neighbour", forwarded=True)],
    # what cannot be shown
    "poll": [hidden("poll")],
    "dice": [hidden("dice")],
    "future_content": [hidden("hologram", "Look at this")],
    "web_app_data": [hidden("web_app_data")],
    "pinned": [(X, {"type": "pinned_message"})],
    "write_access": [(X, {"type": "write_access_allowed"})],
    # edits
    "edited_text": [
        (
            Kind.EDIT,
            {
                "text": "Hello, is the red lamp in stock?",
                "target": "5200000001:138",
                "external_id": "",
                "raw_timestamp": "1795000500",
                "addresses": ZOE,
            },
        )
    ],
    "edited_caption": [
        (Kind.EDIT, {"text": "The other switch", "target": "5200000001:139"})
    ],
    "edited_live_location": [(X, {"type": "location"})],
    # buttons
    "button": [
        message(
            "button",
            "Tomorrow",
            payload=PAYLOAD,
            reply_to=OURS,
            acknowledge="4382000000000000001",
            external_id="5200000001:press-4382000000000000001",
            timestamp=None,
        )
    ],
    "button_old_message": [
        message("button", payload="  spaces and ünï  ", reply_to="5200000001:3")
    ],
    "button_inline": [
        (M, {"payload": "x", "addresses": SAMI, "reply_to": "", "type": "button"})
    ],
    "button_game": [(U, {"content": "game", "acknowledge": "4382000000000000004"})],
    "button_in_group": [
        (G, {"acknowledge": "4382000000000000005", "button": None, "addresses": []})
    ],
    # the chat itself
    "blocked": [(Kind.IDENTITY, {"change": "blocked", "addresses": ZOE})],
    "unblocked": [(Kind.IDENTITY, {"change": "unblocked", "addresses": ZOE})],
    "membership_other": [(X, {"type": "my_chat_member", "status": "restricted"})],
    "reaction": [(Kind.REACTION, {"emoji": "❤", "target": OURS, "addresses": ZOE})],
    "reaction_removed": [(Kind.REACTION, {"emoji": "", "target": OURS})],
    "reaction_custom": [(X, {"type": "message_reaction"})],
    # many people
    "added_to_group": [(G, {"group": "-4100000003", "addresses": []})],
    "group_text": [(G, {"group": "-4100000003", "text": "", "addresses": []})],
    "group_migrated": [(G, {"group": "-4100000003", "migrated_to": "-1002100000003"})],
    "channel_post": [(G, {"group": "-1003", "text": ""})],
    # what we do not know
    "business_message": [(X, {"type": "business_message", "addresses": []})],
    "unknown_member": [(X, {"type": "teleportation"})],
    "two_members": [message(text="one"), (X, {"type": "hologram_call"})],
    "empty": [(X, {"type": "empty"})],
    "message_no_object": [(Kind.MALFORMED, {"type": "message"})],
    "message_no_chat": [(Kind.MALFORMED, {"type": "message"})],
}

#: Shorthands of the table: how to get the value from an update.
_SHORT = {
    "addresses": lambda update: [entry.value for entry in update.addresses],
    "payload": lambda update: update.button.payload,
    "place": lambda update: tuple(vars(update.location).values()),
}
_OF_FILE = ("media_id", "mime_type", "voice", "filename", "animated")
_OF_CARD = ("own", "phones", "emails", "organisation")


def value_of(update, name):
    if name in _SHORT:
        return _SHORT[name](update)
    if name in _OF_FILE:
        return getattr(update.media[0], name)
    if name in _OF_CARD:
        return getattr(update.contacts[0], name)
    return getattr(update, name) if hasattr(update, name) else update.details.get(name)


def parse(name):
    return TelegramProvider.parse(sample(f"telegram/{name}"))


class TestTelegramSamples(UnitCase):
    def test_each_sample_gives_what_the_table_says(self):
        for name, rows in TABLE.items():
            updates = parse(name)
            with self.subTest(name):
                self.assertEqual([u.kind for u in updates], [kind for kind, _f in rows])
            for update, (_kind, expected) in zip(updates, rows, strict=False):
                for field, value in expected.items():
                    with self.subTest(name, field=field):
                        self.assertEqual(value_of(update, field), value)

    def test_table_names_every_sample(self):
        self.assertEqual(sorted(TABLE), sample_names("telegram"))

    def test_keys_differ_between_samples(self):
        keys = [update.key for name in TABLE for update in parse(name)]
        self.assertEqual(len(set(keys)), len(keys))

    def test_a_customer_is_known_by_one_id_on_all_bots(self):
        (update,) = parse("text_plain")
        expected = Address(AddressKind.USER_ID, "5200000001", Scope.PROVIDER)
        self.assertEqual(update.addresses, (expected,))

    def test_time_is_utc(self):
        (update,) = parse("text_plain")
        moment = datetime.fromtimestamp(1795000000, timezone.utc)
        self.assertEqual(update.timestamp, moment)


class TestTelegramDuplicates(UnitCase):
    def update(self, name="text_plain", **changes):
        body = json.loads(sample(f"telegram/{name}"))
        for path, value in changes.items():
            *steps, last = path.split("__")
            place = body
            for step in steps:
                place = place[step]
            place[last] = value
        (update,) = TelegramProvider.parse(json.dumps(body).encode())
        return update

    def test_a_number_given_again_after_a_quiet_week_is_another_update(self):
        """Telegram starts at a random number then, maybe one that was there before."""
        first = self.update()
        self.assertEqual(self.update().key, first.key)
        later = self.update(message__message_id=900)
        self.assertNotEqual(later.key, first.key)

    def test_every_edit_counts(self):
        first = self.update("edited_text")
        second = self.update("edited_text", update_id=880999)
        third = self.update("edited_text", edited_message__edit_date=1795000999)
        self.assertEqual(len({first.key, second.key, third.key}), 3)

    def test_ids_larger_than_a_float_keep_their_digits(self):
        large = 9_007_199_254_740_993
        update = self.update(message__chat__id=large, message__from__id=large)
        self.assertEqual(update.identity, "9007199254740993")

    def test_an_id_that_is_none_is_malformed(self):
        for value in (True, 1.5e30, "12; drop", [], None, {"a": 1}):
            with self.subTest(value):
                update = self.update(message__chat={"id": value, "type": "private"},
                                     message__from={"id": value})  # fmt: skip
                self.assertEqual(update.kind, Kind.MALFORMED)

    def test_a_chat_without_a_type_is_a_group_when_its_id_is_negative(self):
        for number, kind in ((77, Kind.MESSAGE), (-77, Kind.GROUP)):
            update = self.update(message__chat={"id": number})
            self.assertEqual(update.kind, kind)

    def test_own_contact_needs_the_senders_id_and_no_go_between(self):
        self.assertTrue(self.update("contact_own").contacts[0].own)
        for change in (
            {"message__contact__user_id": 5200000002},
            {"message__contact__user_id": None},
            {"message__contact__phone_number": ""},
            {"message__via_bot": {"id": 3, "is_bot": True}},
            {"message__forward_date": 1795000000},
            {"message__from": {}},
        ):
            with self.subTest(change):
                update = self.update("contact_own", **change)
                self.assertFalse(update.contacts[0].own)

    def test_an_edit_opens_nothing(self):
        text = "/start join-AbCdEf0123456789_-xyz"
        update = self.update("edited_text", edited_message__text=text)
        self.assertEqual((update.kind, update.deep_link), (Kind.EDIT, ""))

    def test_an_edit_of_what_cannot_be_shown_is_no_second_message(self):
        update = self.update("edited_text", edited_message__text=None)
        self.assertEqual((update.kind, update.external_id), (Kind.UNKNOWN, ""))
        update = self.update(
            "edited_text", edited_message__text=None, edited_message__caption="Look"
        )
        self.assertEqual((update.kind, update.text), (Kind.EDIT, "Look"))
