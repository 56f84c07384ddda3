from odoo import models


class HelpdeskTicket(models.Model):
    _name = "helpdesk.ticket"
    _inherit = ["helpdesk.ticket", "messaging.customer.mixin"]

    def _prepare_write_options(self):
        return {"ticket_id": self.id}
