"""Who may deliver: a header that only somebody with one of our secrets can make."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable, Mapping, Sequence

from .errors import InvalidSignature


def find_secret(
    headers: Mapping[str, str],
    name: str,
    secrets: Sequence[str],
    prove: Callable[[str], str],
) -> int:
    """Index of the first secret that proves a delivery; all are tried, each in
    constant time.

    :param name: of the header, in any case.
    :param prove: what the header says when it was made with a secret.
    :raise InvalidSignature: also when there is no secret.
    """
    given = b""
    for header, value in headers.items():
        if header.lower() == name.lower():
            given = _encode(str(value))
    matched = -1
    for index, secret in reversed(list(enumerate(secrets))):
        if secret and hmac.compare_digest(_encode(prove(secret)), given):
            matched = index
    if matched < 0:
        raise InvalidSignature("no secret matches" if any(secrets) else "no secret")
    return matched


def sha256_of(body: bytes) -> Callable[[str], str]:
    """``prove`` of a header with HMAC-SHA256 over the raw body, in hexadecimal."""
    return lambda secret: hmac.new(_encode(secret), body, hashlib.sha256).hexdigest()


def _encode(value: str) -> bytes:
    return value.encode("utf-8", "surrogatepass")
