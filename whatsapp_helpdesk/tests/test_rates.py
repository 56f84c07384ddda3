"""Rates: the card, its changes, and the costs that follow from them."""

from datetime import timedelta
from decimal import Decimal
from unittest.mock import patch

from psycopg2 import IntegrityError

from odoo import fields
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import MessagingCase
from .test_costs import UTILITY, CostCase


@tagged("post_install", "-at_install")
class TestRateCard(MessagingCase):
    def test_the_card_of_the_app_has_a_price_for_everybody(self):
        Rate = self.env["messaging.rate"]
        nowhere = self.env["res.country"]
        for category in ("marketing", "utility", "authentication", "service"):
            for country in (self.env.ref("base.de"), self.env.ref("base.kr"), nowhere):
                with self.subTest(category, country=country.code):
                    found = Rate._estimate(self.account, category, country)
                    service = category == "service"
                    if service and fields.Date.today() < fields.Date.to_date(
                        "2026-10-01"
                    ):
                        continue
                    self.assertGreater(found[0], 0)

    def test_figures_that_nobody_confirmed_are_estimates(self):
        estimates = self.env["messaging.rate"].search([("is_estimate", "=", True)])
        self.assertIn("PL", estimates.country_id.mapped("code"))
        self.assertNotIn("DE", estimates.country_id.mapped("code"))

    def test_the_card_is_loaded_once_and_leaves_changes_alone(self):
        Rate = self.env["messaging.rate"]
        rate = self.env.ref("whatsapp_helpdesk.rate_de_marketing_20260101")
        rate.amount = 0.5
        count = Rate.search_count([])
        Rate._load_card()
        self.assertEqual((Rate.search_count([]), rate.amount), (count, 0.5))

    def test_a_rate_that_was_entered_by_hand_meets_the_card(self):
        rate = self.env.ref("whatsapp_helpdesk.rate_de_marketing_20260101")
        values = rate.copy_data()[0]
        rate.unlink()
        own = self.env["messaging.rate"].create({**values, "amount": 0.7})
        self.env["messaging.rate"]._load_card()
        self.assertEqual(own.amount, 0.7)
        self.assertFalse(
            self.env.ref(
                "whatsapp_helpdesk.rate_de_marketing_20260101", raise_if_not_found=False
            )
        )


