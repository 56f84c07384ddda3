from odoo import fields, models


class MessagingAccount(models.Model):
    """Templates of an account."""

    _inherit = "messaging.account"

    template_ids = fields.One2many("messaging.template", "account_id", "Templates")
