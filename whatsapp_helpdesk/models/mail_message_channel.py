"""By which of the customer's channels a message came or went."""

from odoo import models

from odoo.addons.mail.tools.discuss import Store


class MailMessage(models.Model):
    _inherit = "mail.message"

    def _to_store_defaults(self, target):
        return [
            *super()._to_store_defaults(target),
            Store.Attr(
                "messaging_via",
                lambda message: message._get_store_channel(),
                predicate=lambda message: message.message_type == "helpdesk_message",
            ),
        ]

    def _get_store_channel(self):
        # sudo: messaging.identity - the channel of a readable message is no secret
        identity = self.sudo().messaging_identity_id
        label = self.env["discuss.channel"]._prepare_channel_label
        return bool(identity) and label(identity)
