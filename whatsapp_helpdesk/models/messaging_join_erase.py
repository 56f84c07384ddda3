"""The journal of joins when a person is erased: names go, that it happened stays."""

from odoo import api, models


class MessagingJoin(models.Model):
    _inherit = "messaging.join"

    @api.model
    def _erase_person(self, identities, partner):
        """Blank names and noted values of every join the person is part of."""
        domain = ["|", ("partner_id", "=", partner.id)]
        domain += ["|", ("source_partner_id", "=", partner.id)]
        domain += [("identity_ids", "in", identities.ids)]
        rows = self.search(domain) if partner else self.browse()
        rows |= self.search([("identity_ids", "in", identities.ids)])
        rest = rows.filtered(
            lambda j: j.source_name or j.partner_name or j.details or j.open_ids
        )
        for join in rest:
            join._erase_duplicate()
            join.open_ids.unlink()
            join.line_ids.details = False
            join.write({"source_name": False, "partner_name": False, "details": False})
        return len(rest)

    def _erase_duplicate(self):
        """Empty the contact that this join archived: it is the same person."""
        erase = self.env["messaging.erase"]._get_current()
        duplicate = self.source_partner_id
        if (
            erase.contact_action == "anonymise"
            and (self.details or {}).get("archived") == duplicate.id
            and self.state == "done"
            and not duplicate.active
            and not self._has_identities(duplicate)
            and self._is_empty_duplicate(duplicate)
        ):
            duplicate._anonymise(erase)

    @api.model
    def _export_person(self, identities, partner):
        rows = self.search([("identity_ids", "in", identities.ids)], order="id")
        return [
            {
                "kind": row.kind,
                "state": row.state,
                "proof": row.proof,
                "time": row.done_at.isoformat() + "Z" if row.done_at else "",
            }
            for row in rows
        ]
