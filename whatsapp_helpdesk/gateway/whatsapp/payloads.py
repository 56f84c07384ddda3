"""Requests of the Cloud API: one builder per part, and who a message goes to."""

from __future__ import annotations

from collections.abc import Callable, Sequence
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
    TemplateParameter,
)
from ..updates import Address, AddressKind
from . import const, limits

Json = dict[str, Any]


def _filled(**values: Any) -> Json:
    """Without empty values: Meta refuses empty texts and wants absent keys."""
    return {key: value for key, value in values.items() if value not in ("", None, [])}


# -- whole requests ------------------------------------------------------------------
def recipient(addresses: Sequence[Address]) -> Json:
    """Where to send. A phone if there is one: then Meta goes on telling it to us.

    A phone goes into ``to`` with its ``+``, else Meta would put the business's own
    country before it. A user id goes into ``recipient`` only: in ``to`` it is accepted
    and silently lost.

    :raise UnsupportedPart: no address that WhatsApp could use.
    """
    found = {entry.kind: entry.value for entry in reversed(addresses)}
    number = found.get(AddressKind.PHONE, "")
    digits = number.removeprefix("+")
    if digits.isascii() and digits.isdecimal():
        if not const.PHONE_DIGITS_MIN <= len(digits) <= const.PHONE_DIGITS:
            raise UnsupportedPart("PHONE_DIGITS", "recipient")
        return {"recipient_type": "individual", "to": f"+{digits}"}
    for kind in (AddressKind.BSUID, AddressKind.PARENT_BSUID):
        if const.BSUID.match(found.get(kind, "")):
            return {"recipient_type": "individual", "recipient": found[kind]}
    raise UnsupportedPart("neither a phone number nor a user id", "recipient")


def message(
    addresses: Sequence[Address],
    part: Part,
    *,
    reply_to: str = "",
    correlation: str = "",
) -> Json:
    """Body of ``POST /{number}/messages``.

    :raise UnsupportedPart: see :func:`limits.check`.
    """
    limits.check(part)
    limits.at_most(correlation, "CORRELATION_CHARS")
    quoted = reply_to if not isinstance(part, OutReaction) else ""
    return {
        "messaging_product": "whatsapp",
        **recipient(addresses),
        **_BUILDERS[type(part)](part),
        **_filled(
            context={"message_id": quoted} if quoted else None,
            biz_opaque_callback_data=correlation,
        ),
    }


def read_mark(external_id: str, *, typing: bool = False) -> Json:
    body: Json = {
        "messaging_product": "whatsapp",
        "status": "read",
        "message_id": external_id,
    }
    if typing:
        body["typing_indicator"] = {"type": "text"}
    return body


# -- plain parts ---------------------------------------------------------------------
def _text(part: OutText) -> Json:
    content: Json = {"body": part.body}
    if part.preview_url:
        content["preview_url"] = True
    return {"type": "text", "text": content}


def _media(part: OutMedia) -> Json:
    limits.given(part.media_id, "media id")
    is_document = part.media_type == "document"
    content = _filled(
        id=part.media_id,
        caption=part.caption,
        filename=part.filename if is_document else "",
        voice=True if part.voice else None,
    )
    return {"type": part.media_type, part.media_type: content}


def _place(part: OutLocation) -> Json:
    return {
        "latitude": part.latitude,
        "longitude": part.longitude,
        **_filled(name=part.name, address=part.address),
    }


def _location(part: OutLocation) -> Json:
    return {"type": "location", "location": _place(part)}


def _contact(part: OutContact) -> Json:
    # Meta wants one more name beside the formatted one.
    card = _filled(
        name={"formatted_name": part.name, "first_name": part.name},
        phones=[{"phone": phone, "type": "CELL"} for phone in part.phones],
        emails=[{"email": email, "type": "WORK"} for email in part.emails],
        org={"company": part.organisation} if part.organisation else None,
    )
    return {"type": "contacts", "contacts": [card]}


def _reaction(part: OutReaction) -> Json:
    content = {"message_id": part.target, "emoji": part.emoji}
    return {"type": "reaction", "reaction": content}


