"""Rules about parts that several channels have. Nothing is ever cut."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from .errors import UnsupportedPart


def given(value: Any, name: str) -> None:
    """Refuse an empty value; so is a text of blanks."""
    if not (value.strip() if isinstance(value, str) else value):
        raise UnsupportedPart(f"{name} is empty", "invalid")


def distinct(values: Iterable[str], name: str) -> None:
    found = list(values)
    if len(set(found)) != len(found):
        raise UnsupportedPart(f"{name} is used twice", "invalid")


def web_address(url: str) -> None:
    if not url.startswith(("https://", "http://")):
        raise UnsupportedPart("url is no web address", "invalid")


def base_mime(mime_type: str) -> str:
    return mime_type.partition(";")[0].strip().lower()
