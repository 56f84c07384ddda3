import base64

from odoo import fields, models


class MessagingEvent(models.Model):
    """A raw webhook body, kept so that everything in it can be replayed."""

    _name = "messaging.event"
    _description = "Webhook Event"
    _order = "id desc"
    _rec_name = "sha256"

    connection_id = fields.Many2one(
        "messaging.connection", required=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="connection_id.company_id")
    sha256 = fields.Char("SHA-256", size=64, required=True)
    body = fields.Binary(
        attachment=False,
        groups="base.group_system",
        copy=False,
        help="Removed some time after everything in it was processed.",
    )
    received_at = fields.Datetime(required=True, default=fields.Datetime.now)
    state = fields.Selection(
        [("parsed", "Parsed"), ("malformed", "Malformed")],
        required=True,
        default="parsed",
    )
    error = fields.Char()
    update_ids = fields.One2many("messaging.update", "event_id")

    _connection_sha256_unique = models.Constraint(
        "UNIQUE(connection_id, sha256)", "This body was already received."
    )

    def _parse(self):
        """Return ``{key: gateway update}`` of the stored body.

        :raise Exception: whatever the parser raises.
        """
        self.ensure_one()
        event_sudo = self.sudo()  # sudo: messaging.event - bodies are for the worker
        stored = event_sudo.with_context(bin_size=False).body
        if not stored:
            raise ValueError("the raw body was removed after the time it is kept")
        body = base64.b64decode(stored)
        found = {}
        for update in self.connection_id._get_provider_class().parse(body):
            found.setdefault(update.key, update)
        return found
