"""Payloads of our buttons: what was asked, about which record, until when; signed.

``!purpose:id:value:until:mac`` fits the 64 bytes of the narrowest channel. Whoever
signs adds what the payload is bound to, so that it means nothing elsewhere.
"""

from __future__ import annotations

import base64
import hmac
import re
from collections.abc import Callable
from dataclasses import dataclass

#: The narrowest channel's limit, in bytes.
MAX_BYTES = 64
#: 96 bits of the signature: nobody can try that many.
MAC_BYTES = 12
#: The end of a payload is kept in minutes.
MINUTE = 60
_MARK = "!"
_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"
_SHAPE = re.compile(
    r"!(?P<purpose>[a-z_]{1,16}):(?P<id>[0-9a-z]{1,11}):(?P<value>[A-Za-z0-9_-]{0,16}):"
    r"(?P<until>[0-9a-z]{0,7}):(?P<mac>[A-Za-z0-9_-]{16})"
)

#: Makes the full signature of a text.
Mac = Callable[[str], bytes]


@dataclass(frozen=True)
class Pressed:
    """What a button of ours says.

    :ivar purpose: name of the feature that answers.
    :ivar number: id of the record it is about.
    :ivar value: which of its buttons.
    :ivar until: POSIX time after which it means nothing; 0 is never.
    """

    purpose: str
    number: int
    value: str = ""
    until: int = 0


def pack(pressed: Pressed, mac: Mac) -> str:
    """Return the payload of a button.

    :raise ValueError: it would not fit, or cannot be read back.
    """
    until = -(-pressed.until // MINUTE)
    fields = (pressed.purpose, _base36(pressed.number), pressed.value)
    body = _MARK + ":".join((*fields, _base36(until) if until else ""))
    payload = f"{body}:{_short(mac(body))}"
    if not _SHAPE.fullmatch(payload) or len(payload.encode()) > MAX_BYTES:
        raise ValueError(f"not a payload: {body}")
    return payload


def unpack(payload: str, mac: Mac, now: float) -> Pressed | None:
    """Return what a payload says, or None when it is not ours, forged or too old."""
    found = _SHAPE.fullmatch(payload or "")
    if not found:
        return None
    body = payload.rpartition(":")[0]
    if not hmac.compare_digest(_short(mac(body)), found["mac"]):
        return None
    until = int(found["until"] or "0", 36) * MINUTE
    if until and now >= until:
        return None
    return Pressed(found["purpose"], int(found["id"], 36), found["value"], until)


def looks_signed(payload: str) -> bool:
    """Whether a payload has the shape of ours, whoever made it."""
    return bool(_SHAPE.fullmatch(payload or ""))


def _short(digest: bytes) -> str:
    return base64.urlsafe_b64encode(digest[:MAC_BYTES]).decode()


def _base36(number: int) -> str:
    """:raise ValueError: it is negative."""
    if number < 0:
        raise ValueError("negative")
    text = ""
    while number:
        number, rest = divmod(number, 36)
        text = _DIGITS[rest] + text
    return text or "0"
