"""Conversations with imported history are shown in the order of time."""

from odoo import fields, models


class DiscussChannel(models.Model):
    _inherit = "discuss.channel"

    helpdesk_has_history = fields.Boolean(
        help="Older messages were imported: ids do not tell the order."
    )

    def _helpdesk_note_history(self):
        """Call after storing messages from before."""
        fresh = self.filtered(lambda channel: not channel.helpdesk_has_history)
        if fresh:
            # sudo: discuss.channel - conversations change by their own methods only
            fresh.sudo().write({"helpdesk_has_history": True})
