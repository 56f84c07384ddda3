"""The customer's app waits until a pressed button is acknowledged."""

from odoo import api, models

from .messaging_inbound import Batch


class MessagingInbound(models.AbstractModel):
    _inherit = "messaging.inbound"

    @api.model
    def _handle(self, update, parsed, batch=None):
        """Override: whatever a press led to, even nothing, the app stops waiting."""
        batch = batch or Batch()
        outcome = super()._handle(update, parsed, batch)
        if parsed is not None and parsed.acknowledge and outcome.state != "parked":
            self._acknowledge(update, parsed, batch)
        return outcome

    @api.model
    def _acknowledge(self, update, parsed, batch):
        account = self._get_account(update.connection_id, parsed, batch)
        if not account or not account._get_features().acknowledges:
            return
        identity = self.env["messaging.identity"]._find(account, parsed.addresses)
        if identity:
            self.env["messaging.message"]._queue_acknowledgement(
                identity, parsed.acknowledge
            )

    @api.model
    def _may_wait(self, post, quoted):
        """Override: a press is answered now, not when its batch is stored."""
        return not post.ctx.parsed.acknowledge and super()._may_wait(post, quoted)
