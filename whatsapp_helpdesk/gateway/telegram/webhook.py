"""Webhook bodies: who may deliver them, and the one update in each.

A body is ``{"update_id": n, <one member>}``; it does not say which bot it is for, so
``Update.account`` stays empty. ``details`` of these updates: ``content`` (what an
unsupported message was), ``live_seconds`` (a place that goes on being told), ``quote``
(the words that a reply is about), ``change`` (blocked, unblocked), ``migrated_to`` (a
group's new id).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from .. import read
from ..decode import decode_body
from ..signatures import find_secret
from ..updates import ButtonPress, ErrorInfo, Kind, Update
from . import const, people
from .content import Fields, content, is_forwarded

#: An item that is so broken that reading it fails is one malformed update.
_BROKEN = (ArithmeticError, AttributeError, LookupError, TypeError, ValueError)


def verify_secret(
    headers: Mapping[str, str], body: bytes, secrets: Sequence[str]
) -> int:
    """See :meth:`Provider.verify`. The header is the secret itself; Telegram does not
    sign the body. All secrets are tried, whichever matches."""
    return find_secret(headers, const.SECRET_HEADER, secrets, lambda secret: secret)


def parse_body(body: bytes) -> list[Update]:
    """See :meth:`Provider.parse`."""
    values = decode_body(body)
    number = people.number(values, "update_id")
    members = [name for name in values if name != "update_id"]
    if not members:
        return [_unreadable(values, Kind.UNKNOWN, "empty")]
    return [_member(values, name, number) for name in members]


def _member(values: Fields, name: str, number: str) -> Update:
    reader = _READERS.get(name)
    item = values[name]
    if reader is None:
        return _unreadable(values, Kind.UNKNOWN, name)
    if not isinstance(item, dict):
        return _unreadable(values, Kind.MALFORMED, "not an object", name)
    try:
        return _Reading(values, name, item, number).update(reader)
    except _BROKEN as error:
        return _unreadable(values, Kind.MALFORMED, type(error).__name__, name)


def _unreadable(values: Fields, kind: Kind, why: str, name: str = "") -> Update:
    key = f"{kind.value}:~{read.fingerprint(name or why, values)}"
    if kind is Kind.UNKNOWN:
        return Update(kind, key, type=why, raw=values)
    return Update(kind, key, type=name, error=ErrorInfo(title=why), raw=values)


class _Reading:
    """One member of a body while it is read."""

    def __init__(self, values: Fields, name: str, item: Fields, number: str):
        self.values = values
        self.name = name
        self.item = item
        self.number = number

    def update(self, reader: Callable[[_Reading], Fields]) -> Update:
        fields = reader(self)
        return Update(**{"key": self.key(fields["kind"]), "raw": self.values, **fields})

    def key(self, kind: Kind) -> str:
        """Numbers of updates begin anew after a quiet week, so the message counts too.

        Without a number it is the content.
        """
        if not self.number:
            return f"{kind.value}:~{read.fingerprint(self.name, self.item)}"
        message = read.obj(self.item, "message") or self.item
        about = people.message_id(read.obj(message, "chat"), message)
        about = about or read.text(self.item, "id", "date")
        return f"{kind.value}:{self.number}:{about[:100]}"

    def sender(self, chat: Fields, user: Fields, when: str = "date") -> Fields:
        """Fields of a private chat: its id is the customer's."""
        chat_id = people.number(chat, "id") or people.number(user, "id")
        if not chat_id:
            raise ValueError("no chat")
        return {
            "addresses": (people.address(chat_id),),
            "timestamp": read.timestamp(self.item, when),
            "raw_timestamp": read.text(self.item, when),
            **people.names(user, chat),
        }

    def group(self, chat: Fields) -> Fields:
        """What happens among many is no customer's: nothing of it is read."""
        moved = people.number(self.item, "migrate_to_chat_id")
        return {
            "kind": Kind.GROUP,
            "type": self.name,
            "group": people.number(chat, "id"),
            "timestamp": read.timestamp(self.item, "date"),
            "raw_timestamp": read.text(self.item, "date"),
            "details": read.compact(migrated_to=moved),
        }


# -- members -------------------------------------------------------------------------
def _message(reading: _Reading) -> Fields:
    message = reading.item
    chat = read.obj(message, "chat")
    if chat and not people.is_private(chat):
        return reading.group(chat)
    fields = {
        **reading.sender(chat, read.obj(message, "from")),
        "external_id": people.message_id(chat, message),
        "forwarded": is_forwarded(message),
        **content(message),
    }
    if replied := read.obj(message, "reply_to_message"):
        fields["reply_to"] = people.message_id(chat, replied)
        if quote := read.text(read.obj(message, "quote"), "text"):
            fields["details"] = {**fields.get("details", {}), "quote": quote}
    if album := read.text(message, "media_group_id"):
        fields["album"] = f"{people.number(chat, 'id')}:{album[:100]}"
    return fields


