from dataclasses import replace

from odoo import api, fields, models
from odoo.exceptions import ValidationError


class MessagingAccount(models.Model):
    _inherit = "messaging.account"

    has_setup = fields.Boolean(
        compute="_compute_has_setup", help="It is connected step by step."
    )
    has_parent = fields.Boolean(
        compute="_compute_has_setup", help="The provider groups accounts."
    )
    has_read_marks = fields.Boolean(
        compute="_compute_has_setup", help="Customers can be told that we read."
    )
    has_phone_app = fields.Boolean(
        compute="_compute_has_setup", help="A phone app may use the account, too."
    )

    @api.depends("channel")
    def _compute_has_setup(self):
        """What there is to set; before a channel is chosen, everything."""
        for account in self:
            features = account.channel and account._get_features()
            limits = account.channel and account._get_limits()
            account.has_setup = bool(features and features.setup)
            account.has_parent = not features or not features.single_account
            account.has_read_marks = not features or features.read_marks
            account.has_phone_app = not limits or bool(limits.phone_app_per_second)

    @api.constrains("connection_id", "active")
    def _check_only_account(self):
        """Where deliveries name no account, nobody could tell two of them apart."""
        for connection in self.connection_id:
            features = connection._get_provider_class().features
            if features.single_account and len(connection.account_ids) > 1:
                raise ValidationError(
                    self.env._(
                        "%(connection)s has an account already. Connect another one "
                        "by Connect a Channel: it gets a connection of its own.",
                        connection=connection.name,
                    )
                )

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
