"""A chat that moved: the provider answers with another user id than we wrote to."""

from odoo import models


class MessagingIdentity(models.Model):
    _inherit = "messaging.identity"

    def _learn_addresses(self, addresses):
        """Override: an account knows a customer by one user id; a new one replaces it.

        Beside the old one it would never be used, and each send would find the old one
        moved again.
        """
        told = [a for a in addresses if a.kind.value == "user_id"]
        mine = self.address_ids.filtered(lambda a: a.kind == "user_id")
        if not (told and mine) or told[0].value in mine.mapped("value"):
            return super()._learn_addresses(addresses)
        if self._find_addresses(self.account_id, told).identity_id - self:
            return super()._learn_addresses(addresses)  # somebody else's
        previous = {f"previous_{address.id}": address.value for address in mine}
        return self._move_addresses(addresses, previous)
