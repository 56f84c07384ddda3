"""What one can do from the health page: look at what is behind a figure, and replay."""

from odoo import fields, models


class MessagingHealth(models.Model):
    _inherit = "messaging.health"

    def action_check(self):
        return self.account_id.action_check()

    def action_resume(self):
        return self.account_id.action_resume()

    def action_replay_parked(self):
        """Process all parked updates of this account again."""
        return self._get_updates("parked").action_replay()

    def action_open_updates(self):
        """Open the updates of this account in the state that the button stands for."""
        state = self.env.context.get("update_state", "parked")
        return self._open("messaging.update", self._get_updates_domain(state))

    def action_open_unassigned(self):
        known = self.connection_id.account_ids.mapped("external_id")
        domain = [
            ("connection_id", "=", self.connection_id.id),
            ("state", "=", "parked"),
            ("account_ref", "not in", known),
        ]
        return self._open("messaging.update", domain)

    def action_open_outbox(self):
        return self._open_parts([("state", "in", ("queued", "held", "sending"))])

    def action_open_doubt(self):
        return self._open_parts([("state", "=", "unknown")])

    def action_open_failed(self):
        return self._open_parts([("state", "in", ("failed", "expired"))])

    def action_open_media(self):
        domain = [("account_id", "=", self.account_id.id), ("state", "!=", "done")]
        return self._open("messaging.media", domain)

    def action_open_account(self):
        return {
            "type": "ir.actions.act_window",
            "name": self.account_id.display_name,
            "res_model": "messaging.account",
            "view_mode": "form",
            "res_id": self.account_id.id,
        }

    def _open_parts(self, domain):
        since = fields.Datetime.subtract(fields.Datetime.now(), days=1)
        domain = [
            ("account_id", "=", self.account_id.id),
            ("direction", "=", "out"),
            *domain,
        ]
        if ("state", "in", ("failed", "expired")) in domain:
            domain.append(("write_date", ">", since))
        return self._open("messaging.message", domain)

    def _get_updates_domain(self, state):
        return [
            ("connection_id", "=", self.connection_id.id),
            ("account_ref", "=", self.account_id.external_id),
            ("state", "=", state),
        ]

    def _get_updates(self, state):
        return self.env["messaging.update"].search(self._get_updates_domain(state))

    def _open(self, model, domain):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env["ir.model"]._get(model).name,
            "res_model": model,
            "view_mode": "list,form",
            "domain": domain,
        }
