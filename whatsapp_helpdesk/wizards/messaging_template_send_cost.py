"""What sending a template will cost, before it is sent."""

from collections import Counter
from decimal import Decimal

from odoo import api, fields, models

from ..gateway import phones


class MessagingTemplateSend(models.TransientModel):
    _inherit = "messaging.template.send"

    cost_text = fields.Char(
        "Estimated Cost",
        compute="_compute_cost_text",
        help="By today's rates, if all of it is delivered.",
    )

    @api.depends("template_id", "account_id", "partner_id", "recipient_count")
    def _compute_cost_text(self):
        for wizard in self:
            wizard.cost_text = wizard._get_cost_text()

    def _get_cost_text(self):
        if not self.template_id or not self.account_id:
            return ""
        amounts, unknown = self._estimate_costs()
        texts = [
            f"{_format(amount)} {currency.name}" for currency, amount in amounts.items()
        ]
        if not texts:
            return self.env._("No rate is known for this.")
        text = " + ".join(texts)
        if unknown:
            return self.env._(
                "%(amount)s, and %(count)s without a known rate",
                amount=text,
                count=unknown,
            )
        return text

    def _estimate_costs(self):
        """Return ``{currency: Decimal}`` and how many have no rate."""
        amounts, unknown = {}, 0
        account = self.account_id._origin
        # sudo: messaging.rate, messaging.account - a sum is told, nothing else
        rate_sudo = self.env["messaging.rate"].sudo()
        for code, count in self._count_countries(account).items():
            found = rate_sudo._estimate(
                account.sudo(), self.template_id.category, rate_sudo._get_country(code)
            )
            if found is None:
                unknown += count
                continue
            price, currency = found
            amounts[currency] = amounts.get(currency, Decimal(0)) + price * count
        return amounts, unknown

    def _count_countries(self, account):
        """Count the customers by the country of their number."""
        if self.conversation_id:
            partners = self.partner_id
        else:
            partners = [partner for _record, partner in self._get_recipients()]
        return Counter(
            self._get_phone_country(account, partner) for partner in partners
        )

    def _get_phone_country(self, account, partner):
        identity = self.env["messaging.identity"]
        default = identity._get_country_to_start(account, partner)
        # sudo: res.partner, messaging.identity - only the country of a number
        number = phones.normalise(partner.sudo().phone or "", default)
        return phones.country(number) if number else default


def _format(amount):
    """Small prices with all their digits, sums with two."""
    return f"{amount:.2f}" if amount >= 1 else f"{amount.normalize():f}"
