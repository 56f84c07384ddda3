"""Masking of secrets and personal data in text that is logged or stored.

Every error text, log line and traceback of the gateway passes through here. Masking
goes by value (the credentials of the account) and by shape (tokens, telephone numbers,
message ids), so that a secret nobody told us about is caught as well.
"""

from __future__ import annotations

import re
import traceback
from collections.abc import Iterable, Sequence
from urllib.parse import quote

#: What stands where a secret stood.
MASK = "***"
#: Values shorter than this are not masked by value: they would blank ordinary words.
MIN_SECRET = 6
#: Characters of redacted text kept. Longer texts end with an ellipsis.
MAX_LENGTH = 20_000

_SECRET_NAMES = (
    r"access_token|input_token|refresh_token|id_token|client_secret|app_secret|"
    r"appsecret_proof|hub\.verify_token|verify_token|api_key|apikey|secret|"
    r"password|passwd|signature|token|pin"
)
_RULES: tuple[tuple[re.Pattern[str], str], ...] = (
    # Authorization: Bearer abc, also inside a printed dictionary
    (re.compile(r"(?i)\b(bearer|basic)(\s+)[\w\-.~+/|=]{6,}"), rf"\1\2{MASK}"),
    # access_token=abc in an address or a form body
    (re.compile(rf"(?i)\b({_SECRET_NAMES})=[^\s&\"'<>]+"), rf"\1={MASK}"),
    # 'access_token': 'abc' in JSON or in a printed dictionary
    (
        re.compile(rf"(?i)([\"'](?:{_SECRET_NAMES})[\"']\s*:\s*)([\"']).*?\2"),
        rf"\1\2{MASK}\2",
    ),
    (re.compile(r"(?i)\b(sha1|sha256)=[0-9a-f]{16,}"), rf"\1={MASK}"),
    # Meta's access tokens start with EAA wherever they stand
    (re.compile(r"\bEAA[A-Za-z0-9]{20,}"), MASK),
    # tokens of bots, an id and what proves it: some channels put them into addresses
    (re.compile(r"(?<!\d)\d{5,20}(:|%3[Aa])[A-Za-z0-9_-]{20,}"), MASK),
    # user:password@ in an address
    (re.compile(r"(?i)\b([a-z][a-z0-9+.\-]*://)[^\s/@]+@"), rf"\1{MASK}@"),
    (re.compile(r"\b(wamid|wacid)\.[A-Za-z0-9+/_\-]+=*"), rf"\1.{MASK}"),
    # business-scoped user ids, with or without the portfolio's mark
    (
        re.compile(r"\b([A-Z]{2}\.(?:ENT\.)?)(?=[A-Za-z0-9]*\d)[A-Za-z0-9]{8,128}\b"),
        rf"\1{MASK}",
    ),
)
# A telephone number: digits in any script, optionally grouped. Eight digits at least,
# so that error codes, sizes and dates such as 2026-11-22 stay readable.
_PHONE = re.compile(r"(?<![\w.])\+?\d(?:[ \-().]{0,2}\d){7,16}(?![\w])")
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")


def _mask_phone(match: re.Match[str]) -> str:
    text = match.group()
    if _DATE.match(text):
        return text
    digits = [char for char in text if char.isdigit()]
    return f"{MASK}{''.join(digits[-2:])}"


def _spellings(values: Iterable[str]) -> list[str]:
    """Secret values with their escaped forms, longest first.

    The longest comes first because one secret may contain another.
    """
    found: set[str] = set()
    for value in values:
        if len(value) >= MIN_SECRET:
            found.update((value, quote(value, safe=""), repr(value)[1:-1]))
    return sorted(found, key=len, reverse=True)


def redact(text: str, values: Sequence[str] = ()) -> str:
    """Mask secrets and personal identifiers in ``text``.

    :param values: secrets known by value; see ``Credentials.redact_values``.
    :return: text that may be logged. Of a telephone number two digits remain.
    """
    for value in _spellings(values):
        text = text.replace(value, MASK)
    for pattern, replacement in _RULES:
        text = pattern.sub(replacement, text)
    text = _PHONE.sub(_mask_phone, text)
    # PostgreSQL stores no NUL and no half surrogate pair.
    text = text.replace("\x00", "").encode("utf-8", "replace").decode()
    return text if len(text) <= MAX_LENGTH else text[:MAX_LENGTH] + "…"


def redact_traceback(exc: BaseException, values: Sequence[str] = ()) -> str:
    """Traceback of ``exc`` with secrets masked and without values of variables.

    Causes are listed too. The message of an exception is kept (redacted) because it
    usually says what is wrong; source lines are kept, they hold no data.
    """
    lines = traceback.TracebackException.from_exception(
        exc, capture_locals=False, limit=-30
    ).format()
    return redact("".join(lines), values)
