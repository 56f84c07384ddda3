"""Whatever happens to a contact, what was said and agreed stays."""

from psycopg2 import IntegrityError

from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .security_case import SecurityCase


@tagged("post_install", "-at_install")
class TestContactHistory(SecurityCase):
    def setUp(self):
        super().setUp()
        self.first = self.conversations["queue"]
        self.second = self.conversations["colleague"]
        self.target = self.first.helpdesk_partner_id
        self.source = self.second.helpdesk_partner_id

    def _merge(self, source=None, target=None):
        source, target = source or self.source, target or self.target
        self.env.flush_all()
        self.env["base.partner.merge.automatic.wizard"]._merge(
            (source | target).ids, target
        )
        self.env.invalidate_all()

    def test_deleting_a_contact_with_history_is_refused_with_a_sentence(self):
        with self.assertRaises(UserError) as caught:
            self.source.unlink()
        self.assertIn("Archive", str(caught.exception))
        self.assertTrue(self.second.exists())

    def test_archiving_a_contact_keeps_everything(self):
        self.source.action_archive()
        self.assertEqual(self.second.helpdesk_partner_id, self.source)
        self.assertTrue(self._as("colleague", self.second).has_access("read"))
        self.assertTrue(self.second.messaging_identity_id.partner_id)

    def test_contact_without_history_is_deleted_as_before(self):
        partner = self.env["res.partner"].create({"name": "Nobody"})
        partner.unlink()
        self.assertFalse(partner.exists())

    def test_merging_keeps_both_conversations_and_all_messages(self):
        messages = self.first.message_ids | self.second.message_ids
        self._merge()
        self.assertTrue(self.first.exists() and self.second.exists())
        self.assertEqual(messages.exists(), messages)
        self.assertEqual((self.first | self.second).helpdesk_partner_id, self.target)

    def test_one_conversation_goes_on_and_names_the_other(self):
        self._merge()
        self.assertEqual(self.second.helpdesk_merged_into_id, self.first)
        self.assertEqual(self.first.helpdesk_merged_ids, self.second)
        self.assertFalse(self.first.helpdesk_merged_into_id)

    def test_panel_links_to_the_merged_conversation(self):
        self._merge()
        panel = self._as("team_agent", self.first).helpdesk_get_panel()
        self.assertEqual([m["id"] for m in panel["merged"]], self.second.ids)

    def test_merged_conversation_takes_no_more_messages(self):
        self._merge()
        with self.assertRaises(UserError):
            self._as("leader", self.second).message_post(
                body="x", message_type="comment", subtype_xmlid="mail.mt_comment"
            )

    def test_next_message_of_either_lands_in_the_one_that_goes_on(self):
        identities = (
            self.first.messaging_identity_id | self.second.messaging_identity_id
        )
        self._merge()
        self.assertEqual(len(identities), 2)
        self.assertEqual(identities.partner_id, self.target)
        self.assertEqual(identities.conversation_id, self.first)

    def test_cases_move_and_keep_their_facts_and_parts(self):
        tickets = self.first.helpdesk_ticket_id | self.second.helpdesk_ticket_id
        Fact = self.env["helpdesk.message.fact"]
        facts = Fact.search([("ticket_id", "in", tickets.ids)])
        parts = self.env["messaging.message"].search(
            [("conversation_id", "in", (self.first | self.second).ids)]
        )
        self._merge()
        self.assertEqual(tickets.conversation_id, self.first)
        self.assertEqual(tickets.partner_id, self.target)
        self.assertEqual(facts.exists(), facts)
        self.assertEqual(parts.exists(), parts)
        self.assertEqual(len(parts), 2)

    def test_test_contact_is_never_merged_with_a_real_one(self):
        self.source.is_messaging_test = True
        with self.assertRaises(UserError):
            self._merge()
        self.target.is_messaging_test = True
        self._merge()
        self.assertFalse(self.source.exists())

    def test_consents_survive(self):
        consents = self.env["messaging.consent"].search(
            [("partner_id", "in", (self.source | self.target).ids)]
        )
        self.assertEqual(len(consents), 2)
        self._merge()
        self.assertEqual(consents.exists().partner_id, self.target)
        self.assertEqual(len(consents.exists()), 2)

    def test_old_messages_stay_readable_for_the_team(self):
        message = self._get_customer_message(self.second)
        self._merge()
        for person in ("team_agent", "manager", "leader"):
            with self.subTest(person=person):
                self.assertIn(
                    "secret of colleague", self._as(person, message).body or ""
                )

    def test_open_case_and_its_agent_go_along(self):
        closed = self.env["helpdesk.ticket.stage"].search(
            [("closed", "=", True)], limit=1
        )
        self.first.helpdesk_ticket_id.stage_id = closed
        case = self.second.helpdesk_ticket_id
        self._merge()
        colleague = self.people["colleague"]
        self.assertEqual(self.first.helpdesk_ticket_id, case)
        self.assertEqual(self.first.helpdesk_agent_id, colleague)
        self.assertIn(colleague.partner_id, self.first.channel_member_ids.partner_id)
        self.assertFalse(self.second.channel_member_ids)

    def test_conversation_of_a_private_team_stays_apart(self):
        private = self.conversations["private"]
        self._merge(source=private.helpdesk_partner_id)
        self.assertFalse(private.helpdesk_merged_into_id)
        self.assertEqual(private.helpdesk_partner_id, self.target)
        self.assertTrue(private.helpdesk_is_private)
        self.assertFalse(self._as("manager", private).has_access("read"))

    def test_contact_without_conversation_takes_over_the_others(self):
        partner = self.env["res.partner"].create({"name": "Real Name"})
        self._merge(target=partner)
        self.assertEqual(self.second.helpdesk_partner_id, partner)
        self.assertFalse(self.second.helpdesk_merged_into_id)

    def test_merging_three_contacts_chains_nothing(self):
        third = self.conversations["other_team"]
        self.env.flush_all()
        partners = self.source | self.target | third.helpdesk_partner_id
        self.env["base.partner.merge.automatic.wizard"]._merge(
            partners.ids, self.target
        )
        self.env.invalidate_all()
        self.assertEqual((self.second | third).helpdesk_merged_into_id, self.first)

    def test_who_merges_need_not_see_the_conversations(self):
        employee = self.people["employee"]
        employee.group_ids += self.env.ref("base.group_partner_manager")
        employee.group_ids += self.env.ref("base.group_erp_manager")
        (self.source | self.target).email = "same@example.com"
        self.env.flush_all()
        wizard = self._as("employee", self.env["base.partner.merge.automatic.wizard"])
        self.assertFalse(self._as("employee", self.second).has_access("read"))
        self.source.messaging_legal_hold = True
        self.env.flush_all()
        wizard._merge((self.source | self.target).ids, self.target)
        self.env.invalidate_all()
        self.assertEqual(self.second.helpdesk_merged_into_id, self.first)
        self.assertTrue(self.target.messaging_legal_hold)

    def test_database_still_refuses_two_conversations_of_one_customer(self):
        with (
            self.assertRaises(IntegrityError),
            mute_logger("odoo.sql_db"),
            self.env.cr.savepoint(),
        ):
            self.second.helpdesk_partner_id = self.target
            self.env.flush_all()
