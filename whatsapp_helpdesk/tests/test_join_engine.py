"""Joining: everything goes along, nothing twice, nobody is told a thousand times."""

from odoo.exceptions import UserError
from odoo.tests import tagged

from .join_case import JoinCase


@tagged("post_install", "-at_install")
class TestJoinEngine(JoinCase):
    def test_messages_move_and_keep_their_order(self):
        told = [
            self._customer_says(self.first, "one"),
            self._customer_says(self.second, "two"),
            self._reply(self.first, "three"),
            self._reply(self.second, "four"),
        ]
        self._join()
        here = self._get_messages(self.first).filtered("messaging_identity_id")
        self.assertEqual(here.ids, [message.id for message in told])
        self.assertFalse(self._get_messages(self.second))

    def test_parts_facts_and_files_go_along(self):
        message = self._customer_says(self.second, "with a file")
        attachment = self._attach(message)
        parts = self._get_parts(self.second)
        Fact = self.env["helpdesk.message.fact"]
        facts = Fact.search([("conversation_id", "=", self.second.id)])
        self.assertTrue(parts and facts)
        self._join()
        self.assertEqual(parts.conversation_id, self.first)
        self.assertEqual(facts.conversation_id, self.first)
        self.assertEqual(attachment.res_id, self.first.id)

    def test_the_other_conversation_steps_back(self):
        self._join()
        self.assertEqual(self.second.helpdesk_merged_into_id, self.first)
        self.assertFalse(self.second.channel_member_ids)
        self.assertEqual(self.second_identity.conversation_id, self.first)
        self.assertEqual(self.second_identity.partner_id, self.ana)

    def test_cases_stay_apart_and_both_agents_are_members(self):
        self.second_case.user_id = self.agent2
        self._join()
        cases = self.first_case | self.second_case
        self.assertEqual(cases.conversation_id, self.first)
        self.assertEqual(cases.partner_id, self.ana)
        self.assertFalse(any(cases.mapped("closed")))
        members = self.first.channel_member_ids.partner_id
        self.assertEqual(members, (self.agent | self.agent2).partner_id)

    def test_cases_together_become_the_current_one(self):
        message = self._customer_says(self.second)
        join = self._join(cases="together")
        self.assertTrue(self.second_case.closed)
        self.assertFalse(self.first_case.closed)
        self.assertEqual(message.helpdesk_ticket_id, self.first_case)
        self.assertEqual(message.messaging_part_ids.conversation_id, self.first)
        self.assertEqual(self.second_case.duplicate_id, self.first_case)
        self.assertEqual(join.line_ids.case_count, 1)

    def test_empty_duplicate_is_archived_and_what_it_knew_is_kept(self):
        self.double.email = "ana@example.com"
        join = self._join()
        self.assertFalse(self.double.active)
        self.assertEqual(self.ana.email, "ana@example.com")
        self._undo(join)
        self.assertTrue(self.double.active)
        self.assertFalse(self.ana.email)

    def test_value_changed_since_is_kept_by_the_undo(self):
        self.double.email = "ana@example.com"
        join = self._join()
        self.ana.email = "ana.new@example.com"
        self._undo(join)
        self.assertEqual(self.ana.email, "ana.new@example.com")

    def test_duplicate_in_use_is_not_archived(self):
        self.env["crm.lead"].create({"name": "Lead", "partner_id": self.double.id})
        self._join()
        self.assertTrue(self.double.active)

    def test_history_that_comes_along_is_not_unread(self):
        for number in range(30):
            self._customer_says(self.second, f"old {number}")
        self._reply(self.second, "answered")
        self._reply(self.first, "answered too")
        member = self.first.channel_member_ids
        self.assertEqual(member.message_unread_counter, 0)
        self._join()
        self.assertEqual(member.message_unread_counter, 0)

    def test_what_was_unread_stays_unread(self):
        self._reply(self.first, "answered")
        self._customer_says(self.first, "and now?")
        self._join()
        member = self.first.channel_member_ids
        self.assertGreaterEqual(member.message_unread_counter, 1)

    def test_next_message_of_either_lands_in_one(self):
        self._join()
        for identity in (self.first_identity, self.second_identity):
            place = self.env["discuss.channel"]._get_for_identity(identity, self.ana)
            self.assertEqual(place, self.first)
            self.assertEqual(place.messaging_identity_id, identity)

    def test_post_in_the_one_that_stepped_back_lands_in_the_other(self):
        self._join()
        message = self._reply(self.second, "to the customer")
        note = self._note(self.second)
        self.assertEqual((message.res_id, note.res_id), (self.first.id,) * 2)

    def test_salespeople_read_what_all_accounts_allow(self):
        other = self._create_account(self.connection, "other", sales_can_read=False)
        other.inbox_id = self.account.inbox_id
        self.account.sales_can_read = True
        self.first.helpdesk_sales_readable = True
        self.second_identity.account_id = other
        self._join()
        self.assertFalse(self.first.helpdesk_sales_readable)
        self.first._helpdesk_set_sender(self.first_identity)
        self.assertFalse(self.first.helpdesk_sales_readable)

    def test_joining_what_is_one_says_so(self):
        self._join()
        with self.assertRaises(UserError):
            self._join()

    def test_test_contacts_are_never_joined_with_real_ones(self):
        self.ana.is_messaging_test = True
        with self.assertRaises(UserError):
            self._join()

    def test_other_companys_contact_is_refused(self):
        self.ana.company_id = self.env["res.company"].create({"name": "Other"})
        with self.assertRaises(UserError):
            self._join()

    def test_part_of_a_contact_leaves_the_rest_where_it_is(self):
        third = self._create_conversation(name="Third")
        third_identity = third.messaging_identity_id
        self._join(third_identity, self.double)
        mine = self._write_as(self.second_identity, "mine")
        theirs = self._write_as(third_identity, "theirs")
        self._join(third_identity, self.ana)
        self.assertEqual(mine.res_id, self.second.id)
        self.assertEqual(theirs.res_id, self.first.id)
        self.assertFalse(self.second.helpdesk_merged_into_id)
        self.assertTrue(self.double.active)

    def test_contact_without_conversation_takes_it_over(self):
        partner = self.env["res.partner"].create({"name": "Real Name"})
        self._join(partner=partner)
        self.assertEqual(self.second.helpdesk_partner_id, partner)
        self.assertFalse(self.second.helpdesk_merged_into_id)
        self.assertEqual(self.second_case.partner_id, partner)


