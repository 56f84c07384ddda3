from odoo import api, models
from odoo.tools import SQL


class HelpdeskMessageFact(models.Model):
    _inherit = "helpdesk.message.fact"

    @api.model
    def _follow_identities(self, move):
        """Facts go with their message; without one, with their case."""
        if move.stays:
            return
        mine = SQL(
            "mail_message_id = ANY(%s) OR mail_message_id IS NULL AND ticket_id IN %s",
            move.message_ids,
            tuple(move.cases.ids) or (0,),
        )
        self.env.cr.execute(
            SQL(
                "UPDATE helpdesk_message_fact SET conversation_id = %s "
                "WHERE conversation_id = %s AND (%s)",
                move.target.id,
                move.source.id,
                SQL("TRUE") if move.whole else mine,
            )
        )
        self.env.invalidate_all()
