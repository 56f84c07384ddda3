"""Webhook bodies of all kinds, as the Cloud API sends them.

Every function gives one *change* (``{"field", "value"}``); :func:`envelope` makes a
body of changes, :func:`encode` its bytes and :func:`sign` its signature.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import secrets
import time
from dataclasses import dataclass
from typing import Any

from .state import DISPLAY_NUMBER, NUMBER_ID, WABA_ID

Change = dict[str, Any]


@dataclass(frozen=True)
class Customer:
    """``phone`` (digits) or ``bsuid`` may be missing, as for users with a username."""

    phone: str = "16505551234"
    name: str = "Sheena Nelson"
    bsuid: str = ""
    username: str = ""

    @property
    def key(self) -> str:
        return self.phone or self.bsuid


@dataclass(frozen=True)
class To:
    """The business number that a change is about."""

    number_id: str = NUMBER_ID
    display: str = DISPLAY_NUMBER


OURS = To()


# -- bytes ---------------------------------------------------------------------------
def envelope(*changes: Change, waba: str = WABA_ID) -> dict[str, Any]:
    """One entry with these changes."""
    entry = {"id": waba, "changes": list(changes)}
    return {"object": "whatsapp_business_account", "entry": [entry]}


def encode(body: Any) -> bytes:
    """Bytes as Meta sends them: ``\\u00e4`` in lower case and ``\\/``."""
    return json.dumps(body, separators=(",", ":")).replace("/", "\\/").encode("ascii")


def sign(body: bytes, app_secret: str) -> str:
    """Value of ``X-Hub-Signature-256``."""
    digest = hmac.new(app_secret.encode(), body, hashlib.sha256)
    return f"sha256={digest.hexdigest()}"


def new_wamid() -> str:
    return "wamid." + base64.b64encode(secrets.token_bytes(30)).decode()


def _clean(**values: Any) -> dict[str, Any]:
    """Absent keys are absent: nothing empty is sent."""
    return {key: value for key, value in values.items() if value not in ("", None)}


def change(field: str, to: To = OURS, **value: Any) -> Change:
    """A change with the usual metadata."""
    display = "".join(char for char in to.display if char.isdigit())
    metadata = {"display_phone_number": display, "phone_number_id": to.number_id}
    common = {"messaging_product": "whatsapp", "metadata": metadata}
    return {"field": field, "value": {**common, **value}}


def contact(customer: Customer) -> dict[str, Any]:
    profile = _clean(name=customer.name, username=customer.username)
    return _clean(profile=profile or None, wa_id=customer.phone, user_id=customer.bsuid)


# -- messages ------------------------------------------------------------------------
def message(
    customer: Customer,
    kind: str,
    content: Any = None,
    *,
    to: To = OURS,
    at: float | None = None,
    message_id: str = "",
    **more: Any,
) -> Change:
    """A message of any type; ``content`` stands under the type's own key."""
    item = _clean(
        id=message_id or new_wamid(),
        timestamp=str(int(time.time() if at is None else at)),
        type=kind,
        **{"from": customer.phone, "from_user_id": customer.bsuid},
    )
    if content is not None:
        item[kind] = content
    return change("messages", to, contacts=[contact(customer)], messages=[item | more])


def text(
    customer: Customer, body: str, *, reply_to: str = "", **options: Any
) -> Change:
    if reply_to:
        options["context"] = {"from": NUMBER_ID, "id": reply_to}
    return message(customer, "text", {"body": body}, **options)


def forwarded(customer: Customer, body: str, *, often: bool = False, **options: Any):
    context = {"frequently_forwarded" if often else "forwarded": True}
    return message(customer, "text", {"body": body}, context=context, **options)


def from_ad(customer: Customer, body: str, **options: Any) -> Change:
    """The first message after a Click-to-WhatsApp ad."""
    referral = {
        "source_url": "https://fb.me/3cr4Wqqkv",
        "source_id": "120226305854810726",
        "source_type": "ad",
        "headline": "Chat with us",
        "body": "Summer succulents are here!",
        "media_type": "image",
        "ctwa_clid": "Aff-n8ZTODiE79d22KtAwQKj9e_mIEOOj27vDVwFjN80dp4",
    }
    return message(customer, "text", {"body": body}, referral=referral, **options)


