"""Writing to a contact who never wrote: an address from the telephone number."""

from psycopg2.errors import UniqueViolation

from odoo import Command, api, fields, models

from ..gateway import phones
from ..gateway.updates import Address, AddressKind, Scope


class MessagingIdentity(models.Model):
    _inherit = "messaging.identity"

    def _is_outside_window(self):
        """Whether only a template can be sent now."""
        self.ensure_one()
        if not self.account_id._get_features().window:
            return False
        return not self.window_end or self.window_end <= fields.Datetime.now()

    @api.model
    def _get_or_create_for_partner(self, account, partner):
        """Return the identity of a contact on an account, made from their number.

        Two at once cannot make two: the address is a unique key.

        :raise UserError: with a sentence and a reason code: there is no number, it is
            an employee's, or somebody else's.
        """
        known = self._get_known_for_partner(account, partner)
        if known:
            return known
        number = self._get_number_to_start(account, partner)
        address = Address(AddressKind.PHONE, number, Scope.PROVIDER)
        identity = self._find(account, [address])
        if identity:
            return identity._give_to_partner(partner)
        try:
            with self.env.cr.savepoint():
                return self._create_for_partner(account, partner, address)
        except UniqueViolation:
            return self.env["messaging.gate"]._refuse(
                "busy",
                self.env._(
                    "Somebody else is starting to write to %(customer)s right now. "
                    "Try again.",
                    customer=partner.display_name,
                ),
            )

    @api.model
    def _get_known_for_partner(self, account, partner):
        """The address used last, on this account."""
        # "in": without a contact nobody, not whoever has none
        return self.search(
            [("account_id", "=", account.id), ("partner_id", "in", partner.ids)],
            limit=1,
        )

    @api.model
    def _get_number_to_start(self, account, partner):
        """Return the contact's number in international spelling, or refuse."""
        refuse = self.env["messaging.gate"]._refuse
        if self.env["messaging.contact"]._filter_employees(partner):
            return refuse(
                "employee",
                self.env._("Employees are not written to as customers."),
            )
        if account.is_test != partner.is_messaging_test:
            return refuse(
                "test_contact",
                self.env._("Test channels are for test contacts, and only they."),
            )
        number = phones.normalise(
            partner.phone or "", self._get_country_to_start(account, partner)
        )
        if number:
            return number
        if partner.phone:
            return refuse(
                "bad_phone",
                self.env._(
                    "The phone number cannot be used: write it with its country code."
                ),
            )
        return refuse("no_phone", self.env._("The contact has no phone number."))

    @api.model
    def _get_country_to_start(self, account, partner):
        country = (
            partner.country_id
            or account.country_id
            or (partner.company_id or account.company_id).country_id
        )
        return country.code or ""

    def _give_to_partner(self, partner):
        """An address known already: of nobody, of this contact, or of another one."""
        self.ensure_one()
        refuse = self.env["messaging.gate"]._refuse
        if self.is_internal:
            return refuse(
                "employee",
                self.env._("Employees are not written to as customers."),
            )
        if not self.partner_id:
            self.partner_id = partner
        if self.partner_id != partner:
            return refuse(
                "other_owner",
                self.env._(
                    "This number already belongs to another contact, who wrote "
                    "with it. Write to that one, or merge the two."
                ),
            )
        return self

    @api.model
    def _imagine_for_partner(self, account, partner):
        """As :meth:`_get_or_create_for_partner`, for a question: nothing is stored.

        :raise UserError: as there.
        """
        known = self._get_known_for_partner(account, partner)
        if known:
            return known
        number = self._get_number_to_start(account, partner)
        address = Address(AddressKind.PHONE, number, Scope.PROVIDER)
        identity = self._find(account, [address])
        if identity and identity.partner_id:
            return identity._give_to_partner(partner)
        return identity or self.new(
            {
                "account_id": account.id,
                "partner_id": partner.id,
                "address_ids": [Command.create({"kind": "phone", "value": number})],
            }
        )

    @api.model
    def _create_for_partner(self, account, partner, address):
        """The number was typed by somebody: unverified until the provider uses it."""
        identity = self.create({"account_id": account.id, "partner_id": partner.id})
        self.env["messaging.address"].create(
            {**identity._prepare_address_values(address), "verified": False}
        )
        return identity

    def _add_addresses(self, addresses, known):
        """Override: an address that the provider tells us is verified by that."""
        unverified = known.filtered(lambda a: not a.verified and a.identity_id == self)
        if unverified:
            unverified.verified = True
        return super()._add_addresses(addresses, known)
