from odoo import models


class MessagingGate(models.AbstractModel):
    _inherit = "messaging.gate"

    def _get_address_refusal(self, identity):
        """Override: nor somebody who blocked us; each try would only fail."""
        refusal = super()._get_address_refusal(identity)
        if not refusal and identity.unreachable_since:
            return self._because("blocked_us")
        return refusal

    def _get_reasons(self):
        return super()._get_reasons() + [
            (
                "blocked_us",
                self.env._(
                    "The customer has blocked you on this channel. They can be written "
                    "to again when they undo that or write to you."
                ),
            )
        ]
