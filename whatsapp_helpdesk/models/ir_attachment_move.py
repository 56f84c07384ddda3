from odoo import api, models
from odoo.tools import SQL


class IrAttachment(models.Model):
    _inherit = "ir.attachment"

    @api.model
    def _follow_identities(self, move):
        """Files are read by whoever reads the conversation they are of."""
        if move.stays:
            return
        mine = SQL(
            "id IN (SELECT attachment_id FROM message_attachment_rel "
            "WHERE message_id = ANY(%(messages)s)) OR id IN (SELECT attachment_id "
            "FROM messaging_message WHERE mail_message_id = ANY(%(messages)s))",
            messages=move.message_ids,
        )
        self.env.cr.execute(
            SQL(
                "UPDATE ir_attachment SET res_id = %s "
                "WHERE res_model = 'discuss.channel' AND res_id = %s AND (%s)",
                move.target.id,
                move.source.id,
                SQL("TRUE") if move.whole else mine,
            )
        )
        move.counts["files"] = self.env.cr.rowcount
        self.env.invalidate_all()
