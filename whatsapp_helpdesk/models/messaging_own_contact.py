"""A customer's own number, vouched for by the platform: a proof when it is clear.

Exactly one person of the company, or none: that is a proof. Everything else is a
suggestion for an agent. A card of somebody else, a forwarded one, and a number that a
customer typed prove nothing here.
"""

from odoo import api, models

from ..gateway import phones


class MessagingContact(models.AbstractModel):
    _inherit = "messaging.contact"

    @api.model
    def _get_own_number(self, ctx):
        """Return the number (E.164) that the platform says is the sender's, or ""."""
        parsed = ctx.parsed
        if parsed.forwarded or not ctx.account._get_features().own_contact:
            return ""
        country = self._get_country_code_of(ctx.account)
        numbers = {
            phones.normalise(phone, country)
            for card in parsed.contacts
            if card.own
            for phone in card.phones
        } - {""}
        return numbers.pop() if len(numbers) == 1 else ""

    @api.model
    def _get_country_code_of(self, account):
        return (account.country_id or account.company_id.country_id).code or ""

    @api.model
    def _learn_own_number(self, identity, number):
        """Keep the number as one of the identity, and join whom it proves.

        :return: what happened: ``known``, ``kept``, ``joined``, ``suggested`` or
            ``taken`` (another customer of this account has the number).
        """
        taken = self._find_other_holder(identity, number)
        if taken:
            self._suggest_owner(identity, taken.partner_id, number)
            identity._note_conflict(taken)
            return "taken"
        self._keep_own_number(identity, number)
        partner = identity.partner_id
        owners = self._find_number_owners(identity, number) - partner
        if not owners:
            partner._fill_phone(number)
            return "kept"
        others = owners - self._filter_employees(owners)
        if others == owners and self._is_proof_of(identity, number, others):
            identity._verify()
            self.env["messaging.join"]._request(identity, others, "own_contact")
            return "joined"
        for owner in others:
            self._suggest_owner(identity, owner, number)
        if len(others) > 1:
            identity._set_doubt("shared")
        return "suggested"

    @api.model
    def _find_other_holder(self, identity, number):
        """Return another customer of the same account who has this number."""
        found = self.env["messaging.address"].search(
            [
                ("scope", "=", f"account:{identity.account_id.id}"),
                ("kind", "=", "phone"),
                ("value", "in", list(phones.variants(number))),
            ]
        )
        return found.identity_id - identity

    @api.model
    def _keep_own_number(self, identity, number):
        known = identity.address_ids.filtered(lambda a: a.kind == "phone")
        if set(known.mapped("value")) & set(phones.variants(number)):
            return
        Address = self.env["messaging.address"]
        Address.create(
            {
                "identity_id": identity.id,
                "kind": "phone",
                "value": number,
                "scope": Address._get_scope(identity.account_id),
                "reach": Address._get_reach(identity.account_id, "provider"),
            }
        )

    @api.model
    def _find_number_owners(self, identity, number):
        """Return persons who own a number: by their contact, or by a chat of theirs.

        Companies have numbers, too, but nobody writes as one. Archived ones count.
        """
        Partner = self.env["res.partner"].with_context(active_test=False)
        owners = Partner.browse(self._search_owner_ids(number, identity))
        chats = self.env["messaging.address"].search(
            [
                ("kind", "=", "phone"),
                ("value", "in", list(phones.variants(number))),
                ("verified", "=", True),
                ("identity_id", "!=", identity.id),
                ("identity_id.company_id", "=", identity.company_id.id),
                ("identity_id.is_test", "=", identity.is_test),
                ("identity_id.partner_id", "!=", False),
            ]
        )
        by_chat = chats.identity_id.with_context(active_test=False).partner_id
        persons = (owners | by_chat).filtered(lambda partner: not partner.is_company)
        return persons.filtered_domain(self._get_match_domain(identity))

    @api.model
    def _is_proof_of(self, identity, number, owners):
        """Whether the number alone says that both are one person.

        Not when a chat of that person is in doubt, and not when the sender's contact
        has another number or another chat: then it is somebody known, and what they
        share contradicts it.
        """
        partner = identity.partner_id
        Identity = self.env["messaging.identity"]
        doubted = Identity.search_count(
            [("partner_id", "in", owners.ids), ("doubt", "!=", False)], limit=1
        )
        chats = Identity.search_count(
            [("partner_id", "=", partner.id), ("id", "!=", identity.id)], limit=1
        )
        country = self._get_country_code_of(identity.account_id)
        known = phones.normalise(partner.phone or "", country)
        contradicts = known and known not in phones.variants(number)
        unclear = doubted or chats or contradicts or identity.doubt == "shared"
        return len(owners) == 1 and not unclear

    @api.model
    def _suggest_owner(self, identity, owner, number):
        """Leave it to an agent."""
        if not owner or owner == identity.partner_id:
            return
        shown = phones.display(number, isolate=False)
        self.env["messaging.join.suggestion"]._suggest(
            identity, owner, "same_phone", shown
        )
