"""Signature of a body: HMAC-SHA256 of its bytes, in hexadecimal."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ..signatures import find_secret, sha256_of

HEADER = "X-Sandbox-Signature"
_PREFIX = "sha256="


def sign(body: bytes, secret: str) -> str:
    """Value of the signature header."""
    return _PREFIX + sha256_of(body)(secret)


def signed_headers(body: bytes, secret: str) -> dict[str, str]:
    """Headers to post a body with."""
    return {"Content-Type": "application/json", HEADER: sign(body, secret)}


def verify(headers: Mapping[str, str], body: bytes, secrets: Sequence[str]) -> int:
    """See :meth:`Provider.verify`."""
    return find_secret(headers, HEADER, secrets, lambda secret: sign(body, secret))
