"""The sample conversation: something to answer, gone in one click."""

from odoo.exceptions import AccessError
from odoo.tests import TransactionCase, tagged

from odoo.addons.mail.tests.common import mail_new_test_user

from ..models.messaging_sandbox_sample import CUSTOMER

#: What the sample may leave rows in.
MODELS = (
    "discuss.channel",
    "helpdesk.ticket",
    "helpdesk.message.fact",
    "mail.message",
    "messaging.account",
    "messaging.address",
    "messaging.attempt",
    "messaging.connection",
    "messaging.consent",
    "messaging.event",
    "messaging.identity",
    "messaging.message",
    "messaging.pace",
    "messaging.update",
    "res.partner",
)


@tagged("post_install", "-at_install")
class TestSample(TransactionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.manager = mail_new_test_user(
            cls.env,
            login="sample_manager",
            groups="helpdesk_mgmt.group_helpdesk_manager",
            notification_type="inbox",
        )
        cls.agent = mail_new_test_user(
            cls.env,
            login="sample_agent",
            groups="helpdesk_mgmt.group_helpdesk_user_own",
        )
        cls.env["helpdesk.ticket.team"].search([]).write(
            {"user_ids": [(4, cls.manager.id)], "user_id": cls.manager.id}
        )
        cls.sample = cls.env["messaging.sandbox.sample"].with_user(cls.manager)

    def _find_conversation(self):
        address = self.env["messaging.address"].search([("value", "=", CUSTOMER)])
        return address.identity_id.conversation_id

    def _count(self):
        self.env.flush_all()
        return {
            model: self.env[model].with_context(active_test=False).search_count([])
            for model in MODELS
        }

    def _answer(self, conversation):
        return conversation.message_post(
            body="On Thursday",
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
        )

    def test_it_is_a_case_of_whoever_made_it(self):
        action = self.sample.action_create()
        conversation = self._find_conversation()
        self.assertEqual(action, conversation.action_open_conversation())
        self.assertEqual(conversation.helpdesk_ticket_id.user_id, self.manager)
        inbound = conversation.message_ids.filtered(
            lambda message: message.messaging_direction == "in"
        )
        self.assertEqual(len(inbound), 2)

    def test_it_counts_nowhere_as_a_customer(self):
        self.sample.action_create()
        self.assertTrue(self._find_conversation().helpdesk_partner_id.is_messaging_test)

    def test_it_can_be_answered(self):
        self.sample.action_create()
        conversation = self._find_conversation().with_user(self.manager)
        message = self._answer(conversation)
        self.assertEqual(message.messaging_state, "queued")

    def test_a_second_click_opens_the_same(self):
        self.assertEqual(self.sample.action_create(), self.sample.action_create())

    def test_one_click_removes_all_of_it(self):
        before = self._count()
        self.sample.action_create()
        conversation = self._find_conversation().with_user(self.manager)
        self._answer(conversation)
        self.assertNotEqual(self._count(), before)
        self.sample.action_remove()
        self.assertEqual(self._count(), before)

    def test_it_can_be_made_again(self):
        self.sample.action_create()
        self.sample.action_remove()
        self.sample.action_create()
        self.assertTrue(self._find_conversation())

    def test_removing_what_is_not_there_is_told(self):
        action = self.sample.action_remove()
        self.assertEqual(action["params"]["type"], "info")

    def test_agents_handle_no_sample_data(self):
        sample = self.env["messaging.sandbox.sample"].with_user(self.agent)
        with self.assertRaises(AccessError):
            sample.action_create()
        with self.assertRaises(AccessError):
            sample.action_remove()

    def test_other_conversations_are_still_kept(self):
        self.sample.action_create()
        with self.assertRaises(AccessError):
            self._find_conversation().with_context(messaging_sample=True).unlink()
