"""What a message holds. Readers give fields of :class:`Update`, or None when a message
has the member but not what belongs into it."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from .. import read
from ..updates import ContactCard, Kind, Location, MediaRef
from . import people
from .entities import with_links

Fields = dict[str, Any]

_START = re.compile(r"/start(?:@\w+)?(?:[ \n]+([A-Za-z0-9_-]{1,64}))?\s*")
_EMAIL = re.compile(r"(?im)^EMAIL[^:\r\n]*:[ \t]*(\S+)")
_ORGANISATION = re.compile(r"(?im)^ORG[^:\r\n]*:[ \t]*([^\r\n]+)")
_CARD_VALUES = 5  # e-mail addresses of a card that are kept


# -- text ----------------------------------------------------------------------------
def _text(message: Fields) -> Fields | None:
    text = message.get("text")
    if not isinstance(text, str):
        return None
    started = _START.fullmatch(text)
    if not started:
        return {"type": "text", "text": _linked(message, "text", "entities")}
    if is_forwarded(message):
        return {"type": "text", "text": text}
    # The app's button, and what a link brought back: nothing that a person wrote.
    return {"type": "start", "text": "", "deep_link": started[1] or ""}


def _linked(message: Fields, name: str, entities: str) -> str:
    text = read.text(message, name)
    found = message.get(entities)
    return with_links(text, read.objects(message, entities)) if found else text


def _caption(message: Fields) -> str:
    return _linked(message, "caption", "caption_entities")


# -- files ---------------------------------------------------------------------------
def _photo(message: Fields) -> Fields | None:
    """The largest of the sizes that a picture comes in."""
    sizes = [size for size in read.objects(message, "photo") if _file_id(size)]
    if not sizes:
        return None
    largest = max(sizes, key=_area)
    return _file(message, largest, "image", mime_type="image/jpeg")


def _area(size: Fields) -> float:
    return (read.number(size, "width") or 0) * (read.number(size, "height") or 0)


def _file_id(values: Fields) -> str:
    found = values.get("file_id")
    return found if isinstance(found, str) else ""


def _file(message: Fields, values: Fields, kind: str, **more: Any) -> Fields | None:
    media_id = _file_id(values)
    if not media_id:
        return None
    mime = read.text(values, "mime_type") or more.pop("mime_type", "")
    more.pop("mime_type", None)
    ref = MediaRef(
        kind,
        media_id,
        mime_type=mime,
        filename=read.text(values, "file_name"),
        size=read.whole(values, "file_size"),
        **more,
    )
    return {"type": kind, "media": (ref,), "text": _caption(message)}


def _media(
    name: str, kind: str, **more: Any
) -> Callable[[dict[str, Any]], Fields | None]:
    return lambda message: _file(message, read.obj(message, name), kind, **more)


def _sticker(message: Fields) -> Fields | None:
    """Vector stickers can be shown nowhere else: their still picture is taken."""
    values = read.obj(message, "sticker")
    still = read.obj(values, "thumbnail")
    if read.flag(values, "is_animated"):
        if _file_id(still):
            return _file(message, still, "sticker", mime_type="image/webp")
        mime = "application/x-tgsticker"
        return _file(message, values, "sticker", mime_type=mime, animated=True)
    if read.flag(values, "is_video"):
        mime = "video/webm"
        return _file(message, values, "sticker", mime_type=mime, animated=True)
    return _file(message, values, "sticker", mime_type="image/webp")


# -- places and people ---------------------------------------------------------------
def _location(message: Fields) -> Fields | None:
    return _place(read.obj(message, "location"))


def _venue(message: Fields) -> Fields | None:
    venue = read.obj(message, "venue")
    name, address = read.text(venue, "title"), read.text(venue, "address")
    return _place(read.obj(venue, "location"), name, address)


def _place(values: Fields, name: str = "", address: str = "") -> Fields | None:
    latitude = read.number(values, "latitude")
    longitude = read.number(values, "longitude")
    if latitude is None or longitude is None:
        return None
    if abs(latitude) > 90 or abs(longitude) > 180:
        return None
    place = Location(latitude, longitude, name, address)
    live = read.whole(values, "live_period")
    return {
        "type": "location",
        "location": place,
        "details": {"live_seconds": live} if live else {},
    }


def _contact(message: Fields) -> Fields | None:
    values = read.obj(message, "contact")
    phone = read.text(values, "phone_number")
    name = people.names(values, {})["name"]
    if not phone and not name:
        return None
    user = people.number(values, "user_id")
    sender = people.number(read.obj(message, "from"), "id")
    sent_on = is_forwarded(message) or bool(read.obj(message, "via_bot"))
    card = read.text(values, "vcard")[:10_000]
    company = _ORGANISATION.search(card)
    contact = ContactCard(
        name=name,
        phones=(_international(phone, bool(user)),) if phone else (),
        emails=tuple(_EMAIL.findall(card)[:_CARD_VALUES]),
        organisation=company[1].rstrip(" ;") if company else "",
        own=bool(phone and user and user == sender and not sent_on),
    )
    return {"type": "contacts", "contacts": (contact,)}


def _international(phone: str, known: bool) -> str:
    """Numbers of Telegram's own users come with the country but without a plus."""
    return f"+{phone}" if known and phone[:1].isdecimal() else phone


