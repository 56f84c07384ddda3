from odoo import api, models
from odoo.fields import Domain

from .messaging_erase import BATCH


class MessagingProof(models.Model):
    _inherit = "messaging.proof"

    @api.model
    def _get_person_domain(self, identities, partner):
        return (
            Domain("identity_id", "in", identities.ids)
            | Domain("sent_identity_id", "in", identities.ids)
            | Domain("partner_id", "in", partner.ids)
        )

    @api.model
    def _erase_person(self, identities, partner):
        rows = self.search(self._get_person_domain(identities, partner), limit=BATCH)
        count = len(rows)
        rows.unlink()
        return count

    @api.model
    def _export_person(self, identities, partner):
        rows = self.search(self._get_person_domain(identities, partner), order="id")
        return [
            {
                "kind": row.kind,
                "state": row.state,
                "time": row.started_at.isoformat() + "Z",
            }
            for row in rows
        ]