@tagged("post_install", "-at_install")
class TestJoinUndo(JoinCase):
    def _fill(self):
        self._customer_says(self.first, "one")
        self._attach(self._customer_says(self.second, "two"))
        self._reply(self.second, "three")
        self._note(self.second)
        self._reply(self.first, "four")

    def test_undo_restores_the_state_before(self):
        self._fill()
        before = self._get_snapshot()
        self._undo(self._join())
        self.assertEqual(self._get_snapshot(), before)

    def test_undo_restores_cases_that_were_made_one(self):
        self._fill()
        before = self._get_snapshot()
        self._undo(self._join(cases="together"))
        self.assertEqual(self._get_snapshot(), before)

    def test_undo_restores_a_conversation_that_changed_hands(self):
        self._fill()
        partner = self.env["res.partner"].create({"name": "Real Name"})
        before = self._get_snapshot()
        self._undo(self._join(partner=partner))
        self.assertEqual(self._get_snapshot(), before)

    def test_what_came_later_follows_its_identity(self):
        join = self._join()
        mine = self._write_as(self.first_identity, "first", self.first_case)
        theirs = self._write_as(self.second_identity, "second", self.second_case)
        attachment = self._attach(theirs)
        self._undo(join)
        self.assertEqual(mine.res_id, self.first.id)
        self.assertEqual(theirs.res_id, self.second.id)
        self.assertEqual(theirs.author_id, self.double)
        self.assertEqual(attachment.res_id, self.second.id)
        self.assertEqual(theirs.messaging_part_ids.conversation_id, self.second)
        self.assertEqual(self.second_case.conversation_id, self.second)
        self.assertFalse(join.open_ids)

    def test_case_with_messages_of_both_is_listed(self):
        join = self._join()
        case = self.first_case
        self._write_as(self.first_identity, "first", case)
        theirs = self._write_as(self.second_identity, "second", case)
        self._undo(join)
        self.assertEqual(case.conversation_id, self.first)
        self.assertEqual(theirs.res_id, self.second.id)
        self.assertEqual(
            (join.open_ids.model, join.open_ids.res_id), (case._name, case.id)
        )
        self.assertIn(case.number, join.open_ids.reason)

    def test_note_of_no_case_is_listed(self):
        self._close(self.first_case)
        join = self._join()
        note = self._note(self.first)
        facts = self.env["helpdesk.message.fact"]
        facts.search([("mail_message_id", "=", note.id)]).unlink()
        note.helpdesk_ticket_id = False
        self._undo(join)
        self.assertEqual(note.res_id, self.first.id)
        self.assertEqual(join.open_ids.res_id, note.id)

    def test_later_messages_in_a_case_made_one_go_back_with_it(self):
        join = self._join(cases="together")
        theirs = self._write_as(self.second_identity, "later", self.first_case)
        self._undo(join)
        self.assertEqual(theirs.helpdesk_ticket_id, self.second_case)
        self.assertEqual(self.second_case.conversation_id, self.second)
        self.assertFalse(self.second_case.closed)
        self.assertFalse(join.open_ids)

    def test_undo_of_the_first_of_two_joins(self):
        third = self._create_conversation(name="Third")
        join = self._join()
        self._join(third.messaging_identity_id)
        theirs = self._write_as(self.second_identity, "later", self.second_case)
        self._undo(join)
        self.assertEqual(theirs.res_id, self.second.id)
        self.assertEqual(third.helpdesk_merged_into_id, self.first)

    def test_undo_after_the_contact_was_joined_further(self):
        third = self._create_conversation(name="Third")
        join = self._join()
        self._join(
            self.first_identity | self.second_identity, third.helpdesk_partner_id
        )
        theirs = self._write_as(self.second_identity, "later", self.second_case)
        self.assertEqual(theirs.res_id, third.id)
        self._undo(join)
        self.assertEqual(theirs.res_id, self.second.id)
        self.assertEqual(self.second_identity.partner_id, self.double)
        self.assertEqual(self.first.helpdesk_merged_into_id, third)

    def test_undo_twice_is_refused(self):
        join = self._join()
        self._undo(join)
        with self.assertRaises(UserError):
            join._undo(self.leader)

    def test_undo_after_thirty_days_is_refused(self):
        join = self._join()
        join.undo_until = "2020-01-01"
        with self.assertRaises(UserError):
            join._undo(self.leader)

    def test_split_gives_a_contact_of_its_own(self):
        self._join()
        theirs = self._write_as(self.second_identity, "mine", self.second_case)
        split = self.journal._split(self.second_identity, self.leader)
        partner = self.second_identity.partner_id
        self.assertNotIn(partner, self.ana | self.double)
        self.assertEqual(partner.name, self.second_identity.name)
        self.assertEqual(theirs.res_id, self.second_identity.conversation_id.id)
        self.assertEqual(
            self.second_identity.conversation_id.helpdesk_partner_id, partner
        )
        self.assertEqual(split.state, "done")
        self.assertEqual(self.second_case.partner_id, partner)
