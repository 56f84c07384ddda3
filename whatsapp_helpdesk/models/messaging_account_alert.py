from odoo import fields, models


class MessagingAccount(models.Model):
    """When somebody is told that an account is not well; 0 switches a check off."""

    _inherit = "messaging.account"

    alert_silence_hours = fields.Integer(
        "No Delivery for (hours)",
        default=6,
        help="Only when something usually arrives at this time of day.",
    )
    alert_pending_minutes = fields.Integer("Unprocessed for (minutes)", default=5)
    alert_outbox_minutes = fields.Integer("Unsent for (minutes)", default=5)
    alert_parked_minutes = fields.Integer("Parked for (minutes)", default=10)
    alert_doubt_minutes = fields.Integer("In Doubt for (minutes)", default=10)
    alert_media_minutes = fields.Integer("File Waiting for (minutes)", default=30)
    alert_failure_percent = fields.Integer("Failed in an Hour (%)", default=20)
    alert_signature_failures = fields.Integer("Wrong Signatures in an Hour", default=20)
    alert_token_days = fields.Integer("Access Token Expires in (days)", default=7)

    def action_open_health(self):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Health"),
            "res_model": "messaging.health",
            "view_mode": "form",
            "res_id": self.id,
        }
