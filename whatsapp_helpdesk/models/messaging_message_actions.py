"""What people do with a message that did not arrive."""

import uuid

from odoo import fields, models
from odoo.exceptions import UserError


class MessagingMessage(models.Model):
    _inherit = "messaging.message"

    def _queue_again(self):
        """Give parts another try, as a new send with a correlation of its own.

        The rows are locked: two people who press Retry make one send.

        :raise UserError: the gate refuses, or somebody was faster.
        """
        parts = self.try_lock_for_update()
        if parts != self:
            raise UserError(self.env._("This message is being sent right now."))
        for part in parts:
            passed = self.env["messaging.gate"]._pass_again(part)
            part.with_context(messaging_pass=passed).write(part._prepare_retry_values())
        parts._broadcast_ticks()
        parts._update_facts()
        parts._wake_sender()

    def _prepare_retry_values(self):
        now = fields.Datetime.now()
        return {
            "state": "queued",
            "attempts": 0,
            "next_try_at": now,
            "lease_until": False,
            "expires_at": now + self._get_time_to_live(self.author_kind),
            "correlation": str(uuid.uuid4()),
            "external_id": False,
            "failure_reason": False,
            "failure_code": 0,
            "failure_detail": False,
            "failed_at": False,
        }

    def _settle_as_sent(self):
        """A person knows that a send in doubt arrived."""
        for part in self.filtered(lambda p: p.state == "unknown"):
            part.write({"accepted_at": part.accepted_at or fields.Datetime.now()})
            part._advance("accepted")
