"""A template goes by the channel that was chosen in the composer."""

from odoo import api, fields, models


class MessagingTemplateSend(models.TransientModel):
    _inherit = "messaging.template.send"

    chosen_identity = fields.Integer(
        readonly=True,
        help="The identity of the conversation to write to; 0: the current one.",
    )

    @api.depends("chosen_identity")
    def _compute_allowed_account_ids(self):
        """Override: the chosen channel has one account."""
        result = super()._compute_allowed_account_ids()
        for wizard in self.filtered(lambda w: w.conversation_id and w.chosen_identity):
            conversation = wizard._get_conversation_sudo()
            identity = conversation._get_reply_identity(wizard.chosen_identity)
            wizard.allowed_account_ids = identity.account_id.sudo(False)
        return result

    def _prepare_send_options(self):
        """Override: only of a conversation; elsewhere the account decides."""
        options = super()._prepare_send_options()
        if self.conversation_id and self.chosen_identity:
            options["identity_id"] = self.chosen_identity
        return options
