"""The rates as the gateway reads them, and the card that comes with the app."""

import csv
from datetime import date
from types import MappingProxyType

from odoo import api, fields, models
from odoo.tools import file_open, ormcache

from ..gateway.pricing import Delivery, Rate, RateCard, charge, to_micro

#: The card that comes with the app, see its first line for where it is from.
CARD = "whatsapp_helpdesk/data/rate_card_whatsapp.csv"
COLUMNS = ("marketing", "utility", "authentication", "authentication_international")


class MessagingRate(models.Model):
    _inherit = "messaging.rate"

    # -- read once, until a rate changes ----------------------------------------------

    @ormcache()
    def _get_card(self):
        """Return all rates as a card of the gateway."""
        # sudo: messaging.rate, res.currency - what a message costs depends on nobody
        rates = self.sudo().search_fetch([])
        return RateCard([rate._prepare_gateway_rate() for rate in rates])

    def _prepare_gateway_rate(self):
        return Rate(
            category=self.category,
            micro=to_micro(self.amount),
            currency=self.currency_id.name,
            valid_from=self.date_from,
            country=self.country_id.code or "",
            region=self.region or "",
            account=self.account_id.id or 0,
            company=self.company_id.id or 0,
            is_estimate=self.is_estimate,
            id=self.id,
        )

    @ormcache()
    def _get_country_ids(self):
        # sudo: res.country - codes
        countries = self.env["res.country"].sudo().search_fetch([], ["code"])
        return MappingProxyType({country.code: country.id for country in countries})

    @api.model
    def _get_country(self, code):
        """Return the country of an ISO code without a query."""
        country_id = self._get_country_ids().get(code) if code else None
        return self.env["res.country"].browse(country_id or ())

    @ormcache()
    def _get_currency_ids(self):
        # sudo: res.currency - names, of those that are not used any more as well
        currencies = self.env["res.currency"].sudo().with_context(active_test=False)
        rows = currencies.search_fetch([], ["name"])
        return MappingProxyType({currency.name: currency.id for currency in rows})

    # -- questions --------------------------------------------------------------------

    @api.model
    def _charge(self, account, delivery):
        """Return the gateway's charge of a delivery."""
        tariff = account.connection_id._get_provider_class().tariff
        return charge(tariff, self._get_card(), delivery)

    @api.model
    def _estimate(self, account, category, country):
        """Return what one more message of a category would cost, free tiers left out.

        :param category: of the template: marketing, utility, authentication; service.
        :param country: ``res.country`` of the customer, may be empty.
        :return: ``(Decimal, res.currency)``, or None when no rate is known.
        """
        result = self._charge_next(account, category, country)
        if not result.rate:
            return None
        currency_id = self._get_currency_ids()[result.currency]
        return result.amount, self.env["res.currency"].browse(currency_id)

    @api.model
    def _charge_next(self, account, category, country):
        """Return the gateway's charge of one more message, free tiers left out."""
        return self._charge(
            account,
            Delivery(
                "regular",
                category or "",
                fields.Datetime.now(),
                country.code or "",
                timezone=account.billing_tz or "",
                account=account.id,
                company=account.company_id.id,
            ),
        )

    # -- the card that comes with the app ---------------------------------------------

    @api.model
    def _load_card(self):
        """Create the rates of the card that are not here; nothing else is touched.

        What somebody changed stays as it is.
        """
        with file_open(CARD) as lines:
            rows = list(csv.DictReader(line for line in lines if line[0] != "#"))
        currency = self.env["res.currency"].with_context(active_test=False)
        dollar = currency.search([("name", "=", "USD")], limit=1)
        data = [
            {
                "xml_id": self._get_card_xml_id(row, category),
                "values": self._prepare_card_values(row, category, dollar),
                "noupdate": True,
            }
            for row in rows
            for category in COLUMNS
            if row[category]
        ]
        # sudo: messaging.rate - part of the installation
        return self.sudo()._load_records(self._leave_known(data))

    @api.model
    def _leave_known(self, data):
        """Without what was loaded before, and what somebody entered already."""
        names = self.env["ir.model.data"].sudo()  # sudo: ir.model.data - our names
        loaded = set(
            names.search(
                [("module", "=", "whatsapp_helpdesk"), ("model", "=", "messaging.rate")]
            ).mapped("complete_name")
        )
        # sudo: messaging.rate - part of the installation
        general = self.sudo().search(
            [("account_id", "=", False), ("company_id", "=", False)]
        )
        entered = {
            (rate.category, rate.country_id.id, rate.region, rate.date_from)
            for rate in general
        }
        return [
            entry
            for entry in data
            if entry["xml_id"] not in loaded
            and self._get_key(entry["values"]) not in entered
        ]

    @api.model
    def _get_key(self, values):
        return tuple(
            values[name] for name in ("category", "country_id", "region", "date_from")
        )

    @api.model
    def _get_card_xml_id(self, row, category):
        day = row["date_from"].replace("-", "")
        return f"whatsapp_helpdesk.rate_{row['place'].lower()}_{category}_{day}"

    @api.model
    def _prepare_card_values(self, row, category, currency):
        place = row["place"]
        is_country = len(place) == 2
        return {
            "category": category,
            "country_id": self._get_country(place).id if is_country else False,
            "region": False if is_country else place,
            "date_from": date.fromisoformat(row["date_from"]),
            "amount": float(row[category]),
            "currency_id": currency.id,
            "is_estimate": row["estimate"] == "1",
            "source": row["source"],
        }
