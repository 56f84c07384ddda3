from odoo import api, fields, models

#: Share of the budget at which somebody is told.
WARN_AT = 0.8


class MessagingBudget(models.Model):
    """What an account spent of its budget in one month.

    A row of its own, written by a job only: adding it up at each send would be slow,
    and a counter that every delivery changes would make workers wait for each other.
    """

    _name = "messaging.budget"
    _description = "Messaging Budget of a Month"
    _order = "month desc, account_id"
    _rec_name = "month"

    account_id = fields.Many2one("messaging.account", required=True, ondelete="cascade")
    company_id = fields.Many2one(related="account_id.company_id", store=True)
    currency_id = fields.Many2one(related="account_id.company_currency_id")
    month = fields.Date(required=True, help="Its first day.")
    amount = fields.Monetary("Budget", readonly=True)
    spent = fields.Monetary(readonly=True)
    warned_at = fields.Datetime(readonly=True)
    reached_at = fields.Datetime(readonly=True, help="When all of it was spent.")

    _account_month_unique = models.Constraint(
        "UNIQUE(account_id, month)", "The account has a budget for this month."
    )

    @api.model
    def _update_all(self):
        """Bring this month's rows up to date and tell who has to know."""
        # sudo: messaging.account - a job has no user
        accounts = self.env["messaging.account"].sudo()
        self._update(accounts.search([("monthly_budget", ">", 0)]))

    @api.model
    def _update(self, accounts):
        # sudo: messaging.budget - rows of the system, whoever sets the budget
        budgets = self.sudo()._get_rows(accounts)
        spent = accounts._get_month_costs()
        now = fields.Datetime.now()
        for account in accounts:
            budget, limit = budgets[account.id], account.monthly_budget
            cost = float(spent[account])
            reached = bool(limit) and cost >= limit
            values = {
                "amount": limit,
                "spent": account.company_currency_id.round(cost),  # as it is stored
                "reached_at": (budget.reached_at or now) if reached else False,
            }
            if limit and cost >= limit * WARN_AT and not budget.warned_at:
                values["warned_at"] = now
                budget._warn(account, cost, limit)
            budget._write_changes(values)

    def _write_changes(self, values):
        """Most of the time nothing changed, and nothing is written."""
        changes = {name: value for name, value in values.items() if self[name] != value}
        if changes:
            self.write(changes)

    def _get_rows(self, accounts):
        """Return ``{account id: row of its current month}``."""
        months = {account.id: account._get_month()[0] for account in accounts}
        found = self.search(
            [("account_id", "in", accounts.ids), ("month", "in", [*months.values()])]
        )
        rows = {
            row.account_id.id: row
            for row in found
            if row.month == months[row.account_id.id]
        }
        missing = [account_id for account_id in months if account_id not in rows]
        created = self.create(
            [{"account_id": i, "month": months[i], "amount": 0} for i in missing]
        )
        return {**rows, **{row.account_id.id: row for row in created}}

    def _warn(self, account, cost, limit):
        """Once a month, however often the figures go up and down."""
        user = account._get_responsible_user()
        reader = account.with_context(lang=user.lang)
        currency = account.company_currency_id
        account.activity_schedule(
            "mail.mail_activity_data_warning",
            summary=reader.env._("Messaging budget: %(name)s", name=account.name),
            note=reader.env._(
                "%(cost)s of this month's budget of %(limit)s are spent.",
                cost=currency.with_env(reader.env).format(cost),
                limit=currency.with_env(reader.env).format(limit),
            ),
            user_id=user.id,
        )
