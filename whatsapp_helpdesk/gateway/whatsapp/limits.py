"""Whether a part can be sent as it is. Nothing is ever cut: a part that passes a limit
is refused with the limit's name."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from ..errors import UnsupportedPart
from ..outgoing import (
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
)
from ..part_checks import base_mime, check_by_type, distinct, given, web_address
from . import const


# -- single rules --------------------------------------------------------------------
def at_most(value: str, limit: str) -> None:
    """:param limit: name of a constant in characters."""
    if len(value) > getattr(const, limit):
        raise UnsupportedPart(limit, "too_long")


def text(value: str, name: str, limit: str) -> None:
    given(value, name)
    at_most(value, limit)


def count(items: Iterable[Any], limit: str) -> None:
    if len(list(items)) > getattr(const, limit):
        raise UnsupportedPart(limit, "invalid")


def _frame(part: Any, limit: str = "BODY_CHARS") -> None:
    """Body, header and footer of an interactive message."""
    text(part.body, "body", limit)
    at_most(part.header, "HEADER_CHARS")
    at_most(part.footer, "FOOTER_CHARS")


# -- parts ---------------------------------------------------------------------------
def _text(part: OutText) -> None:
    text(part.body, "body", "TEXT_CHARS")


def _media(part: OutMedia) -> None:
    mime = base_mime(part.mime_type)
    if mime not in const.MEDIA_TYPES.get(part.media_type, ()):
        raise UnsupportedPart("MEDIA_TYPES", "media")
    if part.caption and part.media_type not in const.CAPTION_TYPES:
        raise UnsupportedPart("CAPTION_TYPES")
    at_most(part.caption, "CAPTION_CHARS")
    if part.voice and (part.media_type, mime) != ("audio", const.VOICE_MIME):
        raise UnsupportedPart("VOICE_MIME", "media")


def media_size(media_type: str, content: bytes) -> None:
    """:raise UnsupportedPart: the file is larger than its kind may be."""
    limit = f"{media_type.upper()}_BYTES"
    if media_type == "sticker":
        # VP8X header of WebP, second flag bit: animation.
        animated = content[12:16] == b"VP8X" and len(content) > 20 and content[20] & 2
        limit = "STICKER_ANIMATED_BYTES" if animated else "STICKER_STATIC_BYTES"
    if not content:
        raise UnsupportedPart("file is empty", "media")
    if len(content) > getattr(const, limit):
        raise UnsupportedPart(limit, "media")


def _location(part: OutLocation) -> None:
    if not (-90 <= part.latitude <= 90 and -180 <= part.longitude <= 180):
        raise UnsupportedPart("no place on earth", "invalid")


def _contact(part: OutContact) -> None:
    given(part.name, "name")


def _reaction(part: OutReaction) -> None:
    given(part.target, "target")


def _buttons(part: OutButtons) -> None:
    _frame(part)
    given(part.buttons, "buttons")
    count(part.buttons, "BUTTON_COUNT")
    for button in part.buttons:
        text(button.title, "button title", "BUTTON_TITLE_CHARS")
        text(button.payload, "button payload", "BUTTON_PAYLOAD_CHARS")
    distinct((button.title for button in part.buttons), "button title")
    distinct((button.payload for button in part.buttons), "button payload")


def _list(part: OutList) -> None:
    _frame(part, "LIST_BODY_CHARS")
    text(part.button, "list button", "LIST_BUTTON_CHARS")
    given(part.rows, "rows")
    count(part.rows, "LIST_ROW_COUNT")
    sections = {row.section for row in part.rows}
    count(sections, "LIST_SECTION_COUNT")
    if len(sections) > 1 and "" in sections:
        raise UnsupportedPart("section title is empty", "invalid")
    for row in part.rows:
        text(row.title, "row title", "ROW_TITLE_CHARS")
        text(row.payload, "row payload", "ROW_PAYLOAD_CHARS")
        at_most(row.description, "ROW_DESCRIPTION_CHARS")
        at_most(row.section, "SECTION_TITLE_CHARS")
    distinct((row.payload for row in part.rows), "row payload")


def _link(part: OutLink) -> None:
    _frame(part)
    text(part.title, "title", "LINK_TITLE_CHARS")
    web_address(part.url)


def _request(part: OutLocationRequest | OutContactRequest) -> None:
    text(part.body, "body", "BODY_CHARS")


def _form(part: OutForm) -> None:
    _frame(part)
    text(part.title, "title", "FORM_BUTTON_CHARS")
    given(part.form_id, "form")
    given(part.token, "token")


def _carousel(part: OutCarousel) -> None:
    text(part.body, "body", "BODY_CHARS")
    if len(part.cards) < const.CARD_COUNT_MIN:
        raise UnsupportedPart("CARD_COUNT_MIN", "invalid")
    count(part.cards, "CARD_COUNT")
    types = {card.media_type for card in part.cards}
    if len(types) > 1 or not types <= {"image", "video"}:
        raise UnsupportedPart("all cards need an image, or all a video", "invalid")
    for card in part.cards:
        given(card.media_id, "card file")
        at_most(card.body, "CARD_BODY_CHARS")
        if card.body.count("\n") > const.CARD_BODY_BREAKS:
            raise UnsupportedPart("CARD_BODY_BREAKS", "invalid")
        text(card.title, "card button", "CARD_BUTTON_CHARS")
        web_address(card.url)


def _template(part: OutTemplate) -> None:
    text(part.name, "template name", "TEMPLATE_NAME_CHARS")
    given(part.language, "language")
    for parameter in part.parameters:
        if parameter.type == "text":
            given(parameter.value, "template parameter")
            if const.TEMPLATE_SPACES.search(parameter.value):
                raise UnsupportedPart("TEMPLATE_SPACES", "template")


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
    OutForm: _form,
    OutCarousel: _carousel,
    OutTemplate: _template,
}


def check(part: Part) -> None:
    """See :meth:`Provider.check`."""
    check_by_type(part, _CHECKS)
