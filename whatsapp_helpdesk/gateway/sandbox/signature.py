"""Signature of a body: HMAC-SHA256 of its bytes, in hexadecimal."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping, Sequence

from ..errors import InvalidSignature

HEADER = "X-Sandbox-Signature"
_PREFIX = "sha256="


def sign(body: bytes, secret: str) -> str:
    """Value of the signature header."""
    return _PREFIX + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()


def signed_headers(body: bytes, secret: str) -> dict[str, str]:
    """Headers to post a body with."""
    return {"Content-Type": "application/json", HEADER: sign(body, secret)}


def verify(headers: Mapping[str, str], body: bytes, secrets: Sequence[str]) -> int:
    """See :meth:`Provider.verify`. All secrets are tried, whichever matches."""
    given = ""
    for name, value in headers.items():
        if name.lower() == HEADER.lower():
            given = str(value)
    matched = -1
    for index, secret in reversed(list(enumerate(secrets))):
        wanted = sign(body, secret).encode()
        if secret and hmac.compare_digest(wanted, given.encode("utf-8", "replace")):
            matched = index
    if matched < 0:
        raise InvalidSignature("no secret matches" if any(secrets) else "no secret")
    return matched
