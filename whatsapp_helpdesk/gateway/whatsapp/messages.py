"""Messages: from customers, echoes of the phone app, and imported history.

``details`` of these updates: ``waba`` (business account id), ``content`` (what an
unsupported message was), ``catalog`` and ``product`` (product enquiries and orders),
``identity_key``, ``response``/``expires_at``/``source`` (call permission), ``answer``
(unknown interactive replies), and for history ``phase``, ``chunk``, ``progress``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from typing import Any

from .. import read
from ..updates import Kind, Update
from . import content
from .change import Change
from .identity import system_update
from .people import (
    CONTACT,
    RECEIVER,
    SENDER,
    Person,
    address,
    addresses,
    customer,
    in_order,
    one_sender,
)

_NOTHING: dict[str, Any] = {}
_WRITTEN = (Kind.MESSAGE, Kind.UNSUPPORTED)


# -- content -------------------------------------------------------------------------
def _reaction(message: dict[str, Any]) -> content.Fields:
    values = read.obj(message, "reaction")
    return {
        "kind": Kind.REACTION,
        "target": read.text(values, "message_id"),
        "emoji": read.text(values, "emoji"),
    }


def _edit(message: dict[str, Any]) -> content.Fields:
    values = read.obj(message, "edit")
    inner = _content(read.obj(values, "message"))
    return {
        **inner,
        "kind": Kind.EDIT,
        "target": read.text(values, "original_message_id"),
        "type": inner.get("type", ""),
    }


def _revoke(message: dict[str, Any]) -> content.Fields:
    values = read.obj(message, "revoke")
    return {
        "kind": Kind.REVOKE,
        "target": read.text(values, "original_message_id"),
    }


def _unsupported(message: dict[str, Any]) -> content.Fields:
    hidden = read.text(read.obj(message, "unsupported"), "type")
    return {"kind": Kind.UNSUPPORTED, "details": read.compact(content=hidden)}


_SPECIAL: dict[str, Callable[[dict[str, Any]], content.Fields]] = {
    "reaction": _reaction,
    "edit": _edit,
    "revoke": _revoke,
    "unsupported": _unsupported,
    "unknown": _unsupported,
}


def _content(message: dict[str, Any]) -> content.Fields:
    """Kind, type and content of one message object."""
    kind_name = content.message_type(message) or next(
        (name for name in _SPECIAL if name in message), ""
    )
    fields: content.Fields = {"kind": Kind.MESSAGE, "type": kind_name}
    around = content.context_fields(message)
    reader = _SPECIAL.get(kind_name) or content.READERS.get(kind_name, _unsupported)
    found = reader(message)
    if found is None:
        found = {"kind": Kind.UNSUPPORTED}
    details = {**around.pop("details", {}), **found.get("details", {})}
    return {
        **fields,
        **around,
        "referral": content.referral(message),
        "error": content.first_error(message),
        **found,
        "details": details,
    }


def _update(change: Change, item: dict[str, Any], who: Person, **forced: Any) -> Update:
    """Build the update of a message.

    :param forced: fields decided by where the message stands.
    """
    found = _content(item)
    details = found.pop("details")
    if who.identity_key:
        details["identity_key"] = who.identity_key
    fields = {**change.fields(item, who, **details), **found, **forced}
    kind = fields.pop("kind")
    group = read.text(item, "group_id")
    if group:
        kind, fields["group"] = Kind.GROUP, group
    external_id = read.text(item, "id")
    prefix = "message" if kind in _WRITTEN else kind.value
    own_id = "" if external_id == fields.get("target") else external_id
    key = change.key(prefix, own_id, item)
    return Update(kind, key, external_id=external_id, **fields)


# -- from customers ------------------------------------------------------------------
def parse_messages(change: Change) -> Iterator[Update]:
    alone = one_sender(read.many(change.value, "messages"), SENDER)

    def reader(change: Change, item: dict[str, Any]) -> Update | None:
        return _inbound(change, item, alone=alone) if item else None

    return change.each("messages", reader)


def _inbound(change: Change, item: dict[str, Any], *, alone: bool) -> Update:
    who = change.contacts.person(addresses(item, SENDER), alone=alone)
    if read.text(item, "type") == "system" or "system" in item:
        return system_update(change, item, who)
    update = _update(change, item, who)
    if update.kind is Kind.UNSUPPORTED and update.error is None:
        # The reason of missing content may stand beside the message, not in it.
        return replace(update, error=content.first_error(change.value))
    return update


def parse_errors(change: Change) -> Iterator[Update]:
    """Errors of the account itself, beside the messages or without any."""
    items = read.many(change.value, "errors")
    # An error has no id and no time: what stands around it tells it from the next.
    around = read.fingerprint(change.value) if items else ""
    for position, item in enumerate(items):

        def reader(
            change: Change, item: dict[str, Any], position: int = position
        ) -> Update:
            return Update(
                Kind.ACCOUNT,
                change.key("account", "", {"at": position, "around": around}),
                type="error",
                error=content.error_info(item),
                **change.fields(item, event="error"),
            )

        yield change.guarded(reader, item)


# -- phone app and history -----------------------------------------------------------
def _by_business(change: Change, item: dict[str, Any]) -> bool:
    sender = address(read.text(item, "from"))
    return bool(change.own and sender and sender.value == change.own)


def parse_echoes(change: Change) -> Iterator[Update]:
    alone = one_sender(read.many(change.value, "message_echoes"), RECEIVER)

    def reader(change: Change, item: dict[str, Any]) -> Update | None:
        return _echo(change, item, alone=alone) if item else None

    return change.each("message_echoes", reader)


def _echo(change: Change, item: dict[str, Any], *, alone: bool) -> Update:
    who = change.contacts.person(customer(item, change.own, outbound=True), alone=alone)
    update = _update(change, item, who, by_business=True)
    if update.kind not in _WRITTEN:
        return update
    key = change.key("echo", update.external_id, item)
    return replace(update, kind=Kind.ECHO, key=key)


def parse_history(change: Change) -> Iterator[Update]:
    """Each imported message is one update; so is a refusal, and an empty chunk."""
    for chunk in read.many(change.value, "history"):
        if not isinstance(chunk, dict):
            yield change.malformed(chunk, "not an object")
            continue
        lines = [
            change.guarded(partial(_history_line, thread=thread, chunk=chunk), item)
            for thread in read.objects(chunk, "threads")
            for item in read.many(thread, "messages")
        ]
        yield from lines or [change.guarded(_history_chunk, chunk)]


def parse_history_files(change: Change) -> Iterator[Update]:
    """Files of imported messages come later, each as a message of its own."""
    for update in change.each(
        "messages", partial(_history_line, thread=_NOTHING, chunk=_NOTHING)
    ):
        yield replace(update, key=f"{update.key}:file")


def _progress(chunk: dict[str, Any]) -> dict[str, Any]:
    metadata = read.obj(chunk, "metadata")
    return read.compact(
        phase=read.whole(metadata, "phase"),
        chunk=read.whole(metadata, "chunk_order"),
        progress=read.whole(metadata, "progress"),
    )


def _history_chunk(change: Change, chunk: dict[str, Any]) -> Update:
    error = content.first_error(chunk)
    return Update(
        Kind.HISTORY,
        change.key("history", "", chunk),
        type="error" if error else "progress",
        error=error,
        **change.fields(chunk, **_progress(chunk)),
    )


def _history_line(
    change: Change,
    item: dict[str, Any],
    *,
    thread: dict[str, Any],
    chunk: dict[str, Any],
) -> Update:
    sent = _by_business(change, item)
    theirs = customer(item, change.own, outbound=sent)
    with_thread = addresses(thread, ("id",)) + addresses(
        read.obj(thread, "context"), CONTACT
    )
    who = change.contacts.person(in_order(theirs or with_thread), alone=False)
    update = _update(change, item, who, by_business=sent)
    status = read.text(read.obj(item, "history_context"), "status").lower()
    return replace(
        update,
        kind=Kind.HISTORY,
        key=change.key("history", update.external_id, item),
        state=status,
        details={**update.details, **_progress(chunk)},
    )
