from odoo import api, models


class MessagingConsent(models.Model):
    _inherit = "messaging.consent"

    @api.model
    def _erase_person(self, identities, partner):
        """Keep state and time, which are facts; the words of the person go."""
        rows = self.search([("identity_id", "in", identities.ids)])
        values = self._prepare_erased_values()
        rest = rows.filtered(lambda row: any(row[name] for name in values))
        rest.write(values)
        return len(rest)

    @api.model
    def _prepare_erased_values(self):
        """Hook: what a consent says about the person besides the decision."""
        return {
            "wording": False,
            "origin": False,
            "proof": False,
            "mail_message_id": False,
        }

    @api.model
    def _export_person(self, identities, partner):
        rows = self.search([("identity_id", "in", identities.ids)], order="given_at")
        return [row._prepare_export_values() for row in rows]

    def _prepare_export_values(self):
        """Hook: what an export says about a consent."""
        return {
            "purpose": self.purpose,
            "decision": self.state,
            "time": self.given_at.isoformat() + "Z",
            "source": self.source,
            "wording": self.wording or "",
            "origin": self.origin or "",
            "proof": self.proof or "",
        }
