"""Connecting a number: the app's webhook, registration, codes, the public profile."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qsl

from .answers import Answer, Refusal, Request, reply
from .state import Number, State
from .webhooks import Webhooks

OBJECT = "whatsapp_business_account"
SCOPES = ("whatsapp_business_management", "whatsapp_business_messaging")
#: The code that "arrives" on every number.
CODE = "123456"
FIELDS = frozenset(
    ("messages", "account_update", "account_alerts", "account_review_update")
    + ("business_capability_update", "security", "user_preferences", "user_id_update")
    + ("phone_number_quality_update", "phone_number_name_update", "history")
    + ("message_template_status_update", "message_template_quality_update")
    + ("message_template_components_update", "template_category_update")
    + ("smb_message_echoes",)
)
PROFILE = frozenset(
    ("about", "address", "description", "email", "websites", "vertical")
)


def values(request: Request) -> dict[str, Any]:
    """What a request says: JSON or a form."""
    if request.headers.get("Content-Type", "").startswith("application/json"):
        return request.json()
    return {**request.query, **dict(parse_qsl(request.body.decode()))}


def subscriptions(state: State, webhooks: Webhooks, request: Request) -> Answer:
    """``GET`` and ``POST /{app}/subscriptions``, as the app: ``id|secret``."""
    app, _bar, secret = request.token.partition("|")
    if app != state.app_id or (webhooks.app_secret and secret != webhooks.app_secret):
        raise Refusal(190, "Invalid OAuth access token signature.")
    if request.method == "POST":
        return _set_webhook(state, webhooks, values(request))
    if not webhooks.url:
        return reply({"data": []})
    fields = [{"name": name, "version": "v25.0"} for name in sorted(state.fields)]
    row = {"object": OBJECT, "callback_url": webhooks.url, "active": True}
    return reply({"data": [{**row, "fields": fields}]})


def _set_webhook(state: State, webhooks: Webhooks, given: dict[str, Any]) -> Answer:
    """The address is asked before it is kept."""
    wanted = [name for name in given.get("fields", "").split(",") if name]
    unknown = [name for name in wanted if name not in FIELDS]
    if unknown:
        raise Refusal(100, f"Invalid field name: {unknown[0]}")
    before, webhooks.url = webhooks.url, given.get("callback_url", "")
    if not webhooks.handshake(given.get("verify_token", "")):
        webhooks.url = before
        raise Refusal(2200, "The URL couldn't be validated.")
    state.fields = set(wanted)
    return reply({"success": True})


def register(state: State, number: Number, request: Request) -> Answer:
    """``POST /{number}/register``: a number without PIN takes the given one."""
    pin = str(values(request).get("pin", ""))
    if number.verified != "VERIFIED":
        raise Refusal(133006, "Phone number needs to be verified before registering.")
    if len(pin) != 6 or not pin.isdecimal():
        raise Refusal(100, "pin: six digits")
    if state.pins.setdefault(number.id, pin) != pin:
        raise Refusal(133005, "Two step verification PIN Mismatch")
    number.status = "CONNECTED"
    return reply({"success": True})


def verify_code(number: Number, request: Request) -> Answer:
    """``POST /{number}/verify_code``"""
    if str(values(request).get("code", "")) != CODE:
        raise Refusal(136025, "Verify code error")
    number.verified = "VERIFIED"
    return reply({"success": True})


def profile(state: State, number: Number, request: Request) -> Answer:
    """``GET`` and ``POST /{number}/whatsapp_business_profile``"""
    known = state.profiles.setdefault(number.id, {"about": number.name})
    if request.method == "POST":
        known.update({k: v for k, v in values(request).items() if k in PROFILE})
        return reply({"success": True})
    return reply({"data": [{"messaging_product": "whatsapp", **known}]})
