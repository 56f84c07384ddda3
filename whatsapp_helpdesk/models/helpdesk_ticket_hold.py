from odoo import fields, models


class HelpdeskTicket(models.Model):
    _inherit = "helpdesk.ticket"

    legal_hold = fields.Boolean(
        copy=False,
        groups="whatsapp_helpdesk.group_privacy_officer",
        help="Nothing of this case and its conversation is erased or removed by age.",
    )
