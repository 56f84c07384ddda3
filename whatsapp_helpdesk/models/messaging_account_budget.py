from odoo import api, fields, models


class MessagingAccount(models.Model):
    _inherit = "messaging.account"

    monthly_budget = fields.Monetary(
        currency_field="company_currency_id",
        groups="helpdesk_mgmt.group_helpdesk_manager",
        help="In the currency of the company; 0 for none. Somebody is told when 80 % "
        "are spent.",
    )
    budget_stop = fields.Boolean(
        "Stop at the Budget",
        groups="helpdesk_mgmt.group_helpdesk_manager",
        help="When all is spent, agents still answer customers who wrote; automatic "
        "and bulk messages and new conversations wait for the next month.",
    )
    budget_ids = fields.One2many(
        "messaging.budget",
        "account_id",
        groups="helpdesk_mgmt.group_helpdesk_manager",
    )

    _monthly_budget_not_negative = models.Constraint(
        "CHECK(monthly_budget >= 0)", "A budget cannot be negative."
    )

    @api.model_create_multi
    def create(self, vals_list):
        accounts = super().create(vals_list)
        accounts.sudo()._after_budget_change()  # sudo: rows of the system
        return accounts

    def write(self, vals):
        result = super().write(vals)
        if {"monthly_budget", "billing_tz"} & set(vals):
            self.sudo()._after_budget_change()  # sudo: rows of the system
        return result

    def _after_budget_change(self):
        budgeted = self.filtered(lambda a: a.monthly_budget or a.budget_ids)
        self.env["messaging.budget"]._update(budgeted)

    def _is_budget_spent(self):
        """Whether only answers may leave until the month is over."""
        self.ensure_one()
        account_sudo = self.sudo()  # sudo: messaging.account - a yes or no
        if not account_sudo.budget_stop or not account_sudo.monthly_budget:
            return False
        return bool(
            account_sudo.env["messaging.budget"].search_count(
                [
                    ("account_id", "=", self.id),
                    ("month", "=", self._get_month()[0]),
                    ("reached_at", "!=", False),
                ],
                limit=1,
            )
        )
