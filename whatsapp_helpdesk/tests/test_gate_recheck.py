"""What changed while a part waited: the gate is asked again when it leaves."""

from odoo import fields
from odoo.tests import tagged

from .gate_case import GateCase


@tagged("post_install", "-at_install")
class TestRecheck(GateCase):
    def setUp(self):
        super().setUp()
        self.account.opt_in_policy = "none"
        self.template = self._create_template()

    def _spend_budget(self):
        self.account.write({"monthly_budget": 5, "budget_stop": True})
        self.account.budget_ids.reached_at = fields.Datetime.now()

    def _get_outcome(self, message):
        self._send()
        part = self._get_parts(message)
        return part.state, part.failure_reason

    def test_a_campaign_stops_where_the_budget_is_spent(self):
        message = self._post_template(self.template, unasked=True, bulk=True)
        self._spend_budget()
        self.assertEqual(self._get_outcome(message), ("failed", "budget_money"))
        self.assertFalse(self.script.calls)

    def test_an_answer_leaves_although_the_budget_is_spent(self):
        message = self._reply(self.conversation)
        self._spend_budget()
        self.assertEqual(self._get_outcome(message), ("accepted", False))

    def test_automatic_messages_that_were_switched_off_do_not_leave(self):
        message = self._post_template(self.template, "automatic", unasked=True)
        self.account.automatic_answers = False
        self.assertEqual(self._get_outcome(message), ("failed", "automatic_off"))

    def test_what_is_leaving_counts_for_the_limit(self):
        other = self._create_conversation("Other").messaging_identity_id
        self._close_window()
        self._close_window(other)
        first = self._get_parts(self._post_template(self.template, identity=other))
        message = self._post_template(self.template)
        first.write(
            {
                "state": "sending",
                "lease_until": fields.Datetime.add(fields.Datetime.now(), minutes=5),
            }
        )
        self.account.messaging_limit = 1
        self.assertEqual(self._get_outcome(message), ("failed", "portfolio_limit"))

    def test_what_was_sent_unasked_needs_its_consent_again(self):
        part = self._get_parts(self._post_template(self.template, unasked=True))
        part._fail("recipient")
        self._record("out", "utility")
        self._refuses("opted_out", part._queue_again)

    def test_an_answer_that_failed_is_sent_again_in_spite_of_an_opt_out(self):
        part = self._get_parts(self._reply(self.conversation))
        part._fail("recipient")
        self._record("out", "utility", "marketing")
        part._queue_again()
        self.assertEqual(part.state, "queued")

    def test_a_template_that_is_sent_again_after_the_window_counts(self):
        part = self._get_parts(self._post_template(self.template))
        self.assertFalse(part.starts_conversation)
        part._fail("recipient")
        self._close_window()
        part._queue_again()
        self.assertTrue(part.starts_conversation)
