"""Drafts are handed in, approved templates changed and deleted."""

import base64
from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

from .template_case import ProviderTemplateCase

MANAGER = "helpdesk_mgmt.group_helpdesk_manager"
PNG = base64.b64encode(
    base64.b64decode(
        "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9"
        "awAAAABJRU5ErkJggg=="
    )
)
TEXT = "Hello {{1}}, your order {{2}} is on its way to you."


@tagged("post_install", "-at_install")
class TestTemplateSubmit(ProviderTemplateCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.manager = new_test_user(cls.env, "template_manager", groups=MANAGER)
        cls.draft = cls._create_draft("order_update")

    @classmethod
    def _create_draft(cls, name, **values):
        template = (
            cls.env["messaging.template"]
            .with_user(cls.manager)
            .create(
                {
                    "account_id": cls.account.id,
                    "name": name,
                    "language": "en",
                    "body": TEXT,
                    **values,
                }
            )
        )
        for row in template.variable_ids:
            row.example = "Ann"
        return template

    def submit(self, template=None):
        return (template or self.draft).action_submit()["params"]

    def test_what_users_create_is_a_draft(self):
        template = self._create_draft("sly", status="APPROVED", external_id="1")
        self.assertEqual((template.status, template.external_id), ("DRAFT", False))

    def test_handed_in_and_waiting(self):
        self.assertEqual(self.submit()["type"], "success")
        self.assertEqual(self.draft.status, "PENDING")
        self.assertEqual(list(self.fake.rows), [self.draft.external_id])
        self.assertFalse(self.draft.is_usable)

    def test_the_provider_may_choose_another_category(self):
        self.fake.add = lambda name, **values: {
            "id": "5",
            "status": "PENDING",
            "category": "MARKETING",
        }
        message = self.submit()["message"]
        self.assertEqual(self.draft.category, "marketing")
        self.assertIn("another category", message)

    def test_a_refusal_leaves_a_draft_with_the_reason(self):
        self.fake.refuse(2388293, "Too many variables")
        self.assertEqual(self.submit()["type"], "danger")
        self.assertEqual(self.draft.status, "DRAFT")
        self.assertIn("Too many variables", self.draft.reason)
        self.submit()
        self.assertEqual((self.draft.status, self.draft.reason), ("PENDING", False))

    def test_problems_are_told_before_anybody_is_asked(self):
        self.draft.body = "{{1}} is your order."
        self.assertIn("first thing", self.draft.problems)
        with self.assertRaisesRegex(UserError, "first thing"):
            self.submit()
        self.assertFalse(self.fake.requests)

    def test_advice_is_given_and_stops_nobody(self):
        self.draft.body = "Hello {{1}}, order {{2}} left."
        self.assertIn("likely", self.draft.problems)
        self.submit()
        self.assertEqual(self.draft.status, "PENDING")

    def test_twice_is_refused(self):
        self.submit()
        with self.assertRaisesRegex(UserError, "Only drafts"):
            self.submit()

    def test_sample_of_the_header_is_uploaded(self):
        picture = {"header_format": "image", "sample": PNG, "sample_name": "a.png"}
        self.draft.write(picture)
        self.submit()
        self.assertEqual(self.fake.uploads, [base64.b64decode(PNG)])
        (row,) = self.fake.rows.values()
        self.assertEqual(
            row["components"][0]["example"], {"header_handle": ["4::sample"]}
        )

    def test_sample_of_a_wrong_type_is_a_problem(self):
        text = base64.b64encode(b"just text")
        values = {"header_format": "image", "sample": text, "sample_name": "a.txt"}
        self.draft.write(values)
        self.assertIn("image/png", self.draft.problems)

    def test_without_a_sample_it_is_a_problem(self):
        self.draft.header_format = "video"
        self.assertIn("sample", self.draft.problems)

    def test_nobody_changes_what_was_handed_in(self):
        self.submit()
        with self.assertRaisesRegex(UserError, "handed in"):
            self.draft.body = "Something else, {{1}} and {{2}} here."
        with self.assertRaisesRegex(UserError, "come from the provider"):
            self.draft.status = "APPROVED"

    def test_mappings_and_label_can_always_be_changed(self):
        self.submit()
        self.draft.label = "Shipping"
        self.draft.variable_ids[0].write({"source": "partner", "field_path": "name"})
        self.assertEqual(self.draft.label, "Shipping")

    def test_a_rejected_one_is_changed_and_handed_in_again(self):
        self.submit()
        self.draft.sudo().status = "REJECTED"
        self.draft.action_edit()
        self.draft.body = "Hello {{1}}, your order {{2}} will be there soon."
        self.submit()
        (row,) = self.fake.rows.values()
        self.assertIn("will be there soon", row["components"][0]["text"])
        self.assertEqual(self.draft.status, "PENDING")

    def test_an_approved_one_is_changed_once_a_day(self):
        self.submit()
        self.draft.sudo().status = "APPROVED"
        with self.assertRaisesRegex(UserError, "24 hours"):
            self.draft.action_edit()
        yesterday = fields.Datetime.now() - timedelta(hours=25)
        self.draft.sudo().edited_at = yesterday
        self.draft.action_edit()
        self.assertFalse(self.draft.is_usable)

    def test_one_in_review_is_not_changed(self):
        self.submit()
        with self.assertRaises(UserError):
            self.draft.action_edit()

    def test_changes_are_discarded(self):
        self.submit()
        self.fake.rows[self.draft.external_id]["status"] = "APPROVED"
        self.account.action_fetch_templates()
        self.draft.sudo().edited_at = False
        self.draft.action_edit()
        self.draft.body = "Another text for {{1}} and order {{2}} of you."
        self.draft.action_discard()
        self.assertEqual((self.draft.body, self.draft.status), (TEXT, "APPROVED"))

    def test_while_it_is_changed_the_sync_leaves_it_alone(self):
        self.submit()
        self.draft.sudo().status = "REJECTED"
        self.draft.action_edit()
        self.draft.body = "Another text for {{1}} and order {{2}} of you."
        self.account.action_fetch_templates()
        self.assertEqual(self.draft.status, "DRAFT")
        self.assertIn("Another text", self.draft.body)

    def test_deletion_reaches_the_provider(self):
        self.submit()
        self.draft.action_delete()
        self.assertFalse(self.fake.rows)
        self.assertEqual((self.draft.active, self.draft.status), (False, "DELETED"))

    def test_what_the_provider_has_is_not_only_deleted_here(self):
        self.submit()
        with self.assertRaisesRegex(UserError, "come back"):
            self.draft.unlink()

    def test_drafts_are_deleted(self):
        self.draft.unlink()
        self.assertFalse(self.draft.exists())

    def test_a_paused_one_is_asked_back(self):
        self.submit()
        self.draft.sudo().status = "PAUSED"
        self.draft.action_unpause()
        self.assertEqual(self.draft.status, "APPROVED")
        self.assertTrue(self.fake.requests[-1][1].endswith("/unpause"))

    def test_agents_hand_nothing_in(self):
        draft = self.draft.with_user(self.agent)
        for method in ("action_submit", "action_edit", "action_delete"):
            with self.subTest(method=method), self.assertRaises(AccessError):
                getattr(draft, method)()

    def test_a_sandbox_approves_at_once(self):
        connection = self._create_connection(channel="sandbox")
        account = self._create_account(connection, "sandbox-x")
        draft = self._create_draft("hello", account_id=account.id)
        self.submit(draft)
        self.assertTrue(draft.is_usable)

    # -- copies ----------------------------------------------------------------------

    def test_a_copy_has_another_name_and_is_a_draft(self):
        self.submit()
        copy = self.draft.copy()
        self.assertEqual((copy.name, copy.status), ("order_update_copy", "DRAFT"))
        self.assertFalse(copy.external_id)
        self.assertEqual(copy.variable_ids.mapped("example"), ["Ann", "Ann"])

    def test_another_language_has_the_same_name(self):
        wizard = self.env["messaging.template.language"].with_user(self.manager)
        values = {"template_id": self.draft.id, "language": "pt-BR"}
        action = wizard.create(values).action_create()
        copy = self.draft.browse(action["res_id"])
        self.assertEqual((copy.name, copy.language), ("order_update", "pt_BR"))
        with self.assertRaises(UserError):
            wizard.create(values).action_create()

    # -- examples --------------------------------------------------------------------

    def pick(self, keys, **values):
        Pick = self.env["messaging.template.example.pick"].with_user(self.manager)
        pick = Pick.create({"account_id": self.account.id, **values})
        for line in pick.line_ids:
            line.chosen = line.key in keys
        pick.action_create()
        return self.env["messaging.template"].search([("name", "in", keys)])

    def test_examples_become_drafts_that_can_be_handed_in(self):
        keys = ["ticket_received", "order_shipped"]
        drafts = self.pick(keys, in_english=True, in_arabic=True)
        self.assertEqual(len(drafts), 4)
        self.assertEqual(set(drafts.mapped("language")), {"en", "ar"})
        self.assertEqual(set(drafts.mapped("status")), {"DRAFT"})
        self.assertFalse(any(drafts.mapped("problems")))

    def test_examples_know_where_their_values_come_from(self):
        draft = self.pick(["ticket_received"], in_english=True, in_arabic=False)
        sources = {row.name: row.field_path for row in draft.variable_ids}
        self.assertEqual(
            sources, {"customer": "name", "ticket": "number", "subject": "name"}
        )

    def test_an_example_is_taken_once(self):
        self.pick(["ticket_received"], in_english=True, in_arabic=False)
        with self.assertRaisesRegex(UserError, "already"):
            self.pick(["ticket_received"], in_english=True, in_arabic=False)

    def test_every_example_fits_the_fields_it_names(self):
        examples = self.env["messaging.template.example.pick"]._prepare_lines()
        keys = [values["key"] for _command, _id, values in examples]
        drafts = self.pick(keys, in_english=True, in_arabic=True)
        self.assertEqual(len(drafts), 2 * len(keys))
        for row in drafts.variable_ids.filtered("source_model"):
            self.assertFalse(row._get_path_problem())

    # -- preview ---------------------------------------------------------------------

    def test_the_preview_shows_examples_and_marks(self):
        self.draft.body = "Hello *{{1}}*, your order {{2}} is on its way to you."
        self.assertIn("<strong>Ann</strong>", self.draft.preview)
        self.assertIn('dir="ltr"', self.draft.preview)
        self.draft.language = "ar"
        self.assertIn('dir="rtl"', self.draft.preview)

    def test_the_preview_is_text_never_markup(self):
        evil = "<img src=x onerror=alert(1)>"
        self.draft.write(
            {
                "body": f"Hello {evil} {{{{1}}}}, how are you today?",
                "footer": evil,
                "header_format": "text",
                "header_text": evil,
                "button_ids": [(0, 0, {"title": evil})],
            }
        )
        self.draft.variable_ids.example = evil
        self.assertNotIn("<img", self.draft.preview)
        self.assertEqual(self.draft.preview.count("&lt;img"), 5)
