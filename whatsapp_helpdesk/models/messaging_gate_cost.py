"""A budget that is spent stops what is no answer; customers who wrote get theirs."""

from odoo import api, models

from .messaging_message_queue import BULK


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
        return self._is_reply(intent.identity, intent.author_kind, intent.bulk)

    def _is_reply(self, identity, author_kind, bulk):
        return (
            author_kind == "agent"
            and not bulk
            and not self._is_outside_window(identity)
        )

    # -- again when a part leaves -----------------------------------------------------

    @api.model
    def _get_news(self, parts):
        """Override: and which accounts have spent their budget meanwhile."""
        news = super()._get_news(parts)
        news.spent = {
            account.id for account in parts.account_id if account._is_budget_spent()
        }
        return news

    @api.model
    def _recheck(self, part, news):
        """Override: a campaign stops where the budget is spent, not where it began."""
        refusal = super()._recheck(part, news)
        if refusal or part.account_id.id not in news.spent or part._is_mark():
            return refusal
        bulk = part.priority >= BULK
        if self._is_reply(part.identity_id, part.author_kind, bulk):
            return None
        return self._because("budget_money")
