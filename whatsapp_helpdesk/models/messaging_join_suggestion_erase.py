from odoo import api, models

from .messaging_erase import BATCH


class MessagingJoinSuggestion(models.Model):
    _inherit = "messaging.join.suggestion"

    @api.model
    def _erase_person(self, identities, partner):
        rows = self.search(
            [
                "|",
                ("identity_id", "in", identities.ids),
                ("partner_id", "in", partner.ids),
            ],
            limit=BATCH,
        )
        count = len(rows)
        rows.unlink()
        return count

    @api.model
    def _export_person(self, identities, partner):
        rows = self.search([("identity_id", "in", identities.ids)], order="id")
        return [
            {
                "reason": row.reason,
                "detail": row.detail or "",
                "state": row.state,
                "time": row.create_date.isoformat() + "Z",
            }
            for row in rows
        ]
