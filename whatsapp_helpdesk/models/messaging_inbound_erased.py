"""What arrives about somebody who was erased.

Written up to the erase: counted as received and forgotten at once, whether it is a
delivery repeated late, a replay, an echo or imported history. Written afterwards: the
person came back and is somebody new. What is about an older message (a status, a
reaction) is forgotten as long as the person did not come back.
"""

from odoo import api, models

from .messaging_inbound import Outcome

#: Kinds about another message, whose own time says nothing.
FOLLOWING_KINDS = {"status", "reaction", "edit", "revoke"}


class MessagingInbound(models.AbstractModel):
    _inherit = "messaging.inbound"

    @api.model
    def _handle(self, update, parsed, batch=None):
        if update.is_erased:
            return Outcome("ignored", self.env._("The person was erased."))
        if parsed is not None and self._is_about_erased(update, parsed):
            update.is_erased = True
            return Outcome("ignored", self.env._("The person was erased."))
        return super()._handle(update, parsed, batch)

    @api.model
    def _find_newcomers(self, pairs, batch):
        """Nobody is created for what is going to be forgotten."""
        if self.env["messaging.erased.address"]._is_any():
            pairs = [pair for pair in pairs if not self._is_about_erased(*pair)]
        return super()._find_newcomers(pairs, batch)

    @api.model
    def _is_about_erased(self, update, parsed):
        """Whether an update belongs to what was erased."""
        Erased = self.env["messaging.erased.address"]
        if not parsed.addresses or not Erased._is_any():
            return False
        account = self._find_account(update.connection_id, parsed)
        company = (account or update.connection_id).company_id
        erased_at = Erased._get_erased_at(
            company, [(a.kind.value, a.value) for a in parsed.addresses]
        )
        if not erased_at:
            return False
        if parsed.kind.value in FOLLOWING_KINDS:
            return not self.env["messaging.identity"]._find(account, parsed.addresses)
        ctx = self._prepare_inbound(update, parsed, account, None)
        return ctx.occurred_at <= erased_at
