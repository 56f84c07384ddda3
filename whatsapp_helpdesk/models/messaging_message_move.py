"""Parts in flight stay with their identity: who sends them asks for nothing else."""

from odoo import api, models
from odoo.tools import SQL


class MessagingMessage(models.Model):
    _inherit = "messaging.message"

    @api.model
    def _follow_identities(self, move):
        if move.stays:
            return
        mine = SQL("identity_id IN %s", tuple(move.identities.ids) or (0,))
        self.env.cr.execute(
            SQL(
                "UPDATE messaging_message SET conversation_id = %s "
                "WHERE conversation_id = %s AND (%s)",
                move.target.id,
                move.source.id,
                SQL("TRUE") if move.whole else mine,
            )
        )
        self.env.invalidate_all()
