"""What a customer wrote, by message type: one small reader per type.

A reader gets the message and returns fields of :class:`~..updates.Update`, or None
when the object that should carry the content is missing.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from .. import read
from ..decode import decode_text
from ..updates import (
    ButtonPress,
    ContactCard,
    ErrorInfo,
    Location,
    MediaRef,
    OrderLine,
    Referral,
)
from .people import phone

Fields = dict[str, Any]
_VCARD_NAME = re.compile(r"^FN(?:;[^:\r\n]*)?:(.*)$", re.MULTILINE)
_OWN_ORIGIN = "contact_request"


def _text(message: dict[str, Any]) -> Fields | None:
    body = message.get("text")
    if isinstance(body, str):
        return {"text": body}
    return {"text": read.text(read.obj(message, "text"), "body")}


def media_ref(kind: str, values: dict[str, Any]) -> MediaRef:
    return MediaRef(
        kind="audio" if kind == "voice" else kind,
        media_id=read.text(values, "id"),
        url=read.text(values, "url", "link"),
        mime_type=read.text(values, "mime_type"),
        sha256=read.sha256_hex(read.text(values, "sha256")),
        filename=read.text(values, "filename"),
        size=read.whole(values, "file_size"),
        voice=kind == "voice" or read.flag(values, "voice"),
        animated=read.flag(values, "animated"),
    )


def _media(kind: str) -> Callable[[dict[str, Any]], Fields | None]:
    def reader(message: dict[str, Any]) -> Fields | None:
        values = read.obj(message, kind)
        if not values:
            return None
        media = media_ref(kind, values)
        caption = read.text(values, "caption")
        return {"type": media.kind, "media": (media,), "text": caption}

    return reader


def _location(message: dict[str, Any]) -> Fields | None:
    values = read.obj(message, "location")
    latitude = read.number(values, "latitude")
    longitude = read.number(values, "longitude")
    if latitude is None or longitude is None:
        return None
    if abs(latitude) > 90 or abs(longitude) > 180:
        return None
    name, place = read.text(values, "name"), read.text(values, "address")
    return {"location": Location(latitude, longitude, name, place)}


def _card_name(card: dict[str, Any]) -> str:
    name = read.obj(card, "name")
    parts = (read.text(name, key) for key in ("first_name", "last_name"))
    in_vcard = _VCARD_NAME.search(read.text(card, "vcard"))
    return (
        read.text(name, "formatted_name")
        or " ".join(part for part in parts if part)
        or (in_vcard[1].strip() if in_vcard else "")
        or read.text(read.obj(card, "org"), "company")
    )


def _card_phone(entry: dict[str, Any]) -> str:
    return read.text(entry, "phone") or phone(read.text(entry, "wa_id"))


def _card(card: dict[str, Any], origin: str) -> ContactCard:
    phones = (_card_phone(entry) for entry in read.objects(card, "phones"))
    emails = (read.text(entry, "email") for entry in read.objects(card, "emails"))
    return ContactCard(
        name=_card_name(card),
        phones=tuple(value for value in phones if value),
        emails=tuple(value for value in emails if value),
        organisation=read.text(read.obj(card, "org"), "company"),
        own=(read.text(card, "origin") or origin) == _OWN_ORIGIN,
    )


def _contacts(message: dict[str, Any]) -> Fields | None:
    origin = read.text(message, "origin")
    cards = [_card(card, origin) for card in read.objects(message, "contacts")]
    return {"contacts": tuple(cards)} if cards else None


def _button(message: dict[str, Any]) -> Fields | None:
    values = read.obj(message, "button")
    return _pressed("button", values, "payload", "text") if values else None


def _pressed(kind: str, values: dict[str, Any], payload: str, title: str) -> Fields:
    press = ButtonPress(
        payload=read.text(values, payload),
        title=read.text(values, title),
        description=read.text(values, "description"),
    )
    return {"type": kind, "button": press, "text": press.title}


def _form(values: dict[str, Any]) -> Fields:
    """Answers of a form. What is not a JSON object is kept under ``raw``."""
    answers = values.get("response_json")
    if isinstance(answers, str):
        try:
            answers = decode_text(answers)
        except ValueError:
            answers = {"raw": answers}
    if not isinstance(answers, dict):
        answers = {} if answers is None else {"raw": answers}
    return {"type": "flow", "form": answers, "text": read.text(values, "body")}


def _call_permission(values: dict[str, Any]) -> Fields:
    details = read.compact(
        response=read.text(values, "response"),
        expires_at=read.whole(values, "expiration_timestamp"),
        source=read.text(values, "response_source"),
    )
    return {"type": "call_permission", "details": details}


def _interactive(message: dict[str, Any]) -> Fields | None:
    values = read.obj(message, "interactive")
    if not values:
        return None
    names = ("button_reply", "list_reply", "nfm_reply", "call_permission_reply")
    kind = read.text(values, "type") or next((n for n in names if n in values), "")
    inner = read.obj(values, kind)
    if not inner:
        return None
    if kind in ("button_reply", "list_reply"):
        return _pressed(kind.removesuffix("_reply"), inner, "id", "title")
    if kind == "nfm_reply":
        return _form(inner)
    if kind == "call_permission_reply":
        return _call_permission(inner)
    return {"type": kind, "details": {"answer": inner}}


def _order(message: dict[str, Any]) -> Fields | None:
    values = read.obj(message, "order")
    lines = tuple(
        OrderLine(
            product=read.text(line, "product_retailer_id"),
            quantity=read.number(line, "quantity") or 0.0,
            price=read.number(line, "item_price") or 0.0,
            currency=read.text(line, "currency"),
        )
        for line in read.objects(values, "product_items")
    )
    if not values:
        return None
    details = read.compact(catalog=read.text(values, "catalog_id"))
    return {"order": lines, "text": read.text(values, "text"), "details": details}


READERS: dict[str, Callable[[dict[str, Any]], Fields | None]] = {
    "text": _text,
    "image": _media("image"),
    "video": _media("video"),
    "audio": _media("audio"),
    "voice": _media("voice"),
    "document": _media("document"),
    "sticker": _media("sticker"),
    "location": _location,
    "contacts": _contacts,
    "button": _button,
    "interactive": _interactive,
    "order": _order,
    "request_welcome": lambda message: {},
}


def message_type(message: dict[str, Any]) -> str:
    """The type a message says, or the one its content has."""
    return read.text(message, "type") or next(
        (name for name in READERS if name in message), ""
    )


def error_info(error: dict[str, Any]) -> ErrorInfo:
    data = read.obj(error, "error_data")
    return ErrorInfo(
        code=read.whole(error, "code") or 0,
        title=read.text(error, "title", "message"),
        details=read.text(data, "details") or read.text(error, "details", "message"),
    )


def first_error(item: dict[str, Any]) -> ErrorInfo | None:
    errors = read.objects(item, "errors")
    return error_info(errors[0]) if errors else None


def referral(message: dict[str, Any]) -> Referral | None:
    values = read.obj(message, "referral")
    if not values:
        return None
    return Referral(
        source_type=read.text(values, "source_type"),
        source_id=read.text(values, "source_id"),
        source_url=read.text(values, "source_url"),
        headline=read.text(values, "headline"),
        body=read.text(values, "body"),
        click_id=read.text(values, "ctwa_clid"),
    )


def context_fields(message: dict[str, Any]) -> Fields:
    """Quoted message, forwarding, and the product an enquiry is about."""
    context = read.obj(message, "context")
    if not context:
        return {}
    product = read.obj(context, "referred_product")
    fields: Fields = {
        "reply_to": read.text(context, "id", "message_id"),
        "forwarded": read.flag(context, "forwarded")
        or read.flag(context, "frequently_forwarded"),
    }
    if product:
        fields["details"] = read.compact(
            catalog=read.text(product, "catalog_id"),
            product=read.text(product, "product_retailer_id"),
        )
    return fields
