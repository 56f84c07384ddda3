"""What jobs write is in the language of whoever reads it; a job itself has none."""

from unittest.mock import patch

from odoo.tests import tagged
from odoo.tools import mute_logger

from ..gateway.errors import GatewayError, Retry
from . import bodies
from .common import MessagingCase
from .outbound_case import OutboundCase

ARABIC = r"[\u0621-\u064a]{3}"
WORKER_LOGGER = "odoo.addons.whatsapp_helpdesk.models.messaging_update_worker"


@tagged("post_install", "-at_install")
class TestInboundLanguages(MessagingCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["res.lang"]._activate_lang("ar_001")
        cls.account.language = "ar_001"

    def test_file_that_is_not_available(self):
        values = bodies.media(timestamp=self._now_timestamp())
        message = self._receive(values)
        self.assertRegex(message.body, ARABIC)
        media = message.messaging_part_ids.media_ids
        media._store_result(GatewayError("media"))
        self.assertRegex(message.body, ARABIC)

    @mute_logger(WORKER_LOGGER)
    def test_mark_of_a_parked_message(self):
        conversation = self._receive(bodies.text("Hi")).helpdesk_ticket_id
        inbound_class = self.env.registry["messaging.inbound"]

        def failing(model, ctx):
            raise ValueError

        with patch.object(inbound_class, "_handle_message", failing):
            self._receive(bodies.text("Bad"))
        mark = conversation.conversation_id.message_ids[0]
        self.assertRegex(mark.body, ARABIC)

    def test_task_about_an_unknown_number(self):
        user = self.env["messaging.account"]._get_administrator(self.company)
        user.lang = "ar_001"
        self._receive(bodies.text("Hi", number_id="999"))
        activity = self.env["mail.activity"].search([], order="id desc", limit=1)
        self.assertEqual(activity.user_id, user)
        self.assertRegex(activity.summary, ARABIC)


@tagged("post_install", "-at_install")
class TestOutboundLanguages(OutboundCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["res.lang"]._activate_lang("ar_001")
        cls.agent.lang = "ar_001"

    def test_task_about_a_message_that_did_not_arrive(self):
        self.script.answer(GatewayError("recipient"))
        self._reply(self.conversation)
        self._send()
        activity = self.case.activity_ids
        self.assertRegex(activity.summary, ARABIC)
        self.assertRegex(activity.note, ARABIC)

    def test_failure_that_appears_while_the_agent_looks(self):
        self.script.answer(GatewayError("recipient"))
        message = self._reply(self.conversation)
        self.env["bus.bus"].search([]).unlink()
        self._send()
        self.env.cr.precommit.run()
        news = self.env["bus.bus"].search([("message", "like", "messaging_failure")])
        self.assertTrue(news)
        failure = message.with_context(lang="en_US")._get_messaging_failure()
        self.assertTrue(failure)
        self.assertNotIn(failure, "".join(news.mapped("message")))

    def test_task_about_a_stopped_account(self):
        user = self.account._get_responsible_user()
        user.lang = "ar_001"
        self.script.answer(GatewayError("token", Retry.STOP_ACCOUNT))
        self._reply(self.conversation)
        self._send()
        self.assertRegex(self.account.activity_ids.summary, ARABIC)
        self.assertRegex(self.account.stop_reason, ARABIC)
