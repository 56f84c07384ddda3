"""A budget that is spent stops what is no answer; customers who wrote get theirs."""

from odoo import models


class MessagingGate(models.AbstractModel):
    _inherit = "messaging.gate"

    def _get_checks(self):
        return [*super()._get_checks(), "budget_money"]

    def _get_reasons(self):
        text = self.env._("The messaging budget of this month is spent.")
        return [*super()._get_reasons(), ("budget_money", text)]

    def _check_budget_money(self, intent):
        account = intent.identity.account_id
        if self._is_answer(intent) or not account._is_budget_spent():
            return None
        return (
            "budget_money",
            self.env._(
                "The messaging budget of %(account)s for this month is spent. Only "
                "answers to customers who wrote in the last hours still leave; a "
                "helpdesk manager can raise the budget.",
                account=account.name,
            ),
        )

    def _is_answer(self, intent):
        """What an agent writes to a customer whose window is open."""
        return (
            intent.author_kind == "agent"
            and not intent.bulk
            and not self._is_outside_window(intent.identity)
        )
