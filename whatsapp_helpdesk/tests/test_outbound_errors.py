from datetime import timedelta
from unittest.mock import patch

from odoo import fields
from odoo.tests import tagged

from ..gateway.errors import GatewayError, Retry
from ..gateway.updates import ErrorInfo, Pricing
from .outbound_case import OutboundCase

#: What a send answers, and the state and reason of the part afterwards.
CLASSES = (
    (Retry.SOON, "server", "queued"),
    (Retry.SLOW, "throttled", "queued"),
    (Retry.LATER, "not_delivered_by_choice", "failed"),
    (Retry.NEVER, "recipient", "failed"),
    (Retry.WINDOW_CLOSED, "window_closed", "failed"),
    (Retry.OPTED_OUT, "opted_out", "failed"),
    (Retry.IN_DOUBT, "timeout", "unknown"),
    (Retry.STOP_ACCOUNT, "token", "held"),
)


@tagged("post_install", "-at_install")
class TestRefusedSends(OutboundCase):
    def _send_refused(self, error, conversation=None):
        self.script.answer(error)
        message = self._reply(conversation or self.conversation)
        self._send()
        return self._get_parts(message)

    def test_every_class_has_its_state(self):
        for retry, reason, state in CLASSES:
            with self.subTest(retry=retry):
                self.env["messaging.pace"]._store_account(self.account, 0.0, 0.0)
                conversation = self._create_conversation(f"Customer {reason}")
                part = self._send_refused(
                    GatewayError(reason, retry, code=1, details="why"), conversation
                )
                self.assertEqual((part.state, part.failure_reason), (state, reason))
                self.assertEqual((part.failure_code, part.failure_detail), (1, "why"))
                part.state = "expired"  # it takes no answer of the next one

    def test_a_sentence_explains_the_failure(self):
        part = self._send_refused(GatewayError("recipient", details="not there"))
        self.assertIn("cannot receive", part.failure_text)
        self.assertIn("not there", part.failure_text)

    def test_an_unknown_reason_is_still_a_reason(self):
        part = self._send_refused(GatewayError("something new"))
        self.assertEqual(part.failure_reason, "unknown")

    def test_soon_is_tried_again_after_seconds(self):
        before = fields.Datetime.now()
        part = self._send_refused(GatewayError("server", Retry.SOON))
        wait = part.next_try_at - before
        self.assertTrue(timedelta(seconds=1) <= wait <= timedelta(seconds=10), wait)
        part.next_try_at = fields.Datetime.now()
        self._send()
        self.assertEqual(part.state, "accepted")
        self.assertEqual(len(part.attempt_ids), 2)

    def test_soon_ends_after_some_tries(self):
        part = self._send_refused(GatewayError("server", Retry.SOON))
        for _try in range(10):
            if part.state != "queued":
                break
            self.script.answer(GatewayError("server", Retry.SOON))
            part.next_try_at = fields.Datetime.now()
            self._send()
        self.assertEqual(part.state, "failed")
        self.assertEqual(len(part.attempt_ids), 8)

    def test_a_limit_of_the_customer_delays_only_that_customer(self):
        other = self._create_conversation("Omar Other")
        self.script.answer(
            GatewayError("pair_throttled", Retry.SOON, only_recipient=True)
        )
        slow = self._reply(self.conversation, "one")
        after = self._reply(self.conversation, "two")
        free = self._reply(other, "three")
        self._send()
        self.assertEqual(slow.messaging_state, "queued")
        self.assertEqual(after.messaging_state, "queued")
        self.assertEqual(free.messaging_state, "accepted")

    def test_a_limit_of_the_account_delays_everybody_on_it(self):
        self._send_refused(GatewayError("throttled", Retry.SLOW))
        waiting = self._reply(self._create_conversation("Omar Other"), "later")
        self._send()
        self.assertEqual(waiting.messaging_state, "queued")
        self.assertEqual(len(self.script.calls), 1)
        moment = self.env["messaging.message"]._get_next_moment()
        self.assertGreater(moment, fields.Datetime.now() + timedelta(seconds=50))

    def test_other_accounts_go_on(self):
        self._send_refused(GatewayError("throttled", Retry.SLOW))
        other = self._create_account(self.connection, "9999")
        self.startPatcher(patch.object(type(self), "account", other))
        free = self._reply(self._create_conversation("Omar Other"), "now")
        self._send()
        self.assertEqual(free.messaging_state, "accepted")

    def test_stop_stops_the_account_and_alerts_somebody(self):
        self._send_refused(GatewayError("token", Retry.STOP_ACCOUNT, code=190))
        self.assertEqual(self.account.state, "stopped")
        self.assertTrue(self.account.activity_ids)
        other = self._create_conversation("Omar Other")
        code, _sentence = self.env["messaging.gate"]._get_lock(other)
        self.assertEqual(code, "account_stopped")

    def test_held_parts_leave_after_the_repair(self):
        part = self._send_refused(GatewayError("token", Retry.STOP_ACCOUNT))
        self.account.action_resume()
        self._send()
        self.assertEqual(part.state, "accepted")

    def test_opt_out_is_recorded_as_consent(self):
        self._send_refused(GatewayError("opted_out", Retry.OPTED_OUT, code=131050))
        consent = self.env["messaging.consent"].search(
            [("identity_id", "=", self.identity.id)]
        )
        self.assertEqual((consent.purpose, consent.state), ("marketing", "out"))
        self.assertEqual(consent.source, "platform")

    def test_the_provider_speaks_only_of_the_last_attempt(self):
        part = self._send_refused(GatewayError("timeout", Retry.IN_DOUBT))
        old = part.correlation
        part.mail_message_id.with_user(self.agent).messaging_decide("resend")
        self._status(
            part,
            "failed",
            target="wamid.old",
            correlation=old,
            error=ErrorInfo(131026),
        )
        self.assertEqual(part.state, "queued")

    def test_an_earlier_attempt_that_arrived_stops_the_new_one(self):
        part = self._send_refused(GatewayError("timeout", Retry.IN_DOUBT))
        old = part.correlation
        part.mail_message_id.with_user(self.agent).messaging_decide("resend")
        self._status(part, "delivered", target="wamid.old", correlation=old)
        self.assertEqual(part.state, "delivered")
        self._send()
        self.assertEqual(len(self.script.calls), 1)


