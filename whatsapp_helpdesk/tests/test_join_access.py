"""Who may join, split and undo, tried from every side."""

from odoo.exceptions import AccessError, UserError
from odoo.service.model import get_public_method
from odoo.tests import tagged

from .security_case import SecurityCase


@tagged("post_install", "-at_install")
class TestJoinAccess(SecurityCase):
    def _identity(self, name):
        return self.conversations[name].messaging_identity_id

    def _partner(self, name):
        return self.conversations[name].helpdesk_partner_id

    def _check(self, person, moved, kept):
        journal = self._as(person, self.env["messaging.join"])
        journal._check_may_join(self._identity(moved), self._partner(kept))

    def assertMay(self, person, moved, kept):
        self._check(person, moved, kept)

    def assertMayNot(self, person, moved, kept):
        with self.assertRaises(AccessError, msg=f"{person}: {moved} to {kept}"):
            self._check(person, moved, kept)

    def test_agents_join_what_they_may_read(self):
        self.assertMay("agent", "mine", "queue")
        self.assertMay("team_agent", "queue", "colleague")
        self.assertMay("leader", "colleague", "mine")

    def test_managers_join_everything_but_private(self):
        self.assertMay("manager", "mine", "other_team")
        self.assertMay("manager", "other_team", "colleague")
        self.assertMayNot("manager", "private", "mine")

    def test_agent_joins_nothing_of_a_colleague_or_another_team(self):
        self.assertMayNot("agent", "mine", "colleague")
        self.assertMayNot("agent", "colleague", "mine")
        self.assertMayNot("agent", "mine", "other_team")
        self.assertMayNot("leader", "mine", "other_team")

    def test_reading_all_is_not_working_in_all(self):
        self.assertMayNot("all_agent", "other_team", "mine")

    def test_others_join_nothing(self):
        for person in ("salesperson", "employee", "portal", "hr_member"):
            with self.subTest(person=person):
                self.assertMayNot(person, "mine", "queue")

    def test_contact_with_a_private_talk_is_refused_without_naming_it(self):
        """The other team's agent learns neither the team nor that there is one."""
        partner = self._partner("queue")
        hidden = self.env["discuss.channel"]._get_or_create_conversation(
            self.account.inbox_id, partner, self.private_team
        )
        with self.assertRaises(AccessError) as caught:
            self._check("agent", "queue", "mine")
        self.assertNotIn(self.private_team.name, str(caught.exception))
        self.assertNotIn(hidden.name, str(caught.exception))

    def test_private_team_joins_its_own(self):
        other = self._create_conversation(
            "second_private", self.private_team, self.people["hr_member"]
        )
        journal = self._as("hr_member", self.env["messaging.join"])
        journal._check_may_join(other.messaging_identity_id, self._partner("private"))
        self.env["messaging.join"]._join(
            other.messaging_identity_id,
            self._partner("private"),
            "agent",
            user=self.people["hr_member"],
        )
        self.env.flush_all()
        self.env.invalidate_all()
        private = self.conversations["private"]
        message = self._get_customer_message(private)
        self.assertFalse(self._as("manager", message).has_access("read"))
        self.assertFalse(self._as("leader", private).has_access("read"))
        join = self.env["messaging.join"].search([], limit=1)
        for person in ("manager", "agent", "all_agent"):
            with self.subTest(person=person):
                visible = self._as(person, self.env["messaging.join"]).search([])
                self.assertNotIn(join, visible.sudo())
        found = self._as("hr_member", self.env["messaging.join"]).search([])
        self.assertIn(join, found.sudo())

    def test_joining_common_talks_leaves_the_private_one_private(self):
        hidden = self.env["discuss.channel"]._get_or_create_conversation(
            self.account.inbox_id, self._partner("mine"), self.private_team
        )
        hidden._helpdesk_post_inbound(
            identity=self._identity("mine"),
            ticket=self.env["helpdesk.ticket"],
            body="secret",
        )
        self.env["messaging.join"]._join(
            self._identity("queue"), self._partner("mine"), "agent"
        )
        self.env.flush_all()
        self.env.invalidate_all()
        message = self._get_customer_message(hidden)
        self.assertTrue(hidden.helpdesk_is_private)
        self.assertIn("secret", message.body)
        for person in ("agent", "manager", "leader", "salesperson"):
            with self.subTest(person=person):
                self.assertFalse(self._as(person, message).has_access("read"))

    def test_forged_sudo_does_not_help(self):
        """A controller may call with ``sudo``: the user's own rights count."""
        journal = self.env["messaging.join"].with_user(self.people["agent"]).sudo()
        with self.assertRaises(AccessError):
            journal._check_may_join(
                self._identity("colleague").sudo(), self._partner("mine").sudo()
            )
        with self.assertRaises(AccessError):
            journal._check_may_split(self._identity("colleague").sudo())

    def test_nothing_but_the_buttons_is_called_from_outside(self):
        journal = self._as("agent", self.env["messaging.join"])
        for name in ("_join", "_split", "_undo", "_request", "_perform", "_sweep"):
            with self.subTest(name=name), self.assertRaises(AccessError):
                get_public_method(journal, name)

    def test_undo_needs_the_right_to_split(self):
        join = self.env["messaging.join"]._join(
            self._identity("colleague"), self._partner("queue"), "agent"
        )
        self.env.flush_all()
        self.env.invalidate_all()
        for person in ("other_salesperson", "employee", "hr_member", "portal"):
            with self.subTest(person=person), self.assertRaises(AccessError):
                self._as(person, join).action_undo()
        self._as("leader", join).action_undo()
        self.assertEqual(join.state, "undone")
        self.assertEqual(join.undone_by_id, self.people["leader"])

    def test_journal_is_written_by_nobody(self):
        values = {"kind": "join", "company_id": self.company.id}
        for person in ("agent", "manager", "administrator"):
            with self.subTest(person=person):
                journal = self._as(person, self.env["messaging.join"])
                self.assertFalse(self._is_allowed(lambda j=journal: j.create(values)))

    def test_other_companys_address_is_none_of_theirs(self):
        company = self.env["res.company"].create({"name": "Other"})
        connection = self.env["messaging.connection"].create(
            {"name": "Other", "channel": "whatsapp", "company_id": company.id}
        )
        account = self.env["messaging.account"].create(
            {"name": "Other", "connection_id": connection.id, "external_id": "222"}
        )
        partner = self.env["res.partner"].create({"name": "Elsewhere"})
        identity = self._create_identity(account, partner)
        journal = self._as("manager", self.env["messaging.join"])
        with self.assertRaises(AccessError):
            journal._check_may_join(identity, self._partner("mine"))

    def test_undecided_is_decided_by_those_who_work_with_both(self):
        first, second = self.conversations["queue"], self.conversations["colleague"]
        identity = second.messaging_identity_id
        join = self.env["messaging.join"]._join(
            identity, first.helpdesk_partner_id, "agent"
        )
        case = first.helpdesk_ticket_id
        first._helpdesk_post_inbound(identity=identity, ticket=case, body="also mine")
        join._undo(self.people["leader"])
        self.env.flush_all()
        self.env.invalidate_all()
        item = join.open_ids
        self.assertEqual(item.res_id, case.id)
        with self.assertRaises(AccessError):
            self._as("agent", item).action_go()
        with self.assertRaises(AccessError):
            self._as("hr_leader", item).action_go()
        self._as("leader", item).action_go()
        self.assertEqual(case.conversation_id, second)
        self.assertEqual(case.partner_id, second.helpdesk_partner_id)
        self.assertEqual(item.decided_by_id, self.people["leader"])
        with self.assertRaises(UserError):
            self._as("leader", item).action_stay()
