"""Two companies, one customer: two histories."""

from odoo.exceptions import UserError
from odoo.tests import tagged

from .security_case import ALL, MANAGER, SecurityCase

#: How far a job of all companies has come: numbers, for administrators only.
OF_NO_COMPANY = {"messaging.join.progress"}


@tagged("post_install", "-at_install")
class TestMultiCompany(SecurityCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.other = cls.env["res.company"].create({"name": "Other Company"})
        for name, groups in (("other_agent", ALL), ("other_manager", MANAGER)):
            cls._create_person(
                name,
                groups,
                company_id=cls.other.id,
                company_ids=[(6, 0, cls.other.ids)],
            )
        cls.other_connection = cls.env["messaging.connection"].create(
            {"name": "Other", "channel": "whatsapp", "company_id": cls.other.id}
        )
        cls.other_account = cls.env["messaging.account"].create(
            {
                "name": "Other",
                "connection_id": cls.other_connection.id,
                "external_id": "222",
            }
        )
        cls.other_team = cls.env["helpdesk.ticket.team"].create(
            {"name": "Other Support", "company_id": cls.other.id}
        )
        cls.here = cls.conversations["queue"]
        cls.there = cls._create_conversation(
            "there",
            cls.other_team,
            account=cls.other_account,
            partner=cls.here.helpdesk_partner_id,
        )

    def _all_records(self, conversation, account):
        message = self._get_customer_message(conversation)
        part = message.messaging_part_ids
        identity = conversation.messaging_identity_id
        yield conversation
        yield message
        yield conversation.helpdesk_ticket_id
        yield account
        yield account.connection_id
        yield account.inbox_id
        yield identity
        yield identity.address_ids
        yield part
        yield self.env["messaging.consent"].search([("identity_id", "=", identity.id)])
        yield self.env["messaging.attempt"].search([("message_id", "=", part.id)])
        yield self.env["messaging.media"].search([("message_id", "=", part.id)])
        yield self.env["helpdesk.message.fact"].search(
            [("mail_message_id", "=", message.id)]
        )

    def test_same_customer_has_a_conversation_in_each_company(self):
        self.assertNotEqual(self.here, self.there)
        self.assertEqual(self.here.helpdesk_partner_id, self.there.helpdesk_partner_id)
        self.assertEqual(self.there.helpdesk_company_id, self.other)
        self.assertNotEqual(
            self.here.messaging_identity_id, self.there.messaging_identity_id
        )

    def test_each_company_has_its_own_inbox(self):
        self.assertEqual(self.other_account.inbox_id.company_id, self.other)
        self.assertNotEqual(self.other_account.inbox_id, self.account.inbox_id)

    def test_manager_of_one_company_sees_nothing_of_the_other(self):
        for person, own, foreign in (
            ("manager", (self.here, self.account), (self.there, self.other_account)),
            (
                "other_manager",
                (self.there, self.other_account),
                (self.here, self.account),
            ),
        ):
            for record in self._all_records(*own):
                with self.subTest(person=person, model=record._name, side="own"):
                    self.assertTrue(record)
                    self.assertTrue(self._as(person, record).has_access("read"))
            for record in self._all_records(*foreign):
                with self.subTest(person=person, model=record._name, side="foreign"):
                    self.assertTrue(record)
                    self.assertFalse(self._as(person, record).has_access("read"))
                    self.assertFalse(
                        self._as(person, record).search([("id", "in", record.ids)])
                    )

    def test_webhook_records_are_seen_in_their_company(self):
        event = self.env["messaging.event"].create(
            {
                "connection_id": self.other_connection.id,
                "sha256": "c" * 64,
                "body": "e30=",
            }
        )
        update = self.env["messaging.update"].create(
            {
                "event_id": event.id,
                "connection_id": self.other_connection.id,
                "key": "k",
                "kind": "message",
            }
        )
        self.assertTrue(self._as("other_manager", update).has_access("read"))
        self.assertFalse(self._as("manager", update).has_access("read"))

    def test_member_reads_their_conversation_whatever_company_is_chosen(self):
        """The company is tested for people who are no members only."""
        agent = self.people["agent"]
        agent.company_ids += self.other
        mine = self._as("agent", self.conversations["mine"])
        chosen = mine.with_context(allowed_company_ids=self.other.ids)
        self.assertTrue(chosen.has_access("read"))
        queue = self._as("agent", self.here)
        self.assertTrue(queue.has_access("read"))
        chosen = queue.with_context(allowed_company_ids=self.other.ids)
        self.assertFalse(chosen.has_access("read"))

    def test_records_of_two_companies_are_not_mixed(self):
        for record, values in (
            (self.account, {"inbox_id": self.other_account.inbox_id.id}),
            (self.account, {"team_id": self.other_team.id}),
        ):
            with (
                self.subTest(values=values),
                self.assertRaises(UserError),
                self.env.cr.savepoint(),
            ):
                record.write(values)
                self.env.flush_all()

    def test_every_model_with_a_company_has_a_company_rule(self):
        ours = self.env["ir.model"].search(
            [("model", "=like", "messaging.%"), ("abstract", "=", False)]
        )
        checked = 0
        for model in ours:
            records = self.env[model.model]
            if records._transient or not records._auto:
                continue
            if model.model in OF_NO_COMPANY:
                self.assertNotIn("company_id", records._fields)
                continue
            rules = self.env["ir.rule"].search(
                [("model_id", "=", model.id), ("groups", "=", False)]
            )
            with self.subTest(model=model.model):
                domains = " ".join(rules.mapped("domain_force"))
                self.assertIn("company_ids", domains)
            checked += 1
        self.assertGreaterEqual(checked, 12)

    def test_new_company_gets_an_inbox_when_it_needs_one(self):
        company = self.env["res.company"].create({"name": "Third"})
        inbox = self.env["messaging.inbox"]._get_default(company)
        self.assertEqual(inbox.company_id, company)
