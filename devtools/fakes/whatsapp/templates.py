"""Templates: list, creation, review, changes, and the upload of samples."""

from __future__ import annotations

import base64
import re
import secrets
from typing import Any

from .answers import Answer, Refusal, Request, reply
from .state import State

PAGE = 25  # templates of one answer
MOST = 6000  # of a verified business
CREATIONS = 100  # in an hour
HOUR, DAY = 3600.0, 86400.0
EDITABLE = ("APPROVED", "REJECTED", "PAUSED")
EDITS = ((DAY, 1), (30 * DAY, 10))  # of an approved one: in so many seconds, so many
SAMPLES = {"image/jpeg", "image/jpg", "image/png", "application/pdf", "video/mp4"}
VARIABLE = re.compile(r"\{\{\s*(\w+)\s*\}\}")
LIMITS = {"HEADER": (60, 2388047), "BODY": (1024, 2388040), "FOOTER": (60, 2388073)}
OWN = frozenset(("made_at", "edits"))  # what no answer shows
KINDS = {"QUICK_REPLY": 10, "URL": 2, "PHONE_NUMBER": 1, "COPY_CODE": 1, "FLOW": 1}


def templates(state: State, waba: str, request: Request) -> Answer:
    """``GET``, ``POST`` and ``DELETE /{waba}/message_templates``"""
    if request.method == "POST":
        return create_template(state, request.json())
    if request.method == "DELETE":
        return _delete(state, request)
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
    page = [_public(row) for row in rows[start : start + size]]
    answer: dict[str, Any] = {"data": page}
    if start + size < len(rows):
        after = base64.b64encode(str(start + size).encode()).decode()
        answer["paging"] = {"cursors": {"after": after}, "next": "https://next"}
    return reply(answer)


def _public(row: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in row.items() if key not in OWN}


def simple(name: str, language: str, text: str) -> dict[str, Any]:
    """Values of a template that is only a body, with examples."""
    names = list(dict.fromkeys(VARIABLE.findall(text)))
    body: dict[str, Any] = {"type": "BODY", "text": text}
    named = not all(word.isdecimal() for word in names)
    if named:
        samples = [{"param_name": word, "example": "Ann"} for word in names]
        body["example"] = {"body_text_named_params": samples}
    elif names:
        body["example"] = {"body_text": [["Ann"] * len(names)]}
    return {
        "name": name,
        "language": language,
        "parameter_format": "NAMED" if named else "POSITIONAL",
        "components": [body],
    }


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
    named = str(values.get("parameter_format", "POSITIONAL")).upper() == "NAMED"
    components = _check_components(state, values.get("components"), named=named)
    for template in state.templates.values():
        if (template["name"], template["language"]) == (name, language):
            raise Refusal(100, "There is already content in this language", 2388024)
    now = state.clock.now()
    recent = [one for one in state.templates.values() if now - one["made_at"] < HOUR]
    if len(state.templates) >= MOST:
        raise Refusal(2388019, "Message template limit exceeded")
    if len(recent) >= CREATIONS:
        raise Refusal(80007, "Too many templates were created in this hour")
    template = {
        "id": state.new_number(),
        "name": name,
        "language": language,
        "category": _category(values.get("category", "UTILITY")),
        "status": "PENDING",
        "parameter_format": "NAMED" if named else "POSITIONAL",
        "components": components,
        "quality_score": {"score": "UNKNOWN"},
        "rejected_reason": "NONE",
        "made_at": now,
        "edits": [],
    }
    with state.lock:
        state.templates[template["id"]] = template
    return reply({key: template[key] for key in ("id", "status", "category")})


def _category(word: Any) -> str:
    category = str(word).upper()
    if category not in ("MARKETING", "UTILITY", "AUTHENTICATION"):
        raise Refusal(100, f"category: {category} is not one of the known ones")
    return category


# -- what is refused -----------------------------------------------------------------
def _check_components(state: State, parts: Any, *, named: bool) -> list[Any]:
    if not isinstance(parts, list) or not all(isinstance(one, dict) for one in parts):
        raise Refusal(100, "components: a list is expected")
    by_type = {str(part.get("type", "")).upper(): part for part in parts}
    if "BODY" not in by_type:
        raise Refusal(2388040, "body: 1 to 1024 characters")
    for kind, part in by_type.items():
        if kind in LIMITS and not (kind == "HEADER" and _is_file(part)):
            _check_text(kind, part.get("text", ""))
    _check_header(state, by_type.get("HEADER"))
    _check_body(by_type["BODY"], named=named)
    _check_buttons(by_type.get("BUTTONS", {}).get("buttons", []))
    return parts


def _is_file(part: dict[str, Any]) -> bool:
    return str(part.get("format", "TEXT")).upper() != "TEXT"


def _check_text(kind: str, text: str) -> None:
    most, code = LIMITS[kind]
    if not 0 < len(text) <= most:
        raise Refusal(code, f"{kind.lower()}: 1 to {most} characters")
    if kind == "FOOTER" and VARIABLE.search(text):
        raise Refusal(2388073, "Footer can't have variables")


