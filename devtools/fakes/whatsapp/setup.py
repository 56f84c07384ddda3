"""Account endpoints and templates."""

from __future__ import annotations

import base64
import re
from typing import Any

from .answers import Answer, Refusal, Request, reply
from .state import Number, State

PAGE = 25  # templates of one answer
_VARIABLE = re.compile(r"\{\{\s*(\w+)\s*\}\}")


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
        "code_verification_status": "VERIFIED",
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
        "scopes": ["whatsapp_business_management", "whatsapp_business_messaging"],
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
        }
        for number in state.numbers.values()
        if number.waba == waba
    ]
    return reply({"data": rows})


def subscribed_apps(state: State, waba: str, request: Request) -> Answer:
    """``GET``, ``POST`` and ``DELETE /{waba}/subscribed_apps``"""
    if request.method != "GET":
        state.subscribed = request.method == "POST"
        return reply({"success": True})
    app = {"id": state.app_id, "name": "Helpdesk", "link": "https://example.com/"}
    rows = [{"whatsapp_business_api_data": app}] if state.subscribed else []
    return reply({"data": rows})


# -- templates -----------------------------------------------------------------------
def templates(state: State, waba: str, request: Request) -> Answer:
    """``GET``, ``POST`` and ``DELETE /{waba}/message_templates``"""
    if request.method == "POST":
        return create_template(state, request.json())
    if request.method == "DELETE":
        return _delete_template(state, request)
    rows = [
        template
        for template in state.templates.values()
        if all(
            request.query.get(key, template[key]) == template[key]
            for key in ("status", "name", "language", "category")
        )
    ]
    size = int(request.query.get("limit") or PAGE)
    start = _position(request.query.get("after", ""))
    answer: dict[str, Any] = {"data": rows[start : start + size]}
    if start + size < len(rows):
        after = base64.b64encode(str(start + size).encode()).decode()
        answer["paging"] = {"cursors": {"after": after}, "next": "https://next"}
    return reply(answer)


def _position(cursor: str) -> int:
    try:
        return int(base64.b64decode(cursor)) if cursor else 0
    except ValueError:
        raise Refusal(100, "Invalid cursor") from None


def create_template(state: State, values: dict[str, Any]) -> Answer:
    """New templates are pending; see :meth:`FakeWhatsApp.approve`."""
    name, language = values.get("name", ""), values.get("language", "")
    if not re.fullmatch(r"[a-z0-9_]{1,512}", name) or not language:
        raise Refusal(100, "name: lower-case letters, digits and underscores only")
    body = next(
        (
            part.get("text", "")
            for part in values.get("components", [])
            if str(part.get("type", "")).upper() == "BODY"
        ),
        "",
    )
    if not 0 < len(body) <= 1024:
        raise Refusal(2388040, "body: 1 to 1024 characters")
    if re.match(r"\s*\{\{", body) or re.search(r"\}\}\s*$", body):
        raise Refusal(2388299, "Variables can't be at the start or end of the template")
    for template in state.templates.values():
        if (template["name"], template["language"]) == (name, language):
            raise Refusal(100, "There is already content in this language", 2388024)
    template = {
        "id": state.new_number(),
        "name": name,
        "language": language,
        "category": str(values.get("category", "UTILITY")).upper(),
        "status": "PENDING",
        "parameter_format": str(values.get("parameter_format", "POSITIONAL")).upper(),
        "components": values["components"],
    }
    with state.lock:
        state.templates[template["id"]] = template
    return reply({key: template[key] for key in ("id", "status", "category")})


def _delete_template(state: State, request: Request) -> Answer:
    name = request.query.get("name", "")
    only = request.query.get("hsm_id", "")
    with state.lock:
        gone = [
            key
            for key, template in state.templates.items()
            if template["name"] == name and only in ("", key)
        ]
        for key in gone:
            del state.templates[key]
    if not gone:
        raise Refusal(100, "Message template not found", 2593002)
    return reply({"success": True})


def template(state: State, found: dict[str, Any], request: Request) -> Answer:
    """``GET`` and ``POST /{template}``"""
    if request.method == "POST":
        changes = request.json()
        for key in ("category", "components"):
            if key in changes:
                found[key] = changes[key]
        found["status"] = "PENDING"
        return reply({"success": True})
    return reply(found)
