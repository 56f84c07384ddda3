"""A customer's number, user id or key changed; contact lists of the phone app.

``details`` of identity updates: ``change`` (phone, user_id or key) and, where known,
``previous_phone``, ``current_phone``, ``previous_user_id``, ``current_user_id``,
``previous_parent_user_id``, ``current_parent_user_id``, ``hash``, ``acknowledged``.
``addresses`` has the current ones first, then the previous ones.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

from .. import read
from ..updates import Address, AddressKind, ContactCard, Kind, Update
from .change import Change
from .people import (
    CONTACT,
    SENDER,
    Person,
    address,
    addresses,
    first_value,
    in_order,
    one_sender,
    unique,
)

_CHANGES = {
    "user_changed_number": "phone",
    "customer_changed_number": "phone",
    "user_changed_user_id": "user_id",
    "customer_identity_changed": "key",
    "user_identity_changed": "key",
}
_NAMES = {
    AddressKind.PHONE: "phone",
    AddressKind.BSUID: "user_id",
    AddressKind.PARENT_BSUID: "parent_user_id",
}
#: Only the end of the sentence counts: what stands before is a name people choose.
_FROM_TO = re.compile(r"changed from (\S+) to (\S+?)\.?\Z")


def _real(found: Sequence[Address]) -> tuple[Address, ...]:
    """Without opaque values: an identity never moves to a placeholder."""
    return tuple(entry for entry in found if entry.kind in _NAMES)


def _previous(values: dict[str, Any], current: Sequence[Address]) -> list[Address]:
    """The old address as the sentence names it, if its new one is the real one."""
    match = _FROM_TO.search(read.text(values, "body"))
    if not match:
        return []
    old, new = address(match[1]), address(match[2])
    if old and new and new in current and old.kind is new.kind:
        return [old]
    return []


def _moved(
    before: Sequence[Address], current: Sequence[Address]
) -> tuple[tuple[Address, ...], dict[str, str]]:
    """Addresses of an identity update, and by name what changed.

    An earlier address of which no new one is told stays; the others are previous.
    """
    replaced = {entry.kind for entry in current}
    kept = [entry for entry in before if entry.kind not in replaced]
    previous = [
        entry for entry in before if entry.kind in replaced and entry not in current
    ]
    now = in_order([*kept, *current])
    details = {}
    for when, group in (("previous", previous), ("current", current)):
        for kind, name in _NAMES.items():
            value = first_value(group, kind)
            if value:
                details[f"{when}_{name}"] = value
    return unique([*now, *previous]), details


def system_update(change: Change, item: dict[str, Any], who: Person) -> Update:
    """Update of a ``system`` message."""
    values = read.obj(item, "system")
    kind_name = read.text(values, "type") or "system"
    current = _real(addresses(values, ("wa_id", "user_id", "parent_user_id")))
    if not current:
        current = _real(addresses(values, ("new_wa_id",)))
    changed = _CHANGES.get(kind_name) or _infer(current)
    details: dict[str, Any] = {"change": changed} if changed else {}
    if changed in ("phone", "user_id"):
        before = _real(addresses(item, SENDER) or addresses(values, ("customer",)))
        found, moved = _moved([*before, *_previous(values, current)], current)
        who = who._replace(addresses=found or who.addresses)
        details.update(moved)
    elif changed == "key":
        details.update(_key_details(item, values))
    kind = Kind.IDENTITY if changed else Kind.UNKNOWN
    external_id = read.text(item, "id")
    return Update(
        kind,
        change.key(kind.value, external_id, item),
        external_id=external_id,
        type=kind_name,
        text=read.text(values, "body"),
        **change.fields(item, who, **details),
    )


def _infer(current: Sequence[Address]) -> str:
    for kind, name in ((AddressKind.PHONE, "phone"), (AddressKind.BSUID, "user_id")):
        if first_value(current, kind):
            return name
    return ""


def _key_details(item: dict[str, Any], values: dict[str, Any]) -> dict[str, Any]:
    identity = read.obj(item, "identity")
    return {
        "hash": read.text(identity, "hash") or read.text(values, "identity"),
        "acknowledged": read.flag(identity, "acknowledged"),
    }


def parse_user_ids(change: Change) -> Iterator[Update]:
    """Field ``user_id_update``: the only one that maps an old user id to a new one."""
    alone = one_sender(read.many(change.value, "user_id_update"), ("wa_id",))

    def reader(change: Change, item: dict[str, Any]) -> Update | None:
        return _user_id(change, item, alone=alone)

    return change.each("user_id_update", reader)


def _user_id(change: Change, item: dict[str, Any], *, alone: bool) -> Update | None:
    pairs = [read.obj(item, key) for key in ("user_id", "parent_user_id")]
    current = _real(unique(address(read.text(pair, "current")) for pair in pairs))
    previous = _real(unique(address(read.text(pair, "previous")) for pair in pairs))
    if not current and not previous:
        return None
    own = in_order([*addresses(item, ("wa_id",)), *current])
    who = change.contacts.person(own, alone=alone)
    found, details = _moved([*who.addresses, *previous], current)
    return Update(
        Kind.IDENTITY,
        change.key("identity", "", item),
        type="user_id_update",
        text=read.text(item, "detail"),
        **change.fields(
            item, who._replace(addresses=found), change="user_id", **details
        ),
    )


def parse_contact_sync(change: Change) -> Iterator[Update]:
    return change.each("state_sync", _contact_sync)


def _contact_sync(change: Change, item: dict[str, Any]) -> Update | None:
    contact = read.obj(item, "contact")
    if not contact:
        return None
    name = read.text(contact, "full_name", "first_name")
    number = read.text(contact, "phone_number")
    found = addresses(contact, ("phone_number", *CONTACT))
    who = Person(found, name, read.text(contact, "username").lstrip("@"))
    metadata = read.obj(item, "metadata")
    fields = change.fields(item, who, action=read.text(item, "action").lower())
    fields["raw_timestamp"] = read.text(metadata, "timestamp")
    fields["timestamp"] = read.timestamp(metadata)
    return Update(
        Kind.CONTACT_SYNC,
        change.key("contact_sync", "", item),
        type=read.text(item, "type"),
        contacts=(ContactCard(name, (number,) if number else ()),),
        **fields,
    )


def parse_preferences(change: Change) -> Iterator[Update]:
    """Marketing choices. ``details``: ``category``, ``choice`` (stop, resume, signup),
    ``signup``."""
    alone = one_sender(read.many(change.value, "user_preferences"), CONTACT)

    def reader(change: Change, item: dict[str, Any]) -> Update | None:
        return _preference(change, item, alone=alone) if item else None

    return change.each("user_preferences", reader)


def _preference(change: Change, item: dict[str, Any], *, alone: bool) -> Update:
    who = change.contacts.person(addresses(item, CONTACT), alone=alone)
    choice = read.text(item, "value").lower()
    details = read.compact(
        category=read.text(item, "category").lower(),
        choice=choice,
        signup=read.text(item, "signup_id"),
    )
    return Update(
        Kind.CONSENT,
        change.key("consent", "", item),
        type=choice,
        text=read.text(item, "detail"),
        **change.fields(item, who, **details),
    )
