"""Budgets: who is told, and what may still leave."""

from datetime import timedelta

from odoo import fields
from odoo.exceptions import UserError
from odoo.tests import tagged

from .test_costs import CostCase


@tagged("post_install", "-at_install")
class TestBudget(CostCase):
    def _watch(self):
        self.env["messaging.budget"]._update_all()

    def _get_warnings(self):
        return self.account.activity_ids.filtered(lambda a: "budget" in a.summary)

    def _get_reason(self, author_kind="agent", **policy):
        refusal = self.env["messaging.gate"]._get_refusal(
            self.identity, author_kind, **policy
        )
        return refusal and refusal[0]

    def test_a_warning_comes_once_in_a_month(self):
        self.account.monthly_budget = 0.12
        self._charge_one()
        self._watch()
        self.assertFalse(self._get_warnings())
        self._charge_one()
        self._watch()
        self.assertEqual(len(self._get_warnings()), 1)
        self._get_warnings().unlink()
        self._charge_one()
        self._watch()
        self.assertFalse(self._get_warnings())

    def test_a_month_has_one_row(self):
        self.account.monthly_budget = 1
        self._charge_one()
        self._watch()
        self._watch()
        self.assertAlmostEqual(self.account.budget_ids.spent, 0.05)
        self.assertFalse(self.account.budget_ids.reached_at)

    def test_the_same_figures_are_not_written_again(self):
        self.account.monthly_budget = 1
        self.rate.amount = 0.0512
        self._charge_one()
        self._watch()
        budget = self.account.budget_ids
        written = []
        write = type(budget).write
        self.patch(
            type(budget),
            "write",
            lambda rows, vals: written.append(vals) or write(rows, vals),
        )
        self._watch()
        self.assertFalse(written)

    def test_a_spent_budget_stops_what_is_no_answer(self):
        self.account.write({"monthly_budget": 0.05, "budget_stop": True})
        self.assertIsNone(self._get_reason("automatic"))
        self._charge_one()
        self._watch()
        self.assertEqual(self._get_reason("automatic"), "budget_money")
        self.assertEqual(self._get_reason(bulk=True), "budget_money")
        self.assertIsNone(self._get_reason())
        self.assertTrue(self._reply(self.conversation))

    def test_a_new_conversation_is_no_answer(self):
        self.account.write({"monthly_budget": 0.05, "budget_stop": True})
        self._charge_one()
        self._watch()
        self.identity.last_inbound_at = fields.Datetime.now() - timedelta(days=3)
        gate = self.env["messaging.gate"]
        self.patch(type(gate), "_check_window", lambda gate, intent: None)
        self.assertEqual(self._get_reason(), "budget_money")

    def test_without_the_stop_everything_leaves(self):
        self.account.monthly_budget = 0.05
        self._charge_one()
        self._watch()
        self.assertTrue(self.account.budget_ids.reached_at)
        self.assertIsNone(self._get_reason("automatic"))

    def test_a_raised_budget_lets_everything_leave_at_once(self):
        self.account.write({"monthly_budget": 0.05, "budget_stop": True})
        self._charge_one()
        self._watch()
        self.account.monthly_budget = 5
        self.assertIsNone(self._get_reason("automatic"))

    def test_the_sentence_names_the_account(self):
        self.account.write({"monthly_budget": 0.01, "budget_stop": True})
        self._charge_one()
        self._watch()
        refused = self.assertRaisesRegex(UserError, self.account.name)
        with refused:
            self.env["messaging.gate"]._pass(self.identity, "automatic")

    def test_the_health_page_shows_it(self):
        self.account.write({"monthly_budget": 0.05, "budget_stop": True})
        self._charge_one()
        self._watch()
        health = self.env["messaging.health"].browse(self.account.id)
        self.assertEqual(health.level, "bad")
        self.assertIn("budget", health.advice)

    def test_an_agent_is_not_told_the_budget(self):
        self.account.monthly_budget = 7
        account = self.account.with_user(self.agent)
        self.assertNotIn("monthly_budget", account.fields_get())
        self.assertFalse(account._is_budget_spent())
