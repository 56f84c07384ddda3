from odoo import api, models
from odoo.tools import SQL

from .messaging_erase import BATCH


class MessagingMessage(models.Model):
    _inherit = "messaging.message"

    @api.model
    def _erase_person(self, identities, partner):
        """Delete parts, attempts and what is known of their files, in SQL.

        Their ids at the provider go with them: some have the number in them.
        """
        erase = self.env["messaging.erase"]._get_current()
        places = tuple(erase._get_conversations().ids) or (0,)
        self.env.flush_all()
        self.env.cr.execute(
            SQL(
                """
                DELETE FROM messaging_message WHERE id IN (
                    SELECT id FROM messaging_message
                     WHERE identity_id IN %s OR conversation_id IN %s
                     ORDER BY id LIMIT %s)
                """,
                tuple(identities.ids) or (0,),
                places,
                BATCH,
            )
        )
        count = self.env.cr.rowcount
        self.env.invalidate_all()
        return count
