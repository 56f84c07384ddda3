"""Writing webhook bodies of the Sandbox, for the phone page and for tests.

Each ``build_*`` function gives a whole body as bytes; sign those very bytes.
"""

from __future__ import annotations

import dataclasses
import json
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timezone
from typing import Any

from ..updates import ButtonPress, ContactCard, Location, MediaRef
from .signature import sign, signed_headers

__all__ = [
    "Sender",
    "build",
    "build_message",
    "build_reaction",
    "build_status",
    "build_typing",
    "new_id",
    "sign",
    "signed_headers",
]

Content = MediaRef | Location | ButtonPress | Sequence[ContactCard]


@dataclass(frozen=True)
class Sender:
    """The person who plays the customer, on one account."""

    account: str  # external account id
    id: str
    name: str = ""


def new_id() -> str:
    """Id of a message or reaction of the customer."""
    return f"sbx.in.{uuid.uuid4()}"


def build(account: str, *items: dict[str, Any]) -> bytes:
    """Body of several items, in the order given."""
    return json.dumps({"account": account, "items": items}).encode()


def build_message(
    sender: Sender,
    text: str = "",
    content: Content | None = None,
    *,
    from_list: bool = False,
    reply_to: str = "",
    message_id: str = "",
    at: datetime | None = None,
) -> bytes:
    """A message of the customer.

    :param text: what they wrote, or the caption of a file.
    :param content: a file, place, list of contact cards or pressed button.
    :param from_list: the button was a row of a list.
    :param reply_to: our id of the message they quote.
    :param message_id: give one to repeat a message; else it is new.
    """
    item = {
        **_item("message", sender, at),
        "id": message_id or new_id(),
        "type": "text",
        "text": text,
        **_content(content),
    }
    if from_list:
        item["type"] = "list"
    if reply_to:
        item["reply_to"] = reply_to
    return build(sender.account, item)


def build_reaction(
    sender: Sender, target: str, emoji: str, *, at: datetime | None = None
) -> bytes:
    """A reaction to message ``target``; ``emoji`` "" takes it back."""
    item = {**_item("reaction", sender, at), "id": new_id()}
    return build(sender.account, {**item, "target": target, "emoji": emoji})


def build_status(
    sender: Sender,
    target: str,
    state: str,
    *,
    error: str = "",
    at: datetime | None = None,
) -> bytes:
    """What became of our message ``target``: delivered, read, played or failed.

    :param error: reason of a failure, shown to the agent.
    """
    item = {**_item("status", sender, at), "target": target, "state": state}
    if error:
        item["error"] = {"title": error}
    return build(sender.account, item)


def build_typing(sender: Sender) -> bytes:
    return build(sender.account, _item("typing", sender, None))


def _item(kind: str, sender: Sender, at: datetime | None) -> dict[str, Any]:
    moment = at or datetime.now(timezone.utc)
    who = {"id": sender.id, "name": sender.name}
    return {"kind": kind, "time": moment.timestamp(), "sender": who}


def _content(content: Content | None) -> dict[str, Any]:
    if content is None:
        return {}
    if isinstance(content, MediaRef):
        return {"type": content.kind, "media": dataclasses.asdict(content)}
    if isinstance(content, Location):
        return {"type": "location", "location": dataclasses.asdict(content)}
    if isinstance(content, ButtonPress):
        return {"type": "button", "button": dataclasses.asdict(content)}
    cards = [dataclasses.asdict(card) for card in content]
    return {"type": "contacts", "contacts": cards}
