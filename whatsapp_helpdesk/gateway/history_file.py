"""Conversations from elsewhere: CSV, JSON, and the phone app's "Export chat".

Every reader gives :class:`HistoryLine` values in the order of the file. A line that
cannot be used has an ``error`` code; what makes the file unusable is a
:class:`.tables.FileProblem`.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from . import columns, moments, tables
from .tables import FileProblem

#: Characters of one message.
MAX_TEXT = 20_000
MAX_AUTHORS = 50
KEYS = ("time", "direction", "author", "text", "number", "name", "id")

_HEAD = re.compile(
    r"\[?(?P<date>\d{1,4}[./-]\d{1,2}[./-]\d{1,4}\.?)[,،]?\s+"
    r"(?P<time>\d{1,2}[:.]\d{2}(?:[:.]\d{2})?"
    r"(?:\s?(?:[ap]\.?\s?m\.?|ص|م))?)\]?\s*(?:[-–]\s+)?",
    re.IGNORECASE,
)
_INVISIBLE = "\u200e\u200f\u202a\u202b\u202c\u2066\u2067\u2068\u2069\ufeff"
_SPACE = re.compile(r"\s*")
_MESSAGES = re.compile(r'\{\s*"messages"\s*:\s*(?=\[)')


@dataclass(frozen=True)
class HistoryLine:
    """One message; ``when`` is the text of its time, read by :func:`read_when`."""

    line: int
    when: str = ""
    direction: str = ""
    author: str = ""
    text: str = ""
    number: str = ""
    name: str = ""
    id: str = ""
    error: str = ""


def read_when(line: HistoryLine, order: str) -> datetime | None:
    """The moment it was written, or None."""
    try:
        return moments.parse(line.when, order)
    except (ValueError, OverflowError, OSError):
        return None


def find_orders(lines: list[HistoryLine]) -> tuple[str, ...]:
    return moments.find_orders(line.when for line in lines if not line.error)


def find_kind(raw: bytes, filename: str = "") -> str:
    """``csv``, ``json`` or ``chat``, by the content; the name only says "json"."""
    text = tables.decode(raw).lstrip(_INVISIBLE + " \r\n\t")
    if text[:1] in ("{", "[") and not _HEAD.match(_ascii(text[:100])):
        return "json"
    if filename.lower().endswith(".json"):
        return "json"
    return "chat" if _HEAD.match(_ascii(text[:100])) else "csv"


# -- CSV -----------------------------------------------------------------------------


def read_table(
    table: tables.Table, roles: Mapping[int, str], number: str = ""
) -> list[HistoryLine]:
    """:param roles: meaning of columns by their number.
    :param number: of the customer, where the file has no such column.
    """
    where = {role: index for index, role in roles.items()}
    return [
        _make(
            row.line,
            {role: row.get(index) for role, index in where.items()},
            number,
            "" if len(row.cells) <= len(table.header) else "cells",
        )
        for row in table.rows
    ]


def _make(
    line: int, values: Mapping[str, str], number: str = "", error: str = ""
) -> HistoryLine:
    known = {key: values.get(key, "") for key in KEYS if key != "time"}
    direction = columns.read_direction(known.pop("direction"))
    known["number"] = known["number"] or number
    result = HistoryLine(
        line, when=values.get("time", ""), direction=direction, **known
    )
    error = error or _find_error(result)
    return HistoryLine(line, error=error) if error else result


def _find_error(line: HistoryLine) -> str:
    """Why a message cannot be stored, or ""."""
    if any(tables.has_control(value) for value in (line.text, line.author, line.name)):
        return "control"
    if not line.text.strip():
        return "text"
    if len(line.text) > MAX_TEXT:
        return "long"
    if not line.when:
        return "time"
    return "" if line.direction else "direction"


# -- JSON ----------------------------------------------------------------------------


def read_json(raw: bytes, number: str = "") -> list[HistoryLine]:
    """A list of messages, ``{"messages": [...]}``, or one message per line."""
    text = tables.decode(raw).lstrip("\ufeff \t\r\n")
    offset = 0
    if match := _MESSAGES.match(text):
        offset = match.end()
    found: list[HistoryLine] = []
    for line, item in _read_items(text, offset):
        if len(found) >= tables.MAX_ROWS:
            raise FileProblem("rows", line, tables.MAX_ROWS)
        found.append(_make_from_json(line, item, number))
    return found


def _read_items(text: str, offset: int) -> Iterator[tuple[int, Any]]:
    """Items of a list, or objects one after another, with the lines they start in."""
    decoder = json.JSONDecoder(parse_constant=_refuse_constant)
    in_list = text[offset : offset + 1] == "["
    index = _skip(text, offset + 1 if in_list else offset)
    line, counted = 1, 0
    while index < len(text):
        line, counted = line + text.count("\n", counted, index), index
        if in_list and text[index] == "]":
            return
        try:
            item, index = decoder.raw_decode(text, index)
        except RecursionError:
            raise FileProblem("depth", line) from None
        except json.JSONDecodeError as error:
            raise FileProblem("json", error.lineno) from None
        except ValueError:  # a number of thousands of digits
            raise FileProblem("json", line) from None
        yield line, item
        index = _skip(text, index)
        if text[index : index + 1] == ",":
            index = _skip(text, index + 1)
        elif in_list and text[index : index + 1] != "]":
            raise FileProblem("json", line)
    if in_list:
        raise FileProblem("json", text.count("\n") + 1)


def _refuse_constant(name: str) -> Any:
    raise ValueError(name)


def _skip(text: str, index: int) -> int:
    match = _SPACE.match(text, index)
    return match.end() if match else index


def _make_from_json(line: int, item: Any, number: str) -> HistoryLine:
    if not isinstance(item, dict):
        return HistoryLine(line, error="object")
    values = {key: item[key] for key in KEYS if item.get(key) is not None}
    if any(isinstance(value, (dict, list)) for value in values.values()):
        return HistoryLine(line, error="nested")
    return _make(line, {key: str(value) for key, value in values.items()}, number)


# -- phone app -----------------------------------------------------------------------


def read_chat(raw: bytes, customer: str, number: str) -> list[HistoryLine]:
    """The phone app's "Export chat" without media.

    :param customer: which of :func:`find_authors` is the customer.
    :raise FileProblem: ``chat``: it does not begin as such a file does.
    """
    return [
        _make(
            line,
            {
                "time": when,
                "author": author,
                "direction": "in" if author == customer else "out",
                "text": text,
                "name": customer,
            },
            number,
        )
        for line, when, author, text in _read_chat_messages(tables.decode(raw))
    ]


def find_authors(raw: bytes) -> list[str]:
    """Who wrote in an exported chat, the most frequent first."""
    messages = _read_chat_messages(tables.decode(raw))
    counts = Counter(author for _line, _when, author, _text in messages)
    return [author for author, _count in counts.most_common(MAX_AUTHORS)]


def _read_chat_messages(text: str) -> list[tuple[int, str, str, str]]:
    """(line, time, author, text); what the app itself says is left out."""
    found: list[tuple[int, str, str, list[str]]] = []
    for number, line in enumerate(text.splitlines(), 1):
        if len(line) > tables.MAX_LINE:
            raise FileProblem("long", number, tables.MAX_LINE)
        line = line.lstrip(_INVISIBLE)
        head = _HEAD.match(_ascii(line))
        if head:
            when = f"{head['date'].rstrip('.')} {head['time']}"
            author, colon, body = line[head.end() :].partition(": ")
            known = colon and len(author) <= 100
            found.append((number, when, author if known else "", [body]))
        elif found:
            found[-1][3].append(line)
        elif line.strip():
            raise FileProblem("chat", number)
        if len(found) > tables.MAX_ROWS:
            raise FileProblem("rows", number, tables.MAX_ROWS)
    return [
        (line, when, author.strip(_INVISIBLE + " "), _join(body))
        for line, when, author, body in found
        if author.strip(_INVISIBLE + " ")
    ]


def _join(lines: list[str]) -> str:
    text = "\n".join(lines).strip()
    return "".join(char for char in text if char not in "\u200e\u200f\ufeff")


def _ascii(text: str) -> str:
    """ASCII digits and blanks in the same places: positions stay what they are."""
    return (
        "".join(
            " " if char in "\u00a0\u202f" else char
            for char in moments.ascii_digits(text[:60])
        )
        + (text[60:])
    )


# -- keys ----------------------------------------------------------------------------


def get_keys(identified: list[tuple[HistoryLine, str, str]], account: str) -> list[str]:
    """A key per message that is the same whenever the same file is imported.

    Equal messages of one minute are told apart by which of them it is.

    :param identified: (message, normalised number, its moment as text).
    """
    seen: Counter[str] = Counter()
    keys = []
    for line, number, moment in identified:
        content = (account, number, moment, line.direction, line.text, line.id)
        text = json.dumps(content, ensure_ascii=True)
        seen[text] += 1
        digest = hashlib.sha256(f"{text}{seen[text]}".encode()).hexdigest()
        keys.append(f"import.{digest}")
    return keys
