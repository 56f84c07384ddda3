from odoo import fields, models


class HelpdeskTicketTeam(models.Model):
    _name = "helpdesk.ticket.team"
    _inherit = ["helpdesk.ticket.team", "messaging.cost.mixin"]
    _charge_field = "team_id"

    def _get_cost_domain(self):
        """A team is looked at month by month."""
        first = fields.Date.context_today(self).replace(day=1)
        return [*super()._get_cost_domain(), ("date", ">=", first)]
