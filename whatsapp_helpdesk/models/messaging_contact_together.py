"""Contacts of many new customers at once."""

from odoo import api, models

from ..gateway import phones
from .res_partner_phone import MATCHED_END


class MessagingContact(models.AbstractModel):
    _inherit = "messaging.contact"

    @api.model
    def _create_partners_together(self, identities):
        """Create the contacts of customers that cannot be anybody we know.

        :return: the identities that got one; the rest is left to
            :meth:`_get_or_create_partner`.
        """
        unclear = self._get_known_elsewhere(identities)
        new = identities - unclear
        new -= self._get_owned_numbers(new)
        partners = (
            self.env["res.partner"]
            .with_context(tracking_disable=True)
            .create([self._prepare_partner_values(identity) for identity in new])
        )
        for identity, partner in zip(new, partners, strict=True):
            identity.partner_id = partner
        return new

    @api.model
    def _get_known_elsewhere(self, identities):
        """Return those who may be a customer of another account, or of each other."""
        addresses = identities.address_ids
        others = self.env["messaging.address"].search(
            [
                ("reach", "in", list(set(addresses.mapped("reach")))),
                ("kind", "in", list(set(addresses.mapped("kind")))),
                ("value", "in", list(set(addresses.mapped("value")))),
                ("identity_id", "not in", identities.ids),
            ]
        )
        taken = {(a.reach, a.kind, a.value) for a in others}
        known = identities.browse()
        for identity in identities:
            keys = {(a.reach, a.kind, a.value) for a in identity.address_ids}
            if keys & taken:
                known |= identity
            taken |= keys
        return known

    @api.model
    def _get_owned_numbers(self, identities):
        """Return those whose number some contact may have, or another one of them."""
        numbers = {i: i._get_verified_phone() for i in identities}
        spellings = {i: phones.variants(n) if n else () for i, n in numbers.items()}
        asked = {number for found in spellings.values() for number in found}
        if not asked:
            return identities.browse()
        endings, taken = set(), set()
        for _partner_id, phone, sanitized in self._read_numbers(asked):
            if sanitized:
                taken.add(sanitized)
            else:
                endings.add(_ending(phone))
        owned = identities.browse()
        for identity, found in spellings.items():
            if any(n in taken or _ending(n) in endings for n in found):
                owned |= identity
            taken.update(found)
        return owned


def _ending(number):
    digits = "".join(
        c for c in phones.ascii_digits(number) if c.isascii() and c.isdigit()
    )
    return digits[-MATCHED_END:]
