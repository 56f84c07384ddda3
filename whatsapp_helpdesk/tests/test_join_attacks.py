"""Attempts to read, send or erase the wrong person's things by joins and undos."""

from unittest.mock import patch

from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from .join_case import JoinCase

RULES = ("odoo.addons.base.models.ir_rule", "odoo.addons.base.models.ir_model")
MANAGER = "helpdesk_mgmt.group_helpdesk_manager"


class AttackCase(JoinCase):
    def _create_private_team(self):
        return self.env["helpdesk.ticket.team"].create(
            {"name": "Personnel", "is_private": True, "company_id": self.company.id}
        )

    def _create_hidden(self, partner=None):
        """An address that talks to a private team, which nobody here may read."""
        partner = partner or self.env["res.partner"].create({"name": "Secret Person"})
        hidden = self._create_identity("Secret Person", "+9647709998887")
        hidden.partner_id = partner
        hidden.conversation_id = self.env[
            "discuss.channel"
        ]._get_or_create_conversation(
            self.account.inbox_id, partner, self._create_private_team()
        )
        self.env.flush_all()
        self.env.invalidate_all()
        return hidden

    def _erase(self, partner):
        erase = self.env["messaging.erase"].create(
            {
                "partner_id": partner.id,
                "reason": "request",
                "company_ids": [(6, 0, self.company.ids)],
            }
        )
        Erase = self.env.registry["messaging.erase"]
        # Odoo's removal of files commits.
        with self._without_commit(), patch.object(Erase, "_remove_files"):
            self.env["messaging.erase"]._cron_erase()
        self.env.invalidate_all()
        return erase


@tagged("post_install", "-at_install")
class TestJoinForm(AttackCase):
    def _open(self, identities, partner):
        action = self.env["messaging.join.customers"]._get_action(identities, partner)
        model = self.env["messaging.join.customers"].with_user(self.leader)
        return Form(model.with_context(**action["context"]))

    def _fill_in(self, **values):
        return (
            self.env["messaging.join.customers"]
            .with_user(self.leader)
            .create(
                {
                    "partner_id": self.double.id,
                    "other_partner_id": self.ana.id,
                    "kept": "other",
                    **values,
                }
            )
        )

    def test_addresses_of_a_private_talk_are_not_in_the_form(self):
        hidden = self._create_hidden(self.double)
        for kept in ("this", "other"):
            with self.subTest(kept):
                self.env.invalidate_all()
                form = self._open(self.first_identity, self.double)
                form.kept = kept
                self.assertNotIn(hidden, form.identity_ids[:])
                self.assertNotEqual(form.sent_identity_id, hidden)
                shown = f"{form.this_side}{form.other_side}{form.consequence}"
                self.assertNotIn("9998887", shown)

    def test_reason_of_a_suggestion_nobody_showed_is_not_told(self):
        other = self.env["res.partner"].create({"name": "Other"})
        suggestion = self.env["messaging.join.suggestion"].create(
            {
                "identity_id": self._create_hidden().id,
                "partner_id": other.id,
                "reason": "same_phone",
                "detail": "+9647709998887",
            }
        )
        with mute_logger(*RULES), self.assertRaises(AccessError):
            self._fill_in(suggestion_id=suggestion.id)

    def test_name_of_an_address_nobody_showed_is_not_told(self):
        hidden = self._create_hidden()
        wizard = self._fill_in()
        with mute_logger(*RULES), self.assertRaises(AccessError):
            self._fill_in(sent_identity_id=hidden.id)
        with mute_logger(*RULES), self.assertRaises(AccessError):
            wizard.sent_identity_id = hidden

    def test_code_goes_to_the_contact_that_stays_only(self):
        third = self._create_conversation(name="Third")
        wizard = self._fill_in(
            identity_ids=[(6, 0, self.second_identity.ids)],
            sent_identity_id=third.messaging_identity_id.id,
        )
        with self.assertRaises(UserError):
            wizard.action_send_code()

    def test_suggestion_about_others_is_no_reason(self):
        third = self._create_conversation(name="Third")
        suggestion = self.env["messaging.join.suggestion"]._suggest(
            third.messaging_identity_id, self.ana, "same_phone", "1"
        )
        wizard = self._fill_in(suggestion_id=suggestion.id)
        wizard.action_join()
        join = self.journal.search([], limit=1)
        self.assertEqual(join.proof, "agent")

    def test_addresses_in_two_companies_are_joined_at_once(self):
        company = self.env["res.company"].create({"name": "Second Company"})
        connection = self._create_connection(company_id=company.id)
        account = self._create_account(connection, "there", team_id=False)
        there = self.env["messaging.identity"].create(
            {"account_id": account.id, "name": "Ana", "partner_id": self.double.id}
        )
        (self.ana | self.double).company_id = False
        self.env["messaging.join.suggestion"]._suggest(
            self.second_identity, self.ana, "same_phone", "1"
        )
        both = self.company | company
        manager = self._create_agent("manager", "Manager", group=MANAGER)
        manager.company_ids = both
        form = self.env["messaging.join.customers"].with_user(manager)
        wizard = form.with_context(allowed_company_ids=both.ids).create(
            {
                "partner_id": self.double.id,
                "other_partner_id": self.ana.id,
                "kept": "other",
                "identity_ids": [(6, 0, (self.second_identity | there).ids)],
            }
        )
        wizard.action_join()
        self.assertEqual((self.second_identity | there).partner_id, self.ana)


