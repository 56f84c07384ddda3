"""Nobody forges, edits or deletes what a customer or an agent said."""

from odoo import SUPERUSER_ID, api, models
from odoo.exceptions import AccessError

from .discuss_channel_access import POSTING

#: Said by the server only.
SERVER_FIELDS = {
    "helpdesk_author_kind",
    "helpdesk_late",
    "helpdesk_occurred_at",
    "helpdesk_ticket_id",
    "messaging_direction",
    "messaging_identity_id",
}


class MailMessage(models.Model):
    _inherit = "mail.message"

    @api.model_create_multi
    def create(self, vals_list):
        if not self.env.su and any(self._has_server_values(vals) for vals in vals_list):
            raise AccessError(
                self.env._("Customer messages come from the channel only.")
            )
        if not self._is_helpdesk_posting() and self._targets_conversation(vals_list):
            raise AccessError(
                self.env._("Post in a conversation through its composer only.")
            )
        return super().create(vals_list)

    def write(self, vals):
        if not self.env.su:
            self._check_not_in_conversation()
            if self._has_server_values(vals):
                raise AccessError(
                    self.env._("Customer messages come from the channel only.")
                )
        if ("model" in vals or "res_id" in vals) and self.env.uid != SUPERUSER_ID:
            self._check_not_in_conversation()
            if self._targets_conversation([{"model": "discuss.channel", **vals}]):
                raise AccessError(
                    self.env._("Post in a conversation through its composer only.")
                )
        return super().write(vals)

    def unlink(self):
        if not self.env.su:
            self._check_not_in_conversation()
        return super().unlink()

    def _has_server_values(self, vals):
        return vals.get("message_type") == "helpdesk_message" or any(
            vals.get(name) for name in SERVER_FIELDS
        )

    def _is_helpdesk_posting(self):
        """``sudo`` is no proof: core's controllers and composers use it for users."""
        return (
            self.env.uid == SUPERUSER_ID
            or self.env.context.get("helpdesk_posting") is POSTING
        )

    @api.model
    def _targets_conversation(self, vals_list):
        channel_ids = {
            vals["res_id"]
            for vals in vals_list
            if vals.get("model") == "discuss.channel" and vals.get("res_id")
        }
        # sudo: discuss.channel - only the type is read
        channels = self.env["discuss.channel"].sudo().browse(channel_ids).exists()
        return any(channel.is_helpdesk for channel in channels)

    def _check_not_in_conversation(self):
        # sudo: mail.message - only type and place are read, before core's own check
        for message in self.sudo():
            if message.message_type == "helpdesk_message" or self._targets_conversation(
                [{"model": message.model, "res_id": message.res_id}]
            ):
                raise AccessError(
                    self.env._("Messages exchanged with a customer cannot be changed.")
                )