def _edited(reading: _Reading) -> Fields:
    """The whole message comes anew. Only words count: a place that moves is no news,
    and what could not be shown before cannot be shown now."""
    message = reading.item
    chat = read.obj(message, "chat")
    if chat and not people.is_private(chat):
        return reading.group(chat)
    found = content(message)
    readable = found["kind"] is Kind.MESSAGE or found.get("text")
    is_edit = readable and "location" not in found
    found["kind"] = Kind.EDIT if is_edit else Kind.UNKNOWN
    found.pop("deep_link", None)
    when = "edit_date" if "edit_date" in message else "date"
    fields = {
        **reading.sender(chat, read.obj(message, "from"), when),
        "target": people.message_id(chat, message),
        **found,
    }
    # The same message may be edited often.
    stamp = fields["raw_timestamp"][:20]
    return {**fields, "key": f"{reading.key(found['kind'])}:{stamp}"}


def _press(reading: _Reading) -> Fields:
    press = reading.item
    message = read.obj(press, "message")
    chat = read.obj(message, "chat")
    token = read.text(press, "id")
    if chat and not people.is_private(chat):
        return {**reading.group(chat), "acknowledge": token}
    user = read.obj(press, "from")
    fields = {
        **reading.sender(chat, user),
        "kind": Kind.MESSAGE,
        "type": "button",
        "acknowledge": token,
        "reply_to": people.message_id(chat, message),
    }
    where = fields["addresses"][0].value
    fields["external_id"] = f"{where}:press-{token}" if token else ""
    payload = press.get("data")
    if not isinstance(payload, str):
        known = read.compact(content="game" if "game_short_name" in press else "button")
        return {**fields, "kind": Kind.UNSUPPORTED, "details": known}
    title = _find_title(message, payload)
    return {**fields, "button": ButtonPress(payload, title), "text": title}


def _find_title(message: Fields, payload: str) -> str:
    """What the pressed button said; the message with its keyboard comes along."""
    markup = read.obj(message, "reply_markup")
    for row in read.many(markup, "inline_keyboard"):
        for button in row if isinstance(row, list) else ():
            if isinstance(button, dict) and button.get("callback_data") == payload:
                return read.text(button, "text")
    return ""


def _membership(reading: _Reading) -> Fields:
    """The customer stopped the bot, or started it again."""
    item = reading.item
    chat = read.obj(item, "chat")
    if chat and not people.is_private(chat):
        return reading.group(chat)
    status = read.text(read.obj(item, "new_chat_member"), "status")
    change = {"kicked": "blocked", "member": "unblocked"}.get(status, "")
    return {
        **reading.sender(chat, read.obj(item, "from")),
        "kind": Kind.IDENTITY if change else Kind.UNKNOWN,
        "type": "my_chat_member",
        "details": read.compact(change=change, status=status),
    }


def _reaction(reading: _Reading) -> Fields:
    """Of several at once, which paying customers may give, the first counts."""
    item = reading.item
    chat = read.obj(item, "chat")
    if chat and not people.is_private(chat):
        return reading.group(chat)
    given = read.objects(item, "new_reaction")
    found = [read.text(one, "emoji") for one in given]
    emoji = next(filter(None, found), "")
    kind = Kind.REACTION if emoji or not given else Kind.UNKNOWN
    target = people.message_id(chat, item)
    fields = reading.sender(chat, read.obj(item, "user"))
    stamp = fields["raw_timestamp"][:20]
    return {
        **fields,
        "key": f"{reading.key(kind)}:{stamp}",
        "kind": kind,
        "type": "reaction" if kind is Kind.REACTION else "message_reaction",
        "target": target,
        "emoji": emoji,
    }


def _channel(reading: _Reading) -> Fields:
    return reading.group(read.obj(reading.item, "chat"))


#: All other members are kept as unknown. Those of a person's own inbox (``business_…``)
#: are among them: answering there would be writing in that person's name.
_READERS: dict[str, Callable[[_Reading], Fields]] = {
    "message": _message,
    "edited_message": _edited,
    "callback_query": _press,
    "my_chat_member": _membership,
    "message_reaction": _reaction,
    "channel_post": _channel,
    "edited_channel_post": _channel,
    "chat_member": _channel,
    "chat_join_request": _channel,
}
