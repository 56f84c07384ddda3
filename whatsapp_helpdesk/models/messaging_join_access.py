"""Who may join, split and undo: called by buttons, after them everything is sudo."""

from odoo import api, models


class MessagingJoin(models.Model):
    _inherit = "messaging.join"

    @api.model
    def _check_may_join(self, identities, partner):
        """:raise AccessError: the current user may not join these."""
        raise NotImplementedError

    @api.model
    def _check_may_split(self, identities):
        """:raise AccessError: the current user may not split these off."""
        raise NotImplementedError

    def action_undo(self):
        """Take the join back, as the current user."""
        self.ensure_one()
        raise NotImplementedError
