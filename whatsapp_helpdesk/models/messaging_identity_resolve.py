"""Who wrote: from the addresses a provider gives to one identity of an account."""

import logging

from psycopg2.errors import UniqueViolation

from odoo import api, models

from ..gateway.phones import variants

_logger = logging.getLogger(__name__)

#: Which address is believed when two of them belong to different customers.
TRUST_ORDER = ("phone", "bsuid", "user_id", "parent_bsuid", "email")


class MessagingIdentity(models.Model):
    _inherit = "messaging.identity"

    @api.model
    def _find(self, account, addresses):
        """Return the identity of an account with one of these addresses, or none.

        :param addresses: ``gateway.updates.Address`` values.
        """
        return self._find_addresses(account, addresses).identity_id[:1]

    @api.model
    def _find_addresses(self, account, addresses):
        """Return known addresses, the most trusted first."""
        Address = self.env["messaging.address"]
        if not addresses:
            return Address
        domain = ["|"] * (len(addresses) - 1)
        for address in addresses:
            domain += ["&", ("kind", "=", address.kind.value)]
            domain.append(("value", "in", self._get_spellings(address)))
        found = Address.search([("scope", "=", Address._get_scope(account)), *domain])
        return found.sorted(lambda a: TRUST_ORDER.index(a.kind))

    @api.model
    def _get_spellings(self, address):
        """Some countries' numbers come with or without one more digit."""
        if address.kind.value == "phone":
            return list(variants(address.value))
        return [address.value]

    @api.model
    def _find_or_create(self, account, addresses, name="", username=""):
        """Return the identity of whoever these addresses belong to.

        New addresses of a known customer are added. Addresses of two customers are
        never merged by themselves: the most trusted one decides and both are told.
        A unique key decides when two deliveries create the same one.
        """
        known = self._find_addresses(account, addresses)
        identity = known.identity_id[:1]
        if not identity:
            identity = self.create(
                {"account_id": account.id, "name": name, "username": username}
            )
        others = known.identity_id - identity
        if others:
            identity._note_conflict(others)
        identity._add_addresses(addresses, known)
        identity._update_profile(name, username)
        return identity

    @api.model
    def _create_together(self, account, customers):
        """Create customers nobody knows yet, as :meth:`_find_or_create` does with one.

        :param list customers: (addresses, name, username).
        """
        identities = self.create(
            [
                {"account_id": account.id, "name": name, "username": username}
                for _addresses, name, username in customers
            ]
        )
        self.env["messaging.address"].create(
            [
                identity._prepare_address_values(address)
                for identity, customer in zip(identities, customers, strict=True)
                for address in customer[0]
            ]
        )
        return identities

    def _add_addresses(self, addresses, known):
        """Add what is new; what belongs to somebody else stays there."""
        self.ensure_one()
        Address = self.env["messaging.address"]
        taken = {(address.kind, address.value) for address in known}
        new = [
            address
            for address in addresses
            if not any(
                (address.kind.value, spelling) in taken
                for spelling in self._get_spellings(address)
            )
        ]
        if not new:
            return
        replaced = {a.kind.value for a in new} & set(self.address_ids.mapped("kind"))
        Address.create([self._prepare_address_values(address) for address in new])
        if "bsuid" in replaced:
            self._note_new_owner()

    def _learn_addresses(self, addresses):
        """Keep addresses the provider tells, such as the user id behind a number.

        Another worker may just have stored them, which this snapshot does not see;
        what the provider told us besides them counts all the same.
        """
        self.ensure_one()
        mine = {(a.kind, a.value) for a in self.address_ids}
        new = [a for a in addresses if (a.kind.value, a.value) not in mine]
        if not new:
            return
        try:
            with self.env.cr.savepoint():
                self._add_addresses(new, self._find_addresses(self.account_id, new))
        except UniqueViolation:
            _logger.info("Identity %s: another worker stored the address.", self.id)

    def _prepare_address_values(self, address):
        Address = self.env["messaging.address"]
        return {
            "identity_id": self.id,
            "kind": address.kind.value,
            "value": address.value,
            "scope": Address._get_scope(self.account_id),
            "reach": Address._get_reach(self.account_id, address.scope.value),
        }

    def _update_profile(self, name, username):
        changes = {
            field: value
            for field, value in (("name", name), ("username", username))
            if value and self[field] != value
        }
        if changes:
            self.write(changes)

    def _get_verified_phone(self):
        """Return the telephone number the provider vouches for, or ""."""
        self.ensure_one()
        phones = self.address_ids.filtered(lambda a: a.kind == "phone" and a.verified)
        return phones._sorted_to_answer()[:1].value or ""

    def _note_conflict(self, others):
        """Tell the agent; customers of private teams are not named to others."""
        public = others.filtered(lambda i: not i.conversation_id.helpdesk_is_private)
        names = public.mapped("display_name") or [self.env._("another customer")]
        self._post_note(
            self.env._(
                "The provider gave an address here that belongs to %(others)s. Nothing "
                "was merged; check whether they are the same person.",
                others=", ".join(names),
            )
        )

    def _note_new_owner(self):
        self._post_note(
            self.env._(
                "The user ID behind this number changed. The number may have a new "
                "owner: verify who it is before you mention older matters."
            )
        )

    def _post_note(self, text):
        """Leave an internal note in the conversation, or on the account without one."""
        for identity in self:
            place = identity.conversation_id or identity.account_id
            place._messaging_note(text)

    # -- changes the provider tells ---------------------------------------------------

    @api.model
    def _find_moved(self, account, addresses, details):
        """Return whose address changed: who had the previous one, if anybody."""
        previous = self._get_previous_values(details)
        before = [address for address in addresses if address.value in previous]
        return self._find(account, before) or self._find(account, addresses)

    @api.model
    def _get_previous_values(self, details):
        return {
            value for name, value in details.items() if name.startswith("previous_")
        }

    def _move_addresses(self, addresses, details):
        """Give this customer their new addresses and take the old ones away.

        An address that already belongs to somebody else stays there: those two are
        never merged by themselves.
        """
        self.ensure_one()
        previous = self._get_previous_values(details)
        current = [address for address in addresses if address.value not in previous]
        known = self._find_addresses(self.account_id, current)
        others = known.identity_id - self
        if others:
            self._note_conflict(others)
        old = self.address_ids.filtered(lambda a: a.value in previous)
        changed = self._get_change_text(old, current)
        old.unlink()
        self._add_addresses(current, known)
        self._post_note(changed)

    def _get_change_text(self, old, current):
        return self.env._(
            "The customer changed from %(old)s to %(new)s. Verify who it is before you "
            "show older data.",
            old=", ".join(old.mapped("value")) or self.env._("an unknown address"),
            new=", ".join(address.value for address in current),
        )
