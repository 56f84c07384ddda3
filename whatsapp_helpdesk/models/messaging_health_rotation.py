from odoo import fields, models

from .messaging_connection_rotation import REMIND_AFTER
from .messaging_health_problem import Problem


class MessagingHealth(models.Model):
    _inherit = "messaging.health"

    def _find_connection_problems(self, gauge, is_first):
        """Override: a previous secret is for days, not for ever."""
        yield from super()._find_connection_problems(gauge, is_first)
        connection = self.connection_id
        since = connection.app_secret_previous and connection.secret_changed_at
        if since and since < fields.Datetime.now() - REMIND_AFTER:
            text = self.env._(
                "The previous app secret is still accepted. Open the connection and "
                "finish the replacement."
            )
            yield Problem("old_secret", "warning", text, alert=is_first)
