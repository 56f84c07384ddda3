"""A person who is erased leaves mass messages too; what waited is not sent."""

from odoo import api, models

from .messaging_erase import BATCH


class MessagingTemplateBatchLine(models.Model):
    _inherit = "messaging.template.batch.line"

    @api.model
    def _erase_person(self, identities, partner):
        rows = self.search([("partner_id", "=", partner.id)], limit=BATCH)
        count = len(rows)
        rows.unlink()
        return count

    @api.model
    def _export_person(self, identities, partner):
        rows = self.search([("partner_id", "=", partner.id)], order="id")
        return [
            {
                "template": row.batch_id.name,
                "state": row.state,
                "time": row.create_date.isoformat() + "Z",
            }
            for row in rows
        ]
