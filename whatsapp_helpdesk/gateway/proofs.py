"""Codes and links by which a customer shows that two chats are theirs: pure rules."""

from __future__ import annotations

import re
import secrets
import unicodedata

from .graphemes import clusters
from .phones import ascii_digits

CODE_DIGITS = 6
#: Stands for a code wherever somebody may read it.
MASK = "•" * CODE_DIGITS
#: Words around a code that a message may have: "my code is 123 456".
MAX_WORDS = 8
#: A token begins so, in a link as in a text.
TOKEN_MARK = "join-"
_TOKEN = re.compile(rf"(?<![\w-]){TOKEN_MARK}[A-Za-z0-9_-]{{22}}(?![\w-])")
_SEPARATORS = re.compile(r"(?<=\d)[ \-.\u00a0\u2000-\u200a\u202f]{1,2}(?=\d)")
_DIGIT_RUN = re.compile(r"\d+")
_HIDDEN = 3


def make_code() -> str:
    return f"{secrets.randbelow(10**CODE_DIGITS):0{CODE_DIGITS}}"


def find_code(text: str) -> str:
    """Return the code that a message is or holds, in ASCII digits, or "".

    Digits of any script, with blanks or dashes among them; nothing else in the message
    may be a number, so that an order or telephone number is never taken for a code.
    """
    plain = ascii_digits(_visible(text or ""))
    if len(plain) > 200:
        return ""
    joined = _SEPARATORS.sub("", plain)
    runs = _DIGIT_RUN.findall(joined)
    if len(runs) != 1 or len(runs[0]) != CODE_DIGITS:
        return ""
    around = _DIGIT_RUN.sub(" ", joined)
    return runs[0] if len(around.split()) <= MAX_WORDS else ""


def mask_code(text: str) -> str:
    """A text without the code in it, for whoever reads along."""
    digits = iter(ascii_digits(text))
    return "".join("•" if next(digits).isdecimal() else char for char in text)


def make_token() -> str:
    return TOKEN_MARK + secrets.token_urlsafe(16)


def find_token(text: str) -> str:
    """Return the token of a deep link in a text, or ""."""
    found = _TOKEN.search(text or "")
    return found[0] if found else ""


def mask_name(name: str) -> str:
    """The first letter of each word: enough for its owner, too little for others."""
    words = (next(clusters(word), "") + "•" * _HIDDEN for word in (name or "").split())
    return " ".join(words)


def _visible(text: str) -> str:
    """Without marks of direction and joiners, which some keyboards add."""
    return "".join(char for char in text if unicodedata.category(char) != "Cf")
