from odoo import fields
from odoo.tests import tagged

from ..gateway.provider import MediaBlob
from . import bodies
from .common import MessagingCase


@tagged("post_install", "-at_install")
class TestInboundChanges(MessagingCase):
    """What follows a message: reactions, edits, deletions, statuses, calls, news."""

    def setUp(self):
        super().setUp()
        self.message = self._say("Original", mid="wamid.TARGET")
        self.case = self.message.helpdesk_ticket_id
        self.conversation = self.case.conversation_id

    def _say(self, body="Hello", **values):
        values.setdefault("timestamp", self._now_timestamp())
        return self._receive(bodies.text(body, **values))

    def _receive_kind(self, kind, **content):
        content.setdefault("timestamp", self._now_timestamp())
        return self._receive(bodies.inbound(bodies.message(kind, **content)))

    def _last_update(self):
        return self._get_updates()[-1]

    # -- reactions ----------------------------------------------------------------

    def _react(self, emoji, target="wamid.TARGET"):
        reaction = {"message_id": target}
        if emoji is not None:
            reaction["emoji"] = emoji
        return self._receive_kind("reaction", reaction=reaction)

    def test_reaction_is_on_the_right_message_by_the_customer(self):
        self._react("👍")
        reaction = self.message.reaction_ids
        self.assertEqual(reaction.content, "👍")
        self.assertEqual(reaction.partner_id, self.message.author_id)

    def test_second_reaction_replaces_the_first(self):
        self._react("👍")
        self._react("❤️")
        self.assertEqual(self.message.reaction_ids.mapped("content"), ["❤️"])

    def test_reaction_is_removed_with_and_without_emoji_key(self):
        for nothing in (None, ""):
            self._react("👍")
            self._react(nothing)
            self.assertFalse(self.message.reaction_ids)

    def test_reaction_opens_no_case_and_reopens_none(self):
        self.case.stage_id = self.env["helpdesk.ticket.stage"].search(
            [("closed", "=", True)], limit=1
        )
        self._react("👍")
        self.assertTrue(self.case.closed)
        self.assertEqual(len(self.conversation.helpdesk_ticket_ids), 1)

    def test_reaction_before_its_message_waits_for_it(self):
        self._react("👍", target="wamid.LATER")
        update = self._last_update()
        self.assertEqual(update.state, "waiting")
        message = self._say("Later", mid="wamid.LATER")
        self.assertEqual(update.state, "done")
        self.assertEqual(message.reaction_ids.content, "👍")

    # -- edits and deletions --------------------------------------------------------

    def _edit(self, text):
        return self._receive_kind(
            "edit",
            edit={
                "original_message_id": "wamid.TARGET",
                "message": {"type": "text", "text": {"body": text}},
            },
        )

    def test_edit_shows_the_new_text_and_keeps_the_old(self):
        self._edit("Corrected")
        self.assertIn("Corrected", self.message.body)
        self.assertIn("Original", self.message.body)
        self.assertIn("Edited", self.message.body)

    def test_deletion_hides_the_text(self):
        self._receive_kind("revoke", revoke={"original_message_id": "wamid.TARGET"})
        self.assertNotIn("Original", self.message.body)
        self.assertIn("Deleted by the customer", self.message.body)

    def test_deletion_takes_back_a_file_that_is_not_fetched_yet(self):
        message = self._receive(
            bodies.media(mid="wamid.FILE", timestamp=self._now_timestamp())
        )
        self._receive_kind("revoke", revoke={"original_message_id": "wamid.FILE"})
        self.assertEqual(message.messaging_part_ids.media_ids.state, "refused")

    def test_deletion_deletes_a_fetched_file(self):
        message = self._receive(
            bodies.media(mid="wamid.FILE", timestamp=self._now_timestamp())
        )
        media = message.messaging_part_ids.media_ids
        media._store_file(MediaBlob(b"%PDF-1.4", "application/pdf"))
        attachment = message.attachment_ids
        self._receive_kind("revoke", revoke={"original_message_id": "wamid.FILE"})
        self.assertFalse(attachment.exists())
        self.assertFalse(message.attachment_ids)

    def test_deletion_makes_no_message_and_no_case(self):
        messages = self._receive_kind(
            "revoke", revoke={"original_message_id": "wamid.TARGET"}
        )
        self.assertFalse(messages)

    # -- statuses -------------------------------------------------------------------

    def test_status_of_an_unknown_message_waits(self):
        self._receive(bodies.status("wamid.UNKNOWN"))
        self.assertEqual(self._last_update().state, "waiting")
        self.assertEqual(self._last_update().external_ref, "wamid.UNKNOWN")

    def test_waiting_status_is_tried_again_by_itself(self):
        self._receive(bodies.status("wamid.UNKNOWN"))
        update = self._last_update()
        self.assertGreater(update.next_try_at, fields.Datetime.now())
        update.next_try_at = fields.Datetime.now()
        self._process()
        self.assertEqual(update.attempts, 2)

    # -- phone app ------------------------------------------------------------------

    def _echo(self, body="From the phone", **values):
        values.setdefault("timestamp", self._now_timestamp())
        return self._receive(bodies.echo(body, **values))

    def test_phone_app_message_is_shown_as_sent_and_never_queued(self):
        message = self._echo()
        self.assertEqual(message.messaging_direction, "out")
        self.assertEqual(message.helpdesk_author_kind, "phone_app")
        part = message.messaging_part_ids
        self.assertEqual((part.state, part.direction), ("sent", "out"))

    def test_phone_app_message_answers_the_case(self):
        self._echo()
        self.assertEqual(self.case.waiting_on, "customer")
        self.assertTrue(self.case.first_response_at)

    def test_status_of_a_phone_app_message_reaches_it(self):
        message = self._echo(mid="wamid.PHONE")
        self._receive(
            bodies.status("wamid.PHONE", "read", timestamp=self._now_timestamp())
        )
        self.assertEqual(message.messaging_state, "read")

    def test_status_teaches_the_user_id_behind_a_number(self):
        message = self._echo(mid="wamid.PHONE")
        self._receive(
            bodies.status("wamid.PHONE", "sent", recipient_user_id=bodies.BSUID)
        )
        values = message.messaging_identity_id.address_ids.mapped("value")
        self.assertIn(bodies.BSUID, values)

    def test_echo_of_our_own_send_is_known(self):
        self._echo(mid="wamid.PHONE")
        body = bodies.echo("From the phone", mid="wamid.PHONE", timestamp=1)
        body["entry"][0]["changes"].append(bodies.change("smb_message_echoes"))
        self.assertFalse(self._receive(body))

    def test_phone_app_message_to_a_stranger_opens_no_case(self):
        message = self._echo(to="9647705550000")
        self.assertFalse(message.helpdesk_ticket_id)
        self.assertTrue(message.res_id)

    def test_phone_app_message_does_not_open_the_window(self):
        message = self._echo(to="9647705550000")
        self.assertFalse(message.messaging_identity_id.last_inbound_at)

    # -- calls ----------------------------------------------------------------------

    def _call(self, event="connect", phone=bodies.PHONE, **values):
        item = {
            "id": values.pop("cid", "wacid.1"),
            "from": phone,
            "to": bodies.NUMBER,
            "event": event,
            "direction": "USER_INITIATED",
            "timestamp": str(self._now_timestamp()),
            **values,
        }
        return self._receive(bodies.envelope(bodies.change("calls", calls=[item])))

    def test_call_opens_the_window(self):
        identity = self.message.messaging_identity_id
        identity.last_inbound_at = False
        self._call()
        self.assertTrue(identity.last_inbound_at)

    def test_missed_call_is_a_message_and_a_case(self):
        message = self._call("terminate", phone="9647701110000", status="FAILED")
        self.assertIn("Missed call", message.body)
        self.assertTrue(message.helpdesk_ticket_id)

    def test_answered_call_makes_no_message(self):
        messages = self._call(
            "terminate", status="COMPLETED", duration=30, start_time="1748811473"
        )
        self.assertFalse(messages)

    # -- consent, templates, account --------------------------------------------------

    def test_choice_in_the_platforms_settings_is_a_consent(self):
        item = {
            "wa_id": bodies.PHONE,
            "category": "marketing_messages",
            "value": "stop",
            "timestamp": self._now_timestamp(),
        }
        self._receive(
            bodies.envelope(bodies.change("user_preferences", user_preferences=[item]))
        )
        consent = self.env["messaging.consent"].search([])
        self.assertEqual(
            (consent.purpose, consent.state, consent.source),
            ("marketing", "out", "platform"),
        )

    def test_template_status_reaches_the_template(self):
        template = self.env["messaging.template"].create(
            {
                "account_id": self.account.id,
                "name": "order_update",
                "language": "en_US",
                "external_id": "55",
                "status": "PENDING",
            }
        )
        self._receive(
            bodies.field(
                "message_template_status_update",
                event="APPROVED",
                message_template_id=55,
                message_template_name="order_update",
                message_template_language="en_US",
                reason=None,
            )
        )
        self.assertEqual(template.status, "APPROVED")

    def test_removed_app_stops_the_account(self):
        self._receive(bodies.field("account_update", event="PARTNER_REMOVED"))
        self.assertEqual(self.account.state, "stopped")

    def test_restriction_alerts_an_administrator(self):
        before = self.env["mail.activity"].search_count([])
        self._receive(
            bodies.field(
                "account_update",
                event="ACCOUNT_RESTRICTION",
                restriction_info=[
                    {"restriction_type": "RESTRICTED_BIZ_INITIATED_MESSAGING"}
                ],
            )
        )
        self.assertEqual(self.env["mail.activity"].search_count([]) - before, 1)
        self.assertEqual(self.account.state, "active")

    def test_account_news_of_an_unknown_business_are_ignored(self):
        body = bodies.field("account_update", event="PARTNER_REMOVED")
        body["entry"][0]["id"] = "999"
        self._receive(body)
        self.assertEqual(self._last_update().state, "ignored")
        self.assertEqual(self.account.state, "active")

    # -- what makes nothing -----------------------------------------------------------

    def test_group_message_makes_nobody(self):
        identities = self.env["messaging.identity"].search_count([])
        messages = self._say("In a group", phone="9647702220000", group_id="G1")
        self.assertFalse(messages)
        self.assertEqual(self._last_update().state, "ignored")
        self.assertEqual(self.env["messaging.identity"].search_count([]), identities)

    def test_unknown_field_is_ignored_with_a_reason(self):
        self._receive(bodies.field("something_new", value=1))
        self.assertEqual(self._last_update().state, "ignored")
        self.assertTrue(self._last_update().reason)

    def _history(self, phone, body="Old words", sender=None):
        item = {
            "id": bodies.new_id(),
            "from": sender or phone,
            "timestamp": str(self._now_timestamp(days=-30)),
            "type": "text",
            "text": {"body": body},
            "history_context": {"status": "READ"},
        }
        chunk = {
            "metadata": {"phase": 0, "chunk_order": 1, "progress": 50},
            "threads": [{"id": phone, "messages": [item]}],
        }
        return self._receive(bodies.envelope(bodies.change("history", history=[chunk])))

    def test_history_is_shown_without_case_unread_or_fact(self):
        member = self.conversation.channel_member_ids
        facts = self.env["helpdesk.message.fact"].search_count([])
        unread = member.message_unread_counter
        waiting = self.case.waiting_since
        message = self._history(bodies.PHONE)
        member.invalidate_recordset()
        self.assertIn("Old words", message.body)
        self.assertFalse(message.helpdesk_ticket_id)
        self.assertEqual(member.message_unread_counter, unread)
        self.assertEqual(self.env["helpdesk.message.fact"].search_count([]), facts)
        self.assertEqual(self.case.waiting_since, waiting)

    def test_file_of_history_is_fetched(self):
        photo = bodies.message(
            "image", image={"id": "710", "mime_type": "image/jpeg", "sha256": "x"}
        )
        message = self._receive(
            bodies.envelope(bodies.change("history", messages=[photo]))
        )
        self.assertTrue(message.helpdesk_is_history)
        media = message.messaging_part_ids.media_ids
        self.assertEqual((media.kind, media.state), ("image", "pending"))

    def test_history_of_a_stranger_is_ignored(self):
        self.assertFalse(self._history("9647703330000"))
        self.assertEqual(self._last_update().state, "ignored")
