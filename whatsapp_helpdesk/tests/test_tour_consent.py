"""STOP and its effects, in a real browser."""

from datetime import timedelta

from odoo import fields
from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger

from . import bodies
from .common import MessagingMixin

PHONE = "9647701234567"


@tagged("post_install", "-at_install", "wh_tour")
class TestConsentTours(MessagingMixin, HttpCase):
    """The only conversation of the agent is that of the customer who says STOP."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._set_up_messaging()
        cls.agent.password = "agent1"

    def setUp(self):
        super().setUp()
        self.case = self._write("Where is my order?").helpdesk_ticket_id
        self.conversation = self.case.conversation_id
        self.case.user_id = self.agent

    def _start(self, name):
        self.start_tour("/odoo/discuss", name, login="agent1", timeout=90)

    def _get_message(self, text):
        domain = [("body", "ilike", text), ("res_id", "=", self.conversation.id)]
        return self.env["mail.message"].search(domain)

    def _write(self, text):
        body = bodies.text(text, phone=PHONE, timestamp=self._now_timestamp())
        return self._receive(body)[:1]

    def _get_states(self):
        return self.conversation.messaging_identity_id.marketing_consent

    def test_stop_and_its_effects(self):
        self._write("STOP")
        self._start("whatsapp_helpdesk_consent_stop")
        answer = self._get_message("arrives tomorrow")
        self.assertEqual(answer.messaging_part_ids.state, "queued")
        self._refuse_advertising()
        self._write("START")
        self.assertEqual(self._get_states(), "in")
        self._start("whatsapp_helpdesk_consent_start")
        self.assertEqual(self._get_states(), "out")

    def _refuse_advertising(self):
        self.env["messaging.template"].create(
            [
                {
                    "account_id": self.account.id,
                    "name": name,
                    "language": "en",
                    "category": "marketing",
                    "status": "APPROVED",
                    "body": body,
                }
                for name, body in (
                    ("summer_sale", "Everything must go!"),
                    ("winter_sale", "Warm things."),
                )
            ]
        )
        identity = self.conversation.messaging_identity_id
        identity.last_inbound_at = fields.Datetime.now() - timedelta(hours=25)
        with mute_logger("odoo.http"):  # a refusal is a warning there
            self._start("whatsapp_helpdesk_consent_refused")
        self.assertFalse(self._get_message("Everything must go"))


@tagged("post_install", "-at_install", "wh_tour")
class TestConsentToursInArabic(TestConsentTours):
    """The same steps look at no text of ours, so they hold in every language."""

    allow_inherited_tests_method = True

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["res.lang"]._activate_lang("ar_001")
        cls.agent.lang = "ar_001"
