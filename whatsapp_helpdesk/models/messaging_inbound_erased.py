"""What arrives about somebody who was erased.

Written up to the erase: counted as received and forgotten at once, whether it is a
delivery repeated late, a replay, an echo or imported history. Written afterwards: the
person came back and is somebody new. What is about an older message (a status, a
reaction) is forgotten as long as the person did not come back.
"""

from odoo import api, models

from .messaging_inbound import Batch, Outcome

#: Kinds about another message, whose own time says nothing.
FOLLOWING_KINDS = {"status", "reaction", "edit", "revoke"}


class MessagingInbound(models.AbstractModel):
    _inherit = "messaging.inbound"

    @api.model
    def _warm_up(self, pairs, batch):
        """Ask once for all addresses of a batch, and not at all before anybody was
        erased."""
        Erased = self.env["messaging.erased.address"]
        if Erased._is_any():
            hashes = set()
            for update, parsed in pairs:
                hashes |= self._get_erased_hashes(update, parsed, batch)
            rows = Erased.search_fetch(
                [("hash", "in", list(hashes))], ["hash", "erased_at"]
            )
            batch.erased = {row.hash: row.erased_at for row in rows}
        return super()._warm_up(pairs, batch)

    @api.model
    def _handle(self, update, parsed, batch=None):
        if update.is_erased:
            return Outcome("ignored", self.env._("The person was erased."))
        if parsed is not None and self._is_about_erased(update, parsed, batch):
            update.is_erased = True
            return Outcome("ignored", self.env._("The person was erased."))
        return super()._handle(update, parsed, batch)

    @api.model
    def _find_newcomers(self, pairs, batch):
        """Nobody is created for what is going to be forgotten."""
        if self.env["messaging.erased.address"]._is_any():
            pairs = [pair for pair in pairs if not self._is_about_erased(*pair, batch)]
        return super()._find_newcomers(pairs, batch)

    @api.model
    def _is_about_erased(self, update, parsed, batch):
        """Whether an update belongs to what was erased."""
        Erased = self.env["messaging.erased.address"]
        if not parsed.addresses or not Erased._is_any():
            return False
        batch = batch or Batch()
        hashes = self._get_erased_hashes(update, parsed, batch)
        if batch.erased is None:
            rows = Erased.search([("hash", "in", list(hashes))])
            moments = rows.mapped("erased_at")
        else:
            moments = [batch.erased[value] for value in hashes & batch.erased.keys()]
        if not moments:
            return False
        account = self._get_account(update.connection_id, parsed, batch)
        if parsed.kind.value in FOLLOWING_KINDS:
            return not self.env["messaging.identity"]._find(account, parsed.addresses)
        ctx = self._prepare_inbound(update, parsed, account, batch)
        return ctx.occurred_at <= max(moments)

    @api.model
    def _get_erased_hashes(self, update, parsed, batch):
        account = self._get_account(update.connection_id, parsed, batch)
        company = (account or update.connection_id).company_id
        return self.env["messaging.erased.address"]._hash_all(
            company, [(a.kind.value, a.value) for a in parsed.addresses]
        )
