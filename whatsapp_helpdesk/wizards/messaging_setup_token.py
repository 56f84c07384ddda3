"""The way of a channel where one token says everything: paste it, and write."""

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..gateway.errors import GatewayError
from .qr_code import draw_qr_code


class TokenOwner:
    """Asks with a token that nothing was stored for yet.

    ``messaging.network`` takes it for an account.
    """

    def __init__(self, setup, token):
        self._setup = setup
        self._token = token

    def _get_provider(self):
        return self._setup._prepare_provider(self._token)


class MessagingSetup(models.Model):
    _inherit = "messaging.setup"

    chat_url = fields.Char("Link to the Chat", compute="_compute_chat_url")
    chat_qr_code = fields.Binary("Scan with a Phone", compute="_compute_chat_url")

    @api.depends("account_id.display_address")
    def _compute_chat_url(self):
        for setup in self:
            setup.chat_url = setup._get_chat_url()
            setup.chat_qr_code = setup.chat_url and draw_qr_code(setup.chat_url)

    def _get_chat_url(self):
        account = self.account_id
        if not account.display_address or not self._get_plan().own_secret:
            return False
        provider_class = account.connection_id._get_provider_class()
        if not provider_class.features.deep_links:
            return False
        return provider_class.get_deep_link(account.display_address, "")

    def _leave_token(self):
        """Ask whose token it is, connect the account, and have it deliver here."""
        token = (self.access_token or "").strip()
        self.access_token = False  # from here on it is in memory only
        if token:
            self.account_id = self._connect_token(token)
        if not self.account_id:
            raise UserError(self.env._("Paste the token first."))
        self._begin_checks()
        webhook = (self.results or {}).get("webhook", {})
        # One that is in use elsewhere is only taken by a person, who is told first.
        if webhook.get("detail") in ("absent", "fields"):
            self.action_set_webhook()

    def _connect_token(self, token):
        """Return the account of a token, made or brought back."""
        number = self._ask_owner(token)
        account = self._find_account(number.id)
        if account:
            self._take_connection(account)
        else:
            values = self._prepare_token_account_values(number)
            account = self.env["messaging.account"].create(values)
            account.connection_id.name = number.display or number.name
        account.connection_id._ensure_own_secret()
        account.write(
            {
                "access_token": token,
                "display_address": number.display,
                "provider_name": number.name,
                "token_state": "good",
            }
        )
        if account.state == "stopped":
            account.action_resume()
        return account

    def _ask_owner(self, token):
        """Return the account that a token belongs to, as the provider tells it."""
        network = self.env["messaging.network"]
        try:
            return network._call(TokenOwner(self, token), "get_number")
        except GatewayError as error:
            if error.reason != "token":
                raise UserError(network._get_failure_text(error)) from error
        raise UserError(
            self.env._(
                "%(operator)s does not know this token. It was not copied whole, was "
                "replaced by a newer one, or was made in another environment, for "
                "instance on test servers. Copy the newest one and paste it again.",
                operator=self._get_operator(),
            )
        )

    def _find_account(self, external_id):
        """Return the account when it is connected already, archived or not.

        It can deliver to one address only, so a second connection would silence the
        first one: also that of another company.
        """
        # sudo: messaging.account - whether another company has it
        accounts_sudo = self.env["messaging.account"].sudo()
        account_sudo = accounts_sudo.with_context(active_test=False).search(
            [
                ("channel", "=", self.connection_id.channel),
                ("external_id", "=", external_id),
            ],
            limit=1,
        )
        if account_sudo and account_sudo.company_id != self.company_id:
            raise UserError(
                self.env._(
                    "This account is connected already, in the company %(company)s. "
                    "Disconnect it there first, or make another one.",
                    company=account_sudo.company_id.name,
                )
            )
        return self.env["messaging.account"].browse(account_sudo.id)

    def _take_connection(self, account):
        """Go on with the connection that the account has; ours is not needed then."""
        spare, connection = self.connection_id, account.connection_id
        if spare == connection:
            return
        connection.action_unarchive()
        account.action_unarchive()
        if spare.base_url:
            connection.base_url = spare.base_url
        self.connection_id = connection
        if not spare.with_context(active_test=False).account_ids:
            spare.unlink()

    def _prepare_token_account_values(self, number):
        return {
            "name": number.name or number.display or number.id,
            "connection_id": self.connection_id.id,
            "external_id": number.id,
            "display_address": number.display,
            "team_id": self._get_default_team().id,
            "language": self.env.lang,
        }
