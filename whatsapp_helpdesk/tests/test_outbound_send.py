from datetime import timedelta

from odoo import fields
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..gateway import delivery
from ..gateway.errors import GatewayError, Retry
from ..gateway.provider import SendResult
from ..gateway.updates import Address, AddressKind, Scope
from .outbound_case import OutboundCase


@tagged("post_install", "-at_install")
class TestSend(OutboundCase):
    def test_a_reply_becomes_a_queued_part(self):
        message = self._reply(self.conversation)
        self.assertEqual(message.message_type, "helpdesk_message")
        self.assertEqual(message.messaging_direction, "out")
        self.assertEqual(message.messaging_state, "queued")
        part = self._get_parts(message)
        self.assertEqual(part.payload["body"], "We look into it.")
        self.assertEqual(part.recipient_country_id.code, "IQ")

    def test_the_sender_sends_it_and_keeps_the_external_id(self):
        self.script.answer("wamid.first")
        message = self._reply(self.conversation)
        self._send()
        part = self._get_parts(message)
        self.assertEqual(part.state, "accepted")
        self.assertEqual(part.external_id, "wamid.first")
        self.assertEqual(part.attempt_ids.outcome, "accepted")
        self.assertEqual(self.script.calls[0]["correlation"], part.correlation)
        address = self.script.calls[0]["addresses"][0]
        self.assertEqual(address.value, self.identity.address)

    def test_statuses_move_the_tick_forward(self):
        message = self._reply(self.conversation)
        self._send()
        part = self._get_parts(message)
        for state in ("sent", "delivered", "read"):
            self._status(part, state)
            self.assertEqual(message.messaging_state, state)
        self.assertTrue(part.sent_at and part.delivered_at and part.read_at)

    def test_nothing_is_sent_twice(self):
        self._reply(self.conversation)
        self._send()
        self._send()
        self.assertEqual(len(self.script.calls), 1)

    def test_messages_to_one_customer_leave_in_order(self):
        for text in ("one", "two", "three"):
            self._reply(self.conversation, text)
        self._send()
        self.assertEqual(self.script.texts, ["one", "two", "three"])

    def test_only_one_part_of_a_customer_is_in_flight(self):
        other = self._create_conversation("Omar Other")
        for conversation in (self.conversation, other):
            self._reply(conversation, "one")
            self._reply(conversation, "two")
        jobs = self.env["messaging.message"]._claim_batch()
        self.assertEqual([job.part.body for job in jobs], ["one", "one"])
        self.assertFalse(self.env["messaging.message"]._claim_batch())

    def test_agents_leave_before_automatic_messages(self):
        other = self._create_conversation("Omar Other")
        other._helpdesk_post_outbound(
            author=self.env.user.partner_id, author_kind="automatic", body="Robot"
        )
        self._reply(self.conversation, "Person")
        jobs = self.env["messaging.message"]._claim_batch()
        self.assertEqual([job.part.body for job in jobs], ["Person", "Robot"])

    def test_a_claim_writes_an_attempt_and_a_lease(self):
        message = self._reply(self.conversation)
        self.env["messaging.message"]._claim_batch()
        part = self._get_parts(message)
        self.assertEqual(part.state, "sending")
        self.assertEqual(part.attempts, 1)
        self.assertEqual(part.attempt_ids.correlation, part.correlation)
        self.assertGreater(part.lease_until, fields.Datetime.now())

    def test_a_lost_lease_is_in_doubt_and_never_sent_again_by_itself(self):
        message = self._reply(self.conversation)
        self.env["messaging.message"]._claim_batch()
        part = self._get_parts(message)
        part.lease_until = fields.Datetime.now() - timedelta(seconds=1)
        self._send()
        self.assertEqual(part.state, "unknown")
        self.assertEqual(part.attempt_ids.outcome, "doubt")
        self._send()
        self.assertFalse(self.script.calls)

    def test_a_part_in_doubt_does_not_stop_the_next_one(self):
        self.script.answer(GatewayError("timeout", Retry.IN_DOUBT))
        first = self._reply(self.conversation, "one")
        second = self._reply(self.conversation, "two")
        self._send()
        self.assertEqual(first.messaging_state, "unknown")
        self.assertEqual(second.messaging_state, "accepted")

    def test_correlation_in_a_status_settles_a_doubt(self):
        self.script.answer(GatewayError("timeout", Retry.IN_DOUBT))
        message = self._reply(self.conversation)
        self._send()
        part = self._get_parts(message)
        correlation = part.correlation
        found = self._status(
            part, "delivered", target="wamid.late", correlation=correlation
        )
        self.assertEqual(found, part)
        self.assertEqual(part.state, "delivered")
        self.assertEqual(part.external_id, "wamid.late")
        self.assertFalse(part.failure_reason)

    def test_a_status_before_the_answer_is_kept(self):
        message = self._reply(self.conversation)
        [job] = self.env["messaging.message"]._claim_batch()
        part = self._get_parts(message)
        self._status(part, "sent", target="wamid.1", correlation=job.correlation)
        self.script.answer("wamid.1")
        part._store_outcomes([delivery.perform(job)])
        self.assertEqual(part.state, "sent")
        self.assertEqual(part.external_id, "wamid.1")
        self.assertTrue(part.accepted_at)

    def test_a_refused_answer_does_not_undo_a_status(self):
        message = self._reply(self.conversation)
        [job] = self.env["messaging.message"]._claim_batch()
        part = self._get_parts(message)
        self._status(part, "sent", target="wamid.1", correlation=job.correlation)
        self.script.answer(GatewayError("server", Retry.SOON))
        part._store_outcomes([delivery.perform(job)])
        self.assertEqual(part.state, "sent")

    def test_statuses_that_waited_for_the_answer_are_processed_again(self):
        event = self.env["messaging.event"].create(
            {"connection_id": self.connection.id, "sha256": "0" * 64, "body": b"e30="}
        )
        waiting = self.env["messaging.update"].create(
            {
                "event_id": event.id,
                "connection_id": self.connection.id,
                "key": "status:early",
                "kind": "status",
                "account_id": self.account.id,
                "external_ref": "wamid.early",
                "state": "waiting",
            }
        )
        self.script.answer("wamid.early")
        self._reply(self.conversation)
        self._send()
        self.assertEqual(waiting.state, "pending")

    def test_window_closed_while_waiting_fails_the_part(self):
        message = self._reply(self.conversation)
        self.identity.last_inbound_at = fields.Datetime.now() - timedelta(hours=25)
        self._send()
        part = self._get_parts(message)
        self.assertEqual((part.state, part.failure_reason), ("failed", "window_closed"))
        self.assertFalse(self.script.calls)

    def test_account_stopped_while_waiting_holds_the_part(self):
        message = self._reply(self.conversation)
        self.account._stop("Token expired")
        self._send()
        self.assertEqual(message.messaging_state, "held")
        self.account.action_resume()
        self._send()
        self.assertEqual(message.messaging_state, "accepted")

    def test_what_waited_too_long_expires(self):
        message = self._reply(self.conversation)
        part = self._get_parts(message)
        part.expires_at = fields.Datetime.now() - timedelta(seconds=1)
        self._send()
        self.assertEqual(part.state, "expired")
        self.assertFalse(self.script.calls)

    def test_the_next_part_waits_until_a_file_is_on_its_way(self):
        file = self._create_file("photo.png")
        self._reply(self.conversation, "", attachment_ids=file.ids)
        text = self._reply(self.conversation, "That one")
        self._send()
        self.assertEqual([part.kind for part in self.script.parts], ["media"])
        media = self._get_outbox(self.conversation)[0]
        self._status(media, "sent")
        self._send()
        self.assertEqual(text.messaging_state, "accepted")

    def test_the_wait_for_a_file_is_bounded(self):
        file = self._create_file("photo.png")
        self._reply(self.conversation, "", attachment_ids=file.ids)
        text = self._reply(self.conversation, "That one")
        self._send()
        media = self._get_outbox(self.conversation)[0]
        media.accepted_at = fields.Datetime.now() - timedelta(seconds=31)
        self._send()
        self.assertEqual(text.messaging_state, "accepted")

    def test_an_id_given_twice_puts_only_that_part_in_doubt(self):
        self.script.answer("wamid.same", "wamid.same", "wamid.other")
        others = [self._create_conversation(f"Customer {n}") for n in range(2)]
        messages = [self._reply(c) for c in (self.conversation, *others)]
        jobs = self.env["messaging.message"]._claim_batch()
        outcomes = [delivery.perform(job) for job in jobs]
        with self.assertLogs(level="ERROR"), mute_logger("odoo.sql_db"):
            self.env["messaging.message"]._store_outcomes(outcomes)
        states = [message.messaging_state for message in messages]
        self.assertEqual(states, ["accepted", "unknown", "accepted"])

    def test_a_part_that_cannot_be_made_ready_blocks_nobody(self):
        broken = self._reply(self.conversation)
        passed = self.env["messaging.gate"]._pass(self.identity, "agent")
        self._get_parts(broken).with_context(messaging_pass=passed).payload = {
            "kind": "no such thing"
        }
        fine = self._reply(self._create_conversation("Omar Other"))
        with self.assertLogs(level="ERROR"):
            self._send()
        self.assertEqual(broken.messaging_state, "failed")
        self.assertEqual(fine.messaging_state, "accepted")

    def test_addresses_told_by_the_provider_are_learned(self):
        bsuid = Address(AddressKind.BSUID, "IQ.123", Scope.PORTFOLIO)
        self.script.answer(SendResult("wamid.1", addresses=(bsuid,)))
        self._reply(self.conversation)
        self._send()
        self.assertIn("IQ.123", self.identity.address_ids.mapped("value"))
        self.assertEqual(self.identity.address, self.identity.partner_id.phone)

    def test_what_is_not_due_yet_is_planned_once(self):
        cron = self.env["messaging.message"]._get_sender_crons()[:1]
        Trigger = self.env["ir.cron.trigger"]
        self.script.answer(GatewayError("throttled", Retry.SLOW, retry_after=120.0))
        message = self._reply(self.conversation)
        self._send()
        Trigger.search([("cron_id", "=", cron.id)]).unlink()
        self._send()
        self._send()
        planned = Trigger.search([("cron_id", "=", cron.id)])
        # A trigger may be noticed a minute late: the run waits for the moment itself.
        moment = self._get_parts(message).next_try_at
        self.assertEqual(planned.call_at, moment - timedelta(seconds=60))

    def test_the_sender_comes_back_when_the_wait_for_a_file_ends(self):
        file = self._create_file("photo.png")
        self._reply(self.conversation, "", attachment_ids=file.ids)
        self._reply(self.conversation, "That one")
        self._send()
        media = self._get_outbox(self.conversation)[0]
        moment = self.env["messaging.message"]._get_next_moment()
        self.assertEqual(moment, media.accepted_at + timedelta(seconds=30))

    def test_a_file_on_its_way_wakes_the_sender_for_what_is_queued_meanwhile(self):
        """The transaction of the status need not see a reply of the same moment."""
        file = self._create_file("photo.png")
        self._reply(self.conversation, "", attachment_ids=file.ids)
        self._send()
        media = self._get_outbox(self.conversation)[0]
        cron = self.env["messaging.message"]._get_sender_crons()[:1]
        self.env["ir.cron.trigger"].search([("cron_id", "=", cron.id)]).unlink()
        self._status(media, "sent")
        self.assertTrue(self.env["ir.cron.trigger"].search([("cron_id", "=", cron.id)]))

    def test_waking_is_coalesced(self):
        cron = self.env["messaging.message"]._get_sender_crons()[:1]
        self.env["ir.cron.trigger"].search([("cron_id", "=", cron.id)]).unlink()
        for _number in range(5):
            self._reply(self.conversation)
        triggers = self.env["ir.cron.trigger"].search([("cron_id", "=", cron.id)])
        self.assertEqual(len(triggers), 1)

    def test_replies_are_cheap(self):
        self._reply(self.conversation)
        self.env.flush_all()
        with self.assertQueryCount(25):
            self._reply(self.conversation, "Second")
            self.env.flush_all()

    def test_claim_and_results_of_many_are_cheap(self):
        for number in range(10):
            self._reply(self._create_conversation(f"Customer {number}"))
        self._send()
        for number in range(10):
            self._reply(self._create_conversation(f"Again {number}"))
        self.env.flush_all()
        with self.assertQueryCount(160):
            self._send()
        self.assertEqual(len(self.script.calls), 20)
