"""Calls of the Bot API: one builder per part, and who a message goes to."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from ..errors import UnsupportedPart
from ..outgoing import (
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
    Part,
)
from ..part_checks import base_mime
from ..updates import Address, AddressKind
from . import const, limits, people
from .entities import build
from .texts import framed, listed
from .vcards import vcard

Json = dict[str, Any]

#: Kind of a file: method of the Bot API and the name of its file.
_FILE_METHODS = {
    "image": ("sendPhoto", "photo"),
    "video": ("sendVideo", "video"),
    "audio": ("sendAudio", "audio"),
    "voice": ("sendVoice", "voice"),
    "animation": ("sendAnimation", "animation"),
    "sticker": ("sendSticker", "sticker"),
    "document": ("sendDocument", "document"),
}


@dataclass(frozen=True)
class Call:
    """:ivar file: name under which a file of ours is handed over; "" for none."""

    method: str
    values: Json = field(default_factory=dict)
    file: str = ""


def recipient(addresses: Sequence[Address]) -> str:
    """The chat to send to: in a private chat it is the customer's own id.

    :raise UnsupportedPart: no address that Telegram could use.
    """
    for address in addresses:
        known = address.kind is AddressKind.USER_ID
        if known and const.CHAT_ID.fullmatch(address.value):
            return address.value
    raise UnsupportedPart("no user id", "recipient")


def message(addresses: Sequence[Address], part: Part, reply_to: str = "") -> Call:
    """:raise UnsupportedPart: see :func:`limits.check`."""
    limits.check(part)
    chat = recipient(addresses)
    call = _BUILDERS[type(part)](part)
    values = {"chat_id": int(chat), **call.values, **_reply(chat, part, reply_to)}
    return Call(call.method, values, call.file)


def _reply(chat: str, part: Part, reply_to: str) -> Json:
    where, which = people.split_id(reply_to)
    # Of another chat, or no message: a pressed button, for example.
    if where != chat or not which or isinstance(part, OutReaction):
        return {}
    # The customer may have deleted it meanwhile.
    quoted = {"message_id": which, "allow_sending_without_reply": True}
    return {"reply_parameters": quoted}


def _formatted(text: str, name: str = "text", entities: str = "entities") -> Json:
    shown, found = build(text)
    if not shown:
        return {}
    return {name: shown, **({entities: found} if found else {})}


def _without_preview() -> Json:
    return {"link_preview_options": {"is_disabled": True}}


# -- plain parts ---------------------------------------------------------------------
def _text(part: OutText) -> Call:
    values = _formatted(part.body)
    if not part.preview_url:
        values |= _without_preview()
    if part.remove_keyboard:
        values["reply_markup"] = {"remove_keyboard": True}
    return Call("sendMessage", values)


def file_kind(part: OutMedia) -> str:
    """How Telegram calls what is sent."""
    if part.voice:
        return "voice"
    is_moving = base_mime(part.mime_type) == const.ANIMATION_MIME
    return "animation" if part.media_type == "image" and is_moving else part.media_type


def _media(part: OutMedia) -> Call:
    method, name = _FILE_METHODS[file_kind(part)]
    values = _formatted(part.caption, "caption", "caption_entities")
    if part.media_id:
        return Call(method, {name: part.media_id, **values})
    return Call(method, values, name)


def _location(part: OutLocation) -> Call:
    place = {"latitude": part.latitude, "longitude": part.longitude}
    if not part.name and not part.address:
        return Call("sendLocation", place)
    title = part.name or part.address
    return Call(
        "sendVenue", {**place, "title": title, "address": part.address or title}
    )


def _contact(part: OutContact) -> Call:
    values = {"phone_number": part.phones[0], "first_name": part.name}
    card = vcard(part)
    return Call("sendContact", {**values, "vcard": card} if card else values)


def _reaction(part: OutReaction) -> Call:
    _chat, which = people.split_id(part.target)
    emoji = part.emoji.replace("\ufe0f", "")
    given = [{"type": "emoji", "emoji": emoji}] if emoji else []
    return Call("setMessageReaction", {"message_id": which, "reaction": given})


# -- keyboards -----------------------------------------------------------------------
def _asking(text: str, rows: list[list[Json]]) -> Call:
    keyboard = {"reply_markup": {"inline_keyboard": rows}}
    return Call("sendMessage", {**_formatted(text), **_without_preview(), **keyboard})


def _row(title: str, payload: str) -> list[Json]:
    return [{"text": title, "callback_data": payload}]


def _buttons(part: OutButtons) -> Call:
    rows = [_row(button.title, button.payload) for button in part.buttons]
    return _asking(framed(part), rows)


def _list(part: OutList) -> Call:
    """There are no lists here; its rows are buttons, one below the other."""
    return _asking(listed(part), [_row(row.title, row.payload) for row in part.rows])


def _link(part: OutLink) -> Call:
    return _asking(framed(part), [[{"text": part.title, "url": part.url}]])


def _request(part: Any, sign: str, wanted: str) -> Call:
    """A keyboard in the place of the customer's own, until it was used once."""
    button = {"text": part.title.strip() or sign, wanted: True}
    markup = {
        "keyboard": [[button]],
        "one_time_keyboard": True,
        "resize_keyboard": True,
    }
    return Call("sendMessage", {**_formatted(part.body), "reply_markup": markup})


def _location_request(part: OutLocationRequest) -> Call:
    return _request(part, const.LOCATION_SIGN, "request_location")


def _contact_request(part: OutContactRequest) -> Call:
    return _request(part, const.CONTACT_SIGN, "request_contact")


_BUILDERS: dict[type[Part], Callable[[Any], Call]] = {
    OutText: _text,
    OutMedia: _media,
    OutLocation: _location,
    OutContact: _contact,
    OutReaction: _reaction,
    OutButtons: _buttons,
    OutList: _list,
    OutLink: _link,
    OutLocationRequest: _location_request,
    OutContactRequest: _contact_request,
}
