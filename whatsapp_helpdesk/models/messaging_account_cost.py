from dataclasses import replace
from decimal import Decimal

from odoo import api, fields, models

from odoo.addons.base.models.res_partner import _tz_get

from ..gateway.pricing import forecast, local_day, month_of

MANAGER = "helpdesk_mgmt.group_helpdesk_manager"


class MessagingAccount(models.Model):
    """What an account costs, in the months of where it is billed."""

    _inherit = "messaging.account"

    billing_tz = fields.Selection(
        _tz_get,
        "Billing Time Zone",
        required=True,
        default="UTC",
        help="Time zone of the business account at the provider: its days and months "
        "begin there.",
    )
    free_service_messages = fields.Integer(
        "Free Service Messages",
        default=1000,
        help="Answers without a template that cost nothing, for this number and month.",
    )
    company_currency_id = fields.Many2one(related="company_id.currency_id")
    cost_month = fields.Monetary(
        "This Month",
        currency_field="company_currency_id",
        compute="_compute_costs",
        groups=MANAGER,
    )
    cost_forecast = fields.Monetary(
        "Until the End of the Month",
        currency_field="company_currency_id",
        compute="_compute_costs",
        groups=MANAGER,
        help="If it goes on like this.",
    )
    free_service_used = fields.Integer(
        "Free Messages Used", compute="_compute_free_service_used", groups=MANAGER
    )
    doubtful_charge_count = fields.Integer(
        "Without a Rate",
        compute="_compute_costs",
        groups=MANAGER,
        help="Delivered this month, and no rate on the card says what it costs.",
    )

    def _compute_costs(self):
        now = fields.Datetime.now()
        spent = self._get_month_costs()
        doubtful = self._count_doubtful()
        for account in self:
            amount = spent[account]
            account.cost_month = float(amount)
            account.cost_forecast = float(forecast(amount, now, account.billing_tz))
            account.doubtful_charge_count = doubtful.get(account, 0)

    def _compute_free_service_used(self):
        for account in self:
            account.free_service_used = account._count_free(*account._get_month())

    @api.model
    def _get_now(self):
        return fields.Datetime.now()

    def _get_month(self):
        """Return first day of this month and of the next one, where it is billed."""
        self.ensure_one()
        return month_of(local_day(self._get_now(), self.billing_tz))

    def _get_month_domain(self):
        first, following = self._get_month()
        return [("date", ">=", first), ("date", "<", following)]

    def _get_month_costs(self):
        """Return ``{account: Decimal}``, in the currency of its company."""
        # sudo: messaging.charge - a sum, whoever may read what it is made of
        charge_sudo = self.env["messaging.charge"].sudo()
        costs = dict.fromkeys(self, Decimal(0))
        for accounts in self.grouped(lambda account: account._get_month()).values():
            rows = charge_sudo._read_group(
                [("account_id", "in", accounts.ids), *accounts[0]._get_month_domain()],
                ["account_id"],
                ["company_amount:sum"],
            )
            for account, amount in rows:
                costs[self.browse(account.id)] = Decimal(str(amount))
        return costs

    def _count_doubtful(self):
        # sudo: messaging.charge - a number, whoever may read what it is made of
        charge_sudo = self.env["messaging.charge"].sudo()
        counts = {}
        for accounts in self.grouped(lambda account: account._get_month()).values():
            rows = charge_sudo._read_group(
                [
                    ("account_id", "in", accounts.ids),
                    ("basis", "in", ("no_rate", "no_category")),
                    *accounts[0]._get_month_domain(),
                ],
                ["account_id"],
                ["__count"],
            )
            counts.update({self.browse(account.id): count for account, count in rows})
        return counts

    # -- free messages ----------------------------------------------------------------

    def _get_tariff(self):
        return self.connection_id._get_provider_class().tariff

    def _count_free(self, first, following, before=None):
        """Count what was used up of the month's free messages."""
        self.ensure_one()
        tariff = self._get_tariff()
        start = max(first, tariff.charged_from.get(tariff.free_tier, first))
        domain = [
            ("account_id", "=", self.id),
            ("date", ">=", start),
            ("date", "<", following),
            ("category", "=", tariff.free_tier),
            "|",
            ("basis", "=", "free_tier"),
            ("pricing_type", "in", list(tariff.free_tier_types)),
        ]
        if before:
            domain.append(("charged_at", "<", before))
        # sudo: messaging.charge - a number
        return self.env["messaging.charge"].sudo().search_count(domain)

    def _count_free_before(self, delivery, used):
        """Return a delivery that knows how many free ones were used up before it.

        :param Counter used: those of the same batch by account and month.
        """
        day = local_day(delivery.moment, self.billing_tz)
        if not self._get_tariff().is_in_free_tier(delivery.category, day):
            return delivery
        first, following = month_of(day)
        count = self._count_free(first, following, delivery.moment)
        return replace(delivery, free_used=count + used[self.id, first])

    def action_open_costs(self):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "whatsapp_helpdesk.action_messaging_charge"
        )
        return {
            **action,
            "domain": [("account_id", "=", self.id)],
            "context": {"search_default_this_month": 1},
        }
