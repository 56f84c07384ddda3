"""Taking one person out of a webhook body that others are in too.

It knows no format: an item is left out on trial, and stays out only when the parser
still finds everything of everybody else in what remains.
"""

from __future__ import annotations

import base64
import binascii
import json
import re
from collections.abc import Callable, Collection, Iterator
from typing import Any

from .updates import Kind, Update

#: Kinds that say nobody's address; whoever is mentioned in them is in all of it.
_OPAQUE = {Kind.GROUP, Kind.UNKNOWN, Kind.MALFORMED}
#: Runs of characters that may be an encoded identifier.
_ENCODED = re.compile(r"[A-Za-z0-9+/_-]{16,}")
_WORD = re.compile(r"[^\s:|]+")
#: Shorter addresses would be found in identifiers of others.
_MIN_LENGTH = 7

Parse = Callable[[bytes], list[Update]]


def spellings(values: Collection[str]) -> frozenset[str]:
    """Return addresses as they may stand in a body: numbers also without their plus."""
    return frozenset(values) | {value.lstrip("+") for value in values}


def is_of(update: Update, values: Collection[str]) -> bool:
    """Whether an update is from, to or about whoever has these addresses."""
    if any(address.value in values for address in update.addresses):
        return True
    return update.kind in _OPAQUE and _mentions(update.raw, values)


def without(body: bytes, parse: Parse, values: Collection[str]) -> bytes | None:
    """Return a body without a person.

    :param parse: what reads bodies of this channel.
    :param values: the person's addresses, see :func:`spellings`.
    :return: None when nothing is left, or when the person cannot be told apart.
    """
    try:
        updates = parse(body)
        content = json.loads(body)
    except Exception:  # noqa: BLE001 - what cannot be read cannot be kept
        return None
    others = {u.key: u for u in updates if not is_of(u, values)}
    if not others:
        return None

    def holds() -> bool:
        found = {u.key: u for u in parse(_dump(content))}
        return all(found.get(key) == other for key, other in others.items())

    for place in list(_lists(content)):
        _leave_out(place, values, holds)
    rest = _dump(content)
    if not holds() or any(is_of(update, values) for update in parse(rest)):
        return None
    return rest


def hides(identifier: str, values: Collection[str]) -> bool:
    """Whether an identifier contains an address, plainly or encoded.

    Identifiers of messages of some channels are base64 with the number in them. A short
    address is part of many identifiers, so it has to stand by itself.
    """
    texts = [identifier, *map(_decode, _ENCODED.findall(identifier))]
    words = set(_WORD.findall(identifier))
    return any(
        any(value in text for text in texts)
        if len(value) >= _MIN_LENGTH
        else value in words
        for value in values
    )


def _leave_out(place: list[Any], values: Collection[str], holds: Callable) -> None:
    for position in reversed(range(len(place))):
        if not _mentions(place[position], values):
            continue
        item = place.pop(position)
        if not holds():
            place.insert(position, item)


def _lists(value: Any) -> Iterator[list[Any]]:
    """All lists inside a value, the innermost first."""
    if isinstance(value, dict):
        for inner in value.values():
            yield from _lists(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _lists(inner)
        yield value


def _mentions(value: Any, values: Collection[str]) -> bool:
    text = json.dumps(value, ensure_ascii=False, default=str)
    return any(wanted in text for wanted in values)


def _dump(content: Any) -> bytes:
    return json.dumps(content).encode()


def _decode(text: str) -> str:
    text = text.replace("-", "+").replace("_", "/")
    try:
        raw = base64.b64decode(text + "=" * (-len(text) % 4))
    except (binascii.Error, ValueError):
        return ""
    return raw.decode("latin-1")
