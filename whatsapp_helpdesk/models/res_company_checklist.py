from odoo import fields, models


class ResCompany(models.Model):
    _inherit = "res.company"

    messaging_checklist_done = fields.Boolean(
        "First Steps Done",
        copy=False,
        help="The first customer was answered, or a manager hid the list.",
    )
