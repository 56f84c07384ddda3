"""One customer on two real channels: known by number, proven in the chat with a bot."""

import json

from odoo.tests import tagged

from ..gateway import proofs
from . import bodies
from .fake_telegram import CUSTOMER_ID
from .test_telegram_inbound import TelegramCase

PHONE = "9647701234567"


@tagged("post_install", "-at_install")
class TestProofOnTwoChannels(TelegramCase):
    def setUp(self):
        super().setUp()
        raw = bodies.dump(bodies.text("Hello", timestamp=self._now_timestamp()))
        self.connection._receive(bodies.sign(raw, self.connection.app_secret), raw)
        self._process()
        self.known = self.env["messaging.identity"].search(
            [("account_id", "=", self.account.id)]
        )
        self.known.partner_id.name = "Sara Al-Haddad"
        case = self.known.conversation_id.helpdesk_ticket_id
        case.write({"team_id": self.team.id, "user_id": self.agent.id})

    def _press(self, payload):
        return {
            "update_id": 901,
            "callback_query": {
                "id": "4382000000000000002",
                "from": {"id": CUSTOMER_ID, "is_bot": False, "first_name": "Sara"},
                "message": {
                    "message_id": 1001,
                    "date": 1764000000,
                    "chat": {"id": CUSTOMER_ID, "type": "private"},
                },
                "data": payload,
            },
        }

    def _join(self):
        with self._without_commit():
            self.env["messaging.join"]._cron_join()

    def test_a_personal_link_brings_them_together(self):
        url = self.env["messaging.proof"]._start_link(
            self.known.partner_id, self.bot_account, self.agent
        )
        self.assertTrue(url.startswith("https://t.me/shrub_bot?start="))
        self._receive(self._body(f"/start {proofs.find_token(url)}"))
        customer = self._get_customer()
        self.assertNotEqual(customer.partner_id, self.known.partner_id)
        self.assertFalse(customer.conversation_id.helpdesk_ticket_ids)
        self._send()
        asked = self.api.sent[-1]
        self.assertIn("S••• A•••", asked["text"])
        keyboard = json.dumps(asked["reply_markup"])
        payloads = [choice["payload"] for choice in customer.choice_part_id.choices]
        for payload in payloads:
            self.assertIn(payload, keyboard)
            self.assertLessEqual(len(payload.encode()), 64)
        self._receive(self._press(payloads[0]))
        self._join()
        self.assertEqual(customer.partner_id, self.known.partner_id)
        self.assertEqual(customer.conversation_id, self.known.conversation_id)
        self._receive(self._body("So where is my order?"))
        message = self.env["mail.message"].search([], order="id desc", limit=1)
        self.assertEqual(
            message.helpdesk_ticket_id, self.known.conversation_id.helpdesk_ticket_id
        )

    def test_their_own_contact_brings_them_together(self):
        self._receive(self._body("Hello"))
        customer = self._get_customer()
        card = {"phone_number": PHONE, "first_name": "Sara", "user_id": CUSTOMER_ID}
        self._receive(self._body(contact=card))
        self._join()
        self.assertEqual(customer.partner_id, self.known.partner_id)
        journal = self.env["messaging.join"].search([], limit=1)
        self.assertEqual((journal.state, journal.proof), ("done", "own_contact"))

    def test_answers_still_go_to_the_chat_afterwards(self):
        """A number that was shared is no address of that channel."""
        self.known.conversation_id.helpdesk_ticket_id.unlink()
        message = self._receive(self._body("Hello"))
        card = {
            "phone_number": "9647709999999",
            "first_name": "Sara",
            "user_id": CUSTOMER_ID,
        }
        self._receive(self._body(contact=card))
        self._reply(message)
        self._send()
        self.assertEqual(int(self.api.sent[-1]["chat_id"]), CUSTOMER_ID)

    def test_somebody_elses_contact_proves_nothing(self):
        self._receive(self._body("Hello"))
        customer = self._get_customer()
        card = {"phone_number": PHONE, "first_name": "Sara", "user_id": 7001112223334}
        self._receive(self._body(contact=card))
        self._receive(
            self._body(
                contact={**card, "user_id": CUSTOMER_ID},
                forward_origin={
                    "type": "user",
                    "date": 1764000000,
                    "sender_user": {
                        "id": 7001112223334,
                        "is_bot": False,
                        "first_name": "Eve",
                    },
                },
            )
        )
        self._join()
        self.assertNotEqual(customer.partner_id, self.known.partner_id)
        self.assertFalse(self.env["messaging.join"].search([]))
