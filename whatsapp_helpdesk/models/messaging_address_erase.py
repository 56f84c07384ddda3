from odoo import api, models


class MessagingAddress(models.Model):
    _inherit = "messaging.address"

    @api.model
    def _erase_person(self, identities, partner):
        addresses = identities.address_ids
        count = len(addresses)
        addresses.unlink()
        return count

    @api.model_create_multi
    def create(self, vals_list):
        """Somebody who was erased and writes again: their decisions still hold."""
        addresses = super().create(vals_list)
        Erased = self.env["messaging.erased.address"]
        if Erased._is_any():
            for identity in addresses.identity_id.filtered(lambda i: not i.erase_id):
                mine = addresses.filtered(lambda a, i=identity: a.identity_id == i)
                identity._keep_decisions_of_erased(mine)
        return addresses
