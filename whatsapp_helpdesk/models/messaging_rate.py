from odoo import api, fields, models

from ..gateway.pricing import REST

CATEGORIES = [
    ("marketing", "Marketing"),
    ("marketing_lite", "Marketing (Lite)"),
    ("utility", "Utility"),
    ("authentication", "Authentication"),
    ("authentication_international", "Authentication, International"),
    ("service", "Service"),
]
REGIONS = [
    ("north_america", "North America"),
    ("rest_of_africa", "Rest of Africa"),
    ("rest_of_asia_pacific", "Rest of Asia Pacific"),
    ("rest_of_central_eastern_europe", "Rest of Central & Eastern Europe"),
    ("rest_of_latin_america", "Rest of Latin America"),
    ("rest_of_middle_east", "Rest of Middle East"),
    ("rest_of_western_europe", "Rest of Western Europe"),
    (REST, "Rest of the World"),
]
#: Digits of what one message costs; amounts are millionths of a unit.
PRICE_DIGITS = (16, 6)


class MessagingRate(models.Model):
    """What one delivered message costs, from some day on.

    A rate holds until a newer one for the same place and category begins. That of a
    country comes before that of its region.
    """

    _name = "messaging.rate"
    _description = "Messaging Rate"
    _order = "date_from desc, category, country_id, region, id"

    category = fields.Selection(CATEGORIES, required=True, index=True)
    country_id = fields.Many2one(
        "res.country", ondelete="restrict", help="Country of the customer's number."
    )
    region = fields.Selection(
        REGIONS, help="For countries that have no rate of their own."
    )
    account_id = fields.Many2one(
        "messaging.account",
        ondelete="cascade",
        help="Only for this account, for instance at a partner's prices.",
    )
    company_id = fields.Many2one(
        "res.company", ondelete="cascade", help="Only for accounts of this company."
    )
    date_from = fields.Date("From", required=True, default=fields.Date.context_today)
    amount = fields.Float(
        "Per Message", digits=PRICE_DIGITS, required=True, aggregator=None
    )
    currency_id = fields.Many2one(
        "res.currency",
        required=True,
        default=lambda self: self._get_default_currency(),
        ondelete="restrict",
    )
    is_estimate = fields.Boolean(
        "Estimate", help="Not confirmed by a published card or by an invoice of yours."
    )
    source = fields.Char(help="Where the figure comes from.")

    _place_unique = models.UniqueIndex(
        "(category, COALESCE(country_id, 0), COALESCE(region, ''), "
        "COALESCE(account_id, 0), COALESCE(company_id, 0), date_from)",
        "There is already a rate for this place, category and day.",
    )
    _one_place = models.Constraint(
        "CHECK((country_id IS NULL) <> (region IS NULL))",
        "A rate is either for a country or for a region.",
    )
    _amount_not_negative = models.Constraint(
        "CHECK(amount >= 0)", "A rate cannot be negative."
    )

    @api.model
    def _get_default_currency(self):
        """Cards are published in dollars, unless the company keeps its own."""
        dollar = self.env.ref("base.USD", raise_if_not_found=False)
        return dollar or self.env.company.currency_id

    @api.depends("category", "country_id", "region", "date_from")
    def _compute_display_name(self):
        categories = dict(self._fields["category"]._description_selection(self.env))
        regions = dict(self._fields["region"]._description_selection(self.env))
        for rate in self:
            place = rate.country_id.name or regions.get(rate.region, "")
            rate.display_name = f"{categories.get(rate.category, '')}, {place}"

    @api.onchange("country_id")
    def _onchange_country_id(self):
        if self.country_id:
            self.region = False

    @api.onchange("region")
    def _onchange_region(self):
        if self.region:
            self.country_id = False

    # -- what follows from a change ---------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        rates = super().create(vals_list)
        rates._after_change()
        return rates

    def write(self, vals):
        before = self._get_first_day()
        result = super().write(vals)
        if set(vals) - {"is_estimate", "source"}:
            self._after_change(before)
        return result

    def unlink(self):
        before = self._get_first_day()
        result = super().unlink()
        self.browse()._after_change(before)
        return result

    def _get_first_day(self):
        return min(self.mapped("date_from"), default=None)

    def _after_change(self, before=None):
        """Charges since the first day concerned are computed again, by a job."""
        self.env.registry.clear_cache()
        days = [day for day in (before, self._get_first_day()) if day]
        if days:
            self.env["messaging.recompute"]._request(min(days))