def media(
    customer: Customer,
    kind: str,
    media_id: str,
    content: bytes,
    mime_type: str,
    **options: Any,
) -> Change:
    """image, video, audio, document or sticker.

    :param options: ``caption``, ``filename``, ``voice``, ``animated`` or ``url`` of the
        file, besides those of :func:`message`.
    """
    names = ("caption", "filename", "voice", "animated", "url")
    details = {name: options.pop(name) for name in names if name in options}
    digest = base64.b64encode(hashlib.sha256(content).digest()).decode()
    values = {"id": media_id, "mime_type": mime_type, "sha256": digest, **details}
    return message(customer, kind, values, **options)


def location(customer: Customer, latitude: float, longitude: float, **options: Any):
    names = ("name", "address", "url")
    details = {name: options.pop(name) for name in names if name in options}
    values = {"latitude": latitude, "longitude": longitude, **details}
    return message(customer, "location", values, **options)


def contacts(
    customer: Customer, name: str, phone: str, *, own: bool = False, **options
):
    """A contact card; ``own`` when the customer shared their own number."""
    card = {
        "name": {"formatted_name": name, "first_name": name.split(" ")[0]},
        "phones": [{"phone": phone, "type": "CELL"}],
        "origin": "contact_request" if own else "other",
    }
    return message(customer, "contacts", [card], **options)


def reaction(customer: Customer, target: str, emoji: str = "👍", **options: Any):
    """``emoji`` "" takes it back: the key is left out then."""
    values = _clean(message_id=target, emoji=emoji)
    return message(customer, "reaction", values, **options)


def button_reply(customer: Customer, payload: str, title: str, **options: Any):
    reply = {"type": "button_reply", "button_reply": {"id": payload, "title": title}}
    return message(customer, "interactive", reply, **options)


def list_reply(customer: Customer, payload: str, title: str, **options: Any) -> Change:
    row = _clean(id=payload, title=title, description=options.pop("description", ""))
    reply = {"type": "list_reply", "list_reply": row}
    return message(customer, "interactive", reply, **options)


def flow_reply(customer: Customer, answers: dict[str, Any], **options: Any) -> Change:
    inner = {"name": "flow", "body": "Sent", "response_json": json.dumps(answers)}
    reply = {"type": "nfm_reply", "nfm_reply": inner}
    return message(customer, "interactive", reply, **options)


def template_button(customer: Customer, payload: str, label: str, **options: Any):
    """Quick reply of a template."""
    return message(customer, "button", {"payload": payload, "text": label}, **options)


def order(customer: Customer, *products: tuple[str, float, float], **options: Any):
    items = [
        {
            "product_retailer_id": product,
            "quantity": quantity,
            "item_price": price,
            "currency": "USD",
        }
        for product, quantity, price in products
    ]
    values = {"catalog_id": "194836987003835", "product_items": items}
    return message(customer, "order", values, **options)


def unsupported(customer: Customer, kind: str = "poll_creation", **options: Any):
    error = {
        "code": 131051,
        "title": "Message type unknown",
        "message": "Message type unknown",
        "error_data": {"details": "Message type is currently not supported."},
    }
    options["errors"] = [error]
    return message(customer, "unsupported", {"type": kind}, **options)


def edit(customer: Customer, target: str, body: str, **options: Any) -> Change:
    inner = {"type": "text", "text": {"body": body}}
    values = {"original_message_id": target, "message": inner}
    return message(customer, "edit", values, **options)


def revoke(customer: Customer, target: str, **options: Any) -> Change:
    return message(customer, "revoke", {"original_message_id": target}, **options)


def number_changed(customer: Customer, new_phone: str, **options: Any) -> Change:
    """A system message: no contacts."""
    body = f"User {customer.name} changed from {customer.phone} to {new_phone}"
    system = {"body": body, "type": "user_changed_number", "wa_id": new_phone}
    found = message(customer, "system", system, **options)
    del found["value"]["contacts"]
    return found


