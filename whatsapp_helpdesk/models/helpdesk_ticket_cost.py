from odoo import models


class HelpdeskTicket(models.Model):
    _name = "helpdesk.ticket"
    _inherit = ["helpdesk.ticket", "messaging.cost.mixin"]
    _charge_field = "ticket_id"
