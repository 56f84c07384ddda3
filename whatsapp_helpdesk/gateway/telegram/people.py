"""Ids, names and addresses in what the Bot API tells us."""

from __future__ import annotations

from typing import Any

from .. import read
from ..updates import Address, AddressKind, Scope
from . import const


def number(values: dict[str, Any], name: str) -> str:
    """An id as text; "" when it is none. Ids are larger than a float can hold."""
    value = values.get(name)
    if isinstance(value, int) and not isinstance(value, bool):
        value = str(value)
    return value if isinstance(value, str) and const.CHAT_ID.fullmatch(value) else ""


def is_private(chat: dict[str, Any]) -> bool:
    """Whether only one customer writes in a chat; groups have negative ids."""
    kind = read.text(chat, "type")
    if kind:
        return kind == "private"
    return not number(chat, "id").startswith("-")


def address(user: str) -> Address:
    """A user has the same id for every bot."""
    return Address(AddressKind.USER_ID, user, Scope.PROVIDER)


def message_id(chat: dict[str, Any], message: dict[str, Any]) -> str:
    """Our id of a message, "" when one half of it is missing."""
    where, which = number(chat, "id"), number(message, "message_id")
    return f"{where}:{which}" if where and which else ""


def split_id(external_id: str) -> tuple[str, int]:
    """Chat and number of a message; 0 when it is the id of something else."""
    chat, _colon, which = external_id.partition(":")
    return chat, int(which) if which.isascii() and which.isdecimal() else 0


def names(user: dict[str, Any], chat: dict[str, Any]) -> dict[str, str]:
    who = user or chat
    parts = (read.text(who, "first_name"), read.text(who, "last_name"))
    return {
        "name": " ".join(part for part in parts if part),
        "username": read.text(who, "username"),
    }
