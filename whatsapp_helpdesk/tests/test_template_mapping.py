"""Values of variables from records, written as the customer writes."""

from odoo.exceptions import ValidationError
from odoo.tests import tagged

from .template_send_case import TemplateCase


@tagged("post_install", "-at_install")
class TestTemplateMapping(TemplateCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.partner = cls.identity.partner_id
        cls.template.body = "{{1}}"
        cls.key = "body:0:1"

    def _get_value(self, source, path="", fallback="", record=None, user=None):
        self._map(self.template, self.key, source, path, fallback)
        values = self.template._get_values_for(
            self.case if record is None else record, self.partner, user or self.agent
        )
        return values[self.key]

    def test_each_source(self):
        self.partner.city = "Erbil"
        self.company.phone = "+964 1"
        #: source, path -> value
        table = (
            ("partner", "name", "Sara Customer"),
            ("partner", "city", "Erbil"),
            ("ticket", "number", self.case.number),
            ("ticket", "partner_id.name", "Sara Customer"),
            ("agent", "name", "Aram Agent"),
            ("company", "name", self.company.name),
            ("company", "partner_id.name", self.company.name),
        )
        for source, path, expected in table:
            with self.subTest(source=source, path=path):
                self.assertEqual(self._get_value(source, path), expected)

    def test_free_text_is_empty_and_fixed_text_is_itself(self):
        self.assertEqual(self._get_value("free", fallback="no"), "")
        self.assertEqual(self._get_value("text", fallback="always"), "always")

    def test_the_fallback_stands_for_an_empty_field(self):
        self.partner.city = False
        self.assertEqual(self._get_value("partner", "city", "there"), "there")

    def test_the_fallback_stands_for_a_missing_record(self):
        nobody = self.env["crm.lead"]
        self.assertEqual(
            self._get_value("lead", "name", "your request"), "your request"
        )
        self.assertFalse(nobody)

    def test_the_newest_of_another_company_is_not_told(self):
        """An automation has no user whose companies would decide."""
        other = self.env["res.company"].create({"name": "Other Company"})
        values = {"partner_id": self.partner.id, "type": "opportunity"}
        self.env["crm.lead"].create(
            [
                {**values, "name": "Ours", "company_id": self.company.id},
                {**values, "name": "Theirs", "company_id": other.id},
            ]
        )
        self._map(self.template, self.key, "lead", "name", "your request")
        values = self.template.sudo()._get_values_for(
            self.case, self.partner, self.env["res.users"]
        )
        self.assertEqual(values[self.key], "Ours")

    def test_the_customers_newest_lead_is_found(self):
        self.env["crm.lead"].create(
            {
                "name": "Big deal",
                "partner_id": self.partner.id,
                "user_id": self.agent.id,
            }
        )
        seller = self._create_agent("boss", "Boss", "sales_team.group_sale_manager")
        self.assertEqual(self._get_value("lead", "name", user=seller), "Big deal")

    def test_fields_are_read_with_the_senders_rights(self):
        lead = self.env["crm.lead"].create({"name": "Secret", "user_id": False})
        value = self._get_value("lead", "name", "hidden", record=lead)
        self.assertEqual(value, "hidden", "an agent who is no salesperson")

    def test_dates_are_written_in_the_language_of_the_template(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        self.template.language = "fr"
        self.case.last_customer_message_at = "2025-03-05 22:30:00"
        self.partner.tz = "Asia/Baghdad"
        value = self._get_value("ticket", "last_customer_message_at")
        self.assertEqual(value, "6 mars 2025 01:30")

    def test_selections_are_labels_in_the_language_of_the_template(self):
        self.case.priority = "3"
        labels = dict(self.case._fields["priority"]._description_selection(self.env))
        self.assertEqual(self._get_value("ticket", "priority"), labels["3"])

    def test_money_has_its_currency(self):
        lead = self.env["crm.lead"].create(
            {"name": "Deal", "expected_revenue": 1234.5, "partner_id": self.partner.id}
        )
        seller = self._create_agent("boss", "Boss", "sales_team.group_sale_manager")
        value = self._get_value("lead", "expected_revenue", record=lead, user=seller)
        self.assertIn("1,234.50", value)
        self.assertIn(lead.company_currency.symbol, value)

    def test_a_link_is_the_name_of_what_it_leads_to(self):
        self.assertEqual(self._get_value("ticket", "team_id"), "Support")

    def test_what_cannot_be_used(self):
        #: source, path
        table = (
            ("partner", ""),
            ("partner", "nothing"),
            ("partner", "child_ids"),
            ("partner", "child_ids.name"),
            ("partner", "comment"),
            ("partner", "image_1920"),
            ("partner", "signup_type"),
            ("agent", "password"),
            ("agent", "name.upper"),
            ("partner", "__class__"),
            ("ticket", "partner_id.parent_id.parent_id.parent_id.name"),
        )
        for source, path in table:
            with (
                self.subTest(path=path),
                self.assertRaises(ValidationError),
                self.env.cr.savepoint(),
            ):
                self._map(self.template, self.key, source, path)

    def test_the_mapping_survives_a_change_of_the_text(self):
        self._map(self.template, self.key, "partner", "name")
        self.template.body = "Dear {{1}}, order {{2}}"
        variable = self.template.variable_ids.filtered(lambda v: v.key == self.key)
        self.assertEqual(variable.field_path, "name")

    def test_a_template_is_tried_with_a_record(self):
        self._map(self.template, self.key, "ticket", "number")
        wizard = (
            self.env["messaging.template.try"]
            .with_user(self.agent)
            .create(
                {
                    "template_id": self.template.id,
                    "record": f"helpdesk.ticket,{self.case.id}",
                }
            )
        )
        self.assertIn(self.case.number, wizard.preview)
        self.assertFalse(wizard.missing)
        self._map(self.template, self.key, "free")
        wizard.invalidate_recordset()
        self.assertIn("{{1}}", wizard.missing)
