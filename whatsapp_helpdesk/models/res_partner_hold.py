from odoo import fields, models


class ResPartner(models.Model):
    _inherit = "res.partner"

    messaging_legal_hold = fields.Boolean(
        "Legal Hold",
        copy=False,
        groups="whatsapp_helpdesk.group_privacy_officer",
        help="Nothing of this contact is erased or removed by age, for instance while "
        "a dispute is in court.",
    )
