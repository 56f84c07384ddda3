"""Rules about parts that several channels have. Nothing is ever cut."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from .errors import UnsupportedPart
from .graphemes import length
from .outgoing import Part
from .provider import Limit
from .updates import Address, AddressKind


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


def within(value: str, limit: Limit, name: str) -> None:
    """Refuse a text that is longer than the limit, in the limit's unit."""
    if length(value, limit.unit) > limit.size:
        raise UnsupportedPart(name, "too_long")


def user_id(addresses: Sequence[Address]) -> str:
    """The id to send to, where customers have one of the channel's own.

    :raise UnsupportedPart: reason ``recipient``: there is none.
    """
    for address in addresses:
        if address.kind is AddressKind.USER_ID and address.value:
            return address.value
    raise UnsupportedPart("no user id", "recipient")


def check_by_type(
    part: Part, rules: Mapping[type[Part], Callable[[Any], None]]
) -> None:
    """Apply the rule of a part's type.

    :raise UnsupportedPart: it breaks the rule, or the channel has none for it.
    """
    rule = rules.get(type(part))
    if rule is None:
        raise UnsupportedPart(part.kind or type(part).__name__)
    rule(part)
