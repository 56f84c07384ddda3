"""What an administrator does with parts in the log, one by one or many at once."""

from odoo import api, models
from odoo.exceptions import AccessError, UserError

#: States after which a person may send a part once more.
AGAIN = ("failed", "expired", "unknown")


class MessagingMessage(models.Model):
    _inherit = "messaging.message"

    @api.depends("identity_id")
    def _compute_display_name(self):
        """A part that was not sent yet has no id of the provider to be named by."""
        for part in self:
            part.display_name = (
                f"{part.identity_id.display_name} #{part.id}" if part.id else False
            )

    def action_send_again(self):
        """Send what failed or is in doubt once more; the rest of a selection stays.

        :raise UserError: when nothing of it can be sent again.
        """
        parts = self._get_own_parts(AGAIN)
        refusals = [refusal for part in parts if (refusal := part._try_again())]
        sent = len(parts) - len(refusals)
        if not sent:
            raise UserError(
                refusals[0]
                if refusals
                else self.env._("Nothing of this failed or is in doubt.")
            )
        message = self.env._("Parts sent again: %(count)s.", count=sent)
        if refusals:
            message += " " + self.env._(
                "Not sent again: %(count)s. %(reason)s",
                count=len(refusals),
                reason=refusals[0],
            )
        return self._notify_done(message, "warning" if refusals else "success")

    def action_mark_arrived(self):
        """Settle sends in doubt: the customer has them.

        :raise UserError: when nothing is in doubt.
        """
        parts = self._get_own_parts(("unknown",))
        if not parts:
            raise UserError(self.env._("Nothing of this is in doubt."))
        parts._settle_as_sent()
        return self._notify_done(
            self.env._("Parts marked as sent: %(count)s.", count=len(parts)), "success"
        )

    def _get_own_parts(self, states):
        """Return our parts in these states, oldest first, for a manager's action."""
        groups = ("helpdesk_mgmt.group_helpdesk_manager", "base.group_system")
        if not any(self.env.user.has_group(group) for group in groups):
            raise AccessError(
                self.env._("Only a manager sends parts again or marks them as sent.")
            )
        self.check_access("read")
        # sudo: messaging.message - users never write the outbox themselves
        return (
            self.sudo()
            .filtered(lambda part: part.direction == "out" and part.state in states)
            .sorted("id")
        )

    def _try_again(self):
        """Queue a part again; return why not, or ""."""
        if self.ticket_id.closed:
            return self.env._("The case is closed.")
        try:
            self._queue_again()
        except UserError as refusal:
            return str(refusal)
        return ""

    def _notify_done(self, message, level):
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": level,
                "message": message,
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }
