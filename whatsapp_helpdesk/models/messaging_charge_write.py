"""From statuses to charges: all of a batch in one statement.

The part is the source: it knows the newest pricing that a status told. A charge is
what follows from that, so repetitions change nothing and a correction does.
"""

import hashlib
import json
from collections import Counter
from decimal import Decimal

from odoo import api, fields, models
from odoo.tools import SQL

from ..gateway.pricing import DOUBTFUL, Delivery

#: Columns that a correction changes; the rest is as it was at the delivery.
PRICE_COLUMNS = {
    "pricing_category": "varchar",
    "pricing_type": "varchar",
    "pricing_model": "varchar",
    "country_id": "int4",
    "category": "varchar",
    "basis": "varchar",
    "amount": "numeric",
    "currency_id": "int4",
    "company_amount": "numeric",
    "rate_id": "int4",
    "is_estimate": "bool",
}
COLUMNS = {
    "account_id": "int4",
    "company_id": "int4",
    "external_key": "varchar",
    "message_id": "int4",
    "ticket_id": "int4",
    "author_kind": "varchar",
    "charged_at": "timestamp",
    "date": "date",
    **PRICE_COLUMNS,
}


class MessagingCharge(models.Model):
    _inherit = "messaging.charge"

    @api.model
    def _record_statuses(self, statuses):
        """Charge what these statuses say was delivered.

        :param list statuses: (part, gateway update) in the order they were applied.
        """
        wanted = {}
        for part, update in statuses:
            external_id = update.target or part.external_id
            if external_id and part._is_chargeable(update):
                wanted[part.account_id, external_id] = part
        self._record(
            [(part, external_id) for (_account, external_id), part in wanted.items()]
        )

    @api.model
    def _record(self, deliveries):
        """Create or correct the charges of parts.

        :param list deliveries: (part, external id), no id twice.
        """
        if not deliveries:
            return
        conversions, used = {}, Counter()
        rows = [
            self._prepare_row(part, external_id, conversions, used)
            for part, external_id in deliveries
        ]
        self.env["helpdesk.ticket"].flush_model(["team_id"])
        self.env["messaging.message"].flush_model(["template_id"])
        self.env.cr.execute(self._get_upsert_query(rows))
        self.invalidate_model()

    @api.model
    def _prepare_row(self, part, external_id, conversions, used):
        account = part.account_id
        charged_at = part.delivered_at or part.read_at or fields.Datetime.now()
        return {
            "account_id": account.id,
            "company_id": account.company_id.id,
            "external_key": self._get_key(external_id),
            "message_id": part.id,
            "ticket_id": part.ticket_id.id or None,
            "author_kind": part.author_kind,
            "charged_at": fields.Datetime.to_string(charged_at),
            "pricing_category": part.pricing_category or None,
            "pricing_type": part.pricing_type or None,
            "pricing_model": part.pricing_model or None,
            "country_id": part.recipient_country_id.id or None,
            **self._prepare_price(
                account,
                {
                    "type": part.pricing_type or "",
                    "category": self._get_told_category(part),
                    "moment": charged_at,
                    "country": part.recipient_country_id.code or "",
                    "model": part.pricing_model or "",
                },
                conversions,
                used,
            ),
        }

    @api.model
    def _get_key(self, external_id):
        """A hash: ids of some providers contain the customer's number."""
        return hashlib.sha256(external_id.encode()).hexdigest()

    @api.model
    def _get_told_category(self, part):
        """What the provider says; else free text is service, whoever wrote it."""
        return part.pricing_category or ("" if part.template_name else "service")

    @api.model
    def _prepare_price(self, account, question, conversions, used):
        """Return the values that follow from a delivery.

        :param dict question: fields of the gateway's ``Delivery``.
        :param dict conversions: rates of exchange found so far, filled here.
        :param Counter used: free messages of this call by account and month.
        """
        delivery = self._prepare_delivery(account, question, used)
        result = self.env["messaging.rate"]._charge(account, delivery)
        if result.basis.value == "free_tier":
            used[account.id, result.day.replace(day=1)] += 1
        currency_ids = self.env["messaging.rate"]._get_currency_ids()
        currency = account.company_id.currency_id
        currency_id = currency_ids.get(result.currency, currency.id)
        key = (currency_id, account.company_id, result.day)
        if key not in conversions:
            conversions[key] = self._get_conversion(*key)
        names = dict(self._fields["category"].selection)
        return {
            "date": result.day.isoformat(),
            "category": result.category if result.category in names else None,
            "basis": result.basis.value,
            "amount": str(result.amount),
            "currency_id": currency_id,
            "company_amount": str(result.amount * conversions[key]),
            "rate_id": result.rate.id or None if result.rate else None,
            "is_estimate": result.is_estimate or result.basis in DOUBTFUL,
        }

    @api.model
    def _prepare_delivery(self, account, question, used):
        delivery = Delivery(
            **question,
            timezone=account.billing_tz or "",
            account=account.id,
            company=account.company_id.id,
            free_tier=account.free_service_messages,
        )
        if delivery.type or not delivery.free_tier:
            return delivery
        # The provider does not say whether this one is free: we have to count.
        return account._count_free_before(delivery, used)

    @api.model
    def _get_conversion(self, currency_id, company, day):
        source = self.env["res.currency"].browse(currency_id)
        rate = source._get_conversion_rate(source, company.currency_id, company, day)
        return Decimal(str(rate))

    @api.model
    def _get_upsert_query(self, rows):
        """Team and template are read by the same statement."""
        definition = [SQL("%s %s", _name(n), SQL(t)) for n, t in COLUMNS.items()]
        return SQL(
            """
            INSERT INTO messaging_charge AS charge (
                   %(names)s, team_id, template_id,
                   create_uid, write_uid, create_date, write_date)
            SELECT %(values)s, ticket.team_id, part.template_id, %(uid)s, %(uid)s,
                   now() AT TIME ZONE 'utc', now() AT TIME ZONE 'utc'
              FROM jsonb_to_recordset(%(rows)s::jsonb) AS new (%(definition)s)
              JOIN messaging_message part ON part.id = new.message_id
         LEFT JOIN helpdesk_ticket ticket ON ticket.id = new.ticket_id
       ON CONFLICT (account_id, external_key) DO UPDATE
               SET %(changes)s, write_date = excluded.write_date
             WHERE (charge.pricing_type, charge.pricing_category, charge.country_id)
                   IS DISTINCT FROM (
                   excluded.pricing_type, excluded.pricing_category,
                   excluded.country_id)
            """,
            names=SQL(", ").join(_name(name) for name in COLUMNS),
            values=SQL(", ").join(SQL("new.%s", _name(name)) for name in COLUMNS),
            uid=self.env.uid,
            rows=json.dumps(rows),
            definition=SQL(", ").join(definition),
            changes=SQL(", ").join(
                SQL("%s = excluded.%s", _name(name), _name(name))
                for name in PRICE_COLUMNS
            ),
        )


def _name(name):
    return SQL.identifier(name)
