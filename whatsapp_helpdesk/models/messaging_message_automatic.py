from odoo import models

from ..gateway import bots
from ..gateway.outgoing import Part


class MessagingMessage(models.Model):
    _inherit = "messaging.message"

    _automatic_identity = models.Index(
        "(identity_id, create_date) WHERE author_kind = 'automatic'"
    )
    _automatic_account = models.Index(
        "(account_id, create_date) WHERE author_kind = 'automatic'"
    )

    def _as_line(self):
        self.ensure_one()
        inbound = self.direction == "in"
        return bots.Line(
            at=self.occurred_at or self.create_date,
            inbound=inbound,
            text=(self.payload or {}).get("body") or "",
            automatic=self.author_kind == "automatic",
        )

    def _build_parts(self, identity, body, attachments):
        """The arbiter may bring a part with buttons instead of the bare text."""
        part = self.env.context.get("messaging_part")
        if isinstance(part, Part):  # nothing that a client can put there
            return [(part, self.env["ir.attachment"])]
        return super()._build_parts(identity, body, attachments)
