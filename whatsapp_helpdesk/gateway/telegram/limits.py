"""Whether a part can be sent as it is. Nothing is ever cut: a part that passes a limit
is refused with the limit's name."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ..errors import UnsupportedPart
from ..graphemes import length
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
from ..part_checks import base_mime, check_by_type, distinct, given, web_address
from . import const, people
from .entities import build
from .texts import framed, listed
from .vcards import vcard


def at_most(value: str, limit: str, reason: str = "too_long") -> None:
    """:param limit: name of a constant, a limit with its unit."""
    allowed = getattr(const, limit)
    if length(value, allowed.unit) > allowed.size:
        raise UnsupportedPart(limit, reason)


def shown(value: str, name: str, limit: str = "TEXT_CHARS") -> None:
    """A text with marks: what counts is what the customer reads."""
    text, _entities = build(value)
    given(text, name)
    at_most(text, limit)


# -- parts ---------------------------------------------------------------------------
def _text(part: OutText) -> None:
    shown(part.body, "body")


def _media(part: OutMedia) -> None:
    mime = base_mime(part.mime_type)
    if part.media_type not in const.MEDIA_KINDS:
        raise UnsupportedPart("MEDIA_KINDS", "media")
    if mime not in const.MEDIA_TYPES.get(part.media_type, (mime,)):
        raise UnsupportedPart("MEDIA_TYPES", "media")
    if part.media_type == "audio" and mime == const.VOICE_MIME and not part.voice:
        raise UnsupportedPart("MEDIA_TYPES", "media")
    if part.voice and (part.media_type, mime) != ("audio", const.VOICE_MIME):
        raise UnsupportedPart("VOICE_MIME", "media")
    if part.caption:
        if part.media_type == "sticker":
            raise UnsupportedPart("a sticker has no caption")
        shown(part.caption, "caption", "CAPTION_CHARS")


def file_size(content: bytes) -> None:
    """:raise UnsupportedPart: the file cannot be sent at all. A picture that is too
    large for a photo goes as a document."""
    if not content:
        raise UnsupportedPart("file is empty", "media")
    if len(content) > const.FILE_BYTES:
        raise UnsupportedPart("FILE_BYTES", "media")


def _location(part: OutLocation) -> None:
    if not (-90 <= part.latitude <= 90 and -180 <= part.longitude <= 180):
        raise UnsupportedPart("no place on earth", "invalid")


def _contact(part: OutContact) -> None:
    given(part.name, "name")
    at_most(part.name, "CONTACT_NAME_CHARS")
    given(part.phones and part.phones[0], "phone")
    at_most(vcard(part), "VCARD_BYTES")


def _reaction(part: OutReaction) -> None:
    _chat, which = people.split_id(part.target)
    given(which, "target")
    if part.emoji and part.emoji.replace("\ufe0f", "") not in const.REACTIONS:
        raise UnsupportedPart("REACTIONS")


def _buttons(part: OutButtons) -> None:
    given(part.body, "body")
    shown(framed(part), "body")
    _check_keyboard([(button.title, button.payload) for button in part.buttons])


def _list(part: OutList) -> None:
    given(part.body, "body")
    shown(listed(part), "body")
    _check_keyboard([(row.title, row.payload) for row in part.rows])


def _check_keyboard(buttons: list[tuple[str, str]]) -> None:
    given(buttons, "buttons")
    if len(buttons) > const.BUTTON_COUNT:
        raise UnsupportedPart("BUTTON_COUNT", "invalid")
    for title, payload in buttons:
        given(title, "button title")
        at_most(title, "BUTTON_TITLE_CHARS")
        given(payload, "button payload")
        at_most(payload, "BUTTON_PAYLOAD_BYTES")
    distinct((payload for _title, payload in buttons), "button payload")


def _link(part: OutLink) -> None:
    given(part.body, "body")
    shown(framed(part), "body")
    given(part.title, "title")
    at_most(part.title, "BUTTON_TITLE_CHARS")
    web_address(part.url)


def _request(part: OutLocationRequest | OutContactRequest) -> None:
    shown(part.body, "body")
    at_most(part.title, "BUTTON_TITLE_CHARS")


_CHECKS: dict[type[Part], Callable[[Any], None]] = {
    OutText: _text,
    OutMedia: _media,
    OutLocation: _location,
    OutContact: _contact,
    OutReaction: _reaction,
    OutButtons: _buttons,
    OutList: _list,
    OutLink: _link,
    OutLocationRequest: _request,
    OutContactRequest: _request,
}


def check(part: Part) -> None:
    """See :meth:`Provider.check`."""
    check_by_type(part, _CHECKS)
