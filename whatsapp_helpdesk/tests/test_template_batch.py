"""The wizard and mass messages."""

import base64

from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from .outbound_case import PNG
from .template_send_case import TemplateCase


class WizardCase(TemplateCase):
    def _open(self, records=None, user=None, **context):
        user = user or self.agent
        if records:
            context.update(
                active_model=records._name,
                active_ids=records.ids,
                active_id=records[:1].id,
            )
        else:
            context["default_conversation_id"] = self.conversation.id
        Wizard = self.env["messaging.template.send"].with_user(user)
        return Form(Wizard.with_context(**context))

    def _fill(self, form, *values):
        for position, value in enumerate(values):
            with form.line_ids.edit(position) as line:
                line.value = value


@tagged("post_install", "-at_install")
class TestTemplateWizard(WizardCase):
    def test_the_only_template_is_chosen_and_mapped_values_are_filled(self):
        self._map(self.template, "body:0:1", "partner", "name")
        form = self._open()
        self.assertEqual(form.template_id, self.template)
        self.assertEqual(form.account_id, self.account)
        values = [line["value"] for line in form.line_ids._records]
        self.assertEqual(values, ["Sara Customer", ""])

    def test_the_preview_follows_the_values(self):
        form = self._open()
        self.assertIn("{{2}}", form.preview)
        self.assertIn("{{2}}", form.problem)
        self._fill(form, "Sara", "S0042")
        self.assertIn("Hello Sara, order S0042", form.preview)
        self.assertFalse(form.problem)

    def test_sending_from_the_conversation(self):
        form = self._open()
        self._fill(form, "Sara", "S0042")
        form.save().action_send()
        part = self._get_outbox(self.conversation)[-1:]
        self.assertEqual(part.template_id, self.template)
        self.assertEqual(part.ticket_id, self.case)

    def test_only_templates_that_can_be_sent_are_offered(self):
        self._create_template(name="draft", status="DRAFT")
        self._create_template(name="paused")._stop("paused")
        form = self._open()
        self.assertEqual(form.allowed_template_ids[:], self.template)

    def test_the_customers_language_is_proposed(self):
        self.env["res.lang"]._activate_lang("ar_001")
        arabic = self._create_template(language="ar", body="{{1}} {{2}}")
        form = self._open()
        self.assertEqual(form.allowed_template_ids[:], self.template)
        self.identity.partner_id.lang = "ar_001"
        form = self._open()
        self.assertEqual(form.allowed_template_ids[:], arabic)
        form.all_languages = True
        self.assertEqual(len(form.allowed_template_ids[:]), 2)

    def test_a_contact_who_cannot_be_written_to_is_said_before(self):
        self._allow_starting(self.agent)
        nobody = self.env["res.partner"].create({"name": "No phone"})
        form = self._open(nobody)
        self.assertIn("no phone number", form.skipped)
        self.assertEqual(form.sendable_count, 0)

    def test_sending_to_a_contact_opens_the_conversation(self):
        self._allow_starting(self.agent)
        stranger = self.env["res.partner"].create(
            {"name": "Nour New", "phone": "+9647709990001"}
        )
        form = self._open(stranger)
        self._fill(form, "Nour", "S0043")
        action = form.save().action_send()
        self.assertEqual(action["tag"], "mail.action_discuss")
        conversation = self.env["discuss.channel"].search(
            [("helpdesk_partner_id", "=", stranger.id)]
        )
        self.assertEqual(conversation.helpdesk_agent_id, self.agent)

    def test_a_conversation_that_cannot_be_read_tells_nothing(self):
        outsider = self._create_agent("outsider", "Ossi Outsider")
        with self.assertRaises(AccessError):
            self._open(user=outsider)

    def test_sending_without_values_is_refused_with_a_sentence(self):
        wizard = self._open().save()
        with self.assertRaisesRegex(UserError, "is empty"):
            wizard.action_send()

    def test_a_markup_value_stays_text_in_the_preview(self):
        form = self._open()
        self._fill(form, "<script>alert(1)</script>", "S0042")
        self.assertNotIn("<script>", form.preview)


