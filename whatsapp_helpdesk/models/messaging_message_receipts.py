"""Channels that tell nothing after they took a message."""

from odoo import fields, models


class MessagingMessage(models.Model):
    _inherit = "messaging.message"

    without_receipts = fields.Boolean(
        readonly=True,
        help="The channel took it and tells neither that it was delivered nor read.",
    )

    def _prepare_accepted_values(self, moment):
        """Override: what such a channel took is sent; nothing better will ever come."""
        values = super()._prepare_accepted_values(moment)
        if self.account_id._get_features().receipts:
            return values
        return {**values, "state": "sent", "sent_at": moment, "without_receipts": True}

    def _follow_policy(self, error):
        """Override: a customer who blocked us gets nothing more."""
        result = super()._follow_policy(error)
        if error.reason == "blocked_us":
            self.identity_id._set_unreachable(fields.Datetime.now())
        return result
