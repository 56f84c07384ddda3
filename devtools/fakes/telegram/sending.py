"""All methods that put something into a chat."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass, field
from typing import Any

from . import answers, keyboards
from .answers import Refusal, bad
from .bodies import FILES, Fields
from .state import Chat, File, Sent, State

MB = 1024 * 1024
MAX_TEXT, MAX_CAPTION = 4096, 1024
MAX_UPLOAD, MAX_PHOTO = 50 * MB, 10 * MB
#: End of the id of a photo's small copy.
SMALL = "-small"
#: Method: member that holds its file.
FILE_METHODS = {f"send{kind.replace('_', '')}": kind for kind in FILES}
_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9-]*)([^<>]*)>")
_TAGS = frozenset(
    ("b", "strong", "i", "em", "u", "ins", "s", "strike", "del", "a", "code", "pre")
    + ("span", "blockquote", "tg-spoiler", "tg-emoji")
)
#: MarkdownV2 wants a backslash before these wherever they mean nothing.
_RESERVED = re.compile(r"(?<!\\)[.!+\-={}]")


@dataclass
class Attached:
    """An uploaded file of a call."""

    content: bytes = field(repr=False)
    filename: str
    mime_type: str


class Sending:
    """:ivar methods: name in lower case to function."""

    def __init__(self, state: State):
        self.state = state
        self.methods = {
            "sendmessage": self._message,
            "sendlocation": self._location,
            "sendvenue": self._location,
            "sendcontact": self._contact,
            "sendmediagroup": self._album,
        }
        for method, kind in FILE_METHODS.items():
            self.methods[method] = lambda values, kind=kind: self._file(kind, values)

    # -- who ---------------------------------------------------------------------
    def find_chat(self, values: Fields) -> Chat:
        try:
            chat = self.state.chats.get(int(values.get("chat_id") or 0))
        except ValueError:
            chat = None  # a name of a channel
        if chat is None:
            raise Refusal(400, answers.NO_CHAT)
        return chat

    def check_reachable(self, chat: Chat) -> None:
        if chat.migrated_to:
            moved = {"migrate_to_chat_id": chat.migrated_to}
            raise Refusal(400, answers.MIGRATED, **moved)
        if chat.deactivated:
            raise Refusal(403, answers.DEACTIVATED)
        if chat.blocked:
            raise Refusal(403, answers.BLOCKED)
        if not chat.started:
            raise Refusal(403, answers.NOT_STARTED)

    # -- methods -----------------------------------------------------------------
    def _message(self, values: Fields) -> Fields:
        return self._put("sendMessage", values, text_content(values))

    def _file(self, kind: str, values: Fields) -> Fields:
        found = self._take_file(kind, values.get(kind), values)
        content = {**file_content(kind, found), **caption_of(values)}
        if kind in ("sticker", "video_note"):
            content.pop("caption", None)
        name = "send" + "".join(word.title() for word in kind.split("_"))
        return self._put(name, values, content)

    def _location(self, values: Fields) -> Fields:
        try:
            place = {name: float(values[name]) for name in ("latitude", "longitude")}
        except (KeyError, TypeError, ValueError):
            raise bad("can't parse location: latitude and longitude") from None
        if abs(place["latitude"]) > 90 or abs(place["longitude"]) > 180:
            raise bad("wrong latitude or longitude specified")
        if not values.get("title"):
            return self._put("sendLocation", values, {"location": place})
        if not values.get("address"):
            raise bad("venue address must be non-empty")
        venue = {"title": values["title"], "address": values["address"]}
        content = {"venue": {"location": place, **venue}, "location": place}
        return self._put("sendVenue", values, content)

    def _contact(self, values: Fields) -> Fields:
        names = ("phone_number", "first_name", "last_name", "vcard")
        card = {name: values[name] for name in names if values.get(name)}
        if not {"phone_number", "first_name"} <= set(card):
            raise bad("parameters phone_number and first_name are required")
        return self._put("sendContact", values, {"contact": card})

    def _album(self, values: Fields) -> list[Fields]:
        items = values.get("media")
        if not isinstance(items, list) or not 2 <= len(items) <= 10:
            raise bad("there must be 2 to 10 items in a media group")
        group = str(self.state.new_message_id() + 13_000_000_000)
        contents = []
        for item in items:
            kind = item.get("type", "")
            if kind not in ("photo", "video", "audio", "document"):
                raise bad("wrong item type")
            found = self._take_file(kind, item.get("media"), values)
            contents.append({**file_content(kind, found), **caption_of(item)})
        more = {"media_group_id": group}
        return [self._put("sendMediaGroup", values, {**c, **more}) for c in contents]

    # -- inside ------------------------------------------------------------------
    def _put(self, method: str, values: Fields, content: Fields) -> Fields:
        """Accept: the message gets its id and is in the chat."""
        chat = self.find_chat(values)
        self.check_reachable(chat)
        markup = keyboards.check(values)
        message = {
            "message_id": self.state.new_message_id(),
            "from": self.state.bot.user(),
            "chat": chat.values,
            "date": int(self.state.clock.now()),
            **content,
        }
        if quoted := self._find_quoted(chat, values):
            message["reply_to_message"] = quoted
        if markup and "inline_keyboard" in markup:
            message["reply_markup"] = markup
        self.state.remember(chat, message)
        sent = Sent(
            id=message["message_id"],
            chat_id=chat.values["id"],
            method=method,
            values={k: v for k, v in values.items() if not isinstance(v, Attached)},
            result=message,
            at=self.state.clock.now(),
        )
        with self.state.lock:
            self.state.sent.append(sent)
        return message

    def _find_quoted(self, chat: Chat, values: Fields) -> Fields | None:
        wanted = values.get("reply_parameters") or {}
        number = wanted.get("message_id") or values.get("reply_to_message_id")
        if not number:
            return None
        quoted = chat.messages.get(int(number))
        if quoted is None and not wanted.get("allow_sending_without_reply"):
            raise bad("message to be replied not found")
        return quoted and {k: v for k, v in quoted.items() if k != "reply_to_message"}

    def _take_file(self, kind: str, given: Any, values: Fields) -> File:
        """The uploaded file, or one of before by its id."""
        if isinstance(given, str) and given.startswith("attach://"):
            given = values.get(given.removeprefix("attach://"))
        if isinstance(given, Attached):
            limit = MAX_PHOTO if kind == "photo" else MAX_UPLOAD
            if len(given.content) > limit:
                if kind == "photo":
                    raise bad("file is too big")
                raise Refusal(413)
            if not given.content:
                raise bad("file must be non-empty")
            if kind == "photo" and not _is_picture(given.content):
                raise bad("IMAGE_PROCESS_FAILED")
            return self.state.add_file(
                kind, given.content, given.mime_type, given.filename
            )
        found = self.state.files.get(str(given))
        if found is None:
            raise bad("wrong file identifier/HTTP URL specified")
        return found


def _is_picture(content: bytes) -> bool:
    starts = (b"\x89PNG", b"\xff\xd8", b"GIF8", b"BM")
    return content.startswith(starts) or content[8:12] == b"WEBP"


def text_content(values: Fields) -> Fields:
    words = _read_markup(str(values.get("text") or ""), values)
    if not words.strip():
        raise bad("message text is empty")
    if utf16(words) > MAX_TEXT:
        raise bad("message is too long")
    return {"text": words}


def caption_of(values: Fields) -> Fields:
    words = _read_markup(str(values.get("caption") or ""), values)
    if utf16(words) > MAX_CAPTION:
        raise bad("message caption is too long")
    return {"caption": words} if words else {}


def utf16(words: str) -> int:
    """Units that entities count in. The limits say "characters": the stricter one."""
    return len(words.encode("utf-16-le", "surrogatepass")) // 2


def _read_markup(words: str, values: Fields) -> str:
    mode = str(values.get("parse_mode") or "").lower()
    if mode == "html":
        return _read_html(words)
    if mode == "markdownv2" and (found := _RESERVED.search(words)):
        raise bad(
            f"can't parse entities: Character '{found[0]}' is reserved and must be "
            "escaped with the preceding '\\'"
        )
    return words


def _read_html(words: str) -> str:
    """Text of allowed tags only, all of them closed."""
    opened: list[str] = []
    for close, tag, _rest in _TAG.findall(words):
        name = tag.lower()
        if name not in _TAGS:
            raise bad(f'can\'t parse entities: Unsupported start tag "{tag}"')
        if not close:
            opened.append(name)
        elif not opened or opened.pop() != name:
            raise bad("can't parse entities: Unmatched end tag")
    if opened or "<" in _TAG.sub("", words):
        raise bad("can't parse entities: Can't find end tag")
    return html.unescape(_TAG.sub("", words))


def file_content(kind: str, found: File) -> Fields:
    """A file as it stands in a message."""
    own = {"file_id": found.id, "file_unique_id": found.unique_id}
    own["file_size"] = len(found.content)
    if kind == "photo":
        small = {**own, "width": 90, "height": 67, "file_size": 1000}
        small["file_id"] += SMALL
        return {"photo": [small, {**own, "width": 800, "height": 600}]}
    if found.mime_type and kind != "sticker":
        own["mime_type"] = found.mime_type
    if found.name and kind in ("document", "audio", "video", "animation"):
        own["file_name"] = found.name
    own |= _EXTRA.get(kind, {})
    if kind == "animation":
        return {"animation": own, "document": dict(own)}
    return {kind: own}


_EXTRA: dict[str, Fields] = {
    "voice": {"duration": 3},
    "audio": {"duration": 3},
    "video": {"duration": 3, "width": 640, "height": 360},
    "video_note": {"duration": 3, "length": 240},
    "animation": {"duration": 3, "width": 320, "height": 240},
    "sticker": {
        "type": "regular",
        "width": 512,
        "height": 512,
        "is_animated": False,
        "is_video": False,
        "emoji": "👍",
        "set_name": "LuckyShrub",
    },
}
