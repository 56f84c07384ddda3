"""Statuses of what we sent, and calls.

``details`` of a status: ``waba``, ``conversation``, ``conversation_origin``,
``conversation_expires_at`` (Unix seconds), ``billable``, ``identity_key``.
``details`` of a call: ``direction`` (inbound, outbound), ``event`` (connect, terminate,
ringing, accepted, rejected), ``status`` (completed, failed), ``duration`` (seconds),
``missed``, ``opens_window``.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from .. import read
from ..updates import Kind, Pricing, Update
from . import content
from .change import Change
from .messages import parse_errors
from .people import (
    PARTICIPANT,
    RECEIVER,
    RECIPIENT,
    SENDER,
    address,
    addresses,
    customer,
    is_group,
    one_sender,
)


# -- statuses ------------------------------------------------------------------------
def parse_statuses(change: Change) -> Iterator[Update]:
    alone = one_sender(read.many(change.value, "statuses"), RECIPIENT)

    def reader(change: Change, item: dict[str, Any]) -> Update | None:
        if change.field == "calls" or read.text(item, "type") == "call":
            return _call_status(change, item, alone=alone)
        return _status(change, item, alone=alone)

    return change.each("statuses", reader)


def _pricing(item: dict[str, Any]) -> Pricing | None:
    values = read.obj(item, "pricing")
    if not values:
        return None
    return Pricing(
        type=read.text(values, "type"),
        category=read.text(values, "category"),
        model=read.text(values, "pricing_model"),
    )


def _status_details(item: dict[str, Any]) -> dict[str, Any]:
    conversation = read.obj(item, "conversation")
    billable = read.obj(item, "pricing").get("billable")
    return read.compact(
        conversation=read.text(conversation, "id"),
        conversation_origin=read.text(read.obj(conversation, "origin"), "type"),
        conversation_expires_at=read.whole(conversation, "expiration_timestamp"),
        billable=billable if isinstance(billable, bool) else None,
        identity_key=read.text(item, "recipient_identity_key_hash"),
    )


def _group(item: dict[str, Any]) -> str:
    recipient = read.text(item, "recipient_id")
    if read.text(item, "recipient_type") == "group" or is_group(recipient):
        return recipient or read.text(item, "group_id") or "group"
    return read.text(item, "group_id")


def _status(change: Change, item: dict[str, Any], *, alone: bool) -> Update | None:
    target = read.text(item, "id")
    state = read.text(item, "status").lower()
    correlation = read.text(item, "biz_opaque_callback_data")
    if not state or not (target or correlation):
        return None
    group = _group(item)
    participant = read.text(item, *PARTICIPANT)
    keys = PARTICIPANT if group or participant else RECIPIENT
    who = change.contacts.person(addresses(item, keys), alone=alone and not group)
    return Update(
        Kind.GROUP if group else Kind.STATUS,
        change.key("status", target and f"{target}:{state}:{participant}", item),
        target=target,
        type="status" if group else "",
        state=state,
        correlation=correlation,
        pricing=_pricing(item),
        error=content.first_error(item),
        group=group,
        **change.fields(item, who, **_status_details(item)),
    )


# -- calls ---------------------------------------------------------------------------
def parse_calls(change: Change) -> Iterator[Update]:
    items = read.many(change.value, "calls")
    alone = one_sender(items, SENDER + RECEIVER)
    single = len(items) == 1

    def reader(change: Change, item: dict[str, Any]) -> Update | None:
        return _call(change, item, alone=alone, single=single) if item else None

    return change.each("calls", reader)


def parse_call_errors(change: Change) -> Iterator[Update]:
    """Errors beside one call belong to that call; others are the account's."""
    if len(read.many(change.value, "calls")) == 1:
        return iter(())
    return parse_errors(change)


def _outbound(change: Change, item: dict[str, Any]) -> bool:
    direction = read.text(item, "direction").upper()
    if direction:
        return direction.startswith("BUSINESS")
    sender = address(read.text(item, "from"))
    return bool(sender and sender.value == change.own)


def _missed(item: dict[str, Any], *, outbound: bool, event: str) -> bool:
    """A customer's call that ended before anybody took it: a call that was taken has a
    start and a duration."""
    taken = read.whole(item, "start_time") or read.whole(item, "duration")
    return event == "terminate" and not outbound and not taken


def _call(change: Change, item: dict[str, Any], *, alone: bool, single: bool) -> Update:
    outbound = _outbound(change, item)
    event = read.text(item, "event").lower()
    call_id = read.text(item, "id")
    theirs = customer(item, change.own, outbound=outbound)
    details = read.compact(
        direction="outbound" if outbound else "inbound",
        event=event,
        status=read.text(item, "status").lower(),
        duration=read.whole(item, "duration"),
    )
    error = content.first_error(item)
    if error is None and single:
        error = content.first_error(change.value)
    return Update(
        Kind.CALL,
        change.key("call", call_id and f"{call_id}:{event}", item),
        external_id=call_id,
        type="call",
        correlation=read.text(item, "biz_opaque_callback_data"),
        error=error,
        **change.fields(
            item,
            change.contacts.person(theirs, alone=alone),
            **details,
            missed=_missed(item, outbound=outbound, event=event),
            opens_window=not outbound,
        ),
    )


def _call_status(change: Change, item: dict[str, Any], *, alone: bool) -> Update | None:
    call_id = read.text(item, "id")
    event = read.text(item, "status").lower()
    if not call_id or not event:
        return None
    return Update(
        Kind.CALL,
        change.key("call", f"{call_id}:{event}", item),
        external_id=call_id,
        type="call",
        correlation=read.text(item, "biz_opaque_callback_data"),
        error=content.first_error(item),
        **change.fields(
            item,
            change.contacts.person(addresses(item, RECIPIENT), alone=alone),
            direction="outbound",
            event=event,
            missed=False,
            opens_window=False,
        ),
    )