# -- statuses ------------------------------------------------------------------------
def status(
    message_id: str,
    state: str,
    customer: Customer,
    *,
    to: To = OURS,
    at: float | None = None,
    error: dict[str, Any] | None = None,
    correlation: str = "",
) -> Change:
    """sent, delivered, read, played or failed. Failed ones have no contacts."""
    pricing = {"billable": True, "pricing_model": "PMP", "type": "regular"}
    item = _clean(
        id=message_id,
        status=state,
        timestamp=str(int(time.time() if at is None else at)),
        recipient_id=customer.phone,
        recipient_user_id=customer.bsuid,
        biz_opaque_callback_data=correlation,
        pricing={**pricing, "category": "service"}
        if state in ("sent", "delivered")
        else None,
        errors=[error] if error else None,
    )
    people = {} if state == "failed" else {"contacts": [contact(customer)]}
    return change("messages", to, statuses=[item], **people)


# -- everything else -----------------------------------------------------------------
def echo(customer: Customer, body: str, *, to: To = OURS, at: float | None = None):
    """A message typed by the business on its phone."""
    item = _clean(
        id=new_wamid(),
        timestamp=str(int(time.time() if at is None else at)),
        type="text",
        text={"body": body},
        to=customer.phone,
        to_user_id=customer.bsuid,
        **{"from": "".join(char for char in to.display if char.isdigit())},
    )
    return change("smb_message_echoes", to, message_echoes=[item])


def history(customer: Customer, *texts: str, to: To = OURS) -> Change:
    """Imported old messages of one thread."""
    now = int(time.time()) - 86400
    lines = [
        {
            "from": customer.phone,
            "id": new_wamid(),
            "timestamp": str(now + index),
            "type": "text",
            "text": {"body": line},
            "history_context": {"status": "READ"},
        }
        for index, line in enumerate(texts)
    ]
    threads = [{"id": customer.phone, "messages": lines}]
    metadata = {"phase": 0, "chunk_order": 1, "progress": 55}
    return change("history", to, history=[{"metadata": metadata, "threads": threads}])


def call(customer: Customer, event: str = "connect", *, to: To = OURS, **more: Any):
    """A call of the customer: ``connect``, or ``terminate`` with a ``status``."""
    item = _clean(
        id="wacid." + secrets.token_hex(12).upper(),
        to="".join(char for char in to.display if char.isdigit()),
        event=event,
        direction="USER_INITIATED",
        timestamp=str(int(time.time())),
        **{"from": customer.phone, "from_user_id": customer.bsuid},
    )
    return change("calls", to, contacts=[contact(customer)], calls=[item | more])


def user_id_changed(customer: Customer, new_bsuid: str, *, to: To = OURS) -> Change:
    item = _clean(
        wa_id=customer.phone,
        detail=f"User ID changed to {new_bsuid}",
        user_id={"previous": customer.bsuid, "current": new_bsuid},
        timestamp=str(int(time.time())),
    )
    people = [contact(customer)]
    return change("user_id_update", to, contacts=people, user_id_update=[item])


def marketing_preference(customer: Customer, value: str = "stop", *, to: To = OURS):
    """stop or resume marketing messages."""
    item = _clean(
        wa_id=customer.phone,
        user_id=customer.bsuid,
        detail=f"User requested to {value} marketing messages",
        category="marketing_messages",
        value=value,
        timestamp=int(time.time()),
    )
    people = [contact(customer)]
    return change("user_preferences", to, contacts=people, user_preferences=[item])


def template_status(
    name: str, language: str = "en_US", event: str = "APPROVED", **more
):
    value = {
        "event": event,
        "message_template_id": 1689556908129832,
        "message_template_name": name,
        "message_template_language": language,
        "reason": "NONE",
        **more,
    }
    return {"field": "message_template_status_update", "value": value}


def account_update(event: str = "ACCOUNT_RESTRICTION", **more: Any) -> Change:
    return {"field": "account_update", "value": {"event": event, **more}}


def quality_update(display: str = DISPLAY_NUMBER, event: str = "FLAGGED") -> Change:
    value = {
        "display_phone_number": display,
        "event": event,
        "current_limit": "TIER_1K",
    }
    return {"field": "phone_number_quality_update", "value": value}


#: Builders that take a customer and plain values, for the control interface.
BUILDERS = {
    build.__name__: build
    for build in (text, forwarded, from_ad, location, contacts, reaction, button_reply)
    + (list_reply, flow_reply, template_button, unsupported, edit, revoke, echo, call)
    + (number_changed, user_id_changed, marketing_preference)
}
