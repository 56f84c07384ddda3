"""The first answer of somebody we wrote to first."""

from odoo import models


class MessagingInbound(models.AbstractModel):
    _inherit = "messaging.inbound"

    def _read_identities(self, pairs, batch):
        """Override: an address that was typed is verified when its owner writes."""
        identities = super()._read_identities(pairs, batch)
        told = batch.identities or {}
        unverified = identities.address_ids.filtered(
            lambda a: not a.verified and (a.scope, a.kind, a.value) in told
        )
        if unverified:
            unverified.verified = True
        return identities
