from odoo import models


class MessagingGate(models.AbstractModel):
    _inherit = "messaging.gate"

    def _get_automatic_cap(self, identity):
        return identity.account_id.automatic_daily_cap

    def _get_budget_refusal(self, identity, author_kind):
        """Besides the customer's cap an account may have a budget for the day."""
        refusal = super()._get_budget_refusal(identity, author_kind)
        account = identity.account_id
        if refusal or author_kind != "automatic" or not account.automatic_budget:
            return refusal
        if account._count_automatic_today() < account.automatic_budget:
            return None
        return (
            "automatic_budget",
            self.env._(
                "%(account)s has sent all its automatic messages for today.",
                account=account.name,
            ),
        )
