from odoo import api, models


class MessagingInbound(models.AbstractModel):
    _inherit = "messaging.inbound"

    @api.model
    def _handle_identity(self, ctx):
        """Override: another key may be another person."""
        outcome = super()._handle_identity(ctx)
        if ctx.parsed.details.get("change") == "key":
            identity = self.env["messaging.identity"]._find_moved(
                ctx.account, ctx.parsed.addresses, ctx.parsed.details
            )
            identity._set_doubt("new_owner")
        return outcome
