from odoo import api, models
from odoo.tools import SQL


class MailActivity(models.Model):
    _inherit = "mail.activity"

    @api.model
    def _follow_identities(self, move):
        """To-dos go on where the conversation does; a part of it takes none along."""
        if move.stays or not move.whole:
            return
        for table, model in (
            ("mail_activity", "res_model"),
            ("mail_scheduled_message", "model"),
        ):
            self.env.cr.execute(
                SQL(
                    "UPDATE %s SET res_id = %s WHERE %s = 'discuss.channel' "
                    "AND res_id = %s",
                    SQL.identifier(table),
                    move.target.id,
                    SQL.identifier(model),
                    move.source.id,
                )
            )
        self.env.invalidate_all()
