"""Who consumes an inbound message before it becomes work for an agent.

The order is fixed: signed button, opt-out word, "talk to a human", waiting flow step,
survey score, closed thank-you; whatever nobody takes is a real message. What is
swallowed stays visible in the conversation and is listed for the leader.
"""

from odoo import api, models

from ..gateway.words import asks_for_human, is_closing_thanks


class MessagingInbound(models.AbstractModel):
    _inherit = "messaging.inbound"

    @api.model
    def _get_consumers(self):
        """Hook: names of consumers in order; each has a method ``_is_<name>``."""
        return ["button", "opt_out", "human", "flow", "survey", "thank_you"]

    @api.model
    def _find_consumer(self, ctx, identity, conversation, quoted):
        """Return who takes a message first, or "" for a plain real one."""
        for name in self._get_consumers():
            if getattr(self, f"_is_{name}")(ctx, identity, conversation, quoted):
                return name
        return ""

    @api.model
    def _get_swallowers(self):
        """Consumers after which a message opens no case; the others only mark it."""
        return {"opt_out", "flow", "survey", "thank_you"}

    @api.model
    def _is_button(self, ctx, identity, conversation, quoted):
        """Hook: a button of ours whose payload is signed and known."""
        return False

    @api.model
    def _is_opt_out(self, ctx, identity, conversation, quoted):
        """See ``messaging_inbound_consent``."""
        return False

    @api.model
    def _is_human(self, ctx, identity, conversation, quoted):
        """A wish that no automation may swallow; the case is marked with it."""
        return self._is_plain_text(ctx) and asks_for_human(ctx.parsed.text)

    @api.model
    def _is_flow(self, ctx, identity, conversation, quoted):
        """Hook: a step of a flow that waits for an answer, if no human is active."""
        return False

    @api.model
    def _is_survey(self, ctx, identity, conversation, quoted):
        """Hook: a score, when a survey is the newest outbound message."""
        return False

    @api.model
    def _is_thank_you(self, ctx, identity, conversation, quoted):
        """Only when nothing is open: in an open case it is part of the talk."""
        if not self._is_plain_text(ctx) or not is_closing_thanks(ctx.parsed.text):
            return False
        Ticket = self.env["helpdesk.ticket"]
        if Ticket._find_open_case(conversation, quoted):
            return False
        return bool(Ticket._find_last_closed_case(conversation))

    @api.model
    def _is_plain_text(self, ctx):
        """Text or the title of a pressed button, without any file."""
        parsed = ctx.parsed
        return bool(parsed.text) and not parsed.media and parsed.kind.value == "message"

    @api.model
    def _after_consumed(self, ctx, identity, message, consumer):
        """What follows; one method ``_after_<name>`` for each that needs one."""
        follow = getattr(self, f"_after_{consumer}", None)
        if follow:
            follow(ctx, identity, message)

    @api.model
    def _after_human(self, ctx, identity, message):
        case = message.helpdesk_ticket_id
        if case:
            case._write_quietly({"human_requested_at": ctx.occurred_at})
