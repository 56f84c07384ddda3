"""The two buttons on a contact: erase and export."""

from odoo import models


class ResPartner(models.Model):
    _inherit = "res.partner"

    def action_messaging_erase(self):
        """Open the wizard that shows what would go."""
        return self._open_privacy_wizard(
            "messaging.privacy.erase", self.env._("Erase Person")
        )

    def action_messaging_export(self):
        return self._open_privacy_wizard(
            "messaging.privacy.export", self.env._("Export Person")
        )

    def _open_privacy_wizard(self, model, title):
        self.ensure_one()
        self.env["messaging.privacy.erase"]._check_officer()
        return {
            "type": "ir.actions.act_window",
            "name": title,
            "res_model": model,
            "views": [(False, "form")],
            "target": "new",
            "context": {"default_partner_id": self.id},
        }
