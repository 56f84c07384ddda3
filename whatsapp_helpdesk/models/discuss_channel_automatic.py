from odoo import models


class DiscussChannel(models.Model):
    _inherit = "discuss.channel"

    def _notify_get_recipients(self, message, msg_vals=False, **kwargs):
        """Nobody's phone rings for what was sent without a person."""
        if message.helpdesk_author_kind == "automatic":
            return []
        return super()._notify_get_recipients(message, msg_vals, **kwargs)
