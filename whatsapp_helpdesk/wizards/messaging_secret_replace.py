from dataclasses import replace

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..gateway.errors import GatewayError


class MessagingSecretReplace(models.TransientModel):
    """Takes a new app secret or access token, and asks the provider before it is used.

    What was pasted is kept no longer than the question takes.
    """

    _name = "messaging.secret.replace"
    _description = "Replace a Secret"
    _inherit = ["messaging.secret.mixin"]

    _secret_fields = ("value",)

    connection_id = fields.Many2one("messaging.connection", ondelete="cascade")
    account_id = fields.Many2one("messaging.account", ondelete="cascade")
    channel = fields.Char(compute="_compute_channel")
    value = fields.Char("New Secret", copy=False, groups="base.group_system")

    @api.depends("connection_id", "account_id")
    def _compute_channel(self):
        for wizard in self:
            connection = wizard.connection_id or wizard.account_id.connection_id
            wizard.channel = connection.channel

    def action_replace_secret(self):
        """Check the new app secret where that is possible, then use it."""
        value = self._take_value()
        account = self.connection_id.account_ids.filtered("access_token")[:1]
        known = account and self._get_features(account).setup
        if known and self._ask(account, value) is False:
            raise UserError(
                self.env._(
                    "The provider refuses this secret. Copy it again from the app's "
                    "settings; the secret in use was not changed."
                )
            )
        self.connection_id.app_secret = value
        return {"type": "ir.actions.act_window_close"}

    def action_replace_token(self):
        """Check the new access token, then use it."""
        value = self._take_value()
        account = self.account_id
        missing = ()
        if self._get_features(account).setup:
            missing = self._get_missing_permissions(account, value)
        if missing:
            raise UserError(
                self.env._(
                    "The new access token lacks permissions: %(names)s. Make one with "
                    "them; the token in use was not changed.",
                    names=", ".join(missing),
                )
            )
        # Others may use the same token, and stop with it.
        sisters = self._get_sisters(account)
        sisters.write({"access_token": value, "token_state": "good"})
        sisters.filtered(lambda a: a.state == "stopped").action_resume()
        return {"type": "ir.actions.act_window_close"}

    # -- inside -----------------------------------------------------------------------

    def _take_value(self):
        """Return what was pasted, and forget it before anything else happens."""
        self.ensure_one()
        self.env["messaging.account"].check_access("create")
        value = (self.value or "").strip()
        self.value = False
        if not value:
            raise UserError(self.env._("Paste the new value first."))
        return value

    def _get_features(self, account):
        return account._get_features()

    def _get_sisters(self, account):
        """Return the accounts that use the same token, this one among them."""
        if not account.access_token:
            return account
        return account.connection_id.account_ids.filtered(
            lambda sister: sister.access_token == account.access_token
        )

    def _ask(self, account, secret):
        network = self.env["messaging.network"]
        return network._call_for_person(account, "check_secret", secret)

    def _get_missing_permissions(self, account, token):
        """Return permissions that a new token lacks; a bad one is refused."""
        trial = _Trial(account, token)
        network = self.env["messaging.network"]
        number = network._call_for_person(trial, "get_number")
        if number.id and number.id != account.external_id:
            raise UserError(self.env._("This token belongs to another account."))
        plan = self._get_features(account).setup
        if "permissions" not in plan.checks:
            return ()
        try:
            return network._call(trial, "get_token").missing
        except GatewayError:
            return ()  # it may not ask about itself, but it works


class _Trial:
    """An account as it would be with another token."""

    def __init__(self, account, token):
        self.account = account
        self.token = token

    def _get_provider(self):
        provider_class = self.account.connection_id._get_provider_class()
        credentials = replace(self.account._get_credentials(), token=self.token)
        transport = self.account._prepare_transport(provider_class, credentials)
        return provider_class(credentials, transport)
