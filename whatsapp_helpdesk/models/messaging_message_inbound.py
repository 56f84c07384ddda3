from odoo import api, fields, models


class MessagingMessage(models.Model):
    _inherit = "messaging.message"

    referral = fields.Json(help="The ad or post that brought the customer.")
    occurred_raw = fields.Char(
        help="The provider's time as it came, even when it cannot be true."
    )
    media_ids = fields.One2many("messaging.media", "message_id")
    album = fields.Char(help="Parts with the same value were sent at once.")

    _album = models.Index("(account_id, album) WHERE album IS NOT NULL")

    @api.model
    def _get_last_received(self, identity):
        """Return the newest part of a customer that the provider knows by an id."""
        domain = [
            ("identity_id", "=", identity.id),
            ("direction", "=", "in"),
            ("external_id", "!=", False),
        ]
        return self.search(domain, order="id desc", limit=1)
