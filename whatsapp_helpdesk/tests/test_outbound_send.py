from odoo.tests import tagged

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
        self.assertEqual(self.script.calls[0]["addresses"][0].value, self.identity.address)

    def test_statuses_move_the_tick_forward(self):
        message = self._reply(self.conversation)
        self._send()
        part = self._get_parts(message)
        for state in ("sent", "delivered", "read"):
            self._status(part, state)
            self.assertEqual(message.messaging_state, state)
        self.assertTrue(part.sent_at and part.delivered_at and part.read_at)
