"""What nobody asked for waits for the customer's morning: campaigns in the outbox."""

from datetime import timedelta

from odoo import api, fields, models


class MessagingMessage(models.Model):
    _inherit = "messaging.message"

    @api.model
    def _prepare_start_values(self, template, identity, user, bulk):
        """Override: a campaign that starts at night leaves in the morning."""
        values = super()._prepare_start_values(template, identity, user, bulk)
        until = bulk and self.env["messaging.gate"]._get_quiet_until(identity)
        if until:
            values["next_try_at"] = until
            values["expires_at"] = until + self._get_time_to_live("agent")
        return values

    def _refuse(self, refusal):
        """Override: what may not leave at night leaves in the morning."""
        code, _sentence = refusal
        if code != "quiet_hours":
            return super()._refuse(refusal)
        until = self.env["messaging.gate"]._get_quiet_until(self.identity_id)
        if until:
            self._wait_until(until)
        return None

    def _wait_until(self, moment):
        """Leave later, and live as much longer."""
        self.ensure_one()
        now = fields.Datetime.now()
        values = {"next_try_at": moment}
        if self.expires_at:
            values["expires_at"] = self.expires_at + max(moment - now, timedelta())
        self.write(values)
