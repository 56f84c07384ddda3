"""The customer sees that a message was read when the assignee has read it."""

from odoo import models


class DiscussChannelMember(models.Model):
    _inherit = "discuss.channel.member"

    def _mark_as_read(self, last_message_id):
        result = super()._mark_as_read(last_message_id)
        if self.channel_id.is_helpdesk and self._should_mark_for_customer():
            self._queue_read_marks(last_message_id)
        return result

    def _should_mark_for_customer(self):
        """Only the assignee's reading counts; colleagues look without being seen."""
        # sudo: discuss.channel - a member may know who holds the case
        agent = self.channel_id.sudo().helpdesk_agent_id
        return bool(agent) and agent.partner_id == self.partner_id

    def _queue_read_marks(self, last_message_id):
        # sudo: messaging.message, messaging.identity - the outbox and its marks are
        # written by the server only
        Part = self.env["messaging.message"].sudo()
        for identity in self.channel_id.sudo().messaging_identity_ids:
            account = identity.account_id
            if not (account.read_receipts and account._get_features().read_marks):
                continue
            last = Part.search(
                [
                    ("identity_id", "=", identity.id),
                    ("direction", "=", "in"),
                    ("external_id", "!=", False),
                    ("mail_message_id", "<=", last_message_id),
                    ("mail_message_id", "!=", False),
                    ("id", ">", identity.read_up_to_id.id or 0),
                ],
                order="id desc",
                limit=1,
            )
            if last:
                identity.read_up_to_id = last
                Part._queue_read_mark(last)
