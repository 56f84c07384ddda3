"""A consent recorded by hand says so, and by whom and when."""

from odoo import api, fields, models
from odoo.exceptions import ValidationError


class MessagingConsent(models.Model):
    _inherit = "messaging.consent"

    @api.model_create_multi
    def create(self, vals_list):
        """Override: what a user records has a proof, and is shown at once."""
        if not self.env.su:
            proof = self._prepare_manual_proof()
            vals_list = [{**vals, **proof} for vals in vals_list]
            self._check_manual_wording(vals_list)
        rows = super().create(vals_list)
        rows.identity_id._refresh_consents()
        return rows

    def _check_manual_wording(self, vals_list):
        """:raise ValidationError: somebody agreed, and nobody knows to what."""
        for vals in vals_list:
            if vals.get("state") == "in" and not (vals.get("wording") or "").strip():
                raise ValidationError(
                    self.env._("Write down what exactly the customer agreed to.")
                )

    def _prepare_manual_proof(self):
        """Hook: what a user cannot choose when recording a consent."""
        return {
            "source": "agent",
            "user_id": self.env.uid,
            "given_at": fields.Datetime.now(),
            "mail_message_id": False,
        }
