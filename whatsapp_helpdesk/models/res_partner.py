from odoo import fields, models


class ResPartner(models.Model):
    _inherit = "res.partner"

    messaging_identity_ids = fields.One2many(
        "messaging.identity", "partner_id", groups="base.group_user"
    )
    helpdesk_conversation_ids = fields.One2many(
        "discuss.channel", "helpdesk_partner_id", groups="base.group_user"
    )
    is_messaging_test = fields.Boolean(
        "Test Contact",
        copy=False,
        help="Made by a test channel; never matched, merged or counted.",
    )
