from odoo import api, models


class MailLinkPreview(models.Model):
    _inherit = "mail.link.preview"

    @api.model
    def _create_from_message_and_notify(self, message, request_url=None):
        """No previews in conversations: core fetches any address a customer sends."""
        if message._get_helpdesk_conversation():
            return None
        return super()._create_from_message_and_notify(message, request_url=request_url)
