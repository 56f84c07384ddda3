"""Who a webhook item is about: phone numbers, user ids and the ``contacts`` list.

A customer may have a phone number, a business-scoped user id (BSUID), or both. Either
can stand in the other's place, so a value is looked at before it is believed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from .. import read
from ..updates import Address, AddressKind, Scope
from .const import BSUID

_PUNCTUATION = re.compile(r"[\s()+.\-\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_GROUP_SUFFIX = "@g.us"
#: Numbers that WhatsApp also spells without one digit: Brazil, Mexico, Argentina.
_EXTRA_DIGIT = re.compile(r"(\+55\d\d)9(\d{8})\Z|(\+52)1(\d{10})\Z|(\+54)9(\d{10})\Z")

#: Keys of one person, in the order: phone, user id, parent user id.
SENDER = ("from", "from_user_id", "from_parent_user_id")
RECEIVER = ("to", "to_user_id", "to_parent_user_id")
CONTACT = ("wa_id", "user_id", "parent_user_id")
RECIPIENT = ("recipient_id", "recipient_user_id", "recipient_parent_user_id")
PARTICIPANT = (
    "recipient_participant_id",
    "recipient_participant_user_id",
    "recipient_participant_parent_user_id",
)


class Person(NamedTuple):
    addresses: tuple[Address, ...] = ()
    name: str = ""
    username: str = ""
    identity_key: str = ""  # hash of their encryption key, when checks are on


def phone(value: str) -> str:
    """``+`` and digits, or "" when the value is no phone number."""
    digits = value if value.isdecimal() else _PUNCTUATION.sub("", value)
    return f"+{digits}" if digits.isdecimal() and digits.isascii() else ""


def is_group(value: str) -> bool:
    return value.endswith(_GROUP_SUFFIX)


def address(value: str) -> Address | None:
    """Classify one value, whatever key it stood under."""
    if not value or is_group(value):
        return None
    number = phone(value)
    if number:
        return Address(AddressKind.PHONE, number)
    bsuid = BSUID.match(value)
    if bsuid:
        parent = bsuid["parent"]
        kind = AddressKind.PARENT_BSUID if parent else AddressKind.BSUID
        return Address(kind, value, Scope.PORTFOLIO)
    return Address(AddressKind.USER_ID, value, Scope.ACCOUNT)


def addresses(item: dict[str, Any], keys: Sequence[str]) -> tuple[Address, ...]:
    return unique(address(read.text(item, key)) for key in keys)


def unique(found: Iterable[Address | None]) -> tuple[Address, ...]:
    return tuple(dict.fromkeys(entry for entry in found if entry))


def first_value(found: Sequence[Address], kind: AddressKind) -> str:
    return next((entry.value for entry in found if entry.kind is kind), "")


def _short(value: str) -> str:
    match = _EXTRA_DIGIT.match(value)
    return "".join(group for group in match.groups() if group) if match else value


def _conflict(mine: Sequence[Address], theirs: Sequence[Address]) -> bool:
    for kind in (AddressKind.PHONE, AddressKind.BSUID):
        one, other = first_value(mine, kind), first_value(theirs, kind)
        if one and other and _short(one) != _short(other):
            return True
    return False


class Contacts:
    """The ``contacts`` list of a change, found by address and never by position."""

    def __init__(self, contacts: Sequence[dict[str, Any]] = ()):
        self._known = [(contact, addresses(contact, CONTACT)) for contact in contacts]
        self._by_value = {
            entry.value: known for known in reversed(self._known) for entry in known[1]
        }

    def person(self, mine: tuple[Address, ...], *, alone: bool) -> Person:
        """Join the addresses an item gives with those of its contact.

        :param mine: addresses the item itself gives, perhaps none.
        :param alone: all items of the change come from one sender, so a single contact
            that matches nobody can only be theirs.
        :return: without the contact when the two contradict each other.
        """
        known = next(
            (
                self._by_value[entry.value]
                for entry in mine
                if entry.value in self._by_value
            ),
            None,
        )
        if known is None and alone and len(self._known) == 1:
            known = self._known[0]
        if known is None or _conflict(mine, known[1]):
            return Person(mine)
        contact, theirs = known
        profile = read.obj(contact, "profile")
        return Person(
            in_order(mine + theirs),
            read.text(profile, "name"),
            read.text(profile, "username").lstrip("@"),
            read.text(contact, "identity_key_hash"),
        )


_ORDER = {
    AddressKind.PHONE: 0,
    AddressKind.BSUID: 1,
    AddressKind.PARENT_BSUID: 2,
    AddressKind.USER_ID: 3,
}


def in_order(found: Iterable[Address]) -> tuple[Address, ...]:
    """Without doubles, the address to answer to first: a phone if there is one."""
    return tuple(sorted(dict.fromkeys(found), key=lambda entry: _ORDER[entry.kind]))


def one_sender(items: Sequence[Any], keys: Sequence[str]) -> bool:
    """Whether all items of a list name the same person (or none names anybody)."""
    senders = {
        tuple(read.text(item, key) for key in keys)
        for item in items
        if isinstance(item, dict)
    }
    return len(senders) == 1


def customer(item: dict[str, Any], own: str, *, outbound: bool) -> tuple[Address, ...]:
    """The customer's side of an item that has ``from`` and ``to``."""
    sides = (RECEIVER, SENDER) if outbound else (SENDER, RECEIVER)
    for keys in sides:
        found = tuple(entry for entry in addresses(item, keys) if entry.value != own)
        if found:
            return found
    return ()
