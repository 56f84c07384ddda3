"""The customer sees that somebody answers, where the channel can show it."""

from odoo import models


class DiscussChannelMember(models.Model):
    _inherit = "discuss.channel.member"

    def _notify_typing(self, is_typing):
        result = super()._notify_typing(is_typing)
        for member in self:
            if is_typing and member._should_show_typing():
                member._queue_typing()
        return result

    def _should_show_typing(self):
        """Only of who holds the case: the others do not write to the customer."""
        return self.channel_id.is_helpdesk and self._should_mark_for_customer()

    def _queue_typing(self):
        # sudo: messaging.message - the outbox is written by the server only
        identity = self.channel_id.sudo().messaging_identity_id
        account = identity.account_id
        features = account and account._get_features()
        if not features or not features.typing:
            return
        if features.read_marks and not account.read_receipts:
            return  # there, who types shows that they have read
        last = self.env["messaging.message"].sudo()._get_last_received(identity)
        if last:
            last._queue_typing(last)
