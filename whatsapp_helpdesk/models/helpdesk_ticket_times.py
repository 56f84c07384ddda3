"""Times of a ticket that follow from its messages, by whatever path they come."""

from odoo import fields, models


class HelpdeskTicket(models.Model):
    _inherit = "helpdesk.ticket"

    human_requested_at = fields.Datetime(
        copy=False, help="The customer asked for a person."
    )

    def _register_message(self, direction, author_kind, occurred_at):
        """Bring the times in line with one more message.

        :param str direction: ``in``, ``out`` or ``note``.
        """
        for ticket in self:
            if direction == "in":
                values = ticket._prepare_inbound_times(occurred_at)
            elif direction == "out" and author_kind in ("agent", "phone_app"):
                values = ticket._prepare_answer_times(occurred_at)
            else:
                continue
            changes = {name: v for name, v in values.items() if ticket[name] != v}
            if changes:
                ticket._write_quietly(changes)

    def _prepare_inbound_times(self, occurred_at):
        """The customer waits from the first message that nobody answered."""
        last = self.last_customer_message_at
        values = {"last_customer_message_at": max(last or occurred_at, occurred_at)}
        if not self.closed:
            waiting = self.waiting_since if self.waiting_on == "agent" else False
            values["waiting_on"] = "agent"
            values["waiting_since"] = min(waiting or occurred_at, occurred_at)
        return values

    def _prepare_answer_times(self, occurred_at):
        last = self.last_agent_message_at
        values = {"last_agent_message_at": max(last or occurred_at, occurred_at)}
        if not self.first_response_at:
            values["first_response_at"] = occurred_at
        if not self.closed:
            values["waiting_on"] = "customer"
            values["waiting_since"] = False
        return values

    def _recompute_message_times(self):
        """Rebuild the times from the facts, after a message turned out to be failed."""
        for ticket_sudo in self.sudo():  # sudo: helpdesk.message.fact - bookkeeping
            ticket_sudo._write_quietly(ticket_sudo._prepare_times_from_facts())

    def _prepare_times_from_facts(self):
        facts = self.env["helpdesk.message.fact"].search(
            [("ticket_id", "=", self.id), ("direction", "in", ("in", "out"))],
            order="occurred_at, id",
        )
        inbound = facts.filtered(lambda fact: fact.direction == "in")
        answers = facts.filtered(
            lambda fact: fact.direction == "out"
            and fact.author_kind in ("agent", "phone_app")
            and fact.final_state != "failed"
        )
        last_answer = answers[-1:].occurred_at
        unanswered = inbound.filtered(
            lambda fact: not last_answer or fact.occurred_at > last_answer
        )
        values = {
            "last_customer_message_at": inbound[-1:].occurred_at,
            "last_agent_message_at": last_answer,
            "first_response_at": answers[:1].occurred_at,
        }
        if not self.closed:
            # Without any message left, as after an undo, nobody waits.
            values["waiting_since"] = unanswered[:1].occurred_at
        if not self.closed and facts:
            values["waiting_on"] = "agent" if unanswered else "customer"
        return values
