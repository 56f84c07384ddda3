"""What we ask a provider to send, in our own words.

One outgoing object is one *part*: exactly one provider call and one external id.
``to_payload``/``from_payload`` turn a part into plain JSON for the outbox and back.
"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import Any, ClassVar


@dataclass(frozen=True)
class Part:
    """Base of everything that can be sent. ``kind`` names the subclass."""

    kind: ClassVar[str] = ""

    def to_payload(self) -> dict[str, Any]:
        return {"kind": self.kind, **dataclasses.asdict(self)}


@dataclass(frozen=True)
class OutText(Part):
    kind: ClassVar[str] = "text"
    body: str
    preview_url: bool = False
    #: Takes away the button that an earlier request put below the chat, where the
    #: channel leaves it there.
    remove_keyboard: bool = False


@dataclass(frozen=True)
class OutMedia(Part):
    """A file. ``media_id`` is the provider's id, set after the upload."""

    kind: ClassVar[str] = "media"
    media_type: str  # image, audio, video, document, sticker
    mime_type: str
    filename: str = ""
    caption: str = ""
    media_id: str = ""
    voice: bool = False


@dataclass(frozen=True)
class OutLocation(Part):
    kind: ClassVar[str] = "location"
    latitude: float
    longitude: float
    name: str = ""
    address: str = ""


@dataclass(frozen=True)
class OutContact(Part):
    kind: ClassVar[str] = "contact"
    name: str
    phones: tuple[str, ...] = ()
    emails: tuple[str, ...] = ()
    organisation: str = ""


@dataclass(frozen=True)
class OutReaction(Part):
    """``emoji`` "" removes the reaction."""

    kind: ClassVar[str] = "reaction"
    target: str
    emoji: str


@dataclass(frozen=True)
class Button:
    payload: str
    title: str


@dataclass(frozen=True)
class OutButtons(Part):
    kind: ClassVar[str] = "buttons"
    body: str
    buttons: tuple[Button, ...]
    header: str = ""
    footer: str = ""


@dataclass(frozen=True)
class Row:
    payload: str
    title: str
    description: str = ""
    section: str = ""


@dataclass(frozen=True)
class OutList(Part):
    kind: ClassVar[str] = "list"
    body: str
    button: str
    rows: tuple[Row, ...]
    header: str = ""
    footer: str = ""


@dataclass(frozen=True)
class OutLink(Part):
    """A message with one button that opens a web address."""

    kind: ClassVar[str] = "link"
    body: str
    title: str
    url: str
    header: str = ""
    footer: str = ""


@dataclass(frozen=True)
class OutLocationRequest(Part):
    """``title`` is for the button, where the channel has no words of its own."""

    kind: ClassVar[str] = "location_request"
    body: str
    title: str = ""


@dataclass(frozen=True)
class OutContactRequest(Part):
    """For the customer's own contact; ``title`` as for a location."""

    kind: ClassVar[str] = "contact_request"
    body: str
    title: str = ""


@dataclass(frozen=True)
class OutForm(Part):
    """A form that the provider shows."""

    kind: ClassVar[str] = "form"
    body: str
    form_id: str
    title: str
    token: str
    screen: str = ""
    data: dict[str, Any] = dataclasses.field(default_factory=dict)
    header: str = ""
    footer: str = ""


@dataclass(frozen=True)
class Card:
    media_type: str  # image or video
    media_id: str
    body: str
    title: str
    url: str


@dataclass(frozen=True)
class OutCarousel(Part):
    kind: ClassVar[str] = "carousel"
    body: str
    cards: tuple[Card, ...]


@dataclass(frozen=True)
class TemplateParameter:
    """``component``: header, body or button; ``type``: text, image, video, document,
    location, payload, coupon_code, form. ``name`` for named templates, ``index`` for
    buttons."""

    component: str
    type: str
    value: str = ""
    name: str = ""
    index: int = 0
    sub_type: str = ""  # buttons: quick_reply, url, copy_code, flow
    filename: str = ""
    location: OutLocation | None = None


@dataclass(frozen=True)
class OutTemplate(Part):
    kind: ClassVar[str] = "template"
    name: str
    language: str
    parameters: tuple[TemplateParameter, ...] = ()
    text: str = ""  # what the customer will read; shown to the agent, never sent


_NESTED: dict[str, dict[str, type]] = {
    "buttons": {"buttons": Button},
    "list": {"rows": Row},
    "carousel": {"cards": Card},
    "template": {"parameters": TemplateParameter},
}
_PARTS: dict[str, type[Part]] = {part.kind: part for part in Part.__subclasses__()}


def _restore_parameter(values: dict[str, Any]) -> dict[str, Any]:
    location = values.get("location")
    return {**values, "location": OutLocation(**location) if location else None}


def from_payload(payload: dict[str, Any]) -> Part:
    """Rebuild a part from :meth:`Part.to_payload`.

    :raise ValueError: when the kind is not one of ours.
    """
    values = dict(payload)
    kind = values.pop("kind", "")
    if kind not in _PARTS:
        raise ValueError(f"unknown part kind {kind!r}")
    for name, cls in _NESTED.get(kind, {}).items():
        rows = (dict(row) for row in values.get(name) or ())
        if cls is TemplateParameter:
            rows = map(_restore_parameter, rows)
        values[name] = tuple(cls(**row) for row in rows)
    if kind == "contact":
        for name in ("phones", "emails"):
            values[name] = tuple(values.get(name) or ())
    return _PARTS[kind](**values)
