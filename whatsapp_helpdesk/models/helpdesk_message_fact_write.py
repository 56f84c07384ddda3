"""Writing facts: one row for every public message or note of a ticket.

Hooked in where every path of Odoo passes when a message exists, so that nothing has to
remember to count: messaging, email, portal, form and chatter.
"""

from odoo import api, fields, models

#: Types of messages people or the outside write; the rest are Odoo's own lines.
COUNTED_TYPES = {"comment", "email", "email_outgoing", "helpdesk_message"}


class HelpdeskMessageFact(models.Model):
    _inherit = "helpdesk.message.fact"

    @api.model
    def _count_message(self, message, ticket):
        """Add the fact of a message that was just posted, and the ticket's times.

        :return: the fact, empty when the message does not count.
        """
        # sudo: helpdesk.message.fact, helpdesk.ticket - bookkeeping, whoever wrote
        message_sudo, ticket_sudo = message.sudo(), ticket.sudo()
        if not ticket_sudo or not self._is_counted(message_sudo):
            return self.browse()
        # sudo: helpdesk.message.fact - as above
        fact = self.sudo().create(self._prepare_fact_values(message_sudo, ticket_sudo))
        ticket_sudo._register_message(
            fact.direction, fact.author_kind, fact.occurred_at
        )
        return fact

    @api.model
    def _count_messages(self, pairs):
        """Add the facts of many messages, as :meth:`_count_message` does with one.

        :param list pairs: (message, ticket), both with ``sudo``, in order.
        :return: the facts; those of messages that do not count are missing.
        """
        counted = [
            (message, ticket)
            for message, ticket in pairs
            if ticket and self._is_counted(message)
        ]
        # sudo: helpdesk.message.fact - bookkeeping, whoever wrote
        facts = self.sudo().create(
            [self._prepare_fact_values(message, ticket) for message, ticket in counted]
        )
        for fact in facts:
            fact.ticket_id._register_message(
                fact.direction, fact.author_kind, fact.occurred_at
            )
        return facts

    @api.model
    def _count_request(self, tickets):
        """Add the fact of requests by web form: their description is the message."""
        now = fields.Datetime.now()
        for ticket_sudo in tickets.sudo():  # sudo: bookkeeping, as above
            self.sudo().create(
                {
                    "ticket_id": ticket_sudo.id,
                    "company_id": ticket_sudo.company_id.id,
                    "team_id": ticket_sudo.team_id.id,
                    "assignee_id": ticket_sudo.user_id.id,
                    "direction": "in",
                    "author_kind": "customer",
                    "path": "form",
                    "occurred_at": now,
                    "posted_at": now,
                    "is_test": ticket_sudo.is_test,
                }
            )
            ticket_sudo._register_message("in", "customer", now)

    @api.model
    def _is_counted(self, message):
        return message.message_type in COUNTED_TYPES and not message.helpdesk_is_history

    @api.model
    def _prepare_fact_values(self, message, ticket):
        direction = self._get_direction(message)
        in_conversation = message.model == "discuss.channel"
        now = fields.Datetime.now()
        return {
            "ticket_id": ticket.id,
            "mail_message_id": message.id,
            "conversation_id": message.res_id if in_conversation else False,
            "account_id": message.messaging_identity_id.account_id.id,
            "company_id": ticket.company_id.id,
            "team_id": ticket.team_id.id,
            "user_id": message.author_id.user_ids[:1].id,
            "assignee_id": ticket.user_id.id,
            "direction": direction,
            "author_kind": self._get_author_kind(message, direction),
            "path": self._get_path(message, direction),
            "occurred_at": message.helpdesk_occurred_at or now,
            "posted_at": now,
            "is_late": message.helpdesk_late,
            "is_test": ticket.is_test,
        }

    @api.model
    def _get_direction(self, message):
        if message.messaging_direction:
            return message.messaging_direction
        if message.subtype_id.internal or message.is_internal or not message.subtype_id:
            return "note"
        return "in" if self._is_from_outside(message) else "out"

    @api.model
    def _is_from_outside(self, message):
        """A customer: nobody with an internal user."""
        users = message.author_id.user_ids
        return not any(user._is_internal() for user in users)

    @api.model
    def _get_author_kind(self, message, direction):
        if message.helpdesk_author_kind:
            return message.helpdesk_author_kind
        if direction == "in":
            return "customer"
        root = self.env.ref("base.partner_root", raise_if_not_found=False)
        return "automatic" if message.author_id == root else "agent"

    @api.model
    def _get_path(self, message, direction):
        by_portal = self.env.user.share and direction == "in"
        if direction == "note":
            return "internal"
        if by_portal:
            return "portal"
        return "messaging" if message.message_type == "helpdesk_message" else "email"

    # -- what became of it ------------------------------------------------------------

    @api.model
    def _update_from_parts(self, messages):
        """Keep the final state in line with the parts of these messages.

        A message whose parts all failed was no answer: the customer waits again.
        """
        facts = self.sudo().search(  # sudo: bookkeeping after a provider's status
            [("mail_message_id", "in", messages.ids)]
        )
        changed = self.browse()
        for fact in facts:
            state = self._get_final_state(fact.mail_message_id.messaging_part_ids)
            if state != fact.final_state:
                failed_at = fields.Datetime.now() if state == "failed" else False
                fact.write({"final_state": state, "failed_at": failed_at})
                changed |= fact
        changed.ticket_id._recompute_message_times()
        changed.ticket_id.conversation_id._helpdesk_sync_cases()

    @api.model
    def _get_final_state(self, parts):
        states = set(parts.mapped("state"))
        if states and states <= {"failed", "expired"}:
            return "failed"
        return "doubt" if "unknown" in states else "ok"
