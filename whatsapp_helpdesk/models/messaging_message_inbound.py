from odoo import fields, models


class MessagingMessage(models.Model):
    _inherit = "messaging.message"

    referral = fields.Json(help="The ad or post that brought the customer.")
    occurred_raw = fields.Char(
        help="The provider's time as it came, even when it cannot be true."
    )
    media_ids = fields.One2many("messaging.media", "message_id")
