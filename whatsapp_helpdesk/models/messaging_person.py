"""Which models hold what about a person, and how it is erased and exported.

A feature that stores something about customers overrides the lists here; a test fails
for a model of ours that is in none of them.
"""

from odoo import api, models

#: Models without anything about a customer, and those whose rows go with another one.
IMPERSONAL = {
    "messaging.connection": "a provider's app",
    "messaging.account": "a number of ours",
    "messaging.inbox": "a setting",
    "messaging.template": "text for everybody",
    "messaging.template.button": "text for everybody",
    "messaging.template.variable": "text for everybody",
    "messaging.template.batch": "text for everybody",
    "messaging.setup": "a number of ours, and a link that goes with the message",
    "messaging.setup.number": "a number of ours",
    "messaging.budget": "sums",
    "messaging.rate": "prices",
    "messaging.recompute": "dates",
    "messaging.charge": "a price, with a hash instead of the message's id",
    "messaging.signature.failure": "a count",
    "messaging.problem": "about an account",
    "messaging.health": "counts",
    "messaging.erase": "the log of erasing: counts only",
    "messaging.erased.address": "hashes that only who knows an address can make",
    "messaging.attempt": "goes with its part",
    "messaging.media": "goes with its part",
    "messaging.export.file": "goes with its export",
    "messaging.import.author": "goes with what its import forgets",
    "messaging.import.column": "goes with what its import forgets",
    "messaging.import.refusal": "goes with what its import forgets",
    "helpdesk.assignment": "ids of agents and cases",
    "messaging.join.line": "goes with its join",
    "messaging.join.open": "goes with its join",
    "helpdesk.message.fact": "figures: times and directions, no contents",
}


class MessagingPerson(models.AbstractModel):
    _name = "messaging.person"
    _description = "Data about a Person"

    # -- hooks ------------------------------------------------------------------------

    @api.model
    def _get_erasers(self):
        """Hook: (model, method) in order; see :meth:`_get_last_erasers`.

        ``method(identities, partner)`` deletes or blanks at most
        ``messaging.erase.BATCH`` rows and returns how many; it is called again, in a
        new transaction, until there are none. So it must be harmless to repeat.

        :param identities: ``messaging.identity`` of the person; they stay, without
            anything in them, because facts about consent refer to them.
        :param partner: ``res.partner``, as it is until the very end; may be empty.
        """
        return [
            ("messaging.event", "_erase_person"),
            ("messaging.update", "_erase_person"),
            ("rating.rating", "_erase_person"),
            ("messaging.message", "_erase_person"),
            ("mail.message", "_erase_person"),
            ("helpdesk.ticket", "_erase_person"),
            ("mail.message", "_erase_mentions"),
            ("bus.bus", "_erase_person"),
            ("messaging.automatic", "_erase_person"),
            ("messaging.consent", "_erase_person"),
            ("messaging.sandbox.link", "_erase_person"),
            ("messaging.export", "_erase_person"),
            ("messaging.pace", "_erase_person"),
            ("messaging.import", "_erase_person"),
            ("messaging.template.batch.line", "_erase_person"),
            ("messaging.join", "_erase_person"),
        ]

    @api.model
    def _get_last_erasers(self):
        """What the others need to find the person: addresses, names, conversations."""
        return [
            ("discuss.channel", "_erase_person"),
            ("messaging.address", "_erase_person"),
            ("messaging.identity", "_erase_person"),
            ("res.partner", "_erase_person"),
        ]

    @api.model
    def _get_exporters(self):
        """Hook: (section, model, method) of what an export holds besides messages.

        ``method(identities, partner)`` returns plain values for JSON.
        """
        return [
            ("identities", "messaging.identity", "_export_person"),
            ("consents", "messaging.consent", "_export_person"),
            ("cases", "helpdesk.ticket", "_export_person"),
            ("ratings", "rating.rating", "_export_person"),
            ("automatic_messages", "messaging.automatic", "_export_person"),
            ("mass_messages", "messaging.template.batch.line", "_export_person"),
            ("joins", "messaging.join", "_export_person"),
        ]

    @api.model
    def _get_impersonal_models(self):
        """Hook: ``{model: why}`` of models that hold nothing about a person."""
        return dict(IMPERSONAL)

    @api.model
    def _get_all_erasers(self):
        return [*self._get_erasers(), *self._get_last_erasers()]

    # -- who --------------------------------------------------------------------------

    @api.model
    def _find_identities(self, partner, companies):
        """Return how the accounts of some companies know a contact."""
        Identity = self.env["messaging.identity"]
        return Identity.search(
            [("partner_id", "=", partner.id), ("company_id", "in", companies.ids)]
        )

    @api.model
    def _find_conversations(self, partner, companies):
        """Return the conversations of a contact, those that stepped back included."""
        Channel = self.env["discuss.channel"].with_context(active_test=False)
        return Channel.search(
            [
                ("channel_type", "=", "helpdesk"),
                ("helpdesk_partner_id", "=", partner.id),
                ("helpdesk_company_id", "in", companies.ids),
            ]
        )

    @api.model
    def _find_tickets(self, partner, identities, conversations, companies):
        """Return all cases of a contact, whatever way they came."""
        Ticket = self.env["helpdesk.ticket"].with_context(active_test=False)
        return Ticket.search(
            [
                "&",
                ("company_id", "in", companies.ids),
                "|",
                ("partner_id", "=", partner.id),
                "|",
                ("messaging_identity_id", "in", identities.ids),
                ("conversation_id", "in", conversations.ids),
            ]
        )

    @api.model
    def _is_held(self, partner, tickets):
        """Whether a legal hold keeps what there is about a person."""
        return partner.messaging_legal_hold or any(tickets.mapped("legal_hold"))
