from datetime import timedelta
from unittest.mock import patch

from odoo import fields
from odoo.tests import tagged

from .erase_case import ARABIC, PHONE, TEXT, EraseCase


@tagged("post_install", "-at_install")
class TestRetention(EraseCase):
    def setUp(self):
        super().setUp()
        self._leave_traces()
        self.retention = self.env["messaging.retention"]
        self._close_and_age(days=100)

    def _close_and_age(self, days):
        stage = self.team._get_applicable_stages().filtered("closed")[:1]
        cases = self.case | self.neighbour.conversation_id.helpdesk_ticket_id
        cases._without_emails().write({"stage_id": stage.id})
        moment = fields.Datetime.now() - timedelta(days=days)
        self.env.flush_all()
        self.env.cr.execute("UPDATE mail_message SET date = %s", [moment])
        self.env.cr.execute("UPDATE helpdesk_ticket SET closed_date = %s", [moment])
        self.env.cr.execute("UPDATE helpdesk_message_fact SET posted_at = %s", [moment])
        self.env.invalidate_all()

    def _set(self, name, days):
        # sudo: ir.config_parameter - as the settings do
        self.env["ir.config_parameter"].sudo().set_param(
            f"whatsapp_helpdesk.retention_{name}_days", str(days)
        )

    def _get_messages(self):
        return self.env["mail.message"].search(
            [
                ("model", "=", "discuss.channel"),
                ("res_id", "=", self.conversation.id),
                ("message_type", "in", ("helpdesk_message", "comment")),
            ]
        )

    def test_nothing_is_removed_unless_it_is_set(self):
        before = self._get_messages().mapped("body")
        self.assertEqual(self.retention._gc_texts(), (0, 0))
        self.assertEqual(self.retention._gc_files(), (0, 0))
        self.assertEqual(self._get_messages().mapped("body"), before)

    def test_old_texts_leave_a_line(self):
        self._set("text", 90)
        count = len(self._get_messages())
        done, more = self.retention._gc_texts()
        self.assertGreaterEqual(done, count)
        self.assertFalse(more)
        messages = self._get_messages()
        self.assertEqual(len(messages), count)
        self.assertTrue(all("90" in body for body in messages.mapped("body")))
        self.assertFalse(any(messages.messaging_part_ids.mapped("payload")))
        self.assertEqual(self.retention._gc_texts(), (0, 0))

    def test_younger_texts_stay(self):
        self._set("text", 120)
        self.assertEqual(self.retention._gc_texts(), (0, 0))

    def test_an_open_case_keeps_its_texts_and_files(self):
        self._set("text", 90)
        self._set("media", 90)
        self.case._reopen_case()
        self.retention._gc_texts()
        self.retention._gc_files()
        text = str(self._get_messages().mapped("body"))
        self.assertIn(TEXT, text)
        self.assertIn(ARABIC, text)
        self.assertTrue(self.file.exists())

    def test_a_legal_hold_keeps_everything(self):
        for record, name in (
            (self.partner, "messaging_legal_hold"),
            (self.case, "legal_hold"),
        ):
            record[name] = True
            for setting in ("text", "media", "fact"):
                self._set(setting, 90)
            self.retention._gc_texts()
            self.retention._gc_case_texts()
            self.retention._gc_files()
            self.retention._gc_facts()
            with self.subTest(hold=name):
                self.assertIn(TEXT, str(self._get_messages().mapped("body")))
                self.assertEqual(self.case.name, TEXT)
                self.assertTrue(self.file.exists())
                self.assertTrue(
                    self.env["helpdesk.message.fact"].search(
                        [("ticket_id", "=", self.case.id)]
                    )
                )
            record[name] = False

    def test_old_files_go_and_the_text_stays(self):
        self._set("media", 90)
        self.retention._gc_files()
        self.assertFalse(self.file.exists())
        text = str(self._get_messages().mapped("body"))
        self.assertIn(TEXT, text)
        self.assertIn("90", text)
        self.assertEqual(self.retention._gc_files(), (0, 0))

    def test_titles_of_old_cases_go_with_the_texts(self):
        self._set("text", 90)
        self.retention._gc_case_texts()
        self.assertNotIn("kidney", self.case.name + str(self.case.description))
        self.assertEqual(self.retention._gc_case_texts(), (0, 0))

    def test_figures_are_kept_unless_it_is_set(self):
        domain = [("ticket_id", "=", self.case.id)]
        Fact = self.env["helpdesk.message.fact"]
        self.retention._gc_facts()
        self.assertTrue(Fact.search(domain))
        self._set("fact", 90)
        self.retention._gc_facts()
        self.assertFalse(Fact.search(domain))

    def test_test_channels_have_a_time_of_their_own(self):
        self.assertEqual(self.retention._gc_sandbox(), (0, 0))
        self.assertIn(TEXT, str(self._get_messages().mapped("body")))
        self.env.cr.execute("UPDATE messaging_account SET is_test = TRUE")
        self.env.invalidate_all()
        done, _more = self.retention._gc_sandbox()
        self.assertTrue(done)
        self.assertNotIn(TEXT, str(self._get_messages().mapped("body")))

    def test_a_test_channel_in_the_same_inbox_takes_no_real_texts_along(self):
        connection = self.env["messaging.connection"].create(
            {"name": "Sandbox", "channel": "sandbox", "company_id": self.company.id}
        )
        sandbox = self.env["messaging.account"].create(
            {
                "name": "Sandbox",
                "connection_id": connection.id,
                "external_id": "sandbox",
                "inbox_id": self.account.inbox_id.id,
                "team_id": self.team.id,
            }
        )
        self.assertTrue(sandbox.is_test)
        self.assertEqual(self.retention._gc_sandbox(), (0, 0))
        self.assertIn(TEXT, str(self._get_messages().mapped("body")))
        self.assertTrue(self.file.exists())

    def test_settings_say_what_they_would_remove(self):
        settings = self.env["res.config.settings"].new(
            {"messaging_retention_text_days": 90}
        )
        count = self.retention._count("text", 90)
        self.assertGreater(count, 3)
        self.assertIn(str(count), settings.messaging_retention_text_due)
        settings.messaging_retention_text_days = 0
        self.assertFalse(settings.messaging_retention_text_due)

    def test_a_zero_is_stored(self):
        settings = self.env["res.config.settings"].create(
            {"messaging_retention_sandbox_days": 0}
        )
        settings.execute()
        self.assertEqual(self.retention._get_days("sandbox"), 0)

    def test_a_part_is_one_transaction(self):
        self._set("text", 90)
        model = "odoo.addons.whatsapp_helpdesk.models.messaging_retention.BATCH"
        with patch(model, 2):
            self.assertEqual(self.retention._gc_texts(), (2, 1))

    def test_the_number_stays_with_the_customer(self):
        self._set("text", 90)
        self.retention._gc_texts()
        self.assertTrue(
            self.env["messaging.address"].search([("value", "=", f"+{PHONE}")])
        )
