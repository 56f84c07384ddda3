"""How many conversations a person may start in a day."""

from datetime import timedelta

from odoo import api, fields, models

GROUP = "whatsapp_helpdesk.group_messaging_start"
LIMIT = "whatsapp_helpdesk.start_limit"
#: In 24 hours, unless the settings say otherwise.
DEFAULT_LIMIT = 100


class ResUsers(models.Model):
    _inherit = "res.users"

    messaging_start_limit = fields.Integer(
        "Daily Conversation Starts",
        help="Customers this person may write to in 24 hours while the customer's "
        "window is closed. 0: as the settings say.",
    )

    def _may_start_conversations(self):
        self.ensure_one()
        return self.has_group(GROUP)

    def _get_start_limit(self):
        """Starts in 24 hours; 0: no limit."""
        self.ensure_one()
        # sudo: res.users - one number
        return self.sudo().messaging_start_limit or self._get_default_start_limit()

    @api.model
    def _get_default_start_limit(self):
        # sudo: ir.config_parameter - one number
        value = self.env["ir.config_parameter"].sudo().get_param(LIMIT)
        return int(value) if (value or "").isdecimal() else DEFAULT_LIMIT

    def _count_starts(self):
        """Customers written to outside of their window in the last 24 hours."""
        self.ensure_one()
        since = fields.Datetime.now() - timedelta(days=1)
        # sudo: messaging.message - one's own count, over all conversations
        [[count]] = (
            self.env["messaging.message"]
            .sudo()
            ._read_group(
                [("started_by_id", "=", self.id), ("create_date", ">", since)],
                aggregates=["identity_id:count_distinct"],
            )
        )
        return count

    def _get_starts_left(self):
        """How many more today; None without a limit."""
        limit = self._get_start_limit()
        return max(0, limit - self._count_starts()) if limit else None