@tagged("post_install", "-at_install")
class TestRates(CostCase):
    def _assert_refused(self, **values):
        with (
            self.assertRaises(IntegrityError),
            mute_logger("odoo.sql_db"),
            self.cr.savepoint(),
        ):
            self._create_rate("service", 0.1, **values)
            self.env.flush_all()

    def test_one_rate_for_a_place_category_and_day(self):
        self._create_rate("service", 0.1)
        self._assert_refused()
        self._create_rate("service", 0.1, account_id=self.account.id)

    def test_a_rate_has_one_place(self):
        self._assert_refused(region="rest_of_world")
        self._assert_refused(country_id=False)

    def test_an_estimate_says_what_one_message_would_cost(self):
        Rate, iraq = self.env["messaging.rate"], self.env.ref("base.iq")
        found = Rate._estimate(self.account, "marketing", iraq)
        self.assertEqual(found, (Decimal("0.05"), self.dollar))
        none = Rate._estimate(self.account, "marketing", self.env.ref("base.de"))
        self.assertIsNone(none)

    def test_a_price_of_the_account_comes_first(self):
        self._create_rate("marketing", 0.03, account_id=self.account.id)
        self.assertEqual(self._charge_one().amount, 0.03)

    def test_a_changed_rate_changes_the_costs_since_its_first_day(self):
        charge = self._charge_one()
        self.rate.amount = 0.07
        request = self.env["messaging.recompute"].search([])
        self.assertEqual(request.date_from, self.rate.date_from)
        self._recompute()
        self.assertEqual((charge.amount, request.state), (0.07, "done"))
        self.assertEqual((request.checked_count, request.changed_count), (1, 1))

    def test_a_new_rate_holds_from_its_first_day(self):
        charge = self._charge_one()
        tomorrow = charge.date + timedelta(days=1)
        self._create_rate("marketing", 0.09, date_from=tomorrow)
        self.assertFalse(self.env["messaging.recompute"].search([]))
        self._create_rate("marketing", 0.08, date_from=charge.date)
        self._recompute()
        self.assertEqual(charge.amount, 0.08)

    def test_a_deleted_rate_leaves_no_price_behind(self):
        charge = self._charge_one()
        self.rate.unlink()
        self._recompute()
        self.assertEqual((charge.basis, charge.amount), ("no_rate", 0.0))

    def test_several_changes_are_one_request(self):
        self._charge_one()
        self.rate.amount = 0.07
        self._create_rate("marketing", 0.06, date_from="2025-01-01")
        request = self.env["messaging.recompute"].search([])
        self.assertEqual(request.date_from, fields.Date.to_date("2025-01-01"))

    def test_deliveries_that_were_never_charged_are_found(self):
        charges = self._charge_one() | self._charge_one(UTILITY)
        charges[0].unlink()
        self.env["messaging.recompute"].create({"date_from": self.today})
        self._recompute()
        self.assertEqual(sorted(self._get_charges().mapped("amount")), [0.01, 0.05])

    def test_a_request_of_one_company_changes_no_other(self):
        charge = self._charge_one()
        self.env.cr.execute("UPDATE messaging_charge SET amount = 9")
        charge.invalidate_recordset()
        other = self.env["res.company"].create({"name": "Other Company"})
        Request = self.env["messaging.recompute"]
        Request.create({"date_from": self.today, "company_id": other.id})
        self._recompute()
        self.assertEqual(charge.amount, 9)
        charge.action_open_request()
        self._recompute()
        self.assertEqual(charge.amount, 0.05)

    def test_it_goes_on_soon_when_its_time_is_over(self):
        """A daily job that stops early would go on tomorrow."""
        self._charge_one()
        Request = self.env["messaging.recompute"]
        Request.create({"date_from": self.today})
        told = []

        def out_of_time(cron, processed=0, *, remaining=None, **_kwargs):
            told.append(remaining)
            return 0

        cron_class = self.env.registry["ir.cron"]
        with patch.object(cron_class, "_commit_progress", out_of_time):
            Request._cron_recompute()
        self.assertEqual(told[-1], 1)

    def _recompute(self):
        requests = self.env["messaging.recompute"].search([])
        requests.write({"not_before": fields.Datetime.now()})
        with self._without_commit():
            self.env["messaging.recompute"]._cron_recompute()


@tagged("post_install", "-at_install")
class TestEstimate(CostCase):
    """What the dialog for templates says before it is sent."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.template = cls.env["messaging.template"].create(
            {
                "account_id": cls.account.id,
                "name": "offer",
                "language": "en",
                "category": "marketing",
                "status": "APPROVED",
                "body": "Hello",
            }
        )

    def _get_text(self, partners):
        wizard = self.env["messaging.template.send"].with_context(
            active_model="res.partner", active_ids=partners.ids
        )
        return wizard.create(
            {"account_id": self.account.id, "template_id": self.template.id}
        ).cost_text

    def _create_partners(self, *phones):
        return self.env["res.partner"].create(
            [{"name": phone, "phone": phone} for phone in phones]
        )

    def test_one_message(self):
        self.assertEqual(
            self._get_text(self._create_partners("+9647701234567")), "0.05 USD"
        )

    def test_many_messages_are_added_up_by_country(self):
        numbers = [f"+96477012345{n}" for n in range(10, 40)]
        partners = self._create_partners(*numbers, "+491701234567")
        text = self._get_text(partners)
        self.assertTrue(text.startswith("1.50 USD"), text)
        self.assertIn("1 without", text)

    def test_without_a_rate_nothing_is_promised(self):
        text = self._get_text(self._create_partners("+491701234567"))
        self.assertEqual(text, "No rate is known for this.")
