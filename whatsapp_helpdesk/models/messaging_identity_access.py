"""What a manager decides about a customer; the rest is what the provider says."""

from odoo import models
from odoo.exceptions import AccessError

#: Decisions of people. Everything else would open a window that is closed, or let a
#: customer's next message land in somebody else's conversation.
PERSONAL_FIELDS = {"blocked", "is_internal", "language"}


class MessagingIdentity(models.Model):
    _inherit = "messaging.identity"

    def write(self, vals):
        if not self.env.su and set(vals) - PERSONAL_FIELDS:
            raise AccessError(
                self.env._(
                    "Addresses, times and conversation of a customer come from the "
                    "channel, not by hand."
                )
            )
        return super().write(vals)
