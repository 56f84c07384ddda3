from dataclasses import replace

from odoo import api, fields, models


class MessagingAccount(models.Model):
    _inherit = "messaging.account"

    has_setup = fields.Boolean(
        compute="_compute_has_setup", help="It is connected step by step."
    )

    @api.depends("channel")
    def _compute_has_setup(self):
        for account in self:
            account.has_setup = bool(account.channel and account._get_features().setup)

    def _get_credentials(self):
        """Override: the app or our address, to tell our subscription from others'."""
        credentials = super()._get_credentials()
        connection_sudo = self.connection_id.sudo()  # sudo: the address has a token
        extra = {}
        if connection_sudo.external_id:
            extra["app"] = connection_sudo.external_id
        if connection_sudo._has_own_secret():
            extra["callback"] = connection_sudo.webhook_url
        return replace(credentials, extra={**credentials.extra, **extra})
