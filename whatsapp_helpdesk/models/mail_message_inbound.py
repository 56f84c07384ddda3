from odoo import fields, models

from odoo.addons.mail.tools.discuss import Store


class MailMessage(models.Model):
    _inherit = "mail.message"

    helpdesk_swallowed_by = fields.Selection(
        [
            ("opt_out", "Opt-out Word"),
            ("opt_in", "Opt-in Word"),
            ("flow", "Flow"),
            ("survey", "Survey"),
            ("thank_you", "Closed Thank-you"),
            ("start", "Chat Opened"),
        ],
        index="btree_not_null",
        help="Why this message of a customer opened no case; listed for the leader.",
    )
    helpdesk_is_history = fields.Boolean(
        help="Imported from before: no case, no unread mark, no figure."
    )

    _helpdesk_history = models.Index("(res_id, id) WHERE helpdesk_is_history")

    def _get_messaging_store_fields(self):
        return super()._get_messaging_store_fields() + [
            Store.Attr(
                "messaging_failed_files",
                lambda message: message._get_failed_file_ids(),
                predicate=lambda message: message.message_type == "helpdesk_message",
            )
        ]

    def _get_failed_file_ids(self):
        """Return received files that an agent can ask for once more.

        Their placeholder in the body tells whether there can be any, without a query.
        """
        self.ensure_one()
        if "o-helpdesk-media" not in (self.body or ""):
            return []
        # sudo: messaging.media - whether a readable message's file is missing
        media_sudo = self.sudo().messaging_part_ids.media_ids
        return media_sudo.filtered(lambda media: media.state == "failed").ids
