"""Templates, the account, its numbers, and groups: webhooks that no customer caused.

``details`` of a template update (``type`` is status, quality, category or
components): ``template``, ``name``, ``language``, and what changed (``event``,
``reason``, ``category``, ``previous_category``, ``upcoming_category``, ``quality``).
``details`` of an account update: ``event`` and the plain values of the table below.
Words of the provider are given in lower case.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from .. import read
from ..updates import Kind, Update
from .change import Change

_TEMPLATE_FIELDS = frozenset(
    (
        "message_template_status_update",
        "message_template_quality_update",
        "template_category_update",
        "message_template_components_update",
    )
)
#: Field of the webhook: type of the update.
_ACCOUNT_FIELDS = {
    "account_update": "account",
    "account_alerts": "alert",
    "account_review_update": "review",
    "account_settings_update": "settings",
    "automatic_events": "automatic_event",
    "business_capability_update": "limits",
    "business_username_update": "username",
    "business_username_updates": "username",
    "flows": "form",
    "partner_solutions": "partner",
    "payment_configuration_update": "payment",
    "phone_number_name_update": "name",
    "phone_number_quality_update": "quality",
    "security": "security",
}
#: Our name: where the provider has it.
_ACCOUNT_WORDS = {
    "event": ("event",),
    "decision": ("decision",),
    "reason": ("rejection_reason",),
    "status": ("status",),
    "limit": ("max_daily_conversations_per_business", "current_limit"),
    "previous_limit": ("old_limit",),
    "limit_per_number": ("max_daily_conversation_per_phone",),
    "max_numbers": ("max_phone_numbers_per_business", "max_phone_numbers_per_waba"),
    "entity_type": ("entity_type",),
}
_ACCOUNT_TEXTS = {
    "verified_name": ("requested_verified_name",),
    "username": ("username",),
    "requester": ("requester",),
    "entity": ("entity_id",),
}
_ACCOUNT_PARTS = {
    "violation_info": {"violation": "violation_type"},
    "ban_info": {"ban": "waba_ban_state", "ban_date": "waba_ban_date"},
    "disconnection_info": {"reason": "reason", "initiated_by": "initiated_by"},
    "alert_info": {
        "severity": "alert_severity",
        "status": "alert_status",
        "event": "alert_type",
        "description": "alert_description",
    },
    "waba_info": {"about_waba": "waba_id", "owner_business": "owner_business_id"},
    "volume_tier_info": {
        "tier": "tier",
        "category": "pricing_category",
        "month": "effective_month",
        "region": "region",
    },
}
#: Free text and ids keep their capitals.
_VERBATIM = frozenset(("description", "ban_date", "region", "about_waba"))


def is_account_field(field: str) -> bool:
    return field in _TEMPLATE_FIELDS or field in _ACCOUNT_FIELDS


def parse_account(change: Change) -> Iterator[Update]:
    """One update for a whole change of these fields."""
    yield change.guarded(
        _template if change.field in _TEMPLATE_FIELDS else _account, change.value
    )


# -- templates -----------------------------------------------------------------------
def _template(change: Change, value: dict[str, Any]) -> Update | None:
    if not value:
        return None
    # The field name is not to be trusted: quality comes under the status field too.
    if "new_quality_score" in value:
        kind_name, details = "quality", _quality(value)
    elif "new_category" in value or "correct_category" in value:
        kind_name, details = "category", _category(value)
    elif "message_template_element" in value:
        kind_name, details = "components", _components(value)
    else:
        kind_name, details = "status", _status(value)
    template_id = read.text(value, "message_template_id")
    return Update(
        Kind.TEMPLATE,
        change.key("template", "", value),
        external_id=template_id,
        type=kind_name,
        **change.fields(value, **_which(value), **details),
    )


def _which(value: dict[str, Any]) -> dict[str, Any]:
    language = read.text(value, "message_template_language").replace("-", "_")
    return read.compact(
        template=read.text(value, "message_template_id"),
        name=read.text(value, "message_template_name"),
        language=language,
    )


def _word(value: dict[str, Any], *names: str) -> str:
    return read.text(value, *names).lower()


def _status(value: dict[str, Any]) -> dict[str, Any]:
    rejection = read.obj(value, "rejection_info")
    other = read.obj(value, "other_info")
    reason = _word(value, "reason")
    return read.compact(
        event=_word(value, "event"),
        category=_word(value, "message_template_category"),
        reason="" if reason == "none" else reason,
        explanation=read.text(rejection, "reason") or read.text(other, "description"),
        recommendation=read.text(rejection, "recommendation"),
        phase=_word(other, "title"),
        disable_date=read.text(read.obj(value, "disable_info"), "disable_date"),
    )


def _quality(value: dict[str, Any]) -> dict[str, Any]:
    return read.compact(
        previous_quality=_word(value, "previous_quality_score"),
        quality=_word(value, "new_quality_score"),
    )


def _category(value: dict[str, Any]) -> dict[str, Any]:
    """While a change is only announced ``new_category`` is the present one."""
    return read.compact(
        category=_word(value, "new_category"),
        previous_category=_word(value, "previous_category"),
        upcoming_category=_word(value, "correct_category"),
        effective_at=read.whole(value, "category_update_timestamp"),
    )


def _components(value: dict[str, Any]) -> dict[str, Any]:
    names = {
        "type": "message_template_button_type",
        "title": "message_template_button_text",
        "url": "message_template_button_url",
        "phone": "message_template_button_phone_number",
    }
    buttons = [
        read.compact(**{ours: read.text(button, name) for ours, name in names.items()})
        for button in read.objects(value, "message_template_buttons")
    ]
    return read.compact(
        body=read.text(value, "message_template_element"),
        header=read.text(value, "message_template_title"),
        footer=read.text(value, "message_template_footer"),
        buttons=buttons or None,
    )


# -- account -------------------------------------------------------------------------
def _account(change: Change, value: dict[str, Any]) -> Update:
    details = {name: _word(value, *keys) for name, keys in _ACCOUNT_WORDS.items()}
    for name, keys in _ACCOUNT_TEXTS.items():
        details[name] = read.text(value, *keys)
    for part, names in _ACCOUNT_PARTS.items():
        inner = read.obj(value, part)
        for name, key in names.items():
            found = read.text(inner, key)
            if found:
                details[name] = found if name in _VERBATIM else found.lower()
    restrictions = [
        read.compact(
            restriction=_word(entry, "restriction_type"),
            expires_at=read.whole(entry, "expiration"),
        )
        for entry in read.objects(value, "restriction_info")
    ]
    return Update(
        Kind.ACCOUNT,
        change.key("account", "", value),
        type=_ACCOUNT_FIELDS.get(change.field, change.field),
        **change.fields(
            value, **read.compact(**details, restrictions=restrictions or None)
        ),
    )


# -- groups --------------------------------------------------------------------------
def parse_groups(change: Change) -> Iterator[Update]:
    """Fields ``group_*_update``: one update for each group named."""
    name = "groups" if "groups" in change.value else "group"
    if name in change.value:
        return change.each(name, _group)
    return iter([change.guarded(_group, change.value)])


def _group(change: Change, item: dict[str, Any]) -> Update:
    return Update(
        Kind.GROUP,
        change.key("group", "", item),
        type=change.field,
        group=read.text(item, "group_id", "id"),
        **change.fields(item, event=_word(item, "type")),
    )
