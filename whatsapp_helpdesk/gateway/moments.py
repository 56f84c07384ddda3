"""Dates and times as people and programs write them, digits of any script."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from datetime import datetime, timezone

from .phones import ascii_digits

#: Day, month and year; ISO dates need no order.
ORDERS = ("dmy", "mdy")
FIRST_YEAR = 2000
MAX_LENGTH = 60

_ISO = re.compile(r"\d{4}-\d{1,2}-\d{1,2}")
_MARKER = r"a\.?\s?m\.?|p\.?\s?m\.?|ص|م|صباحا|مساء"
_SHAPE = re.compile(
    r"(?P<a>\d{1,4})[./-](?P<b>\d{1,2})[./-](?P<c>\d{1,4})\.?"
    r"(?:[,T ]+(?P<h>\d{1,2})[:.](?P<m>\d{2})(?:[:.](?P<s>\d{2})(?:\.\d+)?)?"
    rf"\s?(?P<marker>{_MARKER})?)?",
    re.IGNORECASE,
)
_SEPARATORS = str.maketrans({"\u060c": ",", "\u066b": ".", "\u2044": "/"})
_AFTERNOON = ("p", "م")
_EPOCH = re.compile(r"\d{10}(?:\d{3})?(?:\.\d+)?")


def clean(text: str) -> str:
    """The same with ASCII digits and blanks, without marks of direction."""
    kept = (
        " " if unicodedata.category(char) == "Zs" else char
        for char in ascii_digits(text[:MAX_LENGTH])
        if unicodedata.category(char) not in ("Cf", "Mn")
    )
    return " ".join("".join(kept).translate(_SEPARATORS).split())


def parse(text: str, order: str = "dmy") -> datetime:
    """A moment; aware when the text says of which zone it is.

    :raise ValueError: it is none, or before the year 2000.
    """
    if len(text) > MAX_LENGTH:
        raise ValueError("too long")
    text = clean(text)
    moment = _parse_exact(text) or _parse_shape(text, order)
    if moment.year < FIRST_YEAR:
        raise ValueError("too old")
    return moment


def _parse_exact(text: str) -> datetime | None:
    if _EPOCH.fullmatch(text):
        seconds = float(text)
        if seconds > 10**11:
            seconds /= 1000
        return datetime.fromtimestamp(seconds, timezone.utc)
    if not _ISO.match(text):
        return None
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return None


def _parse_shape(text: str, order: str) -> datetime:
    match = _SHAPE.fullmatch(text)
    if not match:
        raise ValueError("not a moment")
    first, second, third = match["a"], match["b"], match["c"]
    if len(first) == 4:
        year, month, day = first, second, third
    elif order == "mdy":
        month, day, year = first, second, third
    else:
        day, month, year = first, second, third
    if len(year) not in (2, 4) or len(day) > 2 or len(month) > 2:
        raise ValueError("not a date")
    full_year = int(year) + (2000 if len(year) == 2 else 0)
    return datetime(full_year, int(month), int(day), *_read_clock(match))


def _read_clock(match: re.Match[str]) -> tuple[int, int, int]:
    if not match["h"]:
        return 0, 0, 0
    hour, minute, second = int(match["h"]), int(match["m"]), int(match["s"] or 0)
    marker = (match["marker"] or "").lower()
    if marker:
        if not 1 <= hour <= 12:
            raise ValueError("not a time")
        hour = hour % 12 + (12 if marker.startswith(_AFTERNOON) else 0)
    return hour, minute, second


def find_orders(texts: Iterable[str]) -> tuple[str, ...]:
    """Orders in which all texts are dates; both when nothing tells them apart.

    :return: ``("",)`` when no text depends on it, empty when none fits all.
    """
    possible, depends = set(ORDERS), False
    for text in texts:
        match = _SHAPE.fullmatch(clean(text))
        if not match or len(match["a"]) == 4:
            continue
        first, second = int(match["a"]), int(match["b"])
        if first == second:
            continue
        depends = True
        if first > 12:
            possible.discard("mdy")
        if second > 12:
            possible.discard("dmy")
    if not depends:
        return ("",)
    return tuple(order for order in ORDERS if order in possible)
