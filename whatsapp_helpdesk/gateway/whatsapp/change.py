"""One change of a webhook body, and what all updates made from it share."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from dataclasses import field as dataclass_field
from datetime import datetime
from typing import Any

from .. import read
from ..updates import ErrorInfo, Kind, Update
from .people import Contacts, Person, phone

_NOBODY = Person()
_KEY_CHARS = 512  # longer ids are hashed: keys are indexed by the database
#: What a wrong type or value deep inside an item may raise.
_BROKEN = (ArithmeticError, AttributeError, LookupError, TypeError, ValueError)


@dataclass
class Change:
    """``own`` is the business number as an address value, "" when unknown."""

    field: str
    value: dict[str, Any]
    waba: str = ""
    time: datetime | None = None
    raw_time: str = ""
    account: str = ""
    account_address: str = ""
    own: str = ""
    contacts: Contacts = dataclass_field(default_factory=Contacts)

    def fields(
        self, item: dict[str, Any], who: Person = _NOBODY, **details: Any
    ) -> dict[str, Any]:
        """Fields of an update about ``item``, of a person or of nobody."""
        raw_time = read.text(item, "timestamp")
        return {
            "account": self.account,
            "account_address": self.account_address,
            "addresses": who.addresses,
            "name": who.name,
            "username": who.username,
            "timestamp": read.timestamp(item) if raw_time else self.time,
            "raw_timestamp": raw_time or self.raw_time,
            "details": {"waba": self.waba, **details} if self.waba else details,
            "raw": item,
        }

    def key(self, prefix: str, external_id: str, item: Any) -> str:
        """Key of an item by its id, or by its content when it has none."""
        if 0 < len(external_id) <= _KEY_CHARS:
            return f"{prefix}:{external_id}"
        place = (self.field, self.waba, self.account, self.raw_time)
        return f"{prefix}:~{read.fingerprint(place, item)}"

    def malformed(self, item: Any, reason: str) -> Update:
        return Update(
            Kind.MALFORMED,
            self.key("malformed", "", item),
            account=self.account,
            account_address=self.account_address,
            type=self.field,
            error=ErrorInfo(title=reason),
            details={"waba": self.waba} if self.waba else {},
            raw=item if isinstance(item, dict) else {"item": item},
        )

    def each(
        self, name: str, reader: Callable[[Change, dict[str, Any]], Update | None]
    ) -> Iterator[Update]:
        """One update for every item of a list; a broken one hurts only itself."""
        for item in read.many(self.value, name):
            yield self.guarded(reader, item)

    def guarded(
        self, reader: Callable[[Change, dict[str, Any]], Update | None], item: Any
    ) -> Update:
        if not isinstance(item, dict):
            return self.malformed(item, "not an object")
        try:
            update = reader(self, item)
        except _BROKEN as error:
            return self.malformed(item, type(error).__name__)
        return update or self.malformed(item, "nothing usable in it")


def open_change(waba: str, entry: dict[str, Any], change: dict[str, Any]) -> Change:
    """Read what stands around the items. ``change["value"]`` is a dictionary."""
    value = change["value"]
    metadata = read.obj(value, "metadata")
    settings = read.obj(value, "phone_number_settings")
    shown = read.text(metadata, "display_phone_number") or read.text(
        value, "display_phone_number"
    )
    account = read.text(metadata, "phone_number_id") or read.text(
        settings, "phone_number_id"
    )
    number = phone(shown)
    return Change(
        field=read.text(change, "field"),
        value=value,
        waba=waba,
        time=read.timestamp(entry, "time"),
        raw_time=read.text(entry, "time"),
        account=account,
        account_address="" if account else number or shown,
        own=number,
        contacts=Contacts(read.objects(value, "contacts")),
    )