def _check_header(state: State, part: dict[str, Any] | None) -> None:
    if part is None:
        return
    example = part.get("example") or {}
    if _is_file(part):
        handles = example.get("header_handle") or []
        if part.get("format") == "LOCATION":
            return
        if not handles or handles[0] not in state.handles:
            raise Refusal(2388047, "header: a sample of the file is missing")
        return
    if "\n" in part["text"]:
        raise Refusal(2388047, "Message header can't have any new lines")
    count = len(set(VARIABLE.findall(part["text"])))
    if count > 1:
        raise Refusal(2388047, "header: one variable at most")
    if count and not {"header_text", "header_text_named_params"} & set(example):
        raise Refusal(100, "HEADER is missing expected field(s) (example)", 2388043)


def _check_body(part: dict[str, Any], *, named: bool) -> None:
    body = part["text"]
    if re.match(r"\s*\{\{", body) or re.search(r"\}\}\s*$", body):
        raise Refusal(2388299, "Variables can't be at the start or end of the template")
    names = list(dict.fromkeys(VARIABLE.findall(body)))
    if not names:
        return
    numbers = [str(number) for number in range(1, len(names) + 1)]
    if not named and sorted(names, key=lambda name: (len(name), name)) != numbers:
        raise Refusal(2388072, "body: variables are numbered 1, 2, 3")
    if len(VARIABLE.sub(" ", body).split()) < len(names):
        raise Refusal(2388293, "This template has too many variables for its length")
    example = part.get("example") or {}
    rows = example.get("body_text") or [[]]
    given = example.get("body_text_named_params") if named else rows[0]
    if len(given or ()) != len(names):
        raise Refusal(100, "BODY is missing expected field(s) (example)", 2388043)


def _check_buttons(buttons: list[dict[str, Any]]) -> None:
    kinds = [str(button.get("type", "")).upper() for button in buttons]
    if len(kinds) > 10 or any(kinds.count(kind) > KINDS.get(kind, 0) for kind in kinds):
        raise Refusal(100, "buttons: too many of a kind")
    changes = zip(kinds, kinds[1:], strict=False)
    if sum((a == "QUICK_REPLY") != (b == "QUICK_REPLY") for a, b in changes) > 1:
        raise Refusal(100, "buttons: quick replies must be grouped", 2388060)
    for kind, button in zip(kinds, buttons, strict=True):
        if kind != "COPY_CODE" and not 0 < len(button.get("text", "")) <= 25:
            raise Refusal(100, "buttons: titles have 1 to 25 characters")
        if (
            kind == "URL"
            and "{{" in button.get("url", "")
            and not button.get("example")
        ):
            raise Refusal(
                100, "BUTTONS is missing expected field(s) (example)", 2388043
            )


# -- one template --------------------------------------------------------------------
def _delete(state: State, request: Request) -> Answer:
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
    if request.method != "POST":
        return reply(_public(found))
    changes = request.json()
    if found["status"] not in EDITABLE:
        raise Refusal(100, "Only approved, rejected or paused templates are edited")
    if found["status"] == "APPROVED":
        _check_edit(state, found, changes)
    if "components" in changes:
        named = found["parameter_format"] == "NAMED"
        parts = _check_components(state, changes["components"], named=named)
        found["components"] = parts
    if "category" in changes:
        found["category"] = _category(changes["category"])
    found["status"] = "PENDING"
    return reply({"success": True})


def _check_edit(state: State, found: dict[str, Any], changes: dict[str, Any]) -> None:
    if changes.get("category", found["category"]) != found["category"]:
        raise Refusal(100, "The category of an approved template can't be changed")
    now = state.clock.now()
    for seconds, most in EDITS:
        if sum(now - moment < seconds for moment in found["edits"]) >= most:
            raise Refusal(100, f"Edited {most} times in {seconds / DAY:g} days already")
    found["edits"].append(now)


def unpause(found: dict[str, Any]) -> Answer:
    """``POST /{template}/unpause``"""
    if found["status"] != "PAUSED":
        raise Refusal(100, "The template is not paused")
    found["status"] = "APPROVED"
    return reply({"success": True})


# -- samples (Resumable Upload API) --------------------------------------------------
def open_upload(state: State, request: Request) -> Answer:
    """``POST /{app}/uploads``"""
    if request.query.get("file_type") not in SAMPLES:
        raise Refusal(100, "file_type is not one of the accepted ones")
    session = f"upload:{secrets.token_hex(12)}"
    state.uploads[session] = int(request.query.get("file_length") or 0)
    return reply({"id": f"{session}?sig={secrets.token_hex(4)}"})


def upload(state: State, session: str, request: Request) -> Answer:
    """``POST /upload:..`` with all bytes at once."""
    length = state.uploads.pop(session, None)
    if length is None or request.headers.get("file_offset") != "0":
        raise Refusal(100, "There is no such upload session")
    if len(request.body) != length:
        raise Refusal(100, f"{len(request.body)} bytes instead of {length}")
    handle = f"4::{secrets.token_hex(16)}"
    state.handles.add(handle)
    return reply({"h": handle})
