"""Every sample of ours, and what it must give: a table to read beside the samples."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import Any

from ...gateway.updates import Kind
from ...gateway.whatsapp.webhook import parse_body
from .case import UnitCase, sample, sample_names

LEA = ["+33639980001", "FR.4400112233445566"]
PRIYA = ["+447700900123", "GB.1200345600789012"]
JONAS = ["DE.Ab3400XyZ9001"]
ONE, TWO = "900100200300401", "900100200300402"
CONTEXT = {"reply_to": "wamid.OURS0006=="}

M, S, R = Kind.MESSAGE, Kind.STATUS, Kind.REACTION
Row = tuple[Kind, dict[str, Any]]


def message(type_: str = "text", text: str = "", who: Any = None, **more: Any) -> Row:
    expected = {"type": type_, "text": text, "addresses": who or LEA, "account": ONE}
    return M, {**expected, **more}


def status(state: str, **more: Any) -> Row:
    return S, {"state": state, "target": "wamid.OURS0010==", "account": ONE, **more}


TABLE: dict[str, list[Row]] = {
    # text
    "text_plain": [
        message(
            text="Bonjour, ma commande 4711 n'est pas arrivée.",
            name="Léa Fontaine",
            external_id="wamid.SAMPLETEXT01==",
            key="message:wamid.SAMPLETEXT01==",
            timestamp=datetime(2026, 9, 21, 14, 15, tzinfo=timezone.utc),
            details={"waba": "800700600500401"},
        )
    ],
    "text_arabic_emoji": [
        message(
            text="السلام عليكم، رقم الطلب ٤٧١١ 🙏🏽",
            who=["+962700000012", "JO.7700112233445566"],
            name="ليلى القاسم ✨",
        )
    ],
    "text_brazil_two_spellings": [
        message(
            text="Olá! O pedido já saiu?",
            who=["+5511900000077", "+551100000077", "BR.9900112233445566"],
            name="João Conceição",
        )
    ],
    "text_phone_and_bsuid": [
        message(
            text="Is the blue one back in stock?",
            who=[*PRIYA, "GB.ENT.5500345600789012"],
            username="priya.n",
            details={"waba": "800700600500401", "identity_key": "Kq1Zs8vQ0bA="},
        )
    ],
    "text_bsuid_only": [
        message(
            text="I hid my number, can you still answer?",
            who=JONAS,
            name="Jonas",
            username="jonas_k",
        )
    ],
    "text_bsuid_in_from": [
        message(text="Where do I send it back?", who=["NL.6600778899001122"])
    ],
    "text_reply": [
        message(text="Yes, that address is right.", reply_to="wamid.OURS0001==")
    ],
    "text_forwarded": [
        message(text="Have you seen this offer?", forwarded=True, reply_to="")
    ],
    "text_forwarded_often": [message(text="Send this to ten friends", forwarded=True)],
    "text_product_enquiry": [
        message(
            text="Do you ship this lamp to Malta?",
            reply_to="wamid.OURS0002==",
            details={
                "waba": "800700600500401",
                "catalog": "550660770880",
                "product": "LAMP-07",
            },
        )
    ],
    "text_ad_referral": [
        message(text="Hi, I want the spring offer", referral_id="120210000000000077")
    ],
    "text_without_contacts": [
        message(text="No profile came with this", who=LEA[:1], name="")
    ],
    "text_without_metadata": [
        message(text="No metadata, no field, no entry id", account="")
    ],
    "text_without_body": [message()],
    "text_integer_timestamp": [
        message(
            text="Time as a number",
            timestamp=datetime(2026, 9, 21, 14, 26, 17, tzinfo=timezone.utc),
            raw_timestamp="1790000777",
        )
    ],
    "text_garbage_timestamp": [
        message(text="Time nobody can read", timestamp=None, raw_timestamp="yesterday")
    ],
    "text_unstorable_characters": [message(text="nul half\ufffd full😀")],
    "text_contact_of_somebody_else": [
        message(text="My contact entry is missing", who=LEA[:1], name="")
    ],
    # files
    "image_caption_url": [message("image", "هذا هو الكسر", media_id="710000000000001")],
    "image_with_error": [
        message("image", media_id="710000000000002", error_code=131052)
    ],
    "video_forwarded": [
        message("video", "The noise it makes", media_id="710000000000003")
    ],
    "audio_voice_note": [message("audio", media_id="710000000000004", voice=True)],
    "voice_old_type": [message("audio", media_id="710000000000005", voice=True)],
    "document_arabic_name": [
        message("document", "الفاتورة", media_id="710000000000006")
    ],
    "document_message_without_id": [
        message("document", external_id="", media_id="710000000000007")
    ],
    "sticker_animated": [message("sticker", media_id="710000000000008")],
    # other content
    "location_pin": [message("location", reply_to="wamid.OURS0003==")],
    "location_place": [message("location")],
    "contacts_card": [message("contacts")],
    "contacts_own_number": [message("contacts", who=JONAS)],
    "contacts_no_sender": [message("contacts", who=JONAS, name="Jonas")],
    "order": [message("order", "Gift wrap please 🎁")],
    "request_welcome": [message("request_welcome")],
    # pressed and filled in
    "button_of_template": [message("button", "Suivre le colis", payload="track:4711")],
    "button_without_context": [message("button", "Oui", payload="Oui", reply_to="")],
    "interactive_button": [
        message("button", "Yes, please", payload="hd1.s3cr3t.yes", **CONTEXT)
    ],
    "interactive_list": [
        message("list", "Returns", payload="topic:returns", **CONTEXT)
    ],
    "interactive_flow": [
        message(
            "flow",
            "Sent",
            form={
                "flow_token": "case-88",
                "order": "4711",
                "note": "مرحبا",
                "parts": ["lid", "cable"],
            },
        )
    ],
    "interactive_flow_broken_json": [
        message("flow", "Sent", form={"raw": '{"flow_token":"case-88", oops'})
    ],
    "interactive_flow_not_an_object": [message("flow", "Sent", form={"raw": [1, 2]})],
    "interactive_call_permission_accepted": [message("call_permission")],
    "interactive_call_permission_rejected": [message("call_permission")],
    "interactive_new_kind": [message("payment_method", who=["+551100000077"])],
    "interactive_missing_with_errors": [
        (Kind.UNSUPPORTED, {"type": "interactive", "error_code": 131000, **CONTEXT}),
        (Kind.ACCOUNT, {"type": "error", "error_code": 131000, "account": ONE}),
    ],
    # other messages
    "reaction": [(R, {"emoji": "👍🏾", "target": "wamid.OURS0004=="})],
    "reaction_removed": [(R, {"emoji": "", "target": "wamid.OURS0004=="})],
    "reaction_removed_empty": [(R, {"emoji": "", "target": "wamid.OURS0004=="})],
    "edit_by_customer": [
        (
            Kind.EDIT,
            {
                "target": "wamid.THEIRS01==",
                "type": "text",
                "text": "I meant order 4712",
                "by_business": False,
            },
        )
    ],
    "edit_of_caption": [
        (Kind.EDIT, {"target": "wamid.THEIRS02==", "text": "New caption"})
    ],
    "revoke_by_customer": [(Kind.REVOKE, {"target": "wamid.THEIRS01=="})],
    "unsupported_poll": [
        (
            Kind.UNSUPPORTED,
            {
                "type": "unsupported",
                "error_code": 131051,
                "details": {"waba": "800700600500401", "content": "poll_creation"},
            },
        )
    ],
    "unsupported_coexistence": [
        (Kind.UNSUPPORTED, {"type": "unsupported", "error_code": 131060})
    ],
    "unknown_type_flat_error": [
        (Kind.UNSUPPORTED, {"type": "unknown", "error_code": 131051})
    ],
    "future_type": [(Kind.UNSUPPORTED, {"type": "hologram", "addresses": LEA})],
    # people
    "system_number_changed": [
        (
            Kind.IDENTITY,
            {
                "addresses": ["+33639980055", "FR.7700112233445599", "+33639980001"],
                "details": {
                    "waba": "800700600500401",
                    "change": "phone",
                    "previous_phone": "+33639980001",
                    "current_phone": "+33639980055",
                    "current_user_id": "FR.7700112233445599",
                },
            },
        )
    ],
    "system_number_changed_old_shape": [
        (Kind.IDENTITY, {"addresses": ["+33639980055", "+33639980001"]})
    ],
    "system_user_id_changed": [
        (Kind.IDENTITY, {"addresses": ["DE.Cd5600XyZ9002", *JONAS]})
    ],
    "system_user_id_forged_name": [
        (Kind.IDENTITY, {"addresses": ["DE.Cd5600XyZ9002", *JONAS]})
    ],
    "system_key_changed": [
        (
            Kind.IDENTITY,
            {
                "addresses": LEA[:1],
                "details": {
                    "waba": "800700600500401",
                    "change": "key",
                    "hash": "h4shOfKey=",
                    "acknowledged": True,
                },
            },
        )
    ],
    "user_id_update": [
        (
            Kind.IDENTITY,
            {
                "addresses": ["DE.Cd5600XyZ9002", "DE.ENT.Cd56", *JONAS, "DE.ENT.Ab34"],
                "name": "Jonas",
            },
        )
    ],
    "preferences_stop_and_resume": [
        (Kind.CONSENT, {"type": "stop", "addresses": LEA, "name": "Léa Fontaine"}),
        (Kind.CONSENT, {"type": "resume", "addresses": PRIYA, "name": ""}),
    ],
    # groups
    "group_text": [
        (Kind.GROUP, {"group": "120363000000000001@g.us", "text": "Hello group"})
    ],
    "group_participants": [(Kind.GROUP, {"group": "120363000000000001@g.us"})],
    "status_read_in_group": [
        (
            Kind.GROUP,
            {
                "group": "120363000000000001@g.us",
                "state": "read",
                "target": "wamid.OURS0012==",
                "key": "status:wamid.OURS0012==:read:447700900123",
            },
        )
    ],
    # statuses
    "status_sent": [
        status(
            "sent", addresses=LEA, correlation="part-0000017", pricing_type="regular"
        )
    ],
    "status_delivered_free": [
        status("delivered", pricing_type="free_customer_service")
    ],
    "status_read_bsuid_only": [
        status("read", target="wamid.OURS0011==", addresses=JONAS, username="jonas_k")
    ],
    "status_played": [status("played")],
    "status_failed_131047": [status("failed", error_code=131047)],
    "status_failed_131053": [status("failed", error_code=131053)],
    "status_failed_without_detail": [status("failed", error=None)],
    "status_old_words": [status("warning")],
    "status_deleted_and_future": [status("deleted"), status("teleported")],
    # phone app
    "echo_text": [
        (
            Kind.ECHO,
            {
                "text": "Typed on the shop's phone",
                "addresses": LEA[:1],
                "by_business": True,
            },
        )
    ],
    "echo_to_bsuid": [(Kind.ECHO, {"addresses": JONAS, "type": "image"})],
    "echo_edit": [(Kind.EDIT, {"by_business": True, "target": "wamid.ECHOTEXT01=="})],
    "echo_revoke": [
        (Kind.REVOKE, {"by_business": True, "target": "wamid.ECHOTEXT01=="})
    ],
    "history_chunk": [
        (Kind.HISTORY, {"addresses": LEA[:1], "by_business": False, "state": "read"}),
        (Kind.HISTORY, {"addresses": LEA[:1], "by_business": True}),
        (Kind.HISTORY, {"type": "media_placeholder"}),
        (Kind.HISTORY, {"addresses": JONAS, "by_business": True}),
    ],
    "history_refused": [(Kind.HISTORY, {"type": "error", "error_code": 2593109})],
    "history_empty_chunk": [(Kind.HISTORY, {"type": "progress"})],
    "history_file": [
        (
            Kind.HISTORY,
            {"media_id": "710000000000011", "key": "history:wamid.HISTORY03==:file"},
        )
    ],
    "contact_sync": [
        (Kind.CONTACT_SYNC, {"name": "Amir Haddad", "addresses": ["+962700000034"]}),
        (Kind.CONTACT_SYNC, {"name": "", "addresses": ["+447700900321"]}),
    ],
    # calls
    "call_incoming": [
        (
            Kind.CALL,
            {
                "addresses": LEA,
                "details": {
                    "waba": "800700600500401",
                    "direction": "inbound",
                    "event": "connect",
                    "missed": False,
                    "opens_window": True,
                },
            },
        )
    ],
    "call_missed": [(Kind.CALL, {"missed": True, "addresses": LEA})],
    "call_taken": [(Kind.CALL, {"missed": False})],
    "call_outgoing_with_error": [
        (Kind.CALL, {"missed": False, "error_code": 138006, "correlation": "call-5"})
    ],
    "call_status": [(Kind.CALL, {"missed": False, "addresses": LEA[:1]})],
    # templates
    "template_approved": [(Kind.TEMPLATE, {"type": "status", "event": "approved"})],
    "template_rejected": [(Kind.TEMPLATE, {"event": "rejected", "language": "en_GB"})],
    "template_paused": [(Kind.TEMPLATE, {"event": "paused", "phase": "first_pause"})],
    "template_quality_under_status_field": [
        (Kind.TEMPLATE, {"type": "quality", "quality": "yellow"})
    ],
    "template_category_announced": [
        (
            Kind.TEMPLATE,
            {
                "type": "category",
                "category": "utility",
                "upcoming_category": "marketing",
            },
        )
    ],
    "template_category_changed": [
        (
            Kind.TEMPLATE,
            {"category": "marketing", "previous_category": "utility"},
        )
    ],
    "template_components": [
        (
            Kind.TEMPLATE,
            {"type": "components", "body": "Hello {{1}}, your parcel has left."},
        )
    ],
    # account
    "account_restricted": [
        (Kind.ACCOUNT, {"type": "account", "event": "account_restriction"})
    ],
    "account_disabled": [(Kind.ACCOUNT, {"ban": "schedule_for_disable"})],
    "account_violation": [(Kind.ACCOUNT, {"violation": "scam"})],
    "account_partner_removed": [(Kind.ACCOUNT, {"reason": "primary_inactivity"})],
    "account_volume_tier": [(Kind.ACCOUNT, {"tier": "0:25000"})],
    "account_alert": [(Kind.ACCOUNT, {"type": "alert", "severity": "warning"})],
    "account_review": [(Kind.ACCOUNT, {"type": "review", "decision": "approved"})],
    "account_limits": [(Kind.ACCOUNT, {"type": "limits", "limit": "tier_2k"})],
    "number_quality": [
        (
            Kind.ACCOUNT,
            {"type": "quality", "account": "", "account_address": "+12025550100"},
        )
    ],
    "number_name": [(Kind.ACCOUNT, {"type": "name", "decision": "rejected"})],
    "number_security": [(Kind.ACCOUNT, {"type": "security", "event": "pin_changed"})],
    "number_username": [(Kind.ACCOUNT, {"type": "username", "status": "reserved"})],
    "number_settings": [(Kind.ACCOUNT, {"type": "settings", "account": ONE})],
    "errors_only": [(Kind.ACCOUNT, {"type": "error", "error_code": 130429})],
    # whole bodies
    "batch_two_numbers": [
        message(text="First of Léa", account=ONE),
        message(text="First of Priya", who=PRIYA, account=ONE),
        (R, {"addresses": LEA, "account": ONE}),
        (S, {"state": "sent", "account": ONE}),
        (S, {"state": "delivered", "account": ONE}),
        message(text="Other number", who=JONAS, account=TWO),
        (S, {"state": "read", "addresses": JONAS, "account": TWO}),
    ],
    "batch_with_junk": [
        (Kind.MALFORMED, {"account": ""}),
        (Kind.MALFORMED, {}),
        (Kind.MALFORMED, {"type": "messages"}),
        (Kind.MALFORMED, {"account": ONE}),
        message(text="In good health"),
        (Kind.MALFORMED, {}),
        (Kind.MALFORMED, {}),
        (Kind.MALFORMED, {}),
        (Kind.UNKNOWN, {}),
    ],
    "unknown_field": [(Kind.UNKNOWN, {"type": "hologram_calls"})],
    "odd_keys": [(Kind.UNKNOWN, {})],
}

#: Shorthands of the table: how to get the value from an update.
_SHORT = {
    "addresses": lambda update: [entry.value for entry in update.addresses],
    "error_code": lambda update: update.error and update.error.code,
    "media_id": lambda update: update.media[0].media_id,
    "voice": lambda update: update.media[0].voice,
    "payload": lambda update: update.button.payload,
    "pricing_type": lambda update: update.pricing.type,
    "referral_id": lambda update: update.referral.source_id,
}


def value_of(update, name):
    if name in _SHORT:
        return _SHORT[name](update)
    return getattr(update, name) if hasattr(update, name) else update.details.get(name)


class TestWhatsappSamples(UnitCase):
    def test_each_sample_gives_what_the_table_says(self):
        for name, rows in TABLE.items():
            updates = parse_body(sample(f"whatsapp/{name}"))
            with self.subTest(name):
                self.assertEqual(
                    [update.kind for update in updates], [kind for kind, _f in rows]
                )
            for update, (_kind, expected) in zip(updates, rows, strict=False):
                for field, value in expected.items():
                    with self.subTest(name, field=field):
                        self.assertEqual(value_of(update, field), value)

    def test_table_names_every_sample(self):
        self.assertEqual(sorted(TABLE), sample_names("whatsapp"))

    def test_keys_within_a_body_differ_and_repeat_for_the_same_body(self):
        for name in TABLE:
            with self.subTest(name):
                keys = [u.key for u in parse_body(sample(f"whatsapp/{name}"))]
                self.assertEqual(len(set(keys)), len(keys))
                again = [u.key for u in parse_body(sample(f"whatsapp/{name}"))]
                self.assertEqual(again, keys)

    def test_samples_are_bytes_as_sent(self):
        for name in sample_names("whatsapp"):
            with self.subTest(name):
                body = sample(f"whatsapp/{name}")
                self.assertTrue(body.isascii())
                self.assertNotIn(b"\n", body)
