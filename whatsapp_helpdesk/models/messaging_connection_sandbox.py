import secrets

from odoo import models


class MessagingConnection(models.Model):
    _inherit = "messaging.connection"

    def _get_sandbox_secret(self):
        """Return the secret that test phones sign with; made when there is none yet.

        Phone and helpdesk are the same program, so no person needs to know it.
        """
        self.ensure_one()
        if not self.app_secret:
            self.app_secret = secrets.token_urlsafe(32)
        return self.app_secret