@tagged("post_install", "-at_install")
class TestTemplateBatch(WizardCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._allow_starting(cls.agent)
        cls._map(cls.template, "body:0:1", "partner", "name", "customer")
        cls._map(cls.template, "body:0:2", "text", "", "S0042")
        Partner = cls.env["res.partner"]
        cls.people = Partner.create(
            [
                {"name": f"Person {number}", "phone": f"+96477099901{number:02d}"}
                for number in range(3)
            ]
        )
        cls.nobody = Partner.create([{"name": "A"}, {"name": "B"}])

    def _run(self):
        with self._without_commit():
            self.env["messaging.template.batch"]._cron_send()

    def _send_to(self, records, user=None):
        action = self._open(records, user).save().action_send()
        return self.env["messaging.template.batch"].browse(action["res_id"])

    def test_each_gets_their_own_values_later(self):
        batch = self._send_to(self.people)
        self.assertEqual(batch.waiting_count, 3)
        self.assertFalse(self._get_outbox())
        self._run()
        self.assertEqual((batch.state, batch.sent_count), ("done", 3))
        texts = batch.line_ids.mail_message_id.mapped("body")
        self.assertIn("Hello Person 0", texts[0])
        self.assertIn("Hello Person 2", texts[2])

    def test_they_are_bulk_and_open_no_case(self):
        batch = self._send_to(self.people)
        self._run()
        parts = batch.line_ids.mail_message_id.messaging_part_ids
        self.assertEqual(set(parts.mapped("priority")), {30})
        self.assertFalse(parts.ticket_id)

    def test_an_open_case_is_used(self):
        partner = self.identity.partner_id
        batch = self._send_to(partner | self.people)
        self._run()
        line = batch.line_ids.filtered(lambda found: found.partner_id == partner)
        self.assertEqual(line.mail_message_id.helpdesk_ticket_id, self.case)

    def test_reasons_of_those_left_out_are_grouped(self):
        form = self._open(self.people | self.nobody)
        self.assertEqual(form.sendable_count, 3)
        self.assertIn("2 \u00d7", form.skipped)
        batch = form.save().action_send()["res_id"]
        batch = self.env["messaging.template.batch"].browse(batch)
        self._run()
        self.assertEqual(batch.skipped_count, 2)
        self.assertIn("2 \u00d7 The contact has no phone number.", batch._get_summary())

    def test_one_contact_that_breaks_something_stops_no_other(self):
        batch = self._send_to(self.people)
        batch.line_ids[0].res_model = "no.such.model"
        with mute_logger("odoo.addons.whatsapp_helpdesk"):
            self._run()
        self.assertEqual((batch.sent_count, batch.skipped_count), (2, 1))
        self.assertEqual(batch.state, "done")

    def test_a_second_run_sends_nothing_again(self):
        self._send_to(self.people)
        self._run()
        count = len(self._get_outbox())
        self._run()
        self.assertEqual(len(self._get_outbox()), count)

    def test_a_contact_is_in_a_mass_message_once(self):
        leads = self.env["crm.lead"].create(
            [{"name": n, "partner_id": self.people[0].id} for n in ("one", "two")]
        )
        seller = self._create_agent("boss", "Boss", "sales_team.group_sale_manager")
        self._allow_starting(seller)
        batch = self._send_to(leads, seller)
        self.assertEqual(len(batch.line_ids), 1)

    def test_a_cancelled_one_sends_to_nobody_else(self):
        batch = self._send_to(self.people)
        batch.with_user(self.agent).action_cancel()
        self._run()
        self.assertEqual((batch.state, batch.sent_count), ("cancelled", 0))

    def test_the_right_is_needed(self):
        with self.assertRaisesRegex(UserError, "may not start"):
            self._send_to(self.people, self.agent2)

    def test_the_daily_limit_leaves_out_the_rest(self):
        self.agent.messaging_start_limit = 2
        batch = self._send_to(self.people)
        self._run()
        self.assertEqual((batch.sent_count, batch.skipped_count), (2, 1))

    def test_colleagues_neither_see_nor_cancel_it(self):
        batch = self._send_to(self.people)
        self._allow_starting(self.agent2)
        with self.assertRaises(AccessError):
            batch.with_user(self.agent2).action_cancel()

    def test_what_is_typed_for_all_of_them_must_not_be_empty(self):
        self._map(self.template, "body:0:2", "free")
        with self.assertRaisesRegex(UserError, "is empty"):
            self._send_to(self.people)

    def test_a_typed_value_is_for_all_of_them(self):
        form = self._open(self.people)
        self._fill(form, "everybody", "S0099")
        form.save().action_send()
        self._run()
        bodies = self._get_outbox().mail_message_id.mapped("body")
        self.assertEqual(len(bodies), 3)
        for body in bodies:
            self.assertIn("Hello everybody, order S0099", body)

    def test_records_are_read_with_the_rights_of_who_started_it(self):
        self._map(self.template, "body:0:2", "lead", "name", "nothing")
        self.env["crm.lead"].create({"name": "Secret", "partner_id": self.people[0].id})
        batch = self._send_to(self.people)
        self._run()
        self.assertIn("order nothing", batch.line_ids[0].mail_message_id.body)

    def test_each_message_has_a_file_of_its_own(self):
        self.template.header_format = "image"
        wizard = self._open(self.people).save()
        wizard.write(
            {"header_filename": "photo.png", "header_file": base64.b64encode(PNG)}
        )
        batch = wizard.action_send()["res_id"]
        self._run()
        lines = self.env["messaging.template.batch"].browse(batch).line_ids
        files = lines.mail_message_id.attachment_ids
        self.assertEqual(len(files), 3)
        self.assertEqual(set(files.mapped("res_model")), {"discuss.channel"})
        self.assertEqual(len(set(files.mapped("checksum"))), 1)

    def test_a_person_who_is_erased_gets_nothing(self):
        batch = self._send_to(self.people)
        identity = self.env["messaging.identity"]
        Line = self.env["messaging.template.batch.line"]
        self.assertEqual(Line._erase_person(identity, self.people[0]), 1)
        self._run()
        self.assertEqual(batch.sent_count, 2)
