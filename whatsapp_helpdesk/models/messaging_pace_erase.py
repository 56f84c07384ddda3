from odoo import api, models


class MessagingPace(models.Model):
    _inherit = "messaging.pace"

    @api.model
    def _erase_person(self, identities, partner):
        rows = self.search([("identity_id", "in", identities.ids)])
        count = len(rows)
        rows.unlink()
        return count
