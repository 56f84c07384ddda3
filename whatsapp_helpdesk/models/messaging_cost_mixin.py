from odoo import fields, models


class MessagingCostMixin(models.AbstractModel):
    """What messages cost, summed up for a record that charges point to."""

    _name = "messaging.cost.mixin"
    _description = "Messaging Costs"

    #: Field of ``messaging.charge`` that points here.
    _charge_field = ""

    message_cost = fields.Monetary(
        "Messaging Costs",
        currency_field="message_cost_currency_id",
        compute="_compute_message_cost",
        help="Of the messages delivered, in the currency of the company.",
    )
    charge_count = fields.Integer(compute="_compute_message_cost")
    message_cost_currency_id = fields.Many2one(
        "res.currency", compute="_compute_message_cost"
    )

    def _compute_message_cost(self):
        found = self._get_costs()
        for record in self:
            amount, count = found.get(record.id, (0.0, 0))
            company = record.company_id or self.env.company
            record.message_cost_currency_id = company.currency_id
            record.message_cost = amount
            record.charge_count = count

    def _get_costs(self):
        """Return ``{id: (amount, count)}`` of the charges that the user may read."""
        Charge, name = self.env["messaging.charge"], self._charge_field
        if not Charge.has_access("read"):  # a salesperson who opens a ticket
            return {}
        rows = Charge._read_group(
            [(name, "in", self.ids), *self._get_cost_domain()],
            [name],
            ["company_amount:sum", "__count"],
        )
        return {record.id: (amount, count) for record, amount, count in rows}

    def _get_cost_domain(self):
        """Hook: which charges count."""
        return []

    def action_open_costs(self):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "whatsapp_helpdesk.action_messaging_charge"
        )
        return {
            **action,
            "domain": [(self._charge_field, "=", self.id), *self._get_cost_domain()],
            "context": {},
        }
