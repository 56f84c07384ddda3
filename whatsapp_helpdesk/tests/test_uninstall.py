"""Uninstalling keeps what was said; installing refuses where it cannot work.

A real uninstallation needs a database of its own; these test what the hooks leave
behind, which is all that the uninstallation then finds.
"""

from odoo.exceptions import UserError
from odoo.tests import tagged

from ..hooks import pre_init_hook, uninstall_hook
from .security_case import SecurityCase


@tagged("post_install", "-at_install")
class TestUninstallHook(SecurityCase):
    def _uninstall(self):
        """The hook, and what goes away with the app: its rules."""
        uninstall_hook(self.env)
        data = self.env["ir.model.data"].search(
            [("module", "=", "whatsapp_helpdesk"), ("model", "=", "ir.rule")]
        )
        self.env["ir.rule"].browse(data.mapped("res_id")).unlink()
        self.env.invalidate_all()

    def test_nothing_is_left_for_the_selections_to_delete(self):
        self._uninstall()
        Channel = self.env["discuss.channel"].with_context(active_test=False)
        self.assertFalse(Channel.search([("channel_type", "=", "helpdesk")]))
        Message = self.env["mail.message"]
        self.assertFalse(Message.search([("message_type", "=", "helpdesk_message")]))

    def test_managers_read_the_conversations_and_others_do_not(self):
        conversation = self.conversations["colleague"]
        message = self._get_customer_message(conversation)
        self._uninstall()
        self.assertTrue(self._as("manager", conversation).has_access("read"))
        self.assertIn("secret of colleague", self._as("manager", message).body)
        for person in ("employee", "portal", "public", "salesperson"):
            with self.subTest(person=person):
                self.assertFalse(self._as(person, conversation).has_access("read"))

    def test_conversations_of_a_private_team_stay_with_it(self):
        conversation = self.conversations["private"]
        message = self._get_customer_message(conversation)
        self._uninstall()
        for person in ("hr_member", "hr_leader"):
            with self.subTest(person=person):
                self.assertIn("secret of private", self._as(person, message).body)
        for person in ("manager", "all_agent", "employee", "salesperson"):
            with self.subTest(person=person):
                self.assertFalse(self._as(person, conversation).has_access("read"))

    def test_channels_work_as_channels_afterwards(self):
        conversation = self.conversations["colleague"]
        self._uninstall()
        self.assertTrue(conversation.uuid)
        self.assertTrue(conversation.avatar_128)
        count = len(conversation.message_ids)
        self._as("manager", conversation).message_post(
            body="still here", message_type="comment"
        )
        self.assertEqual(len(conversation.message_ids), count + 1)

    def test_private_team_has_nothing_unread_because_of_it(self):
        conversation = self.conversations["private"]
        self._uninstall()
        member = conversation.channel_member_ids.filtered(
            lambda m: m.partner_id == self.people["hr_leader"].partner_id
        )
        self.assertFalse(member.message_unread_counter)


@tagged("post_install", "-at_install")
class TestPreInitHook(SecurityCase):
    def _set_state(self, state):
        Module = self.env["ir.module.module"]
        module = Module.search([("name", "=", "helpdesk")])
        module = module or Module.create({"name": "helpdesk", "license": "OEEL-1"})
        module.state = state

    def test_it_refuses_next_to_enterprise_helpdesk(self):
        for state in ("installed", "to install", "to upgrade"):
            self._set_state(state)
            with self.subTest(state=state), self.assertRaises(UserError) as caught:
                pre_init_hook(self.env)
            self.assertIn("Enterprise", str(caught.exception))

    def test_it_does_not_mind_a_helpdesk_that_is_only_known(self):
        self._set_state("uninstalled")
        pre_init_hook(self.env)
