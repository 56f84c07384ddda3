from dataclasses import replace

from odoo import models


class MessagingAccount(models.Model):
    _inherit = "messaging.account"

    def _get_credentials(self):
        """Override: the app, so that its own subscription can be told from others'."""
        credentials = super()._get_credentials()
        app = self.connection_id.external_id
        if not app:
            return credentials
        return replace(credentials, extra={**credentials.extra, "app": app})
