"""Reading webhook bodies of the Sandbox. The format is described in the package."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from .. import read
from ..decode import decode_body
from ..updates import (
    Address,
    AddressKind,
    ButtonPress,
    ContactCard,
    ErrorInfo,
    Kind,
    Location,
    MediaRef,
    Scope,
    Update,
)

MEDIA_KINDS = ("image", "audio", "video", "document", "sticker")
STATES = ("sent", "delivered", "read", "played", "failed")
_MAX_ID = 200  # characters of an id that is used in a key as it is

Fields = dict[str, Any]


def parse(body: bytes) -> list[Update]:
    """See :meth:`Provider.parse`. Typing gives no update."""
    values = decode_body(body)
    account = read.text(values, "account")
    items = values.get("items")
    if not isinstance(items, list):
        return [_unreadable(account, values, Kind.UNKNOWN, "no list of items")]
    parsed = (_item(account, item) for item in items)
    return [update for update in parsed if update]


def _item(account: str, item: Any) -> Update | None:
    if not isinstance(item, dict):
        return _unreadable(account, item, Kind.MALFORMED, "item is not an object")
    kind = read.text(item, "kind")
    if kind == "typing":
        return None
    reader = _READERS.get(kind)
    if reader is None:
        return _unreadable(account, item, Kind.UNKNOWN, kind)
    try:
        return reader(account, item)
    except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError) as exc:
        return _unreadable(account, item, Kind.MALFORMED, type(exc).__name__)


def _unreadable(account: str, item: Any, kind: Kind, why: str) -> Update:
    key = f"{kind.value}:~{read.fingerprint(account, item)}"
    raw = item if isinstance(item, dict) else {"item": item}
    if kind is Kind.UNKNOWN:
        return Update(kind, key, account=account, type=why, raw=raw)
    return Update(kind, key, account=account, error=ErrorInfo(title=why), raw=raw)


def _fields(account: str, item: Fields) -> Fields:
    """Fields that all kinds have."""
    sender = read.obj(item, "sender")
    user = read.text(sender, "id")
    found = Address(AddressKind.USER_ID, user, Scope.ACCOUNT)
    return {
        "account": account,
        "addresses": (found,) if user else (),
        "name": read.text(sender, "name"),
        "timestamp": read.timestamp(item, "time"),
        "raw_timestamp": read.text(item, "time"),
        "raw": item,
    }


def _key(account: str, item: Fields, prefix: str, *parts: str) -> str:
    """Account and id, or the content where an id is missing or too long."""
    if all(0 < len(part) <= _MAX_ID for part in (account, *parts)):
        return ":".join((prefix, account, *parts))
    return f"{prefix}:~{read.fingerprint(account, item)}"


def _message(account: str, item: Fields) -> Update:
    own_id = read.text(item, "id")
    kind, content = Kind.MESSAGE, _content(item)
    if content is None:
        kind, content = Kind.UNSUPPORTED, {"type": read.text(item, "type")}
    return Update(
        kind,
        _key(account, item, "message", own_id),
        external_id=own_id,
        reply_to=read.text(item, "reply_to"),
        **{"text": read.text(item, "text"), **content},
        **_fields(account, item),
    )


def _content(item: Fields) -> Fields | None:
    """Type and content of a message; None when we cannot show it."""
    if media := read.obj(item, "media"):
        return _media(media)
    if place := read.obj(item, "location"):
        return _location(place)
    if cards := read.objects(item, "contacts"):
        return {"type": "contacts", "contacts": tuple(_card(card) for card in cards)}
    if press := read.obj(item, "button"):
        return _press(item, press)
    if read.text(item, "type") in ("", "text") and isinstance(item.get("text"), str):
        return {"type": "text"}
    return None


def _media(values: Fields) -> Fields | None:
    kind = read.text(values, "kind")
    if kind not in MEDIA_KINDS:
        return None
    ref = MediaRef(
        kind=kind,
        media_id=read.text(values, "media_id"),
        mime_type=read.text(values, "mime_type"),
        sha256=read.sha256_hex(read.text(values, "sha256")),
        filename=read.text(values, "filename"),
        size=read.whole(values, "size"),
        voice=read.flag(values, "voice"),
        animated=read.flag(values, "animated"),
    )
    return {"type": kind, "media": (ref,)}


def _location(values: Fields) -> Fields | None:
    latitude, longitude = (
        read.number(values, key) for key in ("latitude", "longitude")
    )
    if latitude is None or longitude is None:
        return None
    if abs(latitude) > 90 or abs(longitude) > 180:
        return None
    name, address = read.text(values, "name"), read.text(values, "address")
    return {
        "type": "location",
        "location": Location(latitude, longitude, name, address),
    }


def _card(values: Fields) -> ContactCard:
    return ContactCard(
        name=read.text(values, "name"),
        phones=tuple(str(value) for value in read.many(values, "phones")),
        emails=tuple(str(value) for value in read.many(values, "emails")),
        organisation=read.text(values, "organisation"),
        own=read.flag(values, "own"),
    )


def _press(item: Fields, values: Fields) -> Fields:
    press = ButtonPress(
        payload=read.text(values, "payload"),
        title=read.text(values, "title"),
        description=read.text(values, "description"),
    )
    kind = "list" if read.text(item, "type") == "list" else "button"
    return {"type": kind, "button": press, "text": press.title}


def _reaction(account: str, item: Fields) -> Update:
    own_id = read.text(item, "id")
    return Update(
        Kind.REACTION,
        _key(account, item, "reaction", own_id),
        external_id=own_id,
        target=read.text(item, "target"),
        type="reaction",
        emoji=read.text(item, "emoji"),
        **_fields(account, item),
    )


def _status(account: str, item: Fields) -> Update:
    target, state = read.text(item, "target"), read.text(item, "state")
    if state not in STATES:
        return _unreadable(account, item, Kind.UNKNOWN, "status")
    error = read.obj(item, "error")
    return Update(
        Kind.STATUS,
        _key(account, item, "status", target, state),
        target=target,
        state=state,
        correlation=read.text(item, "correlation"),
        error=ErrorInfo(
            read.whole(error, "code") or 0,
            read.text(error, "title"),
            read.text(error, "details"),
        )
        if error
        else None,
        **_fields(account, item),
    )


_READERS: dict[str, Callable[[str, Fields], Update]] = {
    "message": _message,
    "reaction": _reaction,
    "status": _status,
}
