from odoo import fields, models


class MessagingEvent(models.Model):
    _inherit = "messaging.event"

    old_secret = fields.Boolean(
        "Previous Secret",
        readonly=True,
        help="It was signed with the previous app secret.",
    )
