from odoo import models

from odoo.addons.mail.tools.discuss import Store


class MailMessage(models.Model):
    _inherit = "mail.message"

    def _get_messaging_store_fields(self):
        """Override: whether a tick is all that anybody will ever know."""
        return super()._get_messaging_store_fields() + [
            Store.Attr(
                "messaging_without_receipts",
                # sudo: messaging.message - as the state
                lambda message: any(
                    message.sudo().messaging_part_ids.mapped("without_receipts")
                ),
                predicate=lambda message: message.messaging_direction == "out",
            )
        ]