@tagged("post_install", "-at_install")
class TestStatuses(OutboundCase):
    def setUp(self):
        super().setUp()
        self.message = self._reply(self.conversation)
        self._send()
        self.part = self._get_parts(self.message)

    def test_states_go_forward_only(self):
        self._status(self.part, "read")
        self._status(self.part, "delivered")
        self._status(self.part, "sent")
        self.assertEqual(self.part.state, "read")
        self.assertTrue(self.part.sent_at and self.part.delivered_at)

    def test_failed_gives_way_to_proof_of_delivery_only(self):
        self._status(self.part, "failed", error=ErrorInfo(131026))
        self._status(self.part, "sent")
        self.assertEqual(self.part.state, "failed")
        self._status(self.part, "delivered")
        self.assertEqual(self.part.state, "delivered")
        self.assertFalse(self.part.failure_reason)

    def test_delivered_is_not_undone_by_failed(self):
        self._status(self.part, "delivered")
        self._status(self.part, "failed", error=ErrorInfo(131026))
        self.assertEqual(self.part.state, "delivered")

    def test_a_late_failure_is_classified(self):
        for code, reason in (
            (131047, "window_closed"),
            (131026, "recipient"),
            (131053, "media"),
            (131049, "not_delivered_by_choice"),
        ):
            with self.subTest(code=code):
                message = self._reply(self.conversation)
                self._send()
                part = self._get_parts(message)
                self._status(part, "sent")
                self._status(part, "failed", error=ErrorInfo(code, details="told"))
                self.assertEqual((part.state, part.failure_reason), ("failed", reason))
                self.assertEqual(
                    (part.failure_code, part.failure_detail), (code, "told")
                )

    def test_a_late_payment_failure_stops_the_account(self):
        self._status(self.part, "failed", error=ErrorInfo(131042))
        self.assertEqual(self.account.state, "stopped")

    def test_a_late_opt_out_is_recorded(self):
        self._status(self.part, "failed", error=ErrorInfo(131050))
        self.assertTrue(
            self.env["messaging.gate"]._has_opted_out(self.identity, "marketing")
        )

    def test_a_late_failure_is_a_task_of_the_assignee_once(self):
        self._status(self.part, "failed", error=ErrorInfo(131026))
        self._status(self.part, "failed", error=ErrorInfo(131026))
        self.assertEqual(len(self.case.activity_ids), 1)
        self.assertEqual(self.case.activity_ids.user_id, self.agent)

    def test_after_a_failure_the_customer_waits_again(self):
        for fact in self.env["helpdesk.message.fact"].search([]):
            fact.occurred_at -= timedelta(minutes=1)
        self._customer_says(self.conversation)
        message = self._reply(self.conversation)
        self._send()
        self.assertEqual(self.case.waiting_on, "customer")
        part = self._get_parts(message)
        self._status(part, "sent")
        self._status(part, "failed", error=ErrorInfo(131026))
        self.assertEqual(self.case.waiting_on, "agent")
        self.assertTrue(self.case.waiting_since)

    def test_price_and_category_are_kept(self):
        self._status(
            self.part,
            "sent",
            pricing=Pricing("free_customer_service", "service", "PMP"),
        )
        self.assertEqual(self.part.pricing_type, "free_customer_service")
        self.assertEqual(self.part.pricing_category, "service")

    def test_a_status_of_another_account_changes_nothing(self):
        other = self._create_account(self.connection, "9999")
        update_of_other = self._status(self.part, "read")
        self.assertTrue(update_of_other)
        self.part.state = "sent"
        found = self.env["messaging.message"]._find_by_status(
            other, type("U", (), {"correlation": self.part.correlation, "target": ""})
        )[0]
        self.assertFalse(found)

    def test_an_unknown_message_is_not_found(self):
        self.assertFalse(
            self._status(self.part, "read", target="wamid.other", correlation="")
        )

    def test_ticks_are_sent_to_the_conversation(self):
        self.env.cr.precommit.run()
        self.env["bus.bus"].search([]).unlink()
        self._status(self.part, "delivered")
        self.env.cr.precommit.run()
        sent = "".join(self.env["bus.bus"].search([]).mapped("message"))
        self.assertIn('"messaging_state":"delivered"', sent.replace(": ", ":"))
