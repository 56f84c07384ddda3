"""From raw bytes to plain, storable JSON values.

The body comes from outside: keys given twice, NaN, endless nesting and undecodable
bytes are refused as a whole; characters that PostgreSQL cannot store are replaced.
"""

from __future__ import annotations

import json
import math
import re
from typing import Any

from .errors import MalformedPayload

BODY_DEPTH = 100  # nested objects and lists; real bodies stay below 15

_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
#: Only these spellings can give an unstorable character after decoding.
_SUSPECT = re.compile(r"\x00|\\u(?:0000|[dD][89a-fA-F])")


def _pairs(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    values = dict(pairs)
    if len(values) != len(pairs):
        raise ValueError("a key is given twice")
    return values


def _no_constant(name: str) -> float:
    raise ValueError(f"{name} is not JSON")


def _finite(digits: str) -> float:
    value = float(digits)
    if not math.isfinite(value):
        raise ValueError("number out of range")
    return value


_DECODER = json.JSONDecoder(
    object_pairs_hook=_pairs,
    parse_constant=_no_constant,
    parse_float=_finite,
    strict=False,
)


def _replacement(match: re.Match[str]) -> str:
    return "" if match[0] == "\x00" else "\ufffd"


def clean_text(text: str) -> str:
    """Drop NUL characters, replace lone surrogates."""
    return _UNSTORABLE.sub(_replacement, text)


def _clean(value: Any) -> Any:
    if isinstance(value, str):
        return clean_text(value)
    if isinstance(value, dict):
        return {clean_text(key): _clean(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_clean(item) for item in value]
    return value


def _check_depth(value: Any) -> None:
    level = [value]
    for _depth in range(BODY_DEPTH + 1):
        deeper: list[Any] = []
        for item in level:
            if isinstance(item, dict):
                deeper.extend(item.values())
            elif isinstance(item, list):
                deeper.extend(item)
        if not deeper:
            return
        level = deeper
    raise ValueError("nested too deeply")


def decode_text(text: str) -> Any:
    """Decode JSON text.

    :raise ValueError: not JSON, or JSON that cannot be stored unchanged.
    """
    try:
        value, end = _DECODER.raw_decode(text.lstrip(" \t\r\n"))
        if text.lstrip(" \t\r\n")[end:].strip(" \t\r\n"):
            raise ValueError("more text after the JSON value")
        if text.count("{") + text.count("[") > BODY_DEPTH:
            _check_depth(value)
        return _clean(value) if _SUSPECT.search(text) else value
    except RecursionError:
        raise ValueError("nested too deeply") from None


def decode_body(body: bytes) -> dict[str, Any]:
    """Decode a webhook body.

    :raise MalformedPayload: not a JSON object.
    """
    try:
        value = decode_text(body.decode("utf-8-sig"))
    except ValueError as error:
        # The decoder's own message may quote the body; keep the class only.
        kind = error if type(error) is ValueError else type(error).__name__
        raise MalformedPayload(str(kind)) from None
    if not isinstance(value, dict):
        raise MalformedPayload("not a JSON object")
    return value
