from odoo import api, models


class MessagingSignatureFailure(models.Model):
    _inherit = "messaging.signature.failure"

    @api.autovacuum
    def _gc_old(self):
        """Override: as long as the setting says."""
        retention = self.env["messaging.retention"]
        days = retention._get_days("signature")
        if days:
            self.search([("hour", "<", retention._get_limit(days))]).unlink()
