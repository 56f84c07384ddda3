from odoo import fields, models


class MailMessage(models.Model):
    _inherit = "mail.message"

    helpdesk_swallowed_by = fields.Selection(
        selection_add=[
            ("quiet_button", "Button"),
            ("proof", "Code"),
            ("deep_link", "Personal Link"),
        ]
    )