# -- all of it -----------------------------------------------------------------------
#: In the order in which they count: a venue repeats its location, an animation its
#: document.
READERS: dict[str, Callable[[Fields], Fields | None]] = {
    "text": _text,
    "photo": _photo,
    "voice": _media("voice", "audio", mime_type="audio/ogg", voice=True),
    "animation": _media("animation", "video", mime_type="video/mp4", animated=True),
    "video": _media("video", "video", mime_type="video/mp4"),
    "video_note": _media("video_note", "video", mime_type="video/mp4"),
    "audio": _media("audio", "audio", mime_type="audio/mpeg"),
    "document": _media("document", "document"),
    "sticker": _sticker,
    "venue": _venue,
    "location": _location,
    "contact": _contact,
}
#: Nothing that a customer says: settings of the chat.
SERVICE = frozenset(
    ("pinned_message", "message_auto_delete_timer_changed", "write_access_allowed")
    + ("connected_website", "chat_background_set", "proximity_alert_triggered")
    + ("boost_added", "forum_topic_created", "forum_topic_closed")
)
#: What stands around the content of a message.
_AROUND = frozenset(
    ("message_id", "message_thread_id", "from", "sender_chat", "date", "chat")
    + ("sender_boost_count", "sender_business_bot", "business_connection_id")
    + ("forward_origin", "forward_from", "forward_from_chat", "forward_date")
    + ("forward_from_message_id", "forward_signature", "forward_sender_name")
    + ("is_topic_message", "is_automatic_forward", "reply_to_message", "edit_date")
    + ("external_reply", "quote", "reply_to_story", "via_bot", "media_group_id")
    + ("has_protected_content", "is_from_offline", "author_signature", "entities")
    + ("link_preview_options", "effect_id", "caption", "caption_entities")
    + ("show_caption_above_media", "has_media_spoiler", "reply_markup")
    + ("paid_star_count", "direct_messages_topic", "guest_query_id")
)


def is_forwarded(message: Fields) -> bool:
    return "forward_origin" in message or "forward_date" in message


def content(message: Fields) -> Fields:
    """Kind, type and content of one message."""
    for name, reader in READERS.items():
        if name in message:
            found = reader(message)
            if found is None:
                break
            return {"kind": Kind.MESSAGE, **found}
    else:
        name = next((key for key in message if key not in _AROUND), "")
    if name in SERVICE:
        return {"kind": Kind.UNKNOWN, "type": name}
    values = read.compact(content=name)
    return {
        "kind": Kind.UNSUPPORTED,
        "type": name,
        "text": _caption(message),
        "details": values,
    }
