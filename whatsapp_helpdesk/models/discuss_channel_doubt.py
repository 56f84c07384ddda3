"""Agents see beside the conversation, and above it, when it is uncertain who writes."""

from odoo import models

from odoo.addons.mail.tools.discuss import Store

from .discuss_channel_store import is_helpdesk


class DiscussChannel(models.Model):
    _inherit = "discuss.channel"

    def _get_helpdesk_store_fields(self):
        return [
            *super()._get_helpdesk_store_fields(),
            Store.Attr(
                "helpdesk_doubt_text",
                # sudo: messaging.identity - every reader has to be careful
                lambda channel: channel.sudo().messaging_identity_id._get_doubt_text(),
                predicate=is_helpdesk,
            ),
        ]

    def _get_panel_identities(self):
        """Override: with the doubts, and what ends them."""
        identities = super()._get_panel_identities()
        Identity = self.env["messaging.identity"]
        for values in identities:
            identity = Identity.browse(values["id"])
            values["doubt"] = identity.doubt or ""
            values["doubt_text"] = identity._get_doubt_text()
        return identities
