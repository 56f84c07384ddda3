from odoo import models

from .messaging_message import RANK


class MessagingMessage(models.Model):
    _inherit = "messaging.message"

    def _is_chargeable(self, update):
        """Whether a status of something that arrived tells, or told, its pricing."""
        rank = RANK.get(update.state, 0)
        if not update.target or update.target == self.external_id:
            rank = max(rank, RANK.get(self.state, 0))
        priced = self.pricing_type or self.pricing_category
        return bool(priced) and rank >= RANK["delivered"]
