"""Webhook of the Cloud API: handshake, signature, and the way into a body."""

from __future__ import annotations

import hmac
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import chain
from typing import Any

from .. import read
from ..decode import decode_body
from ..errors import InvalidHandshake
from ..signatures import find_secret, sha256_of
from ..updates import Kind, Update
from .account import is_account_field, parse_account, parse_groups
from .change import Change, open_change
from .const import CHALLENGE_CHARS, SIGNATURE_HEADER, SIGNATURE_PREFIX
from .identity import parse_contact_sync, parse_preferences, parse_user_ids
from .messages import (
    parse_echoes,
    parse_errors,
    parse_history,
    parse_history_files,
    parse_messages,
)
from .statuses import parse_call_errors, parse_calls, parse_statuses

Parser = Callable[[Change], Iterator[Update]]

#: Lists a field carries, and who reads them.
_LISTS: dict[str, dict[str, Parser]] = {
    "messages": {
        "messages": parse_messages,
        "statuses": parse_statuses,
        "errors": parse_errors,
    },
    "calls": {
        "calls": parse_calls,
        "statuses": parse_statuses,
        "errors": parse_call_errors,
    },
    "smb_message_echoes": {"message_echoes": parse_echoes},
    "history": {
        "history": parse_history,
        "messages": parse_history_files,
        "errors": parse_errors,
    },
    "smb_app_state_sync": {"state_sync": parse_contact_sync},
    "user_preferences": {"user_preferences": parse_preferences},
    "user_id_update": {"user_id_update": parse_user_ids},
}


# -- handshake and signature ---------------------------------------------------------
def answer_challenge(query: Mapping[str, str], verify_token: str) -> str:
    """See :meth:`Provider.challenge`."""
    if not verify_token:
        raise InvalidHandshake("no verify token is set")
    if query.get("hub.mode") != "subscribe":
        raise InvalidHandshake("mode is not subscribe")
    given = str(query.get("hub.verify_token") or "")
    if not hmac.compare_digest(_encode(given), _encode(verify_token)):
        raise InvalidHandshake("wrong verify token")
    challenge = str(query.get("hub.challenge") or "")
    if not 0 < len(challenge) <= CHALLENGE_CHARS:
        raise InvalidHandshake("no challenge")
    return challenge


def verify_signature(
    headers: Mapping[str, str], body: bytes, secrets: Sequence[str]
) -> int:
    """See :meth:`Provider.verify`."""
    digest = sha256_of(body)
    return find_secret(
        headers,
        SIGNATURE_HEADER,
        secrets,
        lambda secret: f"{SIGNATURE_PREFIX}{digest(secret)}",
    )


def _encode(value: str) -> bytes:
    return value.encode("utf-8", "surrogatepass")


# -- body ----------------------------------------------------------------------------
def parse_body(body: bytes) -> list[Update]:
    """See :meth:`Provider.parse`."""
    values = decode_body(body)
    whole = Change(field="", value=values)
    if values.get("entry") is None:
        return [_unknown(whole)]
    entries = read.many(values, "entry")
    return list(chain.from_iterable(map(_entry, entries))) or [_unknown(whole)]


def _entry(entry: Any) -> Iterable[Update]:
    if not isinstance(entry, dict):
        return [Change("", {}).malformed(entry, "entry is not an object")]
    waba = read.text(entry, "id")
    changes = read.many(entry, "changes")
    if not changes:
        return [_unknown(Change("", entry, waba=waba))]
    return chain.from_iterable(_change(waba, entry, change) for change in changes)


def _change(waba: str, entry: dict[str, Any], change: Any) -> list[Update]:
    if not isinstance(change, dict) or not isinstance(change.get("value"), dict):
        field = read.text(change, "field") if isinstance(change, dict) else ""
        return [Change(field, {}, waba).malformed(change, "change without value")]
    opened = open_change(waba, entry, change)
    if not opened.field:
        opened.field = _guess_field(opened.value)
    return list(_updates(opened)) or [_unknown(opened)]


def _guess_field(value: Mapping[str, Any]) -> str:
    for field, lists in _LISTS.items():
        if any(name in value for name in lists):
            return field
    return ""


def _updates(change: Change) -> Iterator[Update]:
    field = change.field
    if field in _LISTS:
        return chain.from_iterable(parser(change) for parser in _LISTS[field].values())
    if is_account_field(field):
        return parse_account(change)
    if field.startswith("group_") and field.endswith("_update"):
        return parse_groups(change)
    return iter(())


def _unknown(change: Change) -> Update:
    """Nothing we know is in it; kept, so that a person can look."""
    return Update(
        Kind.UNKNOWN,
        change.key("unknown", "", change.value),
        type=change.field,
        **change.fields(change.value),
    )
