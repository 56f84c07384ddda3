"""Before an erasure: what would go, whether it may, and putting it in the queue."""

from odoo import api, models


class MessagingErase(models.Model):
    _inherit = "messaging.erase"

    @api.model
    def _queue(self, partner, companies, **values):
        """Queue the erasure of a contact's person; a job does it."""
        counts = self._count_person(partner, companies)
        erase = self.create(
            {
                **values,
                "partner_id": partner.id,
                "company_ids": [(6, 0, companies.ids)],
                "expected": sum(number for _label, number in counts),
            }
        )
        self._wake()
        return erase

    @api.model
    def _get_refusal_before(self, partner, companies):
        """Return why this person cannot be erased now, or ""."""
        person = self.env["messaging.person"]
        identities = person._find_identities(partner, companies)
        conversations = person._find_conversations(partner, companies)
        tickets = person._find_tickets(partner, identities, conversations, companies)
        if self.search_count(
            [("partner_id", "=", partner.id), ("state", "in", ("queued", "running"))]
        ):
            return self.env._("This person is being erased already.")
        if any(user._is_internal() for user in partner.user_ids):
            return self.env._("This is the contact of a user of Odoo.")
        return self._get_refusal(partner, tickets)

    @api.model
    def _count_person(self, partner, companies):
        """Hook: (label, number) of what there is about a person."""
        person = self.env["messaging.person"]
        identities = person._find_identities(partner, companies)
        conversations = person._find_conversations(partner, companies)
        tickets = person._find_tickets(partner, identities, conversations, companies)
        place = [("model", "=", "discuss.channel"), ("res_id", "in", conversations.ids)]
        chatter = [("model", "=", "helpdesk.ticket"), ("res_id", "in", tickets.ids)]
        files = [
            "|",
            "&",
            ("res_model", "=", "discuss.channel"),
            ("res_id", "in", conversations.ids),
            "&",
            ("res_model", "=", "helpdesk.ticket"),
            ("res_id", "in", tickets.ids),
        ]
        parts = [("identity_id", "in", identities.ids)]
        return [
            (self.env._("Conversations"), len(conversations)),
            (self.env._("Messages"), self._count_of("mail.message", place)),
            (self.env._("Files"), self._count_of("ir.attachment", files)),
            (self.env._("Cases"), len(tickets)),
            (self.env._("Lines in cases"), self._count_of("mail.message", chatter)),
            (
                self.env._("Sent and received parts"),
                self._count_of("messaging.message", parts),
            ),
            (self.env._("Numbers and other addresses"), len(identities.address_ids)),
            (
                self.env._("Consents (their wording)"),
                self._count_of("messaging.consent", parts),
            ),
        ]

    @api.model
    def _count_of(self, model, domain):
        return self.env[model].search_count(domain)
