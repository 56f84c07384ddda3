"""One customer goes from WhatsApp to Telegram within one case, and back by an undo."""

import json

from odoo.tests import HttpCase, tagged

from . import bodies
from .common import MessagingMixin
from .fake_telegram import BOT_ID, CUSTOMER_ID, TOKEN
from .fake_telegram import message as telegram_message

SECRET = "telegram-secret-token"


class JoinTourCase(MessagingMixin, HttpCase):
    """What customers write is signed and parsed as on each channel."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._set_up_messaging()
        cls.agent.password = "agent1"
        cls.bot = cls._create_connection(
            name="Bot", channel="telegram", app_secret=SECRET
        )
        cls.bot_account = cls._create_account(
            cls.bot, BOT_ID, display_address="@shrub_bot", access_token=TOKEN
        )

    def _whatsapp_says(self, text):
        earlier = self._now_timestamp(minutes=-1)
        return self._receive(bodies.text(text, name="Nadia", timestamp=earlier))

    def _telegram_says(self, text, number):
        moment = self._now_timestamp()
        body = telegram_message(text, update_id=number, timestamp=moment)
        headers = {"X-Telegram-Bot-Api-Secret-Token": SECRET}
        status, said = self.bot._receive(headers, json.dumps(body).encode())
        self.assertEqual(status, 200, said)
        self._process()

    def _get_identity(self, account):
        domain = [("account_id", "=", account.id)]
        return self.env["messaging.identity"].search(domain)

    def _give_to_agent(self, identity):
        case = identity.conversation_id.helpdesk_ticket_id
        case.write({"team_id": self.team.id, "user_id": self.agent.id})
        return case

    def _tour(self, name):
        self.env.flush_all()
        self.start_tour("/odoo/discuss", name, login="agent1", timeout=180)
        self.env.invalidate_all()

    def _get_message(self, text):
        return self.env["mail.message"].search(
            [("body", "ilike", text), ("model", "=", "discuss.channel")]
        )


@tagged("post_install", "-at_install", "wh_tour")
class TestJoinTours(JoinTourCase):
    def test_one_customer_on_two_channels_and_an_undo(self):
        self._whatsapp_says("Where is my order?")
        phone = self._get_identity(self.account)
        first_case = self._give_to_agent(phone)
        self._telegram_says("I am here now", 1)
        chat = self._get_identity(self.bot_account)
        chat.partner_id.name = "Nadia elsewhere"
        second = chat.conversation_id
        self.assertNotEqual(phone.conversation_id, second)
        self._give_to_agent(chat)

        self._tour("whatsapp_helpdesk_join_customers")
        self.assertEqual(chat.partner_id, phone.partner_id)
        self.assertEqual(chat.conversation_id, phone.conversation_id)
        self.assertEqual(second.helpdesk_merged_into_id, phone.conversation_id)

        self._tour("whatsapp_helpdesk_join_answers")
        by_chat = self._get_message("By the new way")
        by_phone = self._get_message("By the old way")
        self.assertEqual(by_chat.messaging_part_ids.account_id, self.bot_account)
        self.assertEqual(by_phone.messaging_part_ids.account_id, self.account)
        self.assertEqual((by_chat | by_phone).helpdesk_ticket_id, first_case)

        self._telegram_says("And here again", 2)
        latest = self._get_message("And here again")
        self.assertEqual(latest.res_id, phone.conversation_id.id)
        self.assertEqual(latest.helpdesk_ticket_id, first_case)

        self._tour("whatsapp_helpdesk_join_undo")
        self.assertEqual(chat.conversation_id, second)
        self.assertEqual(latest.res_id, second.id)
        self.assertEqual(by_chat.res_id, second.id)
        self.assertEqual(by_phone.res_id, phone.conversation_id.id)
        self.assertIn(str(CUSTOMER_ID), chat.address_ids.mapped("value"))
        self._give_to_agent(chat)
        self._tour("whatsapp_helpdesk_join_undone")


@tagged("post_install", "-at_install", "wh_tour")
class TestJoinToursInArabic(TestJoinTours):
    """The same steps look at no text of ours, so they hold in every language."""

    allow_inherited_tests_method = True

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["res.lang"]._activate_lang("ar_001")
        cls.agent.lang = "ar_001"
