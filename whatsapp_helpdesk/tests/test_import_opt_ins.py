"""Opt-ins from files: whose, with which proof, and what they never override."""

import io
from datetime import datetime, timedelta

import openpyxl

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from . import bodies
from .common import MessagingCase
from .import_case import ImportMixin

PROOF = {"origin": "Shop counter", "wording": "Yes, send me offers"}


@tagged("post_install", "-at_install")
class TestImportOptIns(ImportMixin, MessagingCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._set_up_import()
        cls.partner = cls.env["res.partner"].create(
            {"name": "Sara", "phone": "+964 770 123 4567"}
        )

    def _import(self, content, filename="list.csv", **values):
        values = {"given_at": datetime(2024, 5, 1), **PROOF, **values}
        return super()._import(content, filename, **values)

    def _get_consents(self, partner=None):
        return self.env["messaging.consent"].search(
            [("identity_id.partner_id", "=", (partner or self.partner).id)]
        )

    # -- what is recorded -------------------------------------------------------------

    def test_an_opt_in_is_recorded_with_its_proof(self):
        record = self._import("phone\n0770 123 4567\n")
        consent = self._get_consents()
        self.assertEqual(consent.purpose, "marketing")
        self.assertEqual(consent.state, "in")
        self.assertEqual(consent.source, "import")
        self.assertEqual(consent.given_at, datetime(2024, 5, 1))
        self.assertEqual(consent.origin, "Shop counter")
        self.assertEqual(consent.wording, "Yes, send me offers")
        self.assertEqual(consent.user_id, self.manager)
        self.assertEqual((record.state, record.done_count), ("done", 1))

    def test_a_number_from_a_file_is_not_verified(self):
        self._import("phone\n0770 123 4567\n")
        address = self._get_consents().identity_id.address_ids
        self.assertEqual(address.value, "+9647701234567")
        self.assertFalse(address.verified)

    def test_it_opens_no_conversation(self):
        self._import("phone\n0770 123 4567\n")
        self.assertFalse(self._get_consents().identity_id.conversation_id)

    def test_arabic_headings_digits_and_encoding(self):
        text = "الاسم;رقم الهاتف\nسارة;٠٧٧٠١٢٣٤٥٦٧\n"
        self._import(text.encode("utf-16"))
        self.assertEqual(len(self._get_consents()), 1)

    def test_several_purposes_and_an_opt_out(self):
        self._import("phone,purpose,consent\n0770 123 4567,marketing; utility,no\n")
        consents = self._get_consents()
        self.assertEqual(set(consents.mapped("purpose")), {"marketing", "utility"})
        self.assertEqual(set(consents.mapped("state")), {"out"})

    def test_an_excel_file(self):
        book = openpyxl.Workbook()
        book.active.append(["Phone", "Date", "Source", "Wording"])
        book.active.append([9647701234567, datetime(2024, 2, 3), "Fair", "I agree"])
        content = io.BytesIO()
        book.save(content)
        self._import(content.getvalue(), "list.xlsx")
        consent = self._get_consents()
        self.assertEqual(consent.given_at, datetime(2024, 2, 3))
        self.assertEqual(consent.origin, "Fair")

    def test_columns_can_be_chosen_by_hand(self):
        record = self._prepare(
            "a,b\nx,0770 123 4567\n", given_at=datetime(2024, 5, 1), **PROOF
        )
        self.assertIn("column", record.blocker)
        with self.assertRaises(UserError):
            record.action_start()
        record.column_ids[1].opt_in_role = "number"
        self.assertFalse(record.blocker)
        record.action_start()
        self.assertEqual(len(self._get_consents()), 1)

    # -- once, and never over a newer opt-out -----------------------------------------

    def test_the_same_file_twice_adds_nothing(self):
        self._import("phone\n0770 123 4567\n")
        record = self._import("phone\n0770 123 4567\n")
        self.assertEqual(len(self._get_consents()), 1)
        self.assertEqual((record.done_count, record.known_count), (0, 1))

    def test_the_same_number_twice_in_a_file_is_one(self):
        record = self._import("phone\n0770 123 4567\n+964 770 1234567\n")
        self.assertEqual(len(self._get_consents()), 1)
        self.assertEqual((record.done_count, record.known_count), (1, 1))

    def test_a_newer_opt_out_stays(self):
        self._import(
            "phone,consent,date\n0770 123 4567,no,2024-06-01\n",
        )
        record = self._import("phone\n0770 123 4567\n")
        self.assertEqual(self._get_codes(record), [(2, "opted_out_later")])
        self.assertEqual(self._get_consents().mapped("state"), ["out"])

    def test_an_opt_in_of_later_today_is_refused(self):
        later = fields.Datetime.now() + timedelta(hours=3)
        record = self._prepare("phone\n0770 123 4567\n", given_at=later, **PROOF)
        self.assertEqual(record.blocker, record._get_reason("future"))

    def test_an_opt_in_after_an_opt_out_counts(self):
        self._import("phone,consent,date\n0770 123 4567,no,2024-01-01\n")
        self._import("phone\n0770 123 4567\n")
        self.assertEqual(self._get_consents()[0].state, "in")

    # -- contacts ---------------------------------------------------------------------

    def test_without_contact_a_line_is_refused(self):
        record = self._import("phone,name\n0770 999 9999,Nobody\n")
        self.assertEqual(self._get_codes(record), [(2, "no_contact")])
        self.assertFalse(
            self.env["messaging.address"].search([("value", "=", "+9647709999999")])
        )

    def test_contacts_are_created_when_asked_for(self):
        record = self._import("phone,name\n0770 999 9999,New\n", create_contacts=True)
        partner = self.env["res.partner"].search([("phone", "=", "+9647709999999")])
        self.assertEqual(partner.name, "New")
        self.assertEqual(record.contact_count, 1)

    def test_a_number_of_two_persons_is_nobodys(self):
        self.partner.copy({"name": "Twin", "phone": self.partner.phone})
        record = self._import("phone\n0770 123 4567\n")
        self.assertEqual(self._get_codes(record), [(2, "no_contact")])

    def test_employees_are_no_customers(self):
        self.agent.partner_id.phone = "+964 770 555 0000"
        for create_contacts in (False, True):
            record = self._import(
                "phone\n+964 770 555 0000\n", create_contacts=create_contacts
            )
            self.assertEqual(self._get_codes(record), [(2, "employee")])

    def test_the_own_number_is_no_customer(self):
        self.account.display_address = "+964 770 000 1111"
        record = self._import(
            "phone\n0770 123 4567\n0770 000 1111\n", create_contacts=True
        )
        self.assertEqual(self._get_codes(record), [(3, "own_number")])

    # -- refusals ---------------------------------------------------------------------

    def test_bad_lines_do_not_stop_the_others(self):
        record = self._import(
            "phone,date\n12,2024-01-01\n0770 123 4567,2024-01-01\n"
            "0770 123 4567,2999-01-01\n"
        )
        self.assertEqual(self._get_codes(record), [(2, "number"), (4, "future")])
        self.assertEqual(len(self._get_consents()), 1)

    def test_a_file_without_proof_is_not_started(self):
        record = self._prepare("phone\n0770 123 4567\n")
        self.assertTrue(record.blocker)
        with self.assertRaises(UserError):
            record.action_start()
        self.assertFalse(self._get_consents())

    def test_days_that_could_be_months_are_asked(self):
        record = self._prepare("phone,date\n0770 123 4567,1/2/2024\n", **PROOF)
        self.assertTrue(record.date_order_needed)
        record.date_order = "mdy"
        record.action_start()
        self.assertEqual(self._get_consents().given_at, datetime(2024, 1, 2))

    def test_a_damaged_file_is_refused_with_its_line(self):
        for content, name, words in (
            (b'a,b\n1,2\n3,"4\n', "list.csv", "line 3"),
            (b"PK\x03\x04 no archive", "list.xlsx", "Excel"),
            (b'[{"text": "a"}]', "list.json", "table"),
            (b"a" * 50 * 1024 * 1024, "list.csv", "MB"),
        ):
            with (
                self.subTest(name=name, words=words),
                self.assertRaisesRegex(UserError, words),
            ):
                self._prepare(content, name)

    def test_markup_in_a_file_is_shown_as_text(self):
        record = self._prepare(
            'phone,name\n0770 123 4567,"<img src=x onerror=alert(1)>"\n',
            given_at=datetime(2024, 5, 1),
            **PROOF,
        )
        self.assertIn("&lt;img", record.preview)
        self.assertNotIn("<img", record.preview)

    def test_the_file_is_gone_when_it_is_done(self):
        record = self._import("phone\n0770 123 4567\n")
        self.assertFalse(record.file)

    def test_refused_lines_are_forgotten_after_a_month(self):
        record = self._import("phone\n12\n0770 123 4567\n")
        refusal = record.refusal_ids
        self.env.cr.execute(
            "UPDATE messaging_import_refusal SET create_date = %s WHERE id = %s",
            [fields.Datetime.now() - timedelta(days=31), refusal.id],
        )
        self.env.invalidate_all()
        refusal.sudo()._gc_old()
        self.assertFalse(refusal.exists())

    def test_a_file_that_nobody_imported_is_deleted(self):
        record = self._prepare("phone\n0770 123 4567\n")
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE messaging_import SET write_date = %s WHERE id = %s",
            [fields.Datetime.now() - timedelta(days=8), record.id],
        )
        self.env.invalidate_all()
        record.sudo()._gc_files()
        self.assertFalse(record.file)

    # -- job --------------------------------------------------------------------------

    def test_a_long_file_is_imported_by_the_job(self):
        lines = "".join(f"0771 {n:07}\n" for n in range(600))
        record = self._import(f"phone\n{lines}12\n", create_contacts=True)
        self.assertEqual(record.state, "running")
        self.assertEqual(record.done_count, 0)
        with self._without_commit():
            self.env["messaging.import"]._cron_import()
        self.assertEqual(record.state, "done")
        self.assertEqual(record.done_count, 600)
        self.assertEqual(self._get_codes(record), [(602, "number")])

    def test_a_job_that_was_stopped_does_no_more(self):
        lines = "".join(f"0771 {n:07}\n" for n in range(600))
        record = self._import(f"phone\n{lines}", create_contacts=True)
        record.action_stop()
        with self._without_commit():
            self.env["messaging.import"]._cron_import()
        self.assertEqual((record.state, record.done_count), ("stopped", 0))

    @mute_logger("odoo.addons.base.models.ir_rule", "odoo.models")
    def test_agents_import_nothing(self):
        with self.assertRaises(AccessError):
            self.env["messaging.import"].with_user(self.agent).create(
                {"account_id": self.account.id}
            )

    def test_the_customer_who_writes_later_is_the_same(self):
        self._import(f"phone\n+{bodies.PHONE}\n", create_contacts=True)
        identity = self.env["messaging.identity"].search(
            [("account_id", "=", self.account.id)]
        )
        self._receive(bodies.text("Hello"))
        self.assertEqual(
            self.env["messaging.identity"].search(
                [("account_id", "=", self.account.id)]
            ),
            identity,
        )
