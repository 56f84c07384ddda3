from odoo import models

from .messaging_budget import WARN_AT
from .messaging_health_problem import Problem


class MessagingHealth(models.Model):
    _inherit = "messaging.health"

    def _find_account_problems(self):
        yield from super()._find_account_problems()
        yield from self._find_budget_problems()

    def _find_budget_problems(self):
        """The page shows it; an activity was made when it happened."""
        account, _ = self.account_id, self.env._
        if not account.monthly_budget:
            return
        month = account._get_month()[0]
        budget = account.budget_ids.filtered(lambda row: row.month == month)
        if budget.reached_at and account.budget_stop:
            text = _(
                "The messaging budget of this month is spent: only answers leave. "
                "Raise it at the account, or wait for the next month."
            )
            yield Problem("budget_spent", "bad", text, alert=False)
        elif budget and budget.spent >= account.monthly_budget * WARN_AT:
            text = _("Most of this month's messaging budget is spent.")
            yield Problem("budget", "warning", text, alert=False)
