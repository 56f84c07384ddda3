from odoo import api, models

from .messaging_erase import BATCH


class MessagingAutomatic(models.Model):
    _inherit = "messaging.automatic"

    @api.model
    def _erase_person(self, identities, partner):
        places = self.env["messaging.erase"]._get_current()._get_conversations()
        rows = self.search(
            [
                "|",
                ("identity_id", "in", identities.ids),
                ("conversation_id", "in", places.ids),
            ],
            limit=BATCH,
        )
        count = len(rows)
        rows.unlink()
        return count

    @api.model
    def _export_person(self, identities, partner):
        rows = self.search(
            [("identity_id", "in", identities.ids), ("refusal", "=", False)],
            order="id",
        )
        return [
            {"kind": row.kind, "time": row.sent_at.isoformat() + "Z"} for row in rows
        ]