@tagged("post_install", "-at_install")
class TestUndecided(AttackCase):
    def setUp(self):
        super().setUp()
        self.join = self._join()
        self._write_as(self.first_identity, "a", self.second_case)
        self.theirs = self._write_as(self.second_identity, "b", self.second_case)
        self._undo(self.join)
        self.item = self.join.open_ids.filtered(
            lambda item: item.model == "helpdesk.ticket"
        )

    def test_case_that_stays_is_not_answered_to_who_left(self):
        self.assertEqual(self.item.res_id, self.second_case.id)
        self.assertEqual(self.second_case.conversation_id, self.first)
        self.assertEqual(self.second_case.messaging_identity_id, self.first_identity)

    def test_case_that_goes_is_of_who_gets_it(self):
        self.item.action_go()
        self.assertEqual(self.second_case.conversation_id, self.second)
        self.assertEqual(self.second_case.messaging_identity_id, self.second_identity)

    def test_portal_shows_nothing_of_who_left(self):
        domain = self.second_case._get_portal_messages_domain()
        shown = self.env["mail.message"].search(domain)
        self.assertEqual(shown.messaging_identity_id, self.first_identity)
        self.assertNotIn(self.theirs, shown)

    def test_case_of_a_private_team_by_now_is_not_fetched_back(self):
        self.second_case.write(
            {"team_id": self._create_private_team().id, "user_id": False}
        )
        private = self.second_case.conversation_id
        self.assertTrue(private.helpdesk_is_private)
        manager = self._create_agent("manager", "Manager", group=MANAGER)
        self.env.flush_all()
        with self.assertRaises(UserError):
            self.item.with_user(manager).action_go()
        self.assertEqual(self.second_case.conversation_id, private)


