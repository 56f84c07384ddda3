"""First steps on the dashboard, until the first customer was answered."""

from odoo.exceptions import AccessError
from odoo.tests import tagged

from .common import MessagingCase
from .outbound_case import OutboundMixin


@tagged("post_install", "-at_install")
class TestChecklist(OutboundMixin, MessagingCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.manager = cls._create_agent(
            "boss", "Bea Boss", "helpdesk_mgmt.group_helpdesk_manager"
        )
        cls.env["helpdesk.message.fact"].search([]).unlink()
        cls.company.messaging_checklist_done = False

    def _get(self, user=None):
        Checklist = self.env["messaging.checklist"].with_user(user or self.manager)
        return Checklist.get_checklist()

    def _get_done(self):
        return {step["name"]: step["done"] for step in self._get()["steps"]}

    def test_every_step_has_a_name_and_an_action_that_exists(self):
        for step in self._get()["steps"]:
            self.assertTrue(step["label"])
            self.assertTrue(self.env.ref(step["action"]), step["name"])

    def test_steps_follow_what_was_done(self):
        done = self._get_done()
        self.assertTrue(done["number"] and done["agents"])
        self.assertFalse(done["greeting"] or done["inbound"] or done["answer"])
        self.account.greeting_enabled = True
        self._customer_says(self._create_conversation())
        done = self._get_done()
        self.assertTrue(done["greeting"] and done["inbound"])

    def test_list_ends_with_the_first_answer(self):
        conversation = self._create_conversation()
        self._customer_says(conversation)
        self._reply(conversation)
        self.assertFalse(self._get())
        self.assertTrue(self.company.messaging_checklist_done)

    def test_sandbox_counts_for_nothing(self):
        self.account.connection_id = self._create_connection(channel="sandbox")
        conversation = self._create_conversation()
        conversation.helpdesk_ticket_id.is_test = self.account.is_test
        self._customer_says(conversation)
        self._reply(conversation)
        done = self._get_done()
        self.assertFalse(done["number"] or done["inbound"] or done["answer"])

    def test_other_companies_steps_are_theirs(self):
        other = self.env["res.company"].create({"name": "Other"})
        Checklist = self.env["messaging.checklist"].with_company(other)
        self.assertFalse(Checklist._get_done(other)["number"])

    def test_manager_hides_it_for_all(self):
        self.env["messaging.checklist"].with_user(self.manager).dismiss()
        self.assertFalse(self._get())

    def test_agents_neither_see_nor_hide_it(self):
        self.assertFalse(self._get(self.agent))
        with self.assertRaises(AccessError):
            self.env["messaging.checklist"].with_user(self.agent).dismiss()

    def test_it_costs_one_query_and_nothing_afterwards(self):
        self._get()  # fills caches
        with self.assertQueryCount(1):
            self._get()
        self.company.messaging_checklist_done = True
        self.env.flush_all()
        with self.assertQueryCount(0):
            self._get()
