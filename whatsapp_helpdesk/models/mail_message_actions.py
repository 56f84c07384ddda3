"""What a person does with a message exchanged with a customer: retry, decide, react."""

from odoo import models
from odoo.exceptions import UserError

RETRY_STATES = ("failed", "expired")


class MailMessage(models.Model):
    _inherit = "mail.message"

    # -- a message that did not arrive -----------------------------------------------

    def messaging_retry(self):
        """Send the parts that failed once more, as whoever may answer.

        :raise UserError: the gate refuses, or there is nothing to send again.
        """
        self._queue_parts_again(RETRY_STATES)
        return True

    def messaging_decide(self, decision):
        """Settle a send in doubt, which Odoo never repeats by itself.

        :param str decision: ``sent`` (the customer has it) or ``resend``.
        """
        if decision not in ("sent", "resend"):
            raise UserError(
                self.env._("Say whether it was sent or is to be sent again.")
            )
        if decision == "resend":
            self._queue_parts_again(("unknown",))
            return True
        for message in self:
            message._check_messaging_action()
            # sudo: messaging.message - users never write the outbox themselves
            message.sudo().messaging_part_ids._settle_as_sent()
        return True

    def _queue_parts_again(self, states):
        for message in self:
            message._check_messaging_action()
            # sudo: messaging.message - users never write the outbox themselves
            parts = message.sudo().messaging_part_ids.filtered(
                lambda part: part.direction == "out" and part.state in states
            )
            if not parts:
                raise UserError(
                    self.env._("Nothing of this message is to be sent again.")
                )
            parts._queue_again()

    def _check_messaging_action(self):
        """As for an answer: the assignee or the leader, on an open case."""
        self.ensure_one()
        self.check_access("read")
        conversation = self._get_helpdesk_conversation()
        if not conversation or self.messaging_direction != "out":
            raise UserError(self.env._("This is no message to a customer."))
        conversation._helpdesk_check_readable()
        conversation._helpdesk_check_can_reply()

    def _get_helpdesk_conversation(self):
        """Return the customer conversation a message is in, or no record."""
        Channel = self.env["discuss.channel"]
        if self.model != "discuss.channel" or not self.res_id:
            return Channel
        channel = Channel.browse(self.res_id)
        # sudo: discuss.channel - only the type is read
        return channel if channel.sudo().is_helpdesk else Channel

    # -- reactions -------------------------------------------------------------------

    def _message_reaction(self, content, action, partner, guest, store=None):
        """Send an agent's reaction on a message of the customer to the customer.

        The customer sees one reaction of the business: a new one replaces others.
        Reactions on notes and on our own messages stay inside Odoo.
        """
        if self._is_reaction_for_customer(partner):
            had = self._get_business_reactions()
            mine = had.filtered(
                lambda r: r.content == content and r.partner_id == partner
            )
            if (action == "add") == bool(mine):
                return super()._message_reaction(content, action, partner, guest, store)
            self._send_reaction(content if action == "add" else "")
            if action == "add":
                for other in had:
                    super()._message_reaction(
                        other.content, "remove", other.partner_id, guest, store
                    )
        return super()._message_reaction(content, action, partner, guest, store)

    def _is_reaction_for_customer(self, partner):
        return (
            self.messaging_direction == "in"
            and partner == self.env.user.partner_id
            and self.env.user._is_internal()
            and bool(self._get_helpdesk_conversation())
        )

    def _get_business_reactions(self):
        # sudo: mail.message.reaction, res.partner - the message is readable
        return self.sudo().reaction_ids.filtered(
            lambda reaction: not reaction.partner_id.partner_share
        )

    def _send_reaction(self, emoji):
        """:raise UserError: the user may not answer, or the channel cannot do it."""
        conversation = self._get_helpdesk_conversation()
        conversation._helpdesk_check_readable()
        conversation._helpdesk_check_can_reply()
        # sudo: messaging.message - the message is readable, its part is not
        parts = self.sudo().messaging_part_ids.filtered("external_id")
        if not parts or not parts.account_id._get_features().reactions:
            raise UserError(self.env._("Reactions cannot be sent to this customer."))
        # sudo: messaging.message - users never write the outbox themselves
        self.env["messaging.message"].sudo()._queue_reaction(parts[-1], emoji)
