"""Updates as the Bot API writes them, without ids: :mod:`.people` gives those."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

Fields = dict[str, Any]
#: Kind of a file: (member of the message, folder of its path, ending).
FILES = {
    "photo": ("photo", "photos", "jpg"),
    "voice": ("voice", "voice", "oga"),
    "audio": ("audio", "music", "mp3"),
    "video": ("video", "videos", "mp4"),
    "video_note": ("video_note", "video_notes", "mp4"),
    "animation": ("animation", "animations", "mp4"),
    "document": ("document", "documents", "bin"),
    "sticker": ("sticker", "stickers", "webp"),
}
#: Members that a webhook gets when nothing was chosen.
DEFAULT_UPDATES = frozenset(
    ("message", "edited_message", "channel_post", "edited_channel_post")
    + ("callback_query", "inline_query", "my_chat_member", "poll", "poll_answer")
)
FIRST_CUSTOMER = 500_000_001


@dataclass(frozen=True)
class Customer:
    """A user; in a private chat their id is the chat's."""

    id: int = FIRST_CUSTOMER
    first_name: str = "Ann"
    last_name: str = ""
    username: str = ""
    language_code: str = "en"

    def user(self) -> Fields:
        return {"id": self.id, "is_bot": False, **self._names(), **self._language()}

    def chat(self) -> Fields:
        return {"id": self.id, "type": "private", **self._names()}

    def _names(self) -> Fields:
        names = ("first_name", "last_name", "username")
        return {name: getattr(self, name) for name in names if getattr(self, name)}

    def _language(self) -> Fields:
        return {"language_code": self.language_code} if self.language_code else {}


def group(chat_id: int, title: str) -> Fields:
    return {"id": chat_id, "type": "group", "title": title}


def entities(text: str) -> list[Fields]:
    """A command at the beginning, counted in UTF-16 units as the real ones."""
    if not text.startswith("/"):
        return []
    word = text.split()[0]
    length = len(word.encode("utf-16-le")) // 2
    return [{"type": "bot_command", "offset": 0, "length": length}]


def message(sender: Fields, chat: Fields, at: float, **content: Any) -> Fields:
    """A message without its id."""
    return {"from": sender, "chat": chat, "date": int(at), **content}


def text(words: str) -> Fields:
    found = entities(words)
    return {"text": words, **({"entities": found} if found else {})}


def location(latitude: float, longitude: float, title: str = "", address: str = ""):
    """A place, with a name as a venue."""
    place = {"latitude": latitude, "longitude": longitude}
    if not title:
        return {"location": place}
    venue = {"location": place, "title": title, "address": address}
    return {"venue": venue, "location": place}


def contact(phone: str, first_name: str, user_id: int = 0, last_name: str = ""):
    """A card; ``user_id`` is the platform's word for whose it is."""
    card: Fields = {"phone_number": phone, "first_name": first_name}
    if last_name:
        card["last_name"] = last_name
    if user_id:
        card["user_id"] = user_id
    return {"contact": card}


def membership(customer: Customer, chat: Fields, bot: Fields, at: float, **states: str):
    """``my_chat_member``: ``old`` and ``new`` status of the bot."""
    member: Fields = {"user": bot, "status": states["new"]}
    if states["new"] == "kicked":
        member["until_date"] = 0
    return {
        "chat": chat,
        "from": customer.user(),
        "date": int(at),
        "old_chat_member": {"user": bot, "status": states["old"]},
        "new_chat_member": member,
    }


def encode(update: Fields) -> bytes:
    """Bytes of a webhook body."""
    return json.dumps(update, ensure_ascii=True, separators=(",", ":")).encode()
