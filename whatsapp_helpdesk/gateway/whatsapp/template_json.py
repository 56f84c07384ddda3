"""Templates as the Graph API writes them, from and to our own words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .. import read
from ..templates import (
    MEDIA_FORMATS,
    PLACEHOLDER,
    TemplateButton,
    TemplateDefinition,
    TemplateHeader,
    Variable,
    find_placeholders,
    normalise_language,
    sort_placeholders,
)

_BUTTON_KINDS = {
    "QUICK_REPLY": "quick_reply",
    "URL": "url",
    "PHONE_NUMBER": "phone",
    "COPY_CODE": "copy_code",
    "FLOW": "flow",
}
#: Buttons that send nothing and need no parameter.
_PLAIN_BUTTONS = frozenset(("VOICE_CALL", "REQUEST_CONTACT_INFO"))
_COMPONENTS = frozenset(("HEADER", "BODY", "FOOTER", "BUTTONS"))
_NO_REASON = frozenset(("", "NONE"))


# -- from the list -------------------------------------------------------------------
def from_json(row: Mapping[str, Any]) -> TemplateDefinition | None:
    """A row of the list; None when it lacks what makes a template."""
    name, language = read.text(row, "name"), read.text(row, "language")
    if not name or not language:
        return None
    parts = _by_type(row)
    named = read.text(row, "parameter_format").upper() == "NAMED"
    buttons = read.objects(parts.get("BUTTONS", {}), "buttons")
    reason = read.text(row, "rejected_reason")
    return TemplateDefinition(
        name=name,
        language=normalise_language(language),
        category=read.text(row, "category").lower(),
        body=read.text(parts.get("BODY", {}), "text"),
        header=_read_header(parts.get("HEADER")),
        footer=read.text(parts.get("FOOTER", {}), "text"),
        buttons=tuple(map(_read_button, buttons)),
        named=named,
        examples=_read_examples(parts.get("BODY", {}), named),
        external_id=read.text(row, "id"),
        status=read.text(row, "status").upper(),
        quality=read.text(read.obj(row, "quality_score"), "score").upper(),
        reason="" if reason.upper() in _NO_REASON else reason,
        ttl=max(read.whole(row, "message_send_ttl_seconds") or 0, 0),
        unsupported=_find_unsupported(parts, buttons),
    )


def _by_type(row: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    components = read.objects(row, "components")
    return {read.text(part, "type").upper(): part for part in components}


def _find_unsupported(
    parts: Mapping[str, Mapping[str, Any]], buttons: list[dict[str, Any]]
) -> tuple[str, ...]:
    """Parts that need parameters we have no words for."""
    found = [kind for kind in parts if kind not in _COMPONENTS]
    style = read.text(parts.get("HEADER", {}), "format").upper()
    if "HEADER" in parts and style not in _HEADER_FORMATS:
        found.append(style or "HEADER")
    for button in buttons:
        kind = read.text(button, "type").upper()
        if kind not in _BUTTON_KINDS and kind not in _PLAIN_BUTTONS:
            found.append(kind or "BUTTON")
    return tuple(dict.fromkeys(found))


_HEADER_FORMATS = {name.upper(): name for name in ("text", "location", *MEDIA_FORMATS)}


def _read_header(part: Mapping[str, Any] | None) -> TemplateHeader | None:
    style = _HEADER_FORMATS.get(read.text(part or {}, "format").upper())
    if part is None or style is None:
        return None
    example = read.obj(part, "example")
    samples = read.objects(example, "header_text_named_params")
    if samples:
        sample = read.text(samples[0], "example")
    else:
        values = read.many(
            example, "header_text" if style == "text" else "header_handle"
        )
        sample = _first_text(values)
    return TemplateHeader(style, text=read.text(part, "text"), example=sample)


def _first_text(values: list[Any]) -> str:
    return next((value for value in values if isinstance(value, str)), "")


def _read_examples(part: Mapping[str, Any], named: bool) -> dict[str, str]:
    example = read.obj(part, "example")
    if named:
        pairs = [
            (read.text(row, "param_name"), read.text(row, "example"))
            for row in read.objects(example, "body_text_named_params")
        ]
    else:
        rows = read.many(example, "body_text")
        values = rows[0] if rows and isinstance(rows[0], list) else rows
        names = sort_placeholders(find_placeholders(read.text(part, "text")))
        texts = (str(value) for value in values if isinstance(value, str | int | float))
        pairs = list(zip(names, texts, strict=False))
    return {Variable("body", name).key: text for name, text in pairs if name}


def _read_button(part: Mapping[str, Any]) -> TemplateButton:
    style = read.text(part, "type").upper()
    kind = _BUTTON_KINDS.get(style, "other")
    url = read.text(part, "url")
    example = _first_text(read.many(part, "example"))
    prefix = PLACEHOLDER.split(url)[0] if kind == "url" else ""
    return TemplateButton(
        kind,
        read.text(part, "text") or style.replace("_", " ").capitalize(),
        url=url,
        phone=read.text(part, "phone_number"),
        # Meta gives the whole address back, of which only the end is ours.
        example=example.removeprefix(prefix) if prefix else example,
        form_id=read.text(part, "flow_id"),
    )


# -- to a request --------------------------------------------------------------------
def to_json(definition: TemplateDefinition) -> dict[str, Any]:
    """The body of a creation."""
    values: dict[str, Any] = {
        "name": definition.name,
        "language": definition.language,
        "category": definition.category.upper(),
        "parameter_format": "NAMED" if definition.named else "POSITIONAL",
        "components": to_components(definition),
    }
    if definition.ttl:
        values["message_send_ttl_seconds"] = definition.ttl
    return values


def to_components(definition: TemplateDefinition) -> list[dict[str, Any]]:
    parts = []
    if definition.header:
        parts.append(_write_header(definition, definition.header))
    parts.append(_write_body(definition))
    if definition.footer:
        parts.append({"type": "FOOTER", "text": definition.footer})
    if definition.buttons:
        buttons = [_write_button(button) for button in definition.buttons]
        parts.append({"type": "BUTTONS", "buttons": buttons})
    return parts


def _plain(text: str) -> str:
    """Variables without blanks between their braces."""
    return PLACEHOLDER.sub(r"{{\1}}", text)


def _write_header(
    definition: TemplateDefinition, header: TemplateHeader
) -> dict[str, Any]:
    part: dict[str, Any] = {"type": "HEADER", "format": header.format.upper()}
    if header.format in MEDIA_FORMATS:
        part["example"] = {"header_handle": [header.example]}
    elif header.format == "text":
        part["text"] = _plain(header.text)
        names = find_placeholders(header.text)
        if names and definition.named:
            samples = [
                {"param_name": name, "example": header.example} for name in names
            ]
            part["example"] = {"header_text_named_params": samples}
        elif names:
            part["example"] = {"header_text": [header.example]}
    return part


def _write_body(definition: TemplateDefinition) -> dict[str, Any]:
    part: dict[str, Any] = {"type": "BODY", "text": _plain(definition.body)}
    found = [one for one in definition.variables if one.component == "body"]
    if found and definition.named:
        samples = [{"param_name": one.name, "example": one.example} for one in found]
        part["example"] = {"body_text_named_params": samples}
    elif found:
        part["example"] = {"body_text": [[one.example for one in found]]}
    return part


def _write_button(button: TemplateButton) -> dict[str, Any]:
    if button.kind == "copy_code":
        return {"type": "COPY_CODE", "example": button.example}
    part: dict[str, Any] = {"text": button.title}
    if button.kind == "url":
        part |= {"type": "URL", "url": _plain(button.url)}
        if button.placeholders:
            part["example"] = [button.example]
    elif button.kind == "phone":
        part |= {"type": "PHONE_NUMBER", "phone_number": button.phone}
    elif button.kind == "flow":
        part |= {"type": "FLOW", "flow_id": button.form_id}
    else:
        part["type"] = "QUICK_REPLY"
    return part
