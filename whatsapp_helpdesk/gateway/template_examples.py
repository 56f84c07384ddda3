"""The library of example templates, read from its file."""

from __future__ import annotations

import functools
import json
from dataclasses import dataclass, field
from pathlib import Path

from .templates import TemplateButton, TemplateDefinition, TemplateHeader, Variable

FILE = Path(__file__).resolve().parents[1] / "data" / "template_examples.json"


@dataclass(frozen=True)
class Example:
    """One text in its languages.

    :ivar labels: name for people, by language.
    :ivar definitions: by language.
    :ivar sources: name of a variable to where its value usually comes from.
    """

    key: str
    category: str
    labels: dict[str, str]
    definitions: dict[str, TemplateDefinition] = field(repr=False)
    sources: dict[str, dict[str, str]] = field(repr=False)

    def find_definition(self, language: str) -> TemplateDefinition | None:
        """The text for a code such as ``ar_EG``; None when there is none."""
        return self.definitions.get(language.partition("_")[0])


@functools.cache
def load_examples() -> tuple[Example, ...]:
    rows = json.loads(FILE.read_text("utf-8"))
    return tuple(map(_read_example, rows))


def _read_example(row: dict) -> Example:
    texts = row["texts"]
    return Example(
        row["key"],
        row["category"],
        labels={code: text["label"] for code, text in texts.items()},
        definitions={
            code: _read_definition(row, code, text) for code, text in texts.items()
        },
        sources=row["variables"],
    )


def _read_definition(row: dict, language: str, text: dict) -> TemplateDefinition:
    header = text.get("header")
    return TemplateDefinition(
        row["key"],
        language,
        row["category"],
        text["body"],
        header=TemplateHeader("text", header) if header else None,
        footer=text.get("footer", ""),
        buttons=tuple(TemplateButton(**button) for button in text.get("buttons", ())),
        named=True,
        examples={
            Variable("body", name).key: example
            for name, example in text["examples"].items()
        },
    )
