"""Undoing after more happened: private teams, Odoo's merge, erasure, old versions."""

import importlib.util
from pathlib import Path
from unittest.mock import patch

from odoo.exceptions import UserError
from odoo.tests import tagged

from .join_case import JoinCase


@tagged("post_install", "-at_install")
class TestJoinHistory(JoinCase):
    def _merge_contacts(self, source, target):
        self.env.flush_all()
        self.env["base.partner.merge.automatic.wizard"]._merge(
            (source | target).ids, target
        )
        self.env.invalidate_all()

    # -- private teams ----------------------------------------------------------------

    def _open_private_case(self, identity):
        team = self.env["helpdesk.ticket.team"].create(
            {"name": "Personnel", "is_private": True, "company_id": self.company.id}
        )
        case = self.env["helpdesk.ticket"]._create_case(
            identity,
            identity.conversation_id,
            {"name": "Private", "description": "x", "team_id": team.id},
        )
        case._sync_landing()
        return case

    def test_what_was_written_to_a_private_team_goes_along(self):
        join = self._join()
        case = self._open_private_case(self.second_identity)
        private = self.second_identity.conversation_id
        self.assertTrue(private.helpdesk_is_private)
        message = self._write_as(self.second_identity, "secret", case)
        self._undo(join)
        place = self.second_identity.conversation_id
        self.assertTrue(place.helpdesk_is_private)
        self.assertEqual(place.helpdesk_partner_id, self.double)
        self.assertEqual(message.res_id, place.id)
        self.assertEqual(case.conversation_id, place)
        self.assertEqual(case.partner_id, self.double)

    def test_private_and_common_talk_are_never_mixed(self):
        case = self._open_private_case(self.second_identity)
        private = self.second_identity.conversation_id
        message = self._write_as(self.second_identity, "secret", case)
        join = self._join()
        self.assertEqual(message.res_id, private.id)
        self.assertEqual(private.helpdesk_partner_id, self.ana)
        self.assertTrue(private.helpdesk_is_private)
        self.assertEqual(join.private_team_ids, case.team_id)
        self.assertEqual(self.second_identity.conversation_id, private)

    # -- Odoo's own merge -------------------------------------------------------------

    def test_merging_contacts_is_in_the_journal_and_undone_by_identity(self):
        message = self._customer_says(self.second, "mine")
        self._merge_contacts(self.double, self.ana)
        join = self.journal.search([("kind", "=", "merge")], limit=1)
        self.assertEqual((join.state, join.proof), ("done", "contact_merge"))
        self.assertEqual(join.identity_ids, self.second_identity)
        self.assertEqual(message.res_id, self.first.id)
        self._undo(join)
        partner = self.second_identity.partner_id
        self.assertEqual(partner.name, "Ana on the other phone")
        self.assertEqual(message.res_id, self.second.id)
        self.assertEqual(message.author_id, partner)
        self.assertEqual(self.second.helpdesk_partner_id, partner)
        self.assertEqual(self.second_case.partner_id, partner)

    def test_undo_after_the_contact_was_merged_in_odoo(self):
        third = self.env["res.partner"].create({"name": "Third"})
        join = self._join()
        self._merge_contacts(self.ana, third)
        self.assertEqual(self.second_identity.partner_id, third)
        message = self._write_as(self.second_identity, "later", self.second_case)
        self._undo(join)
        self.assertEqual(self.second_identity.partner_id, self.double)
        self.assertEqual(message.res_id, self.second.id)

    def test_undo_after_the_former_contact_was_merged_away(self):
        join = self._join()
        self._merge_contacts(self.double, self.ana)
        self._undo(join)
        partner = self.second_identity.partner_id
        self.assertNotEqual(partner, self.ana)
        self.assertEqual(partner.name, "Ana on the other phone")
        self.assertEqual(self.second_identity.conversation_id, self.second)

    def test_undo_after_the_contact_was_archived(self):
        join = self._join()
        self.ana.action_archive()
        self._undo(join)
        self.assertEqual(self.second_identity.partner_id, self.double)
        self.assertFalse(self.ana.active)

    # -- erasure ----------------------------------------------------------------------

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

    def test_erasing_takes_both_and_the_journal_names_nobody(self):
        message = self._customer_says(self.second, "secret")
        join = self._join()
        erase = self._erase(self.ana)
        self.assertEqual(erase.state, "done")
        self.assertFalse(message.exists())
        self.assertFalse(self.second.exists())
        self.assertFalse(join.source_name or join.partner_name or join.details)
        with self.assertRaises(UserError):
            join._undo(self.leader)

    # -- mass messages ----------------------------------------------------------------

    def test_mass_message_reaches_the_customer_once(self):
        template = self.env["messaging.template"].create(
            {"account_id": self.account.id, "name": "news", "language": "en"}
        )
        both, one = self.env["messaging.template.batch"].create(
            [
                {"name": name, "template_id": template.id, "user_id": self.env.uid}
                for name in ("both", "one")
            ]
        )
        mine, theirs, alone = self.env["messaging.template.batch.line"].create(
            [
                {"batch_id": both.id, "partner_id": self.ana.id},
                {"batch_id": both.id, "partner_id": self.double.id},
                {"batch_id": one.id, "partner_id": self.double.id},
            ]
        )
        join = self._join()
        self.assertEqual((mine.state, theirs.state), ("waiting", "skipped"))
        self.assertEqual(alone.partner_id, self.ana)
        self._undo(join)
        self.assertEqual(alone.partner_id, self.double)

    # -- identities that went on ------------------------------------------------------

    def test_split_off_meanwhile_is_left_alone(self):
        join = self._join()
        self.journal._split(self.second_identity, self.leader)
        partner = self.second_identity.partner_id
        with self.assertRaises(UserError):
            join._undo(self.leader)
        self.assertEqual(self.second_identity.partner_id, partner)

    def test_former_contact_that_talks_again_gets_its_things_there(self):
        join = self._join()
        other = self._create_conversation(name="Again")
        identity = other.messaging_identity_id
        self._join(identity, self.double)
        message = self._write_as(self.second_identity, "later", self.second_case)
        self._undo(join)
        self.assertEqual(message.res_id, other.id)
        self.assertEqual(self.second_identity.conversation_id, other)
        self.assertEqual(self.second.helpdesk_merged_into_id, self.first)

    # -- earlier versions -------------------------------------------------------------

    def test_upgrade_brings_what_earlier_versions_left_behind(self):
        message = self._customer_says(self.second, "old")
        parts = self._get_parts(self.second)
        # As 19.0.1.2 left it: the contact merged, the messages where they were said.
        (self.second_identity | self.first_identity).partner_id = self.ana
        self.second_identity.conversation_id = self.first
        self.second_case.write(
            {"conversation_id": self.first.id, "partner_id": self.ana.id}
        )
        self.second.write(
            {
                "helpdesk_merged_into_id": self.first.id,
                "helpdesk_partner_id": self.ana.id,
                "messaging_identity_id": False,
            }
        )
        self.env.flush_all()
        self._load_migration().migrate(self.env.cr, "19.0.1.2.0")
        self.env.invalidate_all()
        self.assertEqual(message.res_id, self.first.id)
        self.assertEqual(parts.conversation_id, self.first)
        join = self.journal.search([("identity_ids", "in", self.second_identity.ids)])
        self.assertEqual((join.kind, join.state), ("merge", "done"))
        self._undo(join)
        self.assertEqual(message.res_id, self.second.id)
        self.assertEqual(self.second_case.conversation_id, self.second)

    def _load_migration(self):
        path = Path(__file__).parents[1] / "migrations/19.0.1.3.0/post-joins.py"
        spec = importlib.util.spec_from_file_location("post_joins", path)
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        return module