# -- interactive parts ---------------------------------------------------------------
def _interactive(kind: str, part: Any, action: Json) -> Json:
    header, footer = getattr(part, "header", ""), getattr(part, "footer", "")
    content = _filled(
        type=kind,
        header={"type": "text", "text": header} if header else None,
        body={"text": part.body},
        footer={"text": footer} if footer else None,
        action=action,
    )
    return {"type": "interactive", "interactive": content}


def _buttons(part: OutButtons) -> Json:
    buttons = [
        {"type": "reply", "reply": {"id": button.payload, "title": button.title}}
        for button in part.buttons
    ]
    return _interactive("button", part, {"buttons": buttons})


def _list(part: OutList) -> Json:
    sections: dict[str, list[Json]] = {}
    for row in part.rows:
        sections.setdefault(row.section, []).append(
            _filled(id=row.payload, title=row.title, description=row.description)
        )
    listed = [_filled(title=title, rows=rows) for title, rows in sections.items()]
    return _interactive("list", part, {"button": part.button, "sections": listed})


def _link_action(title: str, url: str) -> Json:
    return {"name": "cta_url", "parameters": {"display_text": title, "url": url}}


def _link(part: OutLink) -> Json:
    return _interactive("cta_url", part, _link_action(part.title, part.url))


def _location_request(part: OutLocationRequest) -> Json:
    action = {"name": "send_location"}
    return _interactive("location_request_message", part, action)


def _contact_request(part: OutContactRequest) -> Json:
    action = {"name": "request_contact_info"}
    return _interactive("request_contact_info", part, action)


def _form(part: OutForm) -> Json:
    parameters: Json = {
        "flow_message_version": const.FORM_VERSION,
        "flow_id": part.form_id,
        "flow_cta": part.title,
        "flow_token": part.token,
    }
    if part.screen:
        parameters["flow_action"] = "navigate"
        parameters["flow_action_payload"] = {
            "screen": part.screen,
            **({"data": part.data} if part.data else {}),
        }
    return _interactive("flow", part, {"name": "flow", "parameters": parameters})


def _carousel(part: OutCarousel) -> Json:
    cards = [
        _filled(
            card_index=position,
            type="cta_url",
            header={"type": card.media_type, card.media_type: {"id": card.media_id}},
            body={"text": card.body} if card.body else None,
            action=_link_action(card.title, card.url),
        )
        for position, card in enumerate(part.cards)
    ]
    return _interactive("carousel", part, {"cards": cards})


# -- templates -----------------------------------------------------------------------
_SUB_TYPES = {
    "payload": "quick_reply",
    "text": "url",
    "coupon_code": "copy_code",
    "form": "flow",
}


def _parameter(parameter: TemplateParameter) -> Json:
    kind, value = parameter.type, parameter.value
    if kind == "form":
        return {"type": "action", "action": {"flow_token": value}}
    if kind in ("image", "video", "document"):
        source = "link" if value.startswith("https://") else "id"
        limits.given(value, "template file")
        content: Any = _filled(**{source: value}, filename=parameter.filename)
    elif kind == "location":
        limits.given(parameter.location, "template location")
        content = _place(parameter.location)
    elif kind in ("text", "payload", "coupon_code"):
        content = value
    else:
        raise UnsupportedPart(f"template parameter {kind}", "template")
    return _filled(type=kind, parameter_name=parameter.name, **{kind: content})


def _component(key: tuple[str, int], found: list[TemplateParameter]) -> Json:
    component, index = key
    result: Json = {"type": component}
    if component == "button":
        first = found[0]
        sub_type = first.sub_type or _SUB_TYPES.get(first.type, "")
        result.update(sub_type=sub_type, index=str(index))
    result["parameters"] = [_parameter(parameter) for parameter in found]
    return result


def _template(part: OutTemplate) -> Json:
    groups: dict[tuple[str, int], list[TemplateParameter]] = {}
    for parameter in part.parameters:
        index = parameter.index if parameter.component == "button" else 0
        groups.setdefault((parameter.component, index), []).append(parameter)
    content = _filled(
        name=part.name,
        language={"code": part.language},
        components=[_component(key, found) for key, found in groups.items()],
    )
    return {"type": "template", "template": content}


_BUILDERS: dict[type[Part], Callable[[Any], Json]] = {
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
    OutForm: _form,
    OutCarousel: _carousel,
    OutTemplate: _template,
}
