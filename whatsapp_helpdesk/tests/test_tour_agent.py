"""The agent's screens in a real browser, in English and in Arabic."""

from datetime import timedelta

from odoo import fields
from odoo.tests import HttpCase, tagged

from .common import MessagingMixin
from .outbound_case import OutboundMixin


class AgentTourCase(OutboundMixin, MessagingMixin, HttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._set_up_messaging()
        cls.agent.password = "agent1"
        cls.conversation = cls._create_conversation(name="Layla Customer")
        cls.case = cls.conversation.helpdesk_ticket_id

    def setUp(self):
        super().setUp()
        self._customer_says(self.conversation, "Where is my order?")

    def _start(self, name, url="/odoo/discuss"):
        self.start_tour(url, name, login="agent1", timeout=90)

    def _get_message(self, text):
        domain = [("body", "ilike", text), ("res_id", "=", self.conversation.id)]
        return self.env["mail.message"].search(domain)


@tagged("post_install", "-at_install", "wh_tour")
class TestAgentTours(AgentTourCase):
    def test_agent_answers_in_discuss(self):
        self._start("whatsapp_helpdesk_agent_answers")
        note = self._get_message("Check the courier first")
        reply = self._get_message("It arrives tomorrow")
        self.assertFalse(note.messaging_part_ids, "a note must never be queued")
        self.assertEqual(reply.messaging_part_ids.state, "queued")
        self.assertEqual(reply.author_id, self.agent.partner_id)

    def test_agent_sees_ticks_and_retries(self):
        read = self._reply(self.conversation, "It arrives tomorrow")
        read.messaging_part_ids.state = "read"
        failed = self._reply(self.conversation, "This one fails")
        failed.messaging_part_ids.write(
            {"state": "failed", "failure_reason": "recipient"}
        )
        (read | failed)._broadcast_messaging_state()
        self._start("whatsapp_helpdesk_agent_sees_ticks")
        self.assertEqual(failed.messaging_part_ids.state, "queued")

    def test_closed_window_locks_the_reply(self):
        identity = self.conversation.messaging_identity_id
        identity.last_inbound_at = fields.Datetime.now() - timedelta(hours=25)
        self._start("whatsapp_helpdesk_window_closed")

    def test_conversation_in_the_ticket(self):
        self._start(
            "whatsapp_helpdesk_ticket_conversation",
            f"/odoo/helpdesk-tickets/{self.case.id}",
        )
        reply = self._get_message("Written in the ticket")
        self.assertEqual(reply.message_type, "helpdesk_message")


@tagged("post_install", "-at_install", "wh_tour")
class TestAgentToursInArabic(TestAgentTours):
    """The same steps look at no text, so they hold in every language."""

    allow_inherited_tests_method = True

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["res.lang"]._activate_lang("ar_001")
        cls.agent.lang = "ar_001"
