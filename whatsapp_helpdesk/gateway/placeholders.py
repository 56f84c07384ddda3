"""Placeholders in texts that people write: a closed list, plain substitution.

``{customer}`` is replaced by a value; nothing in a text is ever evaluated, and a value
that looks like a placeholder stays as it is.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping

_PLACEHOLDER = re.compile(r"\{\s*(\w+)\s*\}")


def fill(text: str, values: Mapping[str, str]) -> str:
    """Text with the values; placeholders that are not known stay as they are."""
    return _PLACEHOLDER.sub(lambda found: values.get(found[1], found[0]), text)


def unknown(text: str, known: Collection[str]) -> list[str]:
    """Placeholders of a text that are not on the list, in their order."""
    names = dict.fromkeys(found[1] for found in _PLACEHOLDER.finditer(text))
    return [name for name in names if name not in known]
