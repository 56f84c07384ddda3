"""Whether a template may be handed in, told before the provider refuses it.

The limits belong to the channel; the rules are the same for all that have them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from .templates import (
    MEDIA_FORMATS,
    TemplateButton,
    TemplateDefinition,
    TemplateHeader,
    find_placeholders,
    is_positional,
)

_NAME = re.compile(r"[a-z0-9_]+\Z")
_LANGUAGE = re.compile(r"[a-z]{2,3}(_[A-Z]{2})?\Z")
_WORD = re.compile(r"[a-z_][a-z0-9_]*\Z")
_VARIABLE = re.compile(r"\{\{\w+\}\}")
_AT_START = re.compile(r"\s*\{\{[^{}]*\}\}")
_AT_END = re.compile(r"\{\{[^{}]*\}\}\s*\Z")
_HEADER_MARKS = re.compile(r"[\n\r*~`]")


@dataclass(frozen=True)
class TemplateLimits:
    """Sizes in characters unless said otherwise.

    :ivar kinds: how many buttons of a kind there may be; absent kinds: none.
    :ivar words: words of text that a body needs for each variable, and one more.
    :ivar ttl: shortest and longest seconds by category; 0 stands for the default.
    :ivar samples: MIME types of the sample file, by format of the header.
    """

    name: int
    body: int
    header: int
    header_variables: int
    footer: int
    buttons: int
    kinds: Mapping[str, int]
    button_title: int
    url: int
    phone_digits: int
    copy_code: int
    words: int
    categories: tuple[str, ...]
    ttl: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    samples: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    sample_bytes: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Issue:
    """Something the provider would refuse.

    :ivar code: see :data:`CODES`.
    :ivar component: name, language, category, header, body, footer, button or ttl.
    :ivar index: of the button, counted from 0.
    """

    code: str
    component: str
    limit: int = 0
    size: int = 0
    name: str = ""
    index: int = 0
    low: int = 0

    @property
    def is_advice(self) -> bool:
        """A guess of ours: the provider decides."""
        return self.code in ADVICE


#: Codes of rules that no provider publishes: told, but nothing is refused for them.
ADVICE = frozenset(("too_few_words",))
#: Every code an issue may have; models make sentences of them.
CODES = (
    "empty",
    "too_long",
    "characters",
    "form",
    "category",
    "kind",
    "marks",
    "sample",
    "example",
    "variables",
    "variable_form",
    "variable_style",
    "sequence",
    "start",
    "end",
    "too_few_words",
    "too_many",
    "mixed",
    "twice",
    "address",
    "number",
    "range",
    "unsupported",
)


def check(definition: TemplateDefinition, limits: TemplateLimits) -> list[Issue]:
    """Return everything that stands in the way, in the order of the form."""
    return [
        *_check_head(definition, limits),
        *_check_header(definition, definition.header, limits),
        *_check_body(definition, limits),
        *_check_footer(definition.footer, limits),
        *_check_buttons(definition, limits),
        *_check_examples(definition),
        *_check_ttl(definition, limits),
    ]


def _check_length(text: str, component: str, limit: int, **where) -> Iterator[Issue]:
    if not text.strip():
        yield Issue("empty", component, **where)
    elif len(text) > limit:
        yield Issue("too_long", component, limit, len(text), **where)


# -- head ----------------------------------------------------------------------------
def _check_head(
    definition: TemplateDefinition, limits: TemplateLimits
) -> Iterator[Issue]:
    yield from _check_length(definition.name, "name", limits.name)
    if definition.name.strip() and not _NAME.match(definition.name):
        yield Issue("characters", "name")
    if not _LANGUAGE.match(definition.language):
        yield Issue("form", "language", name=definition.language)
    if definition.category not in limits.categories:
        yield Issue("category", "category", name=definition.category)
    for name in definition.unsupported:
        yield Issue("unsupported", "body", name=name)


def _check_ttl(
    definition: TemplateDefinition, limits: TemplateLimits
) -> Iterator[Issue]:
    if not definition.ttl or definition.category not in limits.ttl:
        return
    low, high = limits.ttl[definition.category]
    if not low <= definition.ttl <= high:
        yield Issue("range", "ttl", high, definition.ttl, low=low)


# -- texts ---------------------------------------------------------------------------
def _check_header(
    definition: TemplateDefinition,
    header: TemplateHeader | None,
    limits: TemplateLimits,
) -> Iterator[Issue]:
    if header is None:
        return
    if header.format in MEDIA_FORMATS:
        if not header.example:
            yield Issue("sample", "header")
        return
    if header.format != "text":
        return
    yield from _check_length(header.text, "header", limits.header)
    if _HEADER_MARKS.search(header.text):
        yield Issue("marks", "header")
    count = len(find_placeholders(header.text))
    if count > limits.header_variables:
        yield Issue("variables", "header", limits.header_variables, count)
    yield from _check_placeholders(header.text, "header", definition.named)


def _check_body(
    definition: TemplateDefinition, limits: TemplateLimits
) -> Iterator[Issue]:
    body = definition.body
    yield from _check_length(body, "body", limits.body)
    yield from _check_placeholders(body, "body", definition.named)
    if _AT_START.match(body):
        yield Issue("start", "body")
    if _AT_END.search(body):
        yield Issue("end", "body")
    count = len(find_placeholders(body))
    words = count_words(body)
    needed = limits.words * count + 1
    if count and words < needed:
        yield Issue("too_few_words", "body", needed, words)


def count_words(body: str) -> int:
    """Words of a text that are no variables. No provider tells how many it wants; that
    two for each variable and one more are enough is what people report."""
    rest = _VARIABLE.sub(" ", body)
    return sum(any(char.isalnum() for char in word) for word in rest.split())


def _check_placeholders(text: str, component: str, named: bool) -> Iterator[Issue]:
    if any(brace in _VARIABLE.sub("", text) for brace in ("{{", "}}")):
        yield Issue("variable_form", component)
    names = find_placeholders(text)
    if named:
        for name in names:
            if not _WORD.match(name):
                yield Issue("variable_style", component, name=name)
        return
    for name in names:
        if not is_positional(name):
            yield Issue("variable_style", component, name=name)
            return
    if sorted(map(int, names)) != list(range(1, len(names) + 1)):
        yield Issue("sequence", component, len(names))


def _check_footer(footer: str, limits: TemplateLimits) -> Iterator[Issue]:
    if not footer:
        return
    yield from _check_length(footer, "footer", limits.footer)
    if "{{" in footer:
        yield Issue("variables", "footer", 0, len(find_placeholders(footer)))


def _check_examples(definition: TemplateDefinition) -> Iterator[Issue]:
    for variable in definition.variables:
        if not variable.example.strip():
            yield Issue(
                "example", variable.component, name=variable.name, index=variable.index
            )


# -- buttons -------------------------------------------------------------------------
def _check_buttons(
    definition: TemplateDefinition, limits: TemplateLimits
) -> Iterator[Issue]:
    buttons = definition.buttons
    if len(buttons) > limits.buttons:
        yield Issue("too_many", "button", limits.buttons, len(buttons))
    kinds = [button.kind for button in buttons]
    for kind in dict.fromkeys(kinds):
        most = limits.kinds.get(kind, 0)
        if not most:
            yield Issue("kind", "button", name=kind, index=kinds.index(kind))
        elif kinds.count(kind) > most:
            yield Issue("too_many", "button", most, kinds.count(kind), name=kind)
    if _is_interleaved(kinds):
        yield Issue("mixed", "button")
    titles = [button.title.strip() for button in buttons]
    for index, button in enumerate(buttons):
        if button.title.strip() in titles[:index]:
            yield Issue("twice", "button", name=button.title, index=index)
        yield from _check_button(button, index, limits)


def _is_interleaved(kinds: list[str]) -> bool:
    """Quick replies must stand together: before the others or after them."""
    changes = sum(
        (one == "quick_reply") != (other == "quick_reply")
        for one, other in zip(kinds, kinds[1:], strict=False)
    )
    return changes > 1


def _check_button(
    button: TemplateButton, index: int, limits: TemplateLimits
) -> Iterator[Issue]:
    title_limit = limits.button_title
    yield from _check_length(button.title, "button", title_limit, index=index)
    if button.kind == "url":
        yield from _check_url(button.url, index, limits)
    elif button.kind == "phone":
        digits = re.sub(r"[\s().-]", "", button.phone).removeprefix("+")
        if not (digits.isascii() and digits.isdecimal()):
            yield Issue("number", "button", index=index)
        elif len(digits) > limits.phone_digits:
            yield Issue(
                "number", "button", limits.phone_digits, len(digits), index=index
            )
    elif button.kind == "copy_code" and len(button.example) > limits.copy_code:
        yield Issue(
            "too_long", "button", limits.copy_code, len(button.example), "1", index
        )
    elif button.kind == "flow" and not button.form_id.strip():
        yield Issue("form", "button", index=index)


def _check_url(url: str, index: int, limits: TemplateLimits) -> Iterator[Issue]:
    if not re.match(r"https?://[^\s/{}]+", url) or re.search(r"\s", url):
        yield Issue("address", "button", index=index)
    if len(url) > limits.url:
        yield Issue("too_long", "button", limits.url, len(url), "url", index)
    names = find_placeholders(url)
    if len(names) > 1:
        yield Issue("variables", "button", 1, len(names), index=index)
    elif names and not _AT_END.search(url):
        yield Issue("end", "button", index=index)
