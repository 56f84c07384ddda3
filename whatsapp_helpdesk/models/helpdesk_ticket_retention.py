from odoo import fields, models


class HelpdeskTicket(models.Model):
    _inherit = "helpdesk.ticket"

    text_removed = fields.Boolean(
        copy=False, help="Title and description were older than texts are kept."
    )
