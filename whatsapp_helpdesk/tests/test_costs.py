"""From statuses to charges, over the webhook as in reality."""

from datetime import timedelta

from odoo import Command, fields
from odoo.tests import tagged

from . import bodies
from .outbound_case import OutboundCase

MARKETING = {"pricing_model": "PMP", "type": "regular", "category": "marketing"}
UTILITY = {"pricing_model": "PMP", "type": "regular", "category": "utility"}
FREE = {"pricing_model": "PMP", "type": "free_customer_service", "category": "service"}
#: Statements that a batch of delivered messages needs for its charges, however many.
CHARGING = 8


class CostCase(OutboundCase):
    """Rates of the tests are round: the card that comes with the app is not tested."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["messaging.rate"].search([]).unlink()
        cls.dollar = cls.env.ref("base.USD")
        cls.today = fields.Date.today()
        cls.rate = cls._create_rate("marketing", 0.05)
        cls._create_rate("utility", 0.01)

    @classmethod
    def _create_rate(cls, category, amount, **values):
        values.setdefault("country_id", cls.env.ref("base.iq").id)
        return cls.env["messaging.rate"].create(
            {
                "category": category,
                "amount": amount,
                "currency_id": cls.dollar.id,
                "date_from": "2025-07-01",
                **values,
            }
        )

    def _send_one(self, conversation=None, user=None):
        """Send an answer and return its part."""
        message = self._reply(conversation or self.conversation, user=user)
        self._send()
        return self._get_parts(message)

    def _report(self, part, state="delivered", pricing=None, external_id=None):
        """The provider reports a state of a part."""
        rest = {"pricing": pricing} if pricing else {}
        phone = part.identity_id.address.lstrip("+")
        self._receive(
            bodies.status(
                external_id or part.external_id,
                state,
                timestamp=self._now_timestamp(),
                phone=phone,
                **rest,
            )
        )

    def _get_charges(self):
        return self.env["messaging.charge"].search(
            [("account_id", "=", self.account.id)]
        )

    def _charge_one(self, pricing=None, conversation=None, user=None):
        part = self._send_one(conversation, user)
        self._report(part, "delivered", pricing or MARKETING)
        return self._get_charges().filtered(lambda c: c.message_id == part)


@tagged("post_install", "-at_install")
class TestCharges(CostCase):
    def test_a_delivered_message_becomes_a_charge(self):
        charge = self._charge_one()
        self.assertEqual(charge.category, "marketing")
        self.assertEqual(charge.basis, "rate")
        self.assertEqual(charge.rate_id, self.rate)
        self.assertEqual((charge.amount, charge.currency_id), (0.05, self.dollar))
        self.assertEqual(charge.ticket_id, self.case)
        self.assertEqual(charge.team_id, self.team)
        self.assertEqual(charge.country_id.code, "IQ")
        self.assertEqual(charge.author_kind, "agent")
        self.assertFalse(charge.is_estimate)

    def test_nothing_is_charged_before_it_arrived(self):
        part = self._send_one()
        self._report(part, "sent", MARKETING)
        self.assertFalse(self._get_charges())
        self._report(part, "delivered")
        self.assertEqual(self._get_charges().amount, 0.05)

    def test_a_failed_message_costs_nothing(self):
        part = self._send_one()
        self._report(part, "sent", MARKETING)
        self._report(part, "failed", MARKETING)
        self.assertFalse(self._get_charges())

    def test_pricing_that_comes_after_the_delivery_counts(self):
        part = self._send_one()
        self._report(part, "delivered")
        self.assertFalse(self._get_charges())
        self._report(part, "sent", MARKETING)
        self.assertEqual(self._get_charges().category, "marketing")

    def test_repeated_and_further_statuses_change_nothing(self):
        charge = self._charge_one()
        before = charge.read()
        part = charge.message_id
        self.env["messaging.update"].search([]).write({"state": "pending"})
        self._process()
        self._report(part, "read", MARKETING)
        self._report(part, "read")
        self.assertEqual(self._get_charges(), charge)
        self.assertEqual(charge.read(), before)

    def test_a_correction_changes_the_price(self):
        charge = self._charge_one()
        self._report(charge.message_id, "read", UTILITY)
        self.assertEqual(self._get_charges(), charge)
        self.assertEqual((charge.category, charge.amount), ("utility", 0.01))

    def test_a_late_status_corrects_nothing(self):
        charge = self._charge_one()
        self._report(charge.message_id, "sent", UTILITY)
        self.assertEqual((charge.category, charge.amount), ("marketing", 0.05))

    def test_each_delivered_id_of_a_part_is_charged(self):
        charge = self._charge_one()
        part = charge.message_id
        self.env["messaging.attempt"].create(
            {
                "message_id": part.id,
                "account_id": self.account.id,
                "external_id": "wamid.second",
            }
        )
        self._report(part, "sent", MARKETING, "wamid.second")
        self.assertEqual(len(self._get_charges()), 1)
        self._report(part, "delivered", MARKETING, "wamid.second")
        self.assertEqual(len(self._get_charges()), 2)

    def test_what_the_provider_calls_free_costs_nothing(self):
        charge = self._charge_one(FREE)
        self.assertEqual((charge.basis, charge.company_amount), ("free", 0.0))

    def test_without_a_rate_the_charge_says_so(self):
        self.rate.unlink()
        charge = self._charge_one()
        self.assertEqual((charge.basis, charge.amount), ("no_rate", 0.0))
        self.assertTrue(charge.is_estimate)
        self.assertEqual(self.account.doubtful_charge_count, 1)

    def test_a_hidden_number_has_the_country_of_its_user_id(self):
        part = self._send_one()
        self._receive(
            bodies.status(
                part.external_id,
                timestamp=self._now_timestamp(),
                phone="",
                recipient_user_id="IQ.123456789",
                pricing=MARKETING,
            )
        )
        self.assertEqual(self._get_charges().country_id.code, "IQ")

    def test_the_team_is_the_one_of_that_time(self):
        charge = self._charge_one()
        self.case.team_id = self.team.copy({"name": "Other"})
        self._report(charge.message_id, "read", UTILITY)
        self.assertEqual(charge.team_id, self.team)

    def test_a_charge_outlives_its_message_and_names_nobody(self):
        charge = self._charge_one()
        part = charge.message_id
        external_id = part.external_id
        part.attempt_ids.unlink()
        part.unlink()
        self.assertTrue(charge.exists())
        self.assertNotIn(external_id, str(charge.read()))
        relations = {
            field.comodel_name for field in charge._fields.values() if field.relational
        }
        self.assertFalse(relations & {"res.partner", "messaging.identity"})

    def test_the_company_counts_in_its_own_currency(self):
        self.company.currency_id = self.env["res.currency"].create(
            {
                "name": "TCU",
                "symbol": "T",
                "rate_ids": [Command.create({"rate": 1300.0, "name": "2025-01-01"})],
            }
        )
        self.env.registry.clear_cache()
        charge = self._charge_one()
        rate = self.dollar._get_conversion_rate(
            self.dollar, self.company.currency_id, self.company, charge.date
        )
        self.assertAlmostEqual(charge.company_amount, 0.05 * rate, 6)
        self.assertEqual(charge.amount, 0.05)

    def test_the_day_is_that_of_where_the_account_is_billed(self):
        now = fields.Datetime.now()
        east = now + timedelta(hours=14)
        self.account.billing_tz = "Pacific/Kiritimati"
        self.assertEqual(self._charge_one().date, east.date())

    def test_costs_of_case_and_team(self):
        self._charge_one()
        self._charge_one(UTILITY)
        self.assertAlmostEqual(self.case.message_cost, 0.06)
        self.assertAlmostEqual(self.team.message_cost, 0.06)
        self.assertEqual(self.case.charge_count, 2)

    def test_costs_of_an_account(self):
        self._charge_one()
        self._charge_one(FREE)
        self.assertAlmostEqual(self.account.cost_month, 0.05)
        self.assertGreaterEqual(self.account.cost_forecast, 0.05)
        action = self.account.action_open_costs()
        charges = self.env["messaging.charge"].search(action["domain"])
        self.assertEqual(charges, self._get_charges())

    def test_a_failing_ledger_loses_no_status(self):
        part = self._send_one()

        def fail(charges, statuses):
            raise ZeroDivisionError("no price today")

        self.patch(self.env.registry["messaging.charge"], "_record_statuses", fail)
        with self.assertLogs("odoo.addons.whatsapp_helpdesk", "WARNING"):
            self._report(part, "delivered", MARKETING)
        self.assertEqual(part.state, "delivered")

    def test_a_batch_is_charged_with_few_statements(self):
        conversations = [self._create_conversation(f"C{n}") for n in range(12)]
        plain = self._count_statements(conversations, None)
        priced = self._count_statements(conversations, MARKETING)
        self.assertEqual(len(self._get_charges()), len(conversations))
        self.assertLessEqual(priced - plain, CHARGING)

    def _count_statements(self, conversations, pricing):
        parts = [self._send_one(conversation) for conversation in conversations]
        for part in parts:
            rest = {"pricing": pricing} if pricing else {}
            self._deliver(
                bodies.status(
                    part.external_id,
                    timestamp=self._now_timestamp(),
                    phone=part.identity_id.address.lstrip("+"),
                    **rest,
                )
            )
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.cr.sql_log_count
        self._process()
        return self.cr.sql_log_count - before


@tagged("post_install", "-at_install")
class TestChargesSeen(CostCase):
    def test_an_agent_sees_the_costs_of_own_cases(self):
        other = self._create_conversation("Bela's customer", agent=self.agent2)
        own = self._charge_one()
        foreign = self._charge_one(conversation=other, user=self.agent2)
        seen = self.env["messaging.charge"].with_user(self.agent).search([])
        self.assertIn(own, seen)
        self.assertNotIn(foreign, seen)

    def test_whoever_has_no_right_to_costs_opens_tickets_all_the_same(self):
        self._charge_one()
        salesperson = self._create_agent(
            "sales1", "Sal", "sales_team.group_sale_salesman"
        )
        self.case.partner_id.user_id = salesperson
        case = self.case.with_user(salesperson)
        self.assertEqual((case.charge_count, case.message_cost), (0, 0.0))

    def test_costs_of_a_private_team_are_seen_by_nobody_else(self):
        manager = self._create_agent(
            "manager1", "Mia", "helpdesk_mgmt.group_helpdesk_manager"
        )
        charge = self._charge_one()
        self.assertIn(
            charge, self.env["messaging.charge"].with_user(manager).search([])
        )
        self.cr.execute(
            "UPDATE helpdesk_ticket SET is_private = true WHERE id = %s", [self.case.id]
        )
        self.env.invalidate_all()
        seen = self.env["messaging.charge"].with_user(manager).search([])
        self.assertNotIn(charge, seen)
        self.assertAlmostEqual(self.account.with_user(manager).cost_month, 0.05)
