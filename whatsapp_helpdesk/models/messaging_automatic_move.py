from odoo import api, models
from odoo.tools import SQL


class MessagingAutomatic(models.Model):
    _inherit = "messaging.automatic"

    @api.model
    def _follow_identities(self, move):
        """What was said automatically; nothing said once is said again for it."""
        if move.stays:
            return
        self.env.cr.execute(
            SQL(
                "UPDATE messaging_automatic SET conversation_id = %s "
                "WHERE conversation_id = %s AND identity_id IN %s",
                move.target.id,
                move.source.id,
                tuple(move.identities.ids) or (0,),
            )
        )
        self.env.invalidate_all()
