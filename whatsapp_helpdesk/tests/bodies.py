"""Webhook bodies as the Cloud API sends them, in the smallest form that is real."""

import hashlib
import hmac
import itertools
import json

WABA = "102290129340398"
NUMBER_ID = "106540352242922"
NUMBER = "15550783881"
PHONE = "9647701234567"
BSUID = "IQ.13491208655302741918"
TIMESTAMP = 1748811473

_counter = itertools.count(1)


def new_id(prefix="wamid.TEST"):
    return f"{prefix}{next(_counter):08d}"


def sign(body, secret):
    digest = hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
    return {"X-Hub-Signature-256": f"sha256={digest}"}


def dump(values):
    """Meta sends non-ASCII characters escaped."""
    return json.dumps(values).encode()


def envelope(*changes, waba=WABA):
    return {
        "object": "whatsapp_business_account",
        "entry": [{"id": waba, "changes": list(changes)}],
    }


def change(field="messages", number_id=NUMBER_ID, **value):
    metadata = {"display_phone_number": NUMBER, "phone_number_id": number_id}
    return {
        "field": field,
        "value": {"messaging_product": "whatsapp", "metadata": metadata, **value},
    }


def contact(phone=PHONE, name="Ana", bsuid="", username=""):
    profile = {}
    if name:
        profile["name"] = name
    if username:
        profile["username"] = username
    values = {"profile": profile} if profile else {}
    if phone:
        values["wa_id"] = phone
    if bsuid:
        values["user_id"] = bsuid
    return values


def message(kind="text", phone=PHONE, bsuid="", timestamp=TIMESTAMP, mid=None, **rest):
    """One message object; ``rest`` is its content, such as ``text={"body": "Hi"}``."""
    values = {"id": mid or new_id(), "timestamp": str(timestamp), "type": kind, **rest}
    if phone:
        values["from"] = phone
    if bsuid:
        values["from_user_id"] = bsuid
    return values


def inbound(*messages, name="Ana", number_id=NUMBER_ID, username=""):
    """A body with messages and the contacts they come from."""
    contacts = []
    for item in messages:
        entry = contact(
            item.get("from", ""), name, item.get("from_user_id", ""), username
        )
        if entry and entry not in contacts:
            contacts.append(entry)
    return envelope(
        change(number_id=number_id, contacts=contacts, messages=list(messages))
    )


def text(body="Hello", *, name="Ana", number_id=NUMBER_ID, username="", **values):
    return inbound(
        message(text={"body": body}, **values),
        name=name,
        number_id=number_id,
        username=username,
    )


def media(kind="image", *, name="Ana", content=None, **values):
    mime = {"image": "image/jpeg", "audio": "audio/ogg; codecs=opus"}
    content = {
        "id": new_id("media"),
        "mime_type": mime.get(kind, "application/pdf"),
        "sha256": "29ed500fa64eb55fc19dc4124acb300e5dcca0f822a301ae99944db",
        **(content or {}),
    }
    return inbound(message(kind, **{kind: content}, **values), name=name)


def status(target, state="delivered", *, timestamp=TIMESTAMP, phone=PHONE, **rest):
    item = {
        "id": target,
        "status": state,
        "timestamp": str(timestamp),
        "recipient_id": phone,
        **rest,
    }
    return envelope(change(statuses=[item]))


def echo(body="From the phone", *, to=PHONE, timestamp=TIMESTAMP, mid=None):
    item = {
        "from": NUMBER,
        "to": to,
        "id": mid or new_id(),
        "timestamp": str(timestamp),
        "type": "text",
        "text": {"body": body},
    }
    return envelope(change("smb_message_echoes", message_echoes=[item]))


def field(name, number_id=None, **value):
    """A change of a field without messages, such as ``account_update``."""
    if number_id:
        return envelope(change(name, number_id=number_id, **value))
    return envelope({"field": name, "value": value})
