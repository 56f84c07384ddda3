"""Reading values of which nothing is certain: not their presence, not their type."""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
import re
from collections.abc import Mapping
from datetime import datetime, timezone
from typing import Any

_HEX = re.compile(r"[0-9a-fA-F]{64}\Z")
_LAST_SECOND = 253_402_300_799  # end of the year 9999


def text(values: Mapping[str, Any], *names: str) -> str:
    """First of the named values that is a text or a number, as text."""
    for name in names:
        value = values.get(name)
        if isinstance(value, str):
            if value:
                return value
        elif isinstance(value, int | float) and not isinstance(value, bool):
            return str(value)
    return ""


def obj(values: Mapping[str, Any], name: str) -> dict[str, Any]:
    value = values.get(name)
    return value if isinstance(value, dict) else {}


def many(values: Mapping[str, Any], name: str) -> list[Any]:
    """A list; a lone value counts as a list of one, nothing as an empty list."""
    value = values.get(name)
    if isinstance(value, list):
        return value
    return [] if value is None else [value]


def objects(values: Mapping[str, Any], name: str) -> list[dict[str, Any]]:
    return [item for item in many(values, name) if isinstance(item, dict)]


def flag(values: Mapping[str, Any], name: str) -> bool:
    return values.get(name) in (True, "true", "True", 1)


def number(values: Mapping[str, Any], name: str) -> float | None:
    value = values.get(name)
    if isinstance(value, bool):
        return None
    try:
        result = float(value)  # type: ignore[arg-type]
    except (TypeError, ValueError, OverflowError):
        return None
    return result if abs(result) < 1e15 else None  # false for NaN too


def whole(values: Mapping[str, Any], name: str) -> int | None:
    result = number(values, name)
    return None if result is None else int(result)


def timestamp(values: Mapping[str, Any], name: str = "timestamp") -> datetime | None:
    """Aware UTC time of Unix seconds; None when absent or garbage."""
    seconds = whole(values, name)
    if seconds is None or not 0 < seconds <= _LAST_SECOND:
        return None
    return datetime.fromtimestamp(seconds, timezone.utc)


def sha256_hex(digest: str) -> str:
    """A SHA-256 given in base64 or hexadecimal, as lower-case hexadecimal."""
    if _HEX.match(digest):
        return digest.lower()
    try:
        raw = base64.b64decode(digest.replace("-", "+").replace("_", "/"))
    except (binascii.Error, ValueError):
        return ""
    return raw.hex() if len(raw) == 32 else ""


def fingerprint(*parts: Any) -> str:
    """The same for the same values, whatever the order of their keys."""
    canonical = json.dumps(parts, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()


def compact(**values: Any) -> dict[str, Any]:
    """Only the values that say something."""
    return {key: value for key, value in values.items() if value not in ("", None)}
