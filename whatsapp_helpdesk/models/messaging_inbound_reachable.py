from odoo import api, models


class MessagingInbound(models.AbstractModel):
    _inherit = "messaging.inbound"

    @api.model
    def _handle_identity(self, ctx):
        """Override: the customer blocked us, or lets us write again."""
        change = ctx.parsed.details.get("change")
        if change not in ("blocked", "unblocked"):
            return super()._handle_identity(ctx)
        identity = self.env["messaging.identity"]._find(
            ctx.account, ctx.parsed.addresses
        )
        if not identity:
            return self._ignored(ctx, self.env._("Nobody we know has this address."))
        if change == "blocked":
            identity._set_unreachable(ctx.occurred_at)
        else:
            identity._set_reachable(ctx.occurred_at)
        return self._done(ctx)

    @api.model
    def _open_window(self, ctx, identity):
        """Override: who writes can be answered."""
        result = super()._open_window(ctx, identity)
        if identity.unreachable_since:
            self._store_waiting(ctx.batch)  # the note comes after what was before
            identity._set_reachable(ctx.occurred_at)
        return result
