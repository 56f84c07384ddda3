"""Message templates in our own words: what is approved, what is filled in.

A template is approved once by the provider and then sent many times with values for its
variables. ``{{1}}`` and ``{{first_name}}`` are variables; a template has numbers or
words, never both.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

#: A variable in a text. What stands between the braces is judged by the checks.
PLACEHOLDER = re.compile(r"\{\{\s*([^{}\s]+)\s*\}\}")

HEADER, BODY, BUTTON = "header", "body", "button"
MEDIA_FORMATS = ("image", "video", "document")
BUTTON_KINDS = ("quick_reply", "url", "phone", "copy_code", "flow", "other")

APPROVED, PAUSED, REJECTED, DRAFT = "APPROVED", "PAUSED", "REJECTED", "DRAFT"


@dataclass(frozen=True)
class Variable:
    """A place in a template that is filled at each send.

    :ivar component: header, body or button.
    :ivar name: "1", "2", ... or a word.
    :ivar index: which button, counted from 0; 0 elsewhere.
    """

    component: str
    name: str
    index: int = 0
    example: str = ""

    @property
    def key(self) -> str:
        return f"{self.component}:{self.index}:{self.name}"


@dataclass(frozen=True)
class TemplateHeader:
    """``format``: text, image, video, document or location. ``example``: of the
    variable in a text; of a file the provider's handle for its sample."""

    format: str
    text: str = ""
    example: str = ""


@dataclass(frozen=True)
class TemplateButton:
    """``kind``: quick_reply, url, phone, copy_code, flow or other. ``example``: of the
    variable in the address, or the code that is copied."""

    kind: str
    title: str
    url: str = ""
    phone: str = ""
    example: str = ""
    form_id: str = ""

    @property
    def placeholders(self) -> tuple[str, ...]:
        """Names of what has to be filled to send it."""
        if self.kind == "url":
            return find_placeholders(self.url)
        # The code is given at each send although no text of ours shows a variable.
        return ("1",) if self.kind == "copy_code" else ()


@dataclass(frozen=True)
class TemplateDefinition:
    """One template in one language.

    :ivar status: upper-case word of the provider, or DRAFT.
    :ivar examples: of body variables, by :attr:`Variable.key`.
    :ivar ttl: seconds during which delivery is tried; 0: the provider's default.
    :ivar unsupported: names of parts that we cannot fill, such as a carousel.
    """

    name: str
    language: str
    category: str
    body: str
    header: TemplateHeader | None = None
    footer: str = ""
    buttons: tuple[TemplateButton, ...] = ()
    named: bool = False
    examples: Mapping[str, str] = field(default_factory=dict)
    external_id: str = ""
    status: str = ""
    quality: str = ""
    reason: str = ""
    ttl: int = 0
    unsupported: tuple[str, ...] = ()

    @property
    def variables(self) -> tuple[Variable, ...]:
        """In the order of header, body, buttons; each once."""
        return tuple({found.key: found for found in self._find_variables()}.values())

    def _find_variables(self) -> Iterator[Variable]:
        header = self.header
        if header and header.format == "text":
            for name in find_placeholders(header.text):
                yield Variable(HEADER, name, 0, header.example)
        for name in sort_placeholders(find_placeholders(self.body)):
            key = Variable(BODY, name).key
            yield Variable(BODY, name, 0, self.examples.get(key, ""))
        for index, button in enumerate(self.buttons):
            for name in button.placeholders:
                yield Variable(BUTTON, name, index, button.example)

    def get_example_values(self) -> dict[str, str]:
        """Values that show what the template looks like."""
        return {variable.key: variable.example for variable in self.variables}

    # -- what the customer reads ---------------------------------------------------
    def render(self, values: Mapping[str, str]) -> str:
        """Header text, body and footer with values, as the customer reads them.

        :param values: by :attr:`Variable.key`; a missing one stays a placeholder.
        """
        texts = (self.render_header(values), self.render_body(values), self.footer)
        return "\n\n".join(filter(None, texts))

    def render_header(self, values: Mapping[str, str]) -> str:
        if not self.header or self.header.format != "text":
            return ""
        return fill(self.header.text, HEADER, values)

    def render_body(self, values: Mapping[str, str]) -> str:
        return fill(self.body, BODY, values)

    def render_url(self, index: int, values: Mapping[str, str]) -> str:
        """:param index: of the button, counted from 0."""
        return fill(self.buttons[index].url, BUTTON, values, index)


def find_placeholders(text: str) -> tuple[str, ...]:
    """Names of the variables of a text in order of appearance, each once."""
    return tuple(dict.fromkeys(PLACEHOLDER.findall(text or "")))


def sort_placeholders(names: tuple[str, ...]) -> list[str]:
    """Numbers in their order, which is the order they are sent in; words as they
    appear."""
    if all(map(is_positional, names)):
        return sorted(names, key=int)
    return list(names)


def is_positional(name: str) -> bool:
    return name.isascii() and name.isdecimal()


def fill(text: str, component: str, values: Mapping[str, str], index: int = 0) -> str:
    """Put values in place of variables. A value is never read for variables again."""

    def replace(match: re.Match[str]) -> str:
        value = values.get(Variable(component, match.group(1), index).key)
        return match.group(0) if value is None or value == "" else value

    return PLACEHOLDER.sub(replace, text or "")


def normalise_language(code: str) -> str:
    """``en-US`` of a webhook is ``en_US`` of the list."""
    return (code or "").strip().replace("-", "_")
