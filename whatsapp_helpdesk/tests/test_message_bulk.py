from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .outbound_case import OutboundCase


@tagged("post_install", "-at_install")
class TestMessageBulk(OutboundCase):
    """What a manager does with parts in the log."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.manager = cls._create_agent(
            "manager", "Mona Manager", "helpdesk_mgmt.group_helpdesk_manager"
        )

    def _get_part(self, state, **values):
        part = self._get_parts(self._reply(self.conversation, f"A {state} one"))
        part.write({"state": state, **values})
        return part

    def _as_manager(self, parts):
        return parts.with_user(self.manager)

    def test_what_failed_or_is_in_doubt_is_sent_again(self):
        states = ("failed", "expired", "unknown", "delivered")
        parts = self.env["messaging.message"].union(*map(self._get_part, states))
        correlations = parts.mapped("correlation")
        done = self._as_manager(parts).action_send_again()
        self.assertEqual(
            parts.mapped("state"), ["queued", "queued", "queued", "delivered"]
        )
        self.assertIn("3", done["params"]["message"])
        self.assertFalse(set(correlations[:3]) & set(parts.mapped("correlation")))

    def test_one_that_is_refused_leaves_the_others(self):
        parts = self._get_part("failed") | self._get_part("failed")
        other = self._create_conversation()
        with_reply = self._get_parts(self._reply(other))
        with_reply.state = "failed"
        other.messaging_identity_id.blocked = True
        done = self._as_manager(with_reply | parts).action_send_again()
        self.assertEqual(set(parts.mapped("state")), {"queued"})
        self.assertEqual(with_reply.state, "failed")
        self.assertEqual(done["params"]["type"], "warning")
        self.assertIn("blocked", done["params"]["message"])

    def test_closed_case(self):
        part = self._get_part("failed")
        self.case.stage_id = self.env["helpdesk.ticket.stage"].search(
            [("closed", "=", True)], limit=1
        )
        with self.assertRaisesRegex(UserError, "closed"):
            self._as_manager(part).action_send_again()

    def test_nothing_to_send_again(self):
        with self.assertRaisesRegex(UserError, "failed or is in doubt"):
            self._as_manager(self._get_part("delivered")).action_send_again()

    def test_it_arrived(self):
        parts = self._get_part("unknown") | self._get_part("failed")
        self._as_manager(parts).action_mark_arrived()
        self.assertEqual(parts.mapped("state"), ["accepted", "failed"])
        with self.assertRaises(UserError):
            self._as_manager(parts).action_mark_arrived()

    def test_agents_decide_in_the_conversation_only(self):
        part = self._get_part("unknown")
        with self.assertRaises(AccessError):
            part.with_user(self.agent).action_mark_arrived()
        with self.assertRaises(AccessError):
            part.with_user(self.agent).action_send_again()

    def test_part_of_a_private_team(self):
        part = self._get_part("unknown")
        private_team = self.env["helpdesk.ticket.team"].create(
            {"name": "Private", "is_private": True}
        )
        part.conversation_id = self.env["discuss.channel"]._get_or_create_conversation(
            self.account.inbox_id, self.identity.partner_id, private_team
        )
        self.env.flush_all()
        with self.assertRaises(AccessError):
            self._as_manager(part).action_mark_arrived()