@tagged("post_install", "-at_install")
class TestJoinPrivacy(AttackCase):
    def test_hold_of_the_former_contact_holds(self):
        self.double.messaging_legal_hold = True
        message = self._customer_says(self.second, "evidence")
        self._join()
        self.assertEqual(self._erase(self.ana).state, "refused")
        self.assertTrue(message.exists())

    def test_hold_goes_along_when_it_is_undone(self):
        message = self._customer_says(self.second, "evidence")
        join = self._join()
        self.ana.messaging_legal_hold = True
        self._undo(join)
        self.assertEqual(self._erase(self.double).state, "refused")
        self.assertTrue(message.exists())

    def test_hold_of_a_case_holds_what_leaves_it(self):
        join = self._join()
        self._write_as(self.first_identity, "a", self.second_case)
        message = self._write_as(self.second_identity, "b", self.second_case)
        self.second_case.legal_hold = True
        self._undo(join)
        self.assertEqual(self.second_case.conversation_id, self.first)
        self.assertEqual(self._erase(self.double).state, "refused")
        self.assertTrue(message.exists())

    def test_hold_goes_along_with_a_split(self):
        self._join()
        self.ana.messaging_legal_hold = True
        self.journal._split(self.second_identity, self.leader)
        self.assertTrue(self.second_identity.partner_id.messaging_legal_hold)

    def test_erasing_reaches_the_archived_contact(self):
        self.double.email = "double@example.com"
        self._join()
        self._erase(self.ana)
        self.assertFalse(self.double.email)
        self.assertNotIn("Ana", self.double.name)

    def test_undo_gives_nobody_an_erased_contact(self):
        join = self._join()
        self._erase(self.double)
        self._undo(join)
        self.assertNotEqual(self.second_identity.partner_id, self.double)

    def test_split_is_not_taken_back_to_an_erased_contact(self):
        self._join()
        split = self.journal._split(self.second_identity, self.leader)
        self._erase(self.ana)
        with self.assertRaises(UserError):
            split.action_join_back()

    def test_one_private_team_learns_nothing_of_another(self):
        join = self._join()
        member = self._create_agent("member", "Member", group=MANAGER)
        teams = self._create_private_team() | self._create_private_team()
        teams[0].user_ids = member
        join.private_team_ids = teams[0]
        self.assertTrue(join.with_user(member).has_access("read"))
        join.private_team_ids = teams
        self.env.flush_all()
        self.assertFalse(join.with_user(member).has_access("read"))
        teams[1].user_id = member
        self.env.flush_all()
        self.assertTrue(join.with_user(member).has_access("read"))

    def test_nobody_escapes_an_erasure_by_a_join(self):
        self.env["messaging.erase"].create(
            {
                "partner_id": self.double.id,
                "reason": "request",
                "company_ids": [(6, 0, self.company.ids)],
            }
        )
        with self.assertRaises(UserError):
            self._join()

    def test_opt_out_of_one_address_holds(self):
        gate = self.env["messaging.gate"]
        both = self.first_identity | self.second_identity
        self.second_identity.action_opt_out()
        join = self._join()
        self.assertEqual(gate._get_opted_out(both, "marketing"), self.second_identity)
        self._undo(join)
        self.assertEqual(gate._get_opted_out(both, "marketing"), self.second_identity)

    def test_suggestion_is_settled_by_what_the_customer_proved(self):
        suggestion = self.env["messaging.join.suggestion"]._suggest(
            self.second_identity, self.ana, "same_phone", "1"
        )
        join = self.journal._request(self.second_identity, self.ana, "code")
        join._perform_waiting()
        self.assertEqual((suggestion.state, suggestion.join_id), ("accepted", join))

    def test_cases_made_one_twice_are_two_again(self):
        third = self._create_conversation(name="Third")
        for place in (self.first, self.second, third):
            self._customer_says(place, "mine")
        before = self._get_snapshot()["cases"]
        one = self._join(cases="together")
        both = self.first_identity | self.second_identity
        two = self._join(both, third.helpdesk_partner_id, cases="together")
        self._undo(one)
        self.assertFalse(self.second_case.closed)
        self._undo(two)
        self.assertEqual(self._get_snapshot()["cases"], before)

    def test_search_for_doubles_keeps_no_worker_from_joining(self):
        """It stops early, and goes on after what is more urgent."""
        module = "odoo.addons.whatsapp_helpdesk.models.messaging_join_suggestion_find"
        suggestions = self.env["messaging.join.suggestion"]
        job = self.env.ref("whatsapp_helpdesk.cron_join_suggestion")
        triggers = self.env["ir.cron.trigger"]
        triggers.search([("cron_id", "=", job.id)]).unlink()
        Suggestion = self.env.registry["messaging.join.suggestion"]
        with (
            self._without_commit(),
            patch(f"{module}.MAX_RUN", -1),
            patch.object(Suggestion, "_find_more", lambda worker: 1),
        ):
            suggestions._cron_find()
        self.assertTrue(triggers.search_count([("cron_id", "=", job.id)]))
