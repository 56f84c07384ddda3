"""Filling a template: values to the parameters a provider wants, and to a preview.

Values are keyed by ``Variable.key`` (``component:index:name``). Nothing is cut off:
what is missing or too long is an issue, and the caller makes a sentence of it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from .outgoing import OutLocation, OutTemplate, TemplateParameter
from .templates import MEDIA_FORMATS, is_positional
from .text import clean_line

if TYPE_CHECKING:
    from .templates import TemplateButton, TemplateDefinition, Variable

#: Characters after filling; more is refused by the provider (132005).
BODY_CHARS = 1024
HEADER_CHARS = 60
URL_CHARS = 2000
COPY_CODE_CHARS = 15
#: What a form gets when nobody needs to recognise it.
NO_FLOW_TOKEN = "unused"


@dataclass(frozen=True)
class FillIssue:
    """Why a filled template cannot be sent.

    :ivar code: ``empty``, ``too_long``, ``file`` (missing) or ``location``.
    :ivar component: header, body or button.
    :ivar key: of the variable, "" when it is about the whole component.
    """

    code: str
    component: str
    key: str = ""
    limit: int = 0
    size: int = 0


@dataclass(frozen=True)
class HeaderFile:
    """A file for the header; the provider uploads it when it sends."""

    filename: str = ""
    media_id: str = ""


@dataclass(frozen=True)
class Preview:
    """What the customer will read."""

    header: str = ""
    body: str = ""
    footer: str = ""
    buttons: tuple[str, ...] = ()
    header_format: str = ""

    @property
    def text(self) -> str:
        lines = (self.header, self.body, self.footer)
        return "\n\n".join(line for line in lines if line)


def clean_values(values: Mapping[str, str]) -> dict[str, str]:
    """One line each, without control and bidirectional characters.

    Line breaks, tabs and runs of blanks are refused by the provider in a value.
    """
    return {key: clean_line(str(value or "")) for key, value in values.items()}


# -- what the customer reads ---------------------------------------------------------
def preview(definition: TemplateDefinition, values: Mapping[str, str]) -> Preview:
    """:param values: missing ones stay visible as their placeholder."""
    clean = clean_values(values)
    header = definition.header
    return Preview(
        header=definition.render_header(clean),
        body=definition.render_body(clean),
        footer=definition.footer or "",
        buttons=tuple(button.title for button in definition.buttons),
        header_format=header.format if header else "",
    )


# -- may it be sent ------------------------------------------------------------------
def issues(
    definition: TemplateDefinition,
    values: Mapping[str, str],
    *,
    has_file: bool = False,
    has_location: bool = False,
) -> list[FillIssue]:
    """Return everything that speaks against sending, in the order of the template."""
    clean = clean_values(values)
    header = definition.header
    found = []
    if header and header.format in MEDIA_FORMATS and not has_file:
        found.append(FillIssue("file", "header"))
    if header and header.format == "location" and not has_location:
        found.append(FillIssue("location", "header"))
    for variable in definition.variables:
        found += _value_issues(definition, variable, clean.get(variable.key, ""))
    filled = preview(definition, clean)
    for component, limit in (("header", HEADER_CHARS), ("body", BODY_CHARS)):
        size = len(getattr(filled, component))
        if size > limit:
            found.append(FillIssue("too_long", component, "", limit, size))
    return found


def _value_issues(
    definition: TemplateDefinition, variable: Variable, value: str
) -> list[FillIssue]:
    if not value:
        return [FillIssue("empty", variable.component, variable.key)]
    limit = 0  # other values count within the filled text
    if variable.component == "button":
        kind = definition.buttons[variable.index].kind
        limit = {"url": URL_CHARS, "copy_code": COPY_CODE_CHARS}.get(kind, 0)
    if limit and len(value) > limit:
        return [
            FillIssue("too_long", variable.component, variable.key, limit, len(value))
        ]
    return []


# -- what leaves ---------------------------------------------------------------------
def build(
    definition: TemplateDefinition,
    values: Mapping[str, str],
    *,
    header_file: HeaderFile | None = None,
    header_location: OutLocation | None = None,
) -> OutTemplate:
    """Return the part to send; :func:`issues` said before whether it is complete."""
    clean = clean_values(values)
    parameters = [
        *_header_parameters(definition, clean, header_file, header_location),
        *_text_parameters(definition, "body", clean),
        *_button_parameters(definition, clean),
    ]
    return OutTemplate(
        name=definition.name,
        language=definition.language,
        parameters=tuple(parameters),
        text=preview(definition, clean).text,
    )


def _header_parameters(
    definition: TemplateDefinition,
    values: Mapping[str, str],
    file: HeaderFile | None,
    location: OutLocation | None,
) -> list[TemplateParameter]:
    header = definition.header
    if header is None:
        return []
    if header.format in MEDIA_FORMATS:
        file = file or HeaderFile()
        # Only a document shows its name.
        name = file.filename if header.format == "document" else ""
        return [
            TemplateParameter("header", header.format, file.media_id, filename=name)
        ]
    if header.format == "location":
        return [TemplateParameter("header", "location", location=location)]
    return _text_parameters(definition, "header", values)


def _text_parameters(
    definition: TemplateDefinition, component: str, values: Mapping[str, str]
) -> list[TemplateParameter]:
    """In the order of their numbers; named ones carry their name instead."""
    variables = [v for v in definition.variables if v.component == component]
    if all(is_positional(variable.name) for variable in variables):
        variables.sort(key=lambda variable: int(variable.name))
    return [
        TemplateParameter(
            component,
            "text",
            values.get(variable.key, ""),
            name=variable.name if definition.named else "",
        )
        for variable in variables
    ]


def _button_parameters(
    definition: TemplateDefinition, values: Mapping[str, str]
) -> list[TemplateParameter]:
    found = []
    for index, button in enumerate(definition.buttons):
        value = _button_value(index, values)
        parameter = _button_parameter(button, index, value)
        if parameter:
            found.append(parameter)
    return found


def _button_value(index: int, values: Mapping[str, str]) -> str:
    prefix = f"button:{index}:"
    return next((v for k, v in values.items() if k.startswith(prefix)), "")


def _button_parameter(
    button: TemplateButton, index: int, value: str
) -> TemplateParameter | None:
    """A button without anything to fill in needs no parameter."""
    if button.kind == "flow":
        value = value or NO_FLOW_TOKEN
    types = {
        "url": "text",
        "quick_reply": "payload",
        "copy_code": "coupon_code",
        "flow": "form",
    }
    kind = types.get(button.kind)
    if not kind or not value:
        return None
    return TemplateParameter("button", kind, value, index=index, sub_type=button.kind)
