"""What a customer agreed to, as everybody sees it, and what the platform holds back."""

from odoo import fields, models

STATES = [("in", "Agreed"), ("out", "Opted Out")]


class MessagingIdentity(models.Model):
    """The states repeat the newest rows of the ledger, so that showing them costs
    nothing; the gate asks the ledger itself."""

    _inherit = "messaging.identity"

    consent_ids = fields.One2many("messaging.consent", "identity_id", "Consents")
    service_consent = fields.Selection(STATES, "Service", readonly=True)
    utility_consent = fields.Selection(STATES, "Notifications", readonly=True)
    marketing_consent = fields.Selection(STATES, "Advertising", readonly=True)
    marketing_hold_until = fields.Datetime(
        "No Advertising Until",
        readonly=True,
        help="The platform did not deliver advertising to this customer; until then it "
        "is not tried again.",
    )

    def _refresh_consents(self):
        """Repeat the newest rows of the ledger."""
        purposes = ("service", "utility", "marketing")
        # sudo: messaging.consent, messaging.identity - the ledger decides, not users
        identities = self.sudo()
        newest = self.env["messaging.consent"].sudo()._get_newest(self, purposes)
        for identity in identities:
            values = {}
            for purpose in purposes:
                row = newest.get((identity.id, purpose))
                state = row.state if row else False
                if identity[f"{purpose}_consent"] != state:
                    values[f"{purpose}_consent"] = state
            if values:
                identity.write(values)

    def _get_consent_key(self):
        """Return something that changes when a consent does."""
        return f"{self.marketing_consent or ''}|{self.utility_consent or ''}"

    def _get_panel_consents(self):
        """Return what is known, for the panel beside a conversation."""
        self.ensure_one()
        newest = self.env["messaging.consent"]._get_newest(
            self, ("utility", "marketing")
        )
        return [
            newest[self.id, purpose]._prepare_panel_values()
            for purpose in ("marketing", "utility")
            if (self.id, purpose) in newest
        ]

    # -- buttons ----------------------------------------------------------------------

    def action_record_consent(self):
        """Open the form that records what a customer said elsewhere."""
        return self.env["messaging.consent.record"]._get_action(self)

    def action_opt_out(self):
        """Nothing but answers from now on; one click."""
        self.env["messaging.consent"]._record_by_user(
            self, ("marketing", "utility"), "out"
        )
