from datetime import timedelta
from unittest.mock import patch

from odoo import fields
from odoo.exceptions import UserError
from odoo.tests import tagged

from .outbound_case import OutboundCase


@tagged("post_install", "-at_install")
class TestGate(OutboundCase):
    def _refused(self, author_kind="agent", body="Hello", **values):
        """Return the reason code of a refusal, or '' when the gate lets it pass."""
        gate = self.env["messaging.gate"]
        try:
            gate._check_message(self.identity, author_kind, {"body": body, **values})
        except UserError as error:
            self.assertGreater(len(str(error)), 10)
            return error.gate_reason
        return ""

    def test_an_open_conversation_passes(self):
        self.assertEqual(self._refused(), "")

    def test_no_identity(self):
        self.identity = self.env["messaging.identity"]
        self.assertEqual(self._refused(), "no_identity")

    def test_blocked_customer(self):
        self.identity.blocked = True
        self.assertEqual(self._refused(), "blocked")

    def test_no_address(self):
        self.identity.address_ids.unlink()
        self.assertEqual(self._refused(), "no_address")

    def test_test_contact_on_a_real_channel(self):
        self.identity.partner_id.is_messaging_test = True
        self.assertEqual(self._refused(), "no_address")

    def test_stopped_account(self):
        self.account.write({"state": "stopped", "stop_reason": "No money"})
        self.assertEqual(self._refused(), "account_stopped")

    def test_archived_account(self):
        self.account.active = False
        self.assertEqual(self._refused(), "account_stopped")

    def test_closed_window(self):
        self.identity.last_inbound_at = fields.Datetime.now() - timedelta(hours=24)
        self.assertEqual(self._refused(), "window_closed")
        template = self.env["messaging.template"].create(
            {
                "account_id": self.account.id,
                "name": "order_update",
                "language": "en",
                "status": "APPROVED",
                "body": "Your order left.",
            }
        )
        self.assertEqual(self._refused(template=template), "")

    def test_customer_who_never_wrote(self):
        self.identity.last_inbound_at = False
        self.assertEqual(self._refused(), "window_closed")

    def test_window_of_the_chosen_identity_counts(self):
        other = self._create_conversation("Omar Other").messaging_identity_id
        other.last_inbound_at = fields.Datetime.now() - timedelta(hours=25)
        self.assertEqual(self._refused(), "")
        self.identity = other
        self.assertEqual(self._refused(), "window_closed")

    def _opt_out(self, purpose, state="out"):
        self.env["messaging.consent"].create(
            {
                "identity_id": self.identity.id,
                "purpose": purpose,
                "state": state,
                "source": "message",
            }
        )

    def test_opted_out_of_service_still_gets_an_agents_answer(self):
        self._opt_out("service")
        self.assertEqual(self._refused("agent"), "")
        self.assertEqual(self._refused("automatic"), "opted_out")

    def test_opted_out_of_marketing_still_gets_service(self):
        self._opt_out("marketing")
        self.assertEqual(self._refused("automatic"), "")
        self.assertEqual(self._refused("agent", purpose="marketing"), "opted_out")

    def test_the_newest_consent_counts(self):
        self._opt_out("marketing")
        self._opt_out("marketing", state="in")
        self.assertEqual(self._refused("automatic", purpose="marketing"), "")

    def test_automatic_messages_have_a_daily_cap(self):
        gate_class = self.env.registry["messaging.gate"]
        with patch.object(gate_class, "_get_automatic_cap", lambda gate, identity: 2):
            for _number in range(2):
                self.conversation._helpdesk_post_outbound(
                    author=self.env.user.partner_id, author_kind="automatic", body="Hi"
                )
            self.assertEqual(self._refused("automatic"), "automatic_budget")
            self.assertEqual(self._refused("agent"), "")

    def test_address_comes_before_window_in_the_order_of_reasons(self):
        self.identity.write({"blocked": True, "last_inbound_at": False})
        self.account.state = "stopped"
        self.assertEqual(self._refused(), "blocked")
        self.identity.blocked = False
        self.assertEqual(self._refused(), "account_stopped")

    def test_lock_of_a_closed_case(self):
        gate = self.env["messaging.gate"]
        self.assertEqual(gate._get_lock(self.conversation), ("", ""))
        self.conversation.with_user(self.agent).helpdesk_close()
        code, sentence = gate._get_lock(self.conversation)
        self.assertEqual(code, "case_closed")
        self.assertIn("Reopen", sentence)

    def test_lock_does_not_speak_of_the_window(self):
        self.identity.last_inbound_at = False
        self.assertEqual(self.env["messaging.gate"]._get_lock(self.conversation)[0], "")

    def test_a_refused_message_is_not_stored(self):
        self.identity.last_inbound_at = fields.Datetime.now() - timedelta(hours=25)
        count = self.env["mail.message"].search_count([])
        with self.assertRaisesRegex(UserError, "24 hours"):
            self._reply(self.conversation)
        self.assertEqual(self.env["mail.message"].search_count([]), count)

    def test_every_reason_of_the_gate_has_a_label_for_parts(self):
        known = dict(self.env["messaging.message"]._get_failure_reasons())
        for code, _sentence in self.env["messaging.gate"]._get_reasons():
            self.assertIn(code, known)
