from datetime import timedelta
from unittest.mock import patch

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from . import bodies
from .erase_case import BSUID, NAME, OTHER_PHONE, PHONE, EraseCase


@tagged("post_install", "-at_install")
class TestErase(EraseCase):
    def setUp(self):
        super().setUp()
        self._leave_traces()

    def _export(self, partner):
        """What an export says of a contact, without the export's own number."""
        export = self.env["messaging.export"].create(
            {
                "partner_id": partner.id,
                "user_id": self.officer.id,
                "company_ids": [(6, 0, self.company.ids)],
            }
        )
        person = self.env["messaging.person"].with_context(
            messaging_export_id=export.id, active_test=False
        )
        values = export._prepare_person(person)
        conversations = person._find_conversations(partner, self.company)
        messages = export._read_messages(conversations)
        rows = [export._prepare_message(message) for message in messages]
        del values["export"], values["made_at"]
        export.unlink()
        return values, rows

    def test_nothing_in_the_whole_database_leads_to_the_person(self):
        needles = self._get_needles()
        before = self._search_database(needles)
        self.assertGreater(len(before), 15, "the search finds the traces at all")
        self.assertIn(("messaging_event", "body"), before)
        self.assertTrue(self._search_files(needles))
        erase = self._queue()
        self._run_erase()
        self.assertEqual(erase.state, "done", erase.note)
        self.assertEqual(self._search_database(needles), {})
        self.assertEqual(self._search_files(needles), [])

    def test_the_neighbour_is_exactly_as_before(self):
        before = self._export(self.neighbour.partner_id)
        bodies_before = self._get_parsed_of(OTHER_PHONE)
        self.assertTrue(before[1])
        self.assertTrue(bodies_before)
        self._queue()
        self._run_erase()
        self.assertEqual(self._export(self.neighbour.partner_id), before)
        self.assertEqual(self._get_parsed_of(OTHER_PHONE), bodies_before)

    def _get_parsed_of(self, phone):
        found = {}
        for event in self.env["messaging.event"].search([("body", "!=", False)]):
            if event.state == "malformed":
                continue
            for key, parsed in event._parse().items():
                if any(phone in address.value for address in parsed.addresses):
                    found[key] = parsed
        return found

    def test_figures_stay_without_the_person(self):
        facts = self.env["helpdesk.message.fact"].search(
            [("ticket_id", "=", self.case.id)]
        )
        before = facts.read(["direction", "posted_at", "team_id", "author_kind"])
        self.assertTrue(before)
        self._queue()
        self._run_erase()
        after = facts.read(["direction", "posted_at", "team_id", "author_kind"])
        self.assertEqual(after, before)
        self.assertFalse(facts.mail_message_id)
        self.assertFalse(self.case.partner_id)
        self.assertTrue(self.case.closed)

    def test_the_value_of_a_rating_stays(self):
        rating = self.env["rating.rating"].search(
            [("res_model", "=", "helpdesk.ticket"), ("res_id", "=", self.case.id)]
        )
        self._queue()
        self._run_erase()
        self.assertEqual(rating.rating, 2)
        self.assertFalse(rating.feedback or rating.partner_id)

    def test_consent_keeps_state_and_time_only(self):
        consents = self.env["messaging.consent"].search(
            [("identity_id", "=", self.identity.id)]
        )
        before = consents.read(["state", "purpose", "given_at"])
        self.assertTrue(before)
        consents.proof = f"Form that {NAME} signed"
        self._queue()
        self._run_erase()
        self.assertFalse(any(consents.mapped("proof")))
        self.assertEqual(consents.read(["state", "purpose", "given_at"]), before)
        self.assertFalse(any(consents.mapped("wording")))

    def test_a_tracked_change_keeps_nobody_who_was_told_of_it(self):
        stage = self.team._get_applicable_stages().filtered("closed")[:1]
        self.case.stage_id = stage
        self.env.flush_all()
        self.env.cr.precommit.run()
        self.case.invalidate_recordset()
        message = self.case.message_ids.filtered(
            lambda m: "stage_id" in m.sudo().tracking_value_ids.field_id.mapped("name")
        )[:1]
        message.write(
            {
                "outgoing_email_to": f"{NAME} <anahita@zebariyan.example>",
                "partner_ids": [(4, self.partner.id)],
            }
        )
        self.env["mail.notification"].create(
            {
                "mail_message_id": message.id,
                "res_partner_id": self.partner.id,
                "notification_type": "email",
                "notification_status": "bounce",
                "failure_reason": f"{NAME} does not exist",
            }
        )
        self._queue()
        self._run_erase()
        self.assertTrue(message.exists().tracking_value_ids)
        self.assertFalse(message.partner_ids or message.notification_ids)
        self.assertEqual(self._search_database(self._get_needles()), {})

    def test_a_note_on_another_contact_names_them_no_more(self):
        other = self.neighbour.partner_id
        self.env["messaging.contact"]._note_other_owners(other, self.partner)
        note = other.message_ids[:1]
        self.assertIn(NAME, note.body)
        self._queue()
        self._run_erase()
        self.assertNotIn(NAME, note.body)

    def test_a_colleague_of_that_name_stays_named(self):
        self.agent.name = "Safiya Karim"
        self.partner.name = "Safiya"
        text = f"{self.agent.name} recorded that the customer agreed"
        self.neighbour.conversation_id._messaging_note(text)
        self._queue()
        self._run_erase()
        self.assertIn(
            text, str(self.neighbour.conversation_id.message_ids.mapped("body"))
        )

    def test_another_contacts_conversation_stays_when_an_identity_moved(self):
        place = self.neighbour.conversation_id
        note = place.message_post(body="Only about Bo", message_type="notification")
        self.neighbour.partner_id = self.partner
        erase = self._queue()
        self._run_erase()
        self.assertEqual(erase.state, "done", erase.note)
        self.assertTrue(place.exists() and note.exists())

    def test_who_else_landed_in_the_conversation_does_not_stop_it(self):
        self.neighbour.conversation_id = self.conversation
        erase = self._queue()
        self._run_erase()
        self.assertEqual(erase.state, "done", erase.note)
        self.assertFalse(self.neighbour.conversation_id or self.conversation.exists())

    def test_a_longer_number_is_another_one(self):
        case = self.neighbour.conversation_id.helpdesk_ticket_id
        note = case.message_post(body=f"Number +{PHONE}00 or +{PHONE}")
        self._queue()
        self._run_erase()
        self.assertIn(f"+{PHONE}00 or ***", note.body)

    def test_the_record_says_who_and_why_and_names_nobody(self):
        erase = self._queue(reason="order", reference="2026/17")
        self._run_erase()
        self.assertEqual(erase.user_id, self.officer)
        self.assertEqual((erase.reason, erase.reference), ("order", "2026/17"))
        self.assertFalse(erase.partner_id)
        self.assertGreater(erase.counts["mail.message"], 3)
        self.assertEqual(erase.progress, 100)

    def test_a_job_that_is_killed_goes_on_where_it_was(self):
        erase = self._queue()
        with patch("odoo.addons.whatsapp_helpdesk.models.mail_message_erase.BATCH", 2):
            for _piece in range(7):
                erase.sudo()._go_on()
            self.assertEqual(erase.state, "running")
            self.env.invalidate_all()  # another process knows only what is stored
            self._run_erase()
        self.assertEqual(erase.state, "done")
        self.assertEqual(self._search_database(self._get_needles()), {})

    def test_an_error_stops_nothing_and_is_tried_again(self):
        erase = self._queue()
        model = self.env.registry["rating.rating"]
        logger = "odoo.addons.whatsapp_helpdesk.models.messaging_erase"
        with (
            patch.object(model, "_erase_person", side_effect=ValueError(NAME)),
            self.assertLogs(logger, "ERROR") as logs,
        ):
            self._run_erase()
        self.assertNotIn(NAME, str(logs.output))
        self.assertEqual(erase.state, "running")
        self.assertGreater(erase.next_try_at, fields.Datetime.now())
        erase.next_try_at = fields.Datetime.now()
        self._run_erase()
        self.assertEqual(erase.state, "done")

    def test_it_waits_for_a_message_that_is_being_sent(self):
        erase = self._queue()
        erase.sudo()._go_on()
        part = self.reply.messaging_part_ids[:1]
        later = fields.Datetime.now() + timedelta(minutes=1)
        part.write({"state": "sending", "lease_until": later})
        self._run_erase()
        self.assertEqual(erase.state, "running")
        self.assertTrue(part.exists())
        part.lease_until = fields.Datetime.now() - timedelta(seconds=1)
        erase.next_try_at = fields.Datetime.now()
        self._run_erase()
        self.assertEqual(erase.state, "done")

    def test_queued_messages_are_never_sent(self):
        part = self._post("mail.mt_comment", "On its way").messaging_part_ids
        self.assertEqual(part.state, "queued")
        erase = self._queue()
        erase.sudo()._go_on()
        self.assertEqual(part.state, "failed")

    def test_the_contact_may_be_kept(self):
        self._queue(contact_action="keep")
        self._run_erase()
        self.assertEqual(self.partner.name, NAME)
        self.assertTrue(self.partner.active)
        self.assertFalse(
            self.identity.partner_id or self.partner.helpdesk_conversation_ids
        )

    def test_the_agent_no_longer_sees_the_conversation(self):
        self._queue()
        self._run_erase()
        self.assertFalse(self.conversation.exists())
        self.assertFalse(self.env["messaging.address"].search([("value", "=", BSUID)]))

    def test_erasing_twice_is_refused_while_it_runs(self):
        self._queue()
        with self.assertRaisesRegex(UserError, "already"):
            self._queue()

    # -- who may ----------------------------------------------------------------------

    def test_only_officers_erase(self):
        for user in (self.agent, self.leader, self.env.ref("base.public_user")):
            partner = self.partner.with_user(user)
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                partner.action_messaging_erase()
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                self.env["messaging.privacy.erase"].with_user(user).create(
                    {"partner_id": self.partner.id}
                )

    def test_the_name_has_to_be_typed(self):
        with self.assertRaises(UserError):
            self._queue(confirmation="Anahita")
        self.assertFalse(self.env["messaging.erase"].search([]))

    def test_the_wizard_says_how_much_will_go(self):
        wizard = self._open_wizard()
        count = self.env["mail.message"].search_count(
            [("model", "=", "discuss.channel"), ("res_id", "=", self.conversation.id)]
        )
        self.assertIn(f": {count}", wizard.found_text)
        self.assertFalse(wizard.refusal)

    def test_a_companys_contact_is_kept_unless_chosen_otherwise(self):
        wizard = self.env["messaging.privacy.erase"].with_user(self.officer)
        for is_company, expected in ((True, "keep"), (False, "anonymise")):
            self.partner.is_company = is_company
            opened = wizard.with_context(default_partner_id=self.partner.id)
            with self.subTest(is_company=is_company):
                self.assertEqual(opened.new({}).contact_action, expected)

    def test_a_legal_hold_of_the_contact_prevents_it(self):
        self.partner.messaging_legal_hold = True
        self.assertIn("hold", self._open_wizard().refusal)
        with self.assertRaises(UserError):
            self._queue()

    def test_a_legal_hold_that_comes_later_prevents_it_too(self):
        erase = self._queue()
        self.case.legal_hold = True
        self._run_erase()
        self.assertEqual(erase.state, "refused")
        self.assertTrue(self.conversation.exists())
        self.assertTrue(self.identity.address_ids)
        self.case.legal_hold = False
        erase.with_user(self.officer).action_try_again()
        self._run_erase()
        self.assertEqual(erase.state, "done")

    def test_the_contact_of_a_user_is_no_customer(self):
        self.partner = self.agent.partner_id
        with self.assertRaises(UserError):
            self._queue()

    def test_another_companys_data_stays(self):
        other = self.env["res.company"].create({"name": "Other"})
        connection = self._create_connection(name="Second", company_id=other.id)
        account = self._create_account(
            connection, "222", team_id=False, company_id=other.id
        )
        theirs = self.env["messaging.identity"].create(
            {"account_id": account.id, "name": NAME, "partner_id": self.partner.id}
        )
        self._queue()
        self._run_erase()
        self.assertEqual(theirs.name, NAME)
        self.assertEqual(theirs.partner_id.name, NAME)
        self.assertFalse(self.identity.name)

    def test_that_the_person_blocked_us_is_forgotten(self):
        self.identity.unreachable_since = "2026-01-01 00:00:00"
        self._queue()
        self._run_erase()
        self.assertFalse(self.identity.unreachable_since)

    def test_what_the_neighbour_wrote_about_the_person_is_theirs(self):
        self._receive(
            bodies.inbound(
                self._write(f"Ask +{PHONE} too", OTHER_PHONE, number=b"00000011"),
                name="Bo Neighbour",
            )
        )
        self._queue()
        self._run_erase()
        message = self.env["mail.message"].search(
            [("res_id", "=", self.neighbour.conversation_id.id)], limit=1
        )
        self.assertIn(PHONE, message.body)
