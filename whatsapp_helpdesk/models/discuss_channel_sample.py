from odoo import api, models

from .messaging_sandbox_sample import REMOVING


class DiscussChannel(models.Model):
    _inherit = "discuss.channel"

    @api.ondelete(at_uninstall=False)
    def _unlink_except_helpdesk(self):
        """Override: the sample conversation is nobody's history."""
        if self.env.context.get("messaging_sample") is REMOVING:
            return None
        return super()._unlink_except_helpdesk()
