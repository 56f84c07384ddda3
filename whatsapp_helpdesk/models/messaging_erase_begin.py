"""The first transaction of an erasure: it takes the person out of all that goes on.

Afterwards nothing that arrives can reach the old data: addresses, conversations and
cases belong to the erasure, and whoever writes now is somebody new.
"""

from odoo import fields, models
from odoo.tools import SQL


class MessagingErase(models.Model):
    _inherit = "messaging.erase"

    def _begin(self):
        """Decide once more, remember the addresses, and detach everything."""
        self.ensure_one()
        person = self.env["messaging.person"]
        partner, companies = self.partner_id, self.company_ids
        identities = person._find_identities(partner, companies)
        conversations = person._find_conversations(partner, companies)
        conversations |= self._find_own_landings(identities)
        tickets = person._find_tickets(partner, identities, conversations, companies)
        reason = self._get_refusal(partner, tickets)
        if reason:
            self.write({"state": "refused", "note": reason, "ended_at": self._moment()})
            return
        moment = self._moment()
        self._remember_addresses(identities, moment)
        self._stop_sending(identities)
        self._detach_conversations(conversations)
        self._detach_tickets(tickets)
        self._detach_identities(identities)
        self.write({"state": "running", "started_at": moment, "step": 0, "cursor": 0})

    def _find_own_landings(self, identities):
        """Where their messages land, unless that is another contact's conversation."""
        return identities.conversation_id.filtered(
            lambda place: place.helpdesk_partner_id <= self.partner_id
        )

    def _moment(self):
        return fields.Datetime.now()

    def _get_refusal(self, partner, tickets):
        """Hook: why a person is not erased, or ""."""
        if not partner:
            return self.env._("The contact is gone.")
        if self.env["messaging.person"]._is_held(partner, tickets):
            return self.env._("A legal hold keeps the data of this person.")
        return ""

    def _remember_addresses(self, identities, moment):
        """Keep hashes, and what the person decided about messages to them."""
        by_company = identities.grouped("company_id")
        for company in self.company_ids:
            mine = by_company.get(company, identities.browse())
            addresses = [(a.kind, a.value) for a in mine.address_ids]
            addresses += self._get_contact_addresses()
            self.env["messaging.erased.address"]._remember(
                company,
                set(addresses),
                moment,
                opted_out=self._get_opted_out(mine),
                was_blocked=any(mine.mapped("blocked")),
            )

    def _get_contact_addresses(self):
        partner = self.partner_id
        found = [
            ("phone", partner.phone_sanitized),
            ("email", partner.email_normalized),
        ]
        return [(kind, value) for kind, value in found if value]

    def _get_opted_out(self, identities):
        """An opt-out outlives the data: erasing must not bring messages back."""
        gate = self.env["messaging.gate"]
        purposes = self.env["messaging.consent"]._fields["purpose"].get_values(self.env)
        return {
            purpose for purpose in purposes if gate._get_opted_out(identities, purpose)
        }

    def _stop_sending(self, identities):
        parts = self.env["messaging.message"].search(
            [
                ("identity_id", "in", identities.ids),
                ("state", "in", ("queued", "held")),
            ]
        )
        parts.write({"state": "failed", "failure_reason": "no_address"})

    def _detach_conversations(self, conversations):
        """Nobody holds them, and none of them is where a message could land.

        One that points at itself as merged is out of the way of a new one.
        """
        conversations._helpdesk_remove_agents()
        # Somebody else who was linked to them gets a conversation of their own.
        self.env["messaging.identity"].search(
            [("conversation_id", "in", conversations.ids)]
        ).conversation_id = False
        self.env.flush_all()
        for conversation in conversations:
            conversation.write(
                {
                    "helpdesk_erase_id": self.id,
                    "helpdesk_merged_into_id": conversation.id,
                    "helpdesk_ticket_id": False,
                    "helpdesk_agent_id": False,
                    "helpdesk_team_id": False,
                    "helpdesk_waiting_since": False,
                    "messaging_identity_id": False,
                    "name": self.env._("Erased"),
                }
            )

    def _detach_tickets(self, tickets):
        """In SQL: nothing of it is news, and nobody is to be told by email."""
        if not tickets:
            return
        self.env.flush_all()
        self.env.cr.execute(
            SQL(
                "UPDATE helpdesk_ticket SET erase_id = %s, conversation_id = NULL, "
                "messaging_identity_id = NULL WHERE id IN %s",
                self.id,
                tuple(tickets.ids),
            )
        )
        self.env.invalidate_all()

    def _detach_identities(self, identities):
        """Their addresses are found by the erasure only."""
        identities.write(
            {"erase_id": self.id, "partner_id": False, "conversation_id": False}
        )
        for address in identities.address_ids:
            place = f"erased:{self.id}:{address.id}"
            address.write({"scope": place, "reach": place})
        if identities:
            self._add_contact_addresses(identities[0])
        if self.contact_action == "anonymise" and self._may_change_contact():
            # Nobody who writes from now on is matched with this contact.
            self.partner_id.with_context(tracking_disable=True).write(
                {"phone": False, "email": False}
            )

    def _add_contact_addresses(self, identity):
        """The contact's own number and email are looked for as well."""
        known = {(a.kind, a.value) for a in identity.address_ids}
        for kind, value in set(self._get_contact_addresses()) - known:
            place = f"erased:{self.id}:contact:{kind}"
            self.env["messaging.address"].create(
                {
                    "identity_id": identity.id,
                    "kind": kind,
                    "value": value,
                    "scope": place,
                    "reach": place,
                    "verified": False,
                }
            )

    def _may_change_contact(self):
        """Users keep their contact, and so do companies that were not asked."""
        partner = self.partner_id.with_context(active_test=False)
        if partner.user_ids:
            return False
        others = self.env["messaging.identity"].search_count(
            [("partner_id", "=", partner.id)], limit=1
        )
        return not others
