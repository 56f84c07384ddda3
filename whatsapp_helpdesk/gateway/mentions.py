"""Telephone numbers and email addresses that somebody typed into a text.

What a customer types proves nothing about who they are; it only tells whom to ask.
"""

from __future__ import annotations

import re

import phonenumbers

from .phones import ascii_digits, normalise

#: Found of each sort in one text, and characters that are looked at.
MAX_FOUND = 5
MAX_TEXT = 4000

_EMAIL = re.compile(
    r"(?<![\w.+-])[\w.+-]{1,64}@[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
    r"(?:\.[a-z0-9-]{1,63}){0,5}\.[a-z]{2,24}(?![\w-])",
    re.IGNORECASE | re.ASCII,
)
_DIGITS = re.compile(r"\d(?:[\s().\-/]{0,3}\d){6}")


def find_emails(text: str) -> tuple[str, ...]:
    """Email addresses in a text, in small letters, each once."""
    found = dict.fromkeys(
        match.group().strip(".").lower() for match in _EMAIL.finditer(text[:MAX_TEXT])
    )
    return tuple(found)[:MAX_FOUND]


def find_phones(text: str, country: str = "") -> tuple[str, ...]:
    """Telephone numbers in a text as E.164, each once.

    Only numbers that a table of numbers knows: orders and prices have digits too.

    :param country: ISO code that national numbers belong to.
    """
    text = ascii_digits(text[:MAX_TEXT])
    if not _DIGITS.search(text):
        return ()
    found: dict[str, None] = {}
    matcher = phonenumbers.PhoneNumberMatcher(
        text, country.upper() or None, leniency=phonenumbers.Leniency.VALID
    )
    for match in matcher:
        number = normalise(
            phonenumbers.format_number(
                match.number, phonenumbers.PhoneNumberFormat.E164
            )
        )
        if number:
            found[number] = None
        if len(found) == MAX_FOUND:
            break
    return tuple(found)
