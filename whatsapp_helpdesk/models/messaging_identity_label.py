from odoo import models

#: Characters of an address that are shown.
SHOWN = 4


class MessagingIdentity(models.Model):
    _inherit = "messaging.identity"

    def _get_masked_label(self):
        """Channel and the end of the address: agents tell chats apart by it."""
        self.ensure_one()
        label = self.account_id.connection_id._get_provider_class().label
        address = self.address or ""
        return f"{label} …{address[-SHOWN:]}" if address else label
