"""Erasing and exporting from the contact, in a real browser."""

from unittest.mock import patch

from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger

from odoo.addons.mail.tests.common import mail_new_test_user

from .common import MessagingMixin
from .erase_case import OFFICER
from .outbound_case import OutboundMixin


@tagged("post_install", "-at_install", "wh_tour")
class TestPrivacyTour(OutboundMixin, MessagingMixin, HttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._set_up_messaging()
        cls.officer = mail_new_test_user(
            cls.env,
            login="officer",
            password="officer",
            name="Olga Officer",
            email="officer@example.com",
            groups=f"base.group_user,base.group_partner_manager,{OFFICER}",
        )
        cls.conversation = cls._create_conversation(name="Layla Customer")
        cls.partner = cls.conversation.helpdesk_partner_id

    def _start(self, name, record):
        url = f"/odoo/{record._name}/{record.id}"
        self.start_tour(url, name, login="officer", timeout=90)

    def _run_jobs(self):
        files = self.env["ir.attachment"]
        erase = self.env.registry["messaging.erase"]
        with (
            self._without_commit(),
            patch.object(
                erase, "_remove_files", lambda _self: files._gc_file_store_unsafe()
            ),
        ):
            self.env["messaging.export"]._cron_export()
            self.env["messaging.erase"]._cron_erase()

    def test_a_person_is_exported_and_then_erased(self):
        self._customer_says(self.conversation, "Where is my order?")
        self._start("whatsapp_helpdesk_person_is_exported", self.partner)
        export = self.env["messaging.export"].search([])
        self.assertEqual((export.user_id, export.reference), (self.officer, "2026/17"))
        self._run_jobs()
        self._start("whatsapp_helpdesk_export_is_ready", export)
        with mute_logger("odoo.http"):  # the name that is typed wrong on purpose
            self._start("whatsapp_helpdesk_person_is_erased", self.partner)
        erase = self.env["messaging.erase"].search([])
        self.assertEqual(erase.user_id, self.officer)
        self._run_jobs()
        self.assertEqual(erase.state, "done")
        self.assertFalse(self.conversation.exists())
        self._start("whatsapp_helpdesk_erasure_is_done", erase)


@tagged("post_install", "-at_install", "wh_tour")
class TestPrivacyTourInArabic(TestPrivacyTour):
    """The same steps look at no text of ours, so they hold in every language."""

    allow_inherited_tests_method = True

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["res.lang"]._activate_lang("ar_001")
        cls.officer.lang = "ar_001"
