"""Telephone numbers: one spelling to store, several to match, one to show.

A stored number is E.164 with a leading ``+``. Validity is not asked for, only a
possible length: real customers have numbers that no table knows yet.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import phonenumbers
from phonenumbers import NumberParseException, PhoneNumber, PhoneNumberFormat
from phonenumbers.timezone import UNKNOWN_TIMEZONE, time_zones_for_number

#: Digits of an E.164 number without the plus.
MIN_DIGITS = 7
MAX_DIGITS = 15
#: Left-to-right isolate and its end: a number inside Arabic text keeps its order.
ISOLATE_START = "\u2066"
ISOLATE_END = "\u2069"

_E164 = re.compile(rf"\+[1-9]\d{{{MIN_DIGITS - 1},{MAX_DIGITS - 1}}}")
# Groups: country code, optional mobile digit, area, rest. See `variants`.
_BRAZIL = re.compile(r"\+55(\d\d)(9?)([6-9]\d{7})")
_MEXICO = re.compile(r"\+52(1?)([2-9]\d{9})")
_ARGENTINA = re.compile(r"\+54(9?)([1-8]\d{9})")


def ascii_digits(text: str) -> str:
    """Digits of any script (Arabic-Indic, Persian, Devanagari, …) as 0-9."""
    return "".join(
        str(unicodedata.decimal(char)) if char.isdecimal() else char for char in text
    )


def is_e164(number: str) -> bool:
    """Whether a text is ``+`` and 7 to 15 ASCII digits, not starting with zero."""
    return number.isascii() and _E164.fullmatch(number) is not None


def from_digits(digits: str) -> str:
    """E.164 of an international number that may lack its ``+`` (as providers give it).

    :return: "" when it cannot be one, for example a BSUID.
    """
    text = ascii_digits(digits).strip()
    if not re.fullmatch(r"\+?[\d\s().\-]+", text):
        return ""
    number = "+" + re.sub(r"\D", "", text)
    return number if is_e164(number) else ""


def normalise(raw: str, country: str = "") -> str:
    """E.164 of a number as people type it.

    :param country: ISO code that national numbers belong to; without it only numbers
        with ``+`` or ``00`` are understood.
    :return: "" when it cannot be a telephone number.
    """
    text = "".join(
        char for char in ascii_digits(raw) if unicodedata.category(char) != "Cf"
    ).strip()
    if text.startswith("00"):
        text = "+" + text[2:]
    parsed = _parse(text, country)
    if parsed is None or not phonenumbers.is_possible_number(parsed):
        # Not possible by the tables, but spelled out in full: believe it.
        return from_digits(text) if text.startswith("+") else ""
    number = phonenumbers.format_number(parsed, PhoneNumberFormat.E164)
    return number if is_e164(number) else ""


def _parse(text: str, country: str = "") -> PhoneNumber | None:
    try:
        return phonenumbers.parse(text, country.upper() or None)
    except NumberParseException:
        return None


def _spellings(number: str) -> tuple[str, ...]:
    """Spellings of one number, today's official one first."""
    if match := _BRAZIL.fullmatch(number):
        area, _nine, rest = match.groups()
        return f"+55{area}9{rest}", f"+55{area}{rest}"
    if match := _MEXICO.fullmatch(number):
        return f"+52{match[2]}", f"+521{match[2]}"
    if match := _ARGENTINA.fullmatch(number):
        return f"+549{match[2]}", f"+54{match[2]}"
    return (number,)


def variants(number: str) -> tuple[str, ...]:
    """All spellings under which a number may be known, itself first.

    * Brazil: mobile numbers gained a 9 after the area code; providers' ids often lack
      it.
    * Mexico: ``+52 1`` before mobile numbers was abolished in 2019; ids keep it.
    * Argentina: mobile numbers have a 9 after ``+54`` when dialled from abroad.

    Only for matching: a message goes to the spelling that the provider told us.
    """
    return tuple(dict.fromkeys((number, *_spellings(number))))


def canonical(number: str) -> str:
    """The same for all :func:`variants` of a number: a key, not for dialling."""
    return _spellings(number)[0]


def country(number: str) -> str:
    """ISO 3166 code of a number's country, or "" when unknown or shared by none.

    Numbers that no table knows count for the main country of their prefix.
    """
    parsed = _parse(number)
    if parsed is None:
        return ""
    region = phonenumbers.region_code_for_number(parsed)
    if not region:
        region = phonenumbers.region_code_for_country_code(parsed.country_code)
    return region if region and region.isalpha() and region != "ZZ" else ""


def display(number: str, *, isolate: bool = True) -> str:
    """International format, kept left to right inside right-to-left text."""
    parsed = _parse(number)
    if parsed is None:
        return number
    text = phonenumbers.format_number(parsed, PhoneNumberFormat.INTERNATIONAL)
    return f"{ISOLATE_START}{text}{ISOLATE_END}" if isolate else text


def time_zone(number: str) -> str:
    """Name of the time zone of a number, or "" when nobody knows.

    Of a country with several zones it is the one in the middle, as nobody can know
    better.
    """
    parsed = _parse(number)
    if parsed is None:
        return ""
    names = (name for name in time_zones_for_number(parsed) if name != UNKNOWN_TIMEZONE)
    zones = sorted(names, key=lambda name: (_offset(name), name))
    return zones[len(zones) // 2] if zones else ""


def _offset(zone_name: str) -> timedelta:
    try:
        zone = ZoneInfo(zone_name)
    except (ZoneInfoNotFoundError, ValueError):
        return timedelta()
    return datetime.now(zone).utcoffset() or timedelta()
