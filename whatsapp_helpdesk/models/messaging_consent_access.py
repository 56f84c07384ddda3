"""A consent recorded by hand says so, and by whom and when."""

from odoo import api, fields, models


class MessagingConsent(models.Model):
    _inherit = "messaging.consent"

    @api.model_create_multi
    def create(self, vals_list):
        if self.env.su:
            return super().create(vals_list)
        proof = self._prepare_manual_proof()
        return super().create([{**vals, **proof} for vals in vals_list])

    def _prepare_manual_proof(self):
        """Hook: what a user cannot choose when recording a consent."""
        return {
            "source": "agent",
            "user_id": self.env.uid,
            "given_at": fields.Datetime.now(),
            "mail_message_id": False,
        }
