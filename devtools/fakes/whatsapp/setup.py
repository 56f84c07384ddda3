"""Account endpoints."""

from __future__ import annotations

from typing import Any

from .accounts import SCOPES
from .answers import Answer, Refusal, Request, reply
from .state import Number, State


# -- numbers and accounts ------------------------------------------------------------
def number_info(number: Number, request: Request) -> Answer:
    """``GET /{number}?fields=..``"""
    known = {
        "id": number.id,
        "display_phone_number": number.display,
        "verified_name": number.name,
        "quality_rating": number.quality,
        "status": number.status,
        "name_status": "APPROVED",
        "code_verification_status": number.verified,
        "platform_type": "CLOUD_API",
        "throughput": {"level": "STANDARD"},
        "account_mode": "LIVE",
        "is_on_biz_app": False,
        "whatsapp_business_manager_messaging_limit": number.limit,
        "health_status": health(number),
    }
    default = "verified_name,code_verification_status,display_phone_number,"
    default += "quality_rating,platform_type,throughput"
    wanted = (request.query.get("fields") or default).split(",")
    wanted = [name.strip() for name in wanted]
    unknown = [name for name in wanted if name not in known]
    if unknown:
        raise Refusal(100, f"Tried accessing nonexisting field ({unknown[0]})")
    return reply({"id": number.id, **{name: known[name] for name in wanted}})


def debug_token(state: State, request: Request) -> Answer:
    """``GET /debug_token?input_token=..``: 0 stands for a token that never ends."""
    token = request.query.get("input_token", "")
    data = {
        "app_id": state.app_id,
        "type": "SYSTEM_USER",
        "is_valid": token not in state.expired_tokens,
        "expires_at": int(state.token_ends.get(token, 0)),
        "data_access_expires_at": 0,
        "application": "Helpdesk",
        "scopes": list(state.scopes.get(token, SCOPES)),
    }
    return reply({"data": data})


def health(number: Number) -> dict[str, Any]:
    able = "AVAILABLE" if number.status == "CONNECTED" else "BLOCKED"
    entities = (("PHONE_NUMBER", number.id, able), ("WABA", number.waba, "AVAILABLE"))
    return {
        "can_send_message": able,
        "entities": [
            {"entity_type": kind, "id": entity, "can_send_message": state}
            for kind, entity, state in entities
        ],
    }


def account(state: State, waba: str, request: Request) -> Answer:
    """``GET /{waba}``"""
    number = next(number for number in state.numbers.values() if number.waba == waba)
    return reply({"id": waba, "name": number.name, "health_status": health(number)})


def numbers(state: State, waba: str, request: Request) -> Answer:
    """``GET /{waba}/phone_numbers``"""
    rows = [
        {
            "id": number.id,
            "display_phone_number": number.display,
            "verified_name": number.name,
            "quality_rating": number.quality,
            "status": number.status,
            "code_verification_status": number.verified,
        }
        for number in state.numbers.values()
        if number.waba == waba
    ]
    return reply({"data": rows})


def subscribed_apps(state: State, waba: str, request: Request) -> Answer:
    """``GET``, ``POST`` and ``DELETE /{waba}/subscribed_apps``"""
    if request.method != "GET":
        state.subscribed = request.method == "POST"
        state.override = ""
        return reply({"success": True})
    app = {"id": state.app_id, "name": "Helpdesk", "link": "https://example.com/"}
    row: dict[str, Any] = {"whatsapp_business_api_data": app}
    if state.override:
        row["override_callback_uri"] = state.override
    rows = [row] if state.subscribed else []
    return reply({"data": rows})
