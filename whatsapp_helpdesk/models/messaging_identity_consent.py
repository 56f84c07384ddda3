"""What a customer agreed to, as everybody sees it, and what the platform holds back."""

from odoo import fields, models


class MessagingIdentity(models.Model):
    _inherit = "messaging.identity"

    consent_ids = fields.One2many("messaging.consent", "identity_id", "Consents")
    marketing_hold_until = fields.Datetime(
        "No Advertising Until",
        help="The platform did not deliver advertising to this customer; until then it "
        "is not tried again.",
    )
