"""Our templates follow those of the provider."""

from datetime import timedelta
from unittest.mock import patch

from odoo import Command, fields
from odoo.exceptions import UserError
from odoo.tests import tagged

from ..gateway.errors import GatewayError
from .template_case import ProviderTemplateCase

BODY = {
    "type": "BODY",
    "text": "Dear {{1}}, your order {{2}} left us.",
    "example": {"body_text": [["Ann", "SO1"]]},
}


@tagged("post_install", "-at_install")
class TestTemplateSync(ProviderTemplateCase):
    def fetch(self):
        self.account.action_fetch_templates()
        return self.env["messaging.template"].search(
            [("account_id", "=", self.account.id)]
        )

    def find(self, name, language="en"):
        return self.env["messaging.template"].search(
            [("name", "=", name), ("language", "=", language)]
        )

    def test_all_pages_become_templates(self):
        for number in range(5):
            self.fake.add(f"hello_{number}", "ar" if number % 2 else "en_US")
        self.assertEqual(len(self.fetch()), 5)
        self.assertTrue(all(self.fetch().mapped("is_usable")))

    def test_all_parts_arrive(self):
        self.fake.add(
            "order",
            "pt-BR",
            quality_score={"score": "YELLOW"},
            components=[
                {"type": "HEADER", "format": "DOCUMENT"},
                BODY,
                {"type": "FOOTER", "text": "Shop"},
                {
                    "type": "BUTTONS",
                    "buttons": [
                        {"type": "QUICK_REPLY", "text": "Thanks"},
                        {
                            "type": "URL",
                            "text": "Track",
                            "url": "https://example.com/{{1}}",
                            "example": ["https://example.com/abc"],
                        },
                    ],
                },
            ],
        )
        template = self.fetch()
        self.assertEqual(template.language, "pt_BR")
        self.assertEqual(template.header_format, "document")
        self.assertEqual(template.footer, "Shop")
        self.assertEqual(template.quality, "YELLOW")
        self.assertEqual(template.button_ids.mapped("title"), ["Thanks", "Track"])
        self.assertEqual(
            template.variable_ids.mapped(lambda row: (row.key, row.example)),
            [("body:0:1", "Ann"), ("body:0:2", "SO1"), ("button:1:1", "abc")],
        )

    def test_what_is_the_same_is_not_written(self):
        self.fake.add("order", components=[BODY])
        template = self.fetch()
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE messaging_template SET write_date = '2000-01-01' WHERE id = %s",
            [template.id],
        )
        self.env.invalidate_all()
        self.fetch()
        self.env.flush_all()
        self.env.invalidate_all()
        self.assertEqual(template.write_date.year, 2000)

    def test_a_variable_that_stays_keeps_its_mapping(self):
        row = self.fake.add("order", components=[BODY])
        name, number = self.fetch().variable_ids
        name.write({"source": "partner", "field_path": "name", "fallback": "you"})
        row["components"] = [{**BODY, "text": "Hello {{1}}, thank you very much."}]
        template = self.fetch()
        self.assertEqual(template.variable_ids, name)
        self.assertFalse(number.exists())
        self.assertEqual((name.source, name.fallback), ("partner", "you"))

    def test_what_is_gone_is_archived_and_comes_back(self):
        row = self.fake.add("order")
        template = self.fetch()
        del self.fake.rows[row["id"]]
        self.assertFalse(self.fetch())
        self.assertEqual((template.active, template.status), (False, "DELETED"))
        self.fake.rows[row["id"]] = row
        self.fetch()
        self.assertEqual((template.active, template.status), (True, "APPROVED"))

    def test_what_somebody_archived_stays_archived(self):
        self.fake.add("order")
        template = self.fetch()
        template.active = False
        self.fetch()
        self.assertFalse(template.active)

    def test_a_failing_list_changes_nothing(self):
        self.fake.add("order")
        template = self.fetch()
        self.fake.refuse(190, "expired", 401)
        with self.assertRaises(UserError):
            self.account.action_fetch_templates()
        self.assertTrue(template.active)

    def test_drafts_are_left_alone(self):
        draft = self._create_template("mine", status="DRAFT")
        self.fetch()
        self.assertEqual((draft.active, draft.status), (True, "DRAFT"))

    def test_what_was_handed_in_and_never_arrived_is_a_draft_again(self):
        lost = self._create_template("mine", status="PENDING")
        self.fetch()
        self.assertEqual(lost.status, "DRAFT")

    def test_what_we_cannot_fill_is_not_offered(self):
        self.fake.add("cards", components=[BODY, {"type": "CAROUSEL", "cards": []}])
        template = self.fetch()
        self.assertEqual(template.unsupported, "CAROUSEL")
        self.assertFalse(template.is_usable)

    def test_an_unknown_status_is_not_offered(self):
        self.fake.add("order", status="SOMETHING_NEW")
        template = self.fetch()
        self.assertEqual((template.status, template.is_usable), ("UNKNOWN", False))

    def test_another_category_is_told_once(self):
        row = self.fake.add("order")
        template = self.fetch()
        row["category"] = "MARKETING"
        self.fetch()
        self.fetch()
        self.assertEqual(template.category, "marketing")
        self.assertEqual(len(template.activity_ids), 1)

    def test_a_label_of_ours_stays(self):
        self.fake.add("order_update")
        template = self.fetch()
        template.label = "Shipping news"
        self.fake.rows[template.external_id]["category"] = "MARKETING"
        self.fetch()
        self.assertEqual(template.label, "Shipping news")

    def test_accounts_of_other_numbers_are_not_touched(self):
        other = self._create_account(self.connection, "777")
        theirs = self._create_template("theirs", account_id=other.id, external_id="9")
        self.fake.add("order")
        self.fetch()
        self.assertTrue(theirs.active)

    # -- the job ---------------------------------------------------------------------

    def run_job(self):
        with self._without_commit():
            self.env["messaging.account"]._cron_fetch_templates()

    def test_the_job_fetches_once_a_day(self):
        self.fake.add("order")
        self.run_job()
        asked = len(self.fake.requests)
        self.run_job()
        self.assertTrue(self.find("order"))
        self.assertGreater(asked, 0)
        self.assertEqual(len(self.fake.requests), asked)

    def test_a_failure_is_shown_and_tried_again_later(self):
        self.fake.refuse(80007, "too many calls")
        self.run_job()
        self.assertIn("too many calls", self.account.templates_error)
        self.assertTrue(self.account.templates_due_at)
        self.account.templates_due_at = False
        self.run_job()
        self.assertFalse(self.account.templates_error)

    def test_an_account_that_is_set_up_wrong_stops_no_other(self):
        other = self._create_account(self.connection, "777")
        get_provider = type(other)._get_provider

        def fail_for_other(account):
            if account == other:
                raise GatewayError("host_refused")
            return get_provider(account)

        self.fake.add("order")
        with patch.object(type(other), "_get_provider", fail_for_other):
            self.run_job()
        self.assertTrue(self.find("order"))
        self.assertTrue(other.templates_error)

    def test_the_job_goes_on_soon_when_its_time_is_over(self):
        told = []

        def out_of_time(cron, processed=0, *, remaining=None, **_kwargs):
            told.append(remaining)
            return 0

        with patch.object(
            self.env.registry["ir.cron"], "_commit_progress", out_of_time
        ):
            self.env["messaging.account"]._cron_fetch_templates()
        self.assertEqual(told[-1], 1)

    def test_what_was_handed_in_after_the_list_was_asked_for_stays(self):
        asked_at = fields.Datetime.now()
        fresh = self._create_template(
            "fresh",
            status="PENDING",
            external_id="99",
            edited_at=asked_at + timedelta(seconds=5),
        )
        self.account._keep_templates((), asked_at)
        self.assertEqual((fresh.active, fresh.status), (True, "PENDING"))
        self.account._keep_templates((), asked_at + timedelta(seconds=10))
        self.assertEqual((fresh.active, fresh.status), (False, "DELETED"))

    def test_stopped_accounts_are_not_asked(self):
        self.account.state = "stopped"
        self.run_job()
        self.assertFalse(self.fake.requests)

    def test_channels_without_a_list_are_not_asked(self):
        connection = self._create_connection(channel="sandbox")
        account = self._create_account(connection, "sandbox-x")
        self.run_job()
        self.assertTrue(account.templates_due_at)
        self.assertFalse(account.templates_at)

    def test_hundreds_are_stored_together(self):
        for number in range(150):
            self.fake.add(f"bulk_{number}")
        definitions = self.account._get_provider().list_templates()
        self.env.flush_all()
        store = self.env["messaging.template"]._store_definitions
        with self.assertQueryCount(__system__=60):
            store(self.account, definitions)
            self.env.flush_all()
        with self.assertQueryCount(__system__=20):
            self.assertEqual(store(self.account, definitions), (0, 0, 0))

    def test_buttons_are_replaced_together(self):
        row = self.fake.add("order")
        template = self.fetch()
        self.assertFalse(template.button_ids)
        template.sudo().button_ids = [Command.create({"title": "Local"})]
        row["components"] = [
            BODY,
            {"type": "BUTTONS", "buttons": [{"type": "QUICK_REPLY", "text": "Yes"}]},
        ]
        self.fetch()
        self.assertEqual(template.button_ids.mapped("title"), ["Yes"])
