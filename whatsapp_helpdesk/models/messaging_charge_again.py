"""Charges computed again with the rates of today's card for their day."""

from collections import Counter

from odoo import models


class MessagingCharge(models.Model):
    _inherit = "messaging.charge"

    def _price_again(self):
        """Bring amounts up to date; return how many changed."""
        conversions, changed = {}, 0
        for charge in self:
            values = charge._prepare_price(
                charge.account_id, charge._get_question(), conversions, Counter()
            )
            values = {n: v for n, v in values.items() if charge._differs(n, v)}
            if values:
                charge.write(values)
                changed += 1
        return changed

    def _get_question(self):
        return {
            "type": self.pricing_type or "",
            "category": self.pricing_category or self.category or "",
            "moment": self.charged_at,
            "country": self.country_id.code or "",
            "model": self.pricing_model or "",
        }

    def _differs(self, name, value):
        """Whether a value to write is another one; amounts come as exact texts."""
        field = self._fields[name]
        if field.type == "float":
            return round(self[name], 6) != round(float(value), 6)
        current = field.convert_to_write(self[name], self)
        return (current or None) != (value or None)

    def action_open_request(self):
        """Ask for the period of these charges to be computed again."""
        self.env["messaging.recompute"].check_access("create")
        days, companies = self.mapped("date"), self.company_id
        request = self.env["messaging.recompute"].create(
            {
                "date_from": min(days),
                "date_to": max(days),
                "company_id": companies.id if len(companies) == 1 else False,
            }
        )
        return {
            "type": "ir.actions.act_window",
            "res_model": "messaging.recompute",
            "res_id": request.id,
            "view_mode": "form",
            "target": "new",
        }
