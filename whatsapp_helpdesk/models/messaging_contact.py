"""Which contact an identity is: exactly one person, or a new one."""

from odoo import api, models, tools
from odoo.fields import Domain
from odoo.tools import SQL

from ..gateway import phones
from .res_partner_phone import MATCHED_END, PHONE_END


class MessagingContact(models.AbstractModel):
    _name = "messaging.contact"
    _description = "Matching of Customers and Contacts"

    @api.model
    def _get_or_create_partner(self, identity):
        """Link an identity to its contact and return that.

        Empty when the number is an employee's: those never become customers.
        """
        if identity.is_internal:
            return self.env["res.partner"]
        partner = identity.partner_id or self._find_partner_elsewhere(identity)
        owners = self.env["res.partner"]
        if not partner:
            owners = self._find_owners(identity)
            if self._filter_employees(owners):
                identity.is_internal = True
                return self.env["res.partner"]
            partner = self._choose_owner(owners)
        if not partner:
            partner = self._create_partner(identity)
            self._note_other_owners(partner, owners)
        if identity.partner_id != partner:
            identity.partner_id = partner
        if not partner.active:
            self._unarchive(partner)
        return partner

    # -- matching ---------------------------------------------------------------------

    @api.model
    def _find_partner_elsewhere(self, identity):
        """The same customer at another account of the company."""
        keys = [(a.reach, a.kind, a.value) for a in identity.address_ids]
        domain = Domain.OR(
            Domain("reach", "=", reach)
            & Domain("kind", "=", kind)
            & Domain("value", "=", value)
            for reach, kind, value in keys
        )
        others = self.env["messaging.address"].search(
            domain
            & Domain("identity_id", "!=", identity.id)
            & Domain("identity_id.partner_id", "!=", False)
        )
        partners = others.identity_id.with_context(active_test=False).partner_id
        partners = partners.filtered_domain(self._get_company_domain(identity))
        return partners if len(partners) == 1 else self.env["res.partner"]

    @api.model
    def _find_owners(self, identity):
        """Return every contact that has the number the provider vouches for."""
        number = identity._get_verified_phone()
        Partner = self.env["res.partner"].with_context(active_test=False)
        if not number:
            return Partner
        domain = Domain("id", "in", self._search_owner_ids(number, identity))
        return Partner.search(domain & self._get_match_domain(identity))

    @api.model
    def _choose_owner(self, owners):
        """Exactly one person; a company's number says nothing about who writes."""
        persons = owners.filtered(lambda partner: not partner.is_company)
        return persons if len(persons) == 1 else persons.browse()

    @api.model
    def _get_match_domain(self, identity):
        """Hook: which contacts may be matched at all."""
        return self._get_company_domain(identity) & Domain(
            "is_messaging_test", "=", identity.is_test
        )

    @api.model
    def _get_company_domain(self, identity):
        return Domain("company_id", "in", [False, identity.company_id.id])

    @api.model
    def _search_owner_ids(self, number, identity):
        """Contacts whose number is this one in any of its spellings.

        Besides the number Odoo normalised, numbers it could not read count when they
        are the same one by the account's country.
        """
        spellings = phones.variants(number)
        country = self._get_country_code(identity)
        return [
            partner_id
            for partner_id, phone, sanitized in self._read_numbers(spellings)
            if sanitized or phones.normalise(phone, country) in spellings
        ]

    @api.model
    def _read_numbers(self, spellings):
        """Return (contact id, phone, sanitized phone) of all that may have a number.

        Both halves have an index: it is asked for every new customer.
        """
        self.env["res.partner"].flush_model(["phone", "phone_sanitized"])
        spellings = list(spellings)
        self.env.cr.execute(
            SQL(
                """
                SELECT id, phone, phone_sanitized FROM res_partner
                 WHERE phone_sanitized IN %s
                 UNION ALL
                SELECT id, phone, NULL FROM res_partner
                 WHERE phone_sanitized IS NULL AND phone IS NOT NULL AND %s IN %s
                """,
                tuple(spellings),
                SQL(PHONE_END),  # pylint: disable=sql-injection
                tuple({number[-MATCHED_END:] for number in spellings}),
            )
        )
        return self.env.cr.fetchall()

    @api.model
    def _get_country_code(self, identity):
        account = identity.account_id
        return (account.country_id or account.company_id.country_id).code or ""

    @api.model
    def _filter_employees(self, partners):
        return partners.filtered(
            lambda partner: any(
                user.active and user._is_internal() for user in partner.user_ids
            )
        )

    @api.model
    def _note_other_owners(self, partner, owners):
        if owners:
            partner.message_post(
                body=self.env._(
                    "Other contacts have this number too: %(names)s. Check whether "
                    "they are the same person.",
                    names=", ".join(owners.mapped("display_name")),
                ),
                subtype_xmlid="mail.mt_note",
            )

    @api.model
    def _unarchive(self, partner):
        partner.action_unarchive()
        partner.message_post(
            body=self.env._("Unarchived: this contact wrote a message."),
            subtype_xmlid="mail.mt_note",
        )

    # -- creating ---------------------------------------------------------------------

    @api.model
    def _create_partner(self, identity):
        values = self._prepare_partner_values(identity)
        return (
            self.env["res.partner"].with_context(tracking_disable=True).create(values)
        )

    @api.model
    def _prepare_partner_values(self, identity):
        number = identity._get_verified_phone()
        code = phones.country(number) if number else ""
        return {
            "name": self._get_partner_name(identity, number),
            "phone": number or False,
            "country_id": self._get_country_id(code),
            # A language that was switched off is none of a contact's.
            "lang": self.env["res.lang"]._get_code(identity.account_id.language),
            "company_id": self._get_partner_company(identity).id,
            "is_messaging_test": identity.is_test,
        }

    @api.model
    @tools.ormcache("code")
    def _get_country_id(self, code):
        country = self.env["res.country"].search([("code", "=", code)], limit=1)
        return country.id

    @api.model
    def _get_partner_company(self, identity):
        """Hook: with several companies a customer's contact belongs to one of them."""
        company = identity.company_id
        return company if self._has_companies() else company.browse()

    @api.model
    @tools.ormcache()  # cleared by Odoo with every new company
    def _has_companies(self):
        # sudo: res.company - only whether there is more than one
        return self.env["res.company"].sudo().search_count([], limit=2) > 1

    @api.model
    def _get_partner_name(self, identity, number):
        """The profile's name, or something a person can still tell apart."""
        if identity.name:
            return identity.name
        if identity.username:
            return f"@{identity.username}"
        if number:
            return phones.display(number, isolate=False)
        label = identity.account_id.connection_id._get_provider_class().label
        return self.env._(
            "%(channel)s customer %(number)s", channel=label, number=identity.id
        )
