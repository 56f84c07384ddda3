"""What setting up a connection leaves behind: when the provider last asked for us."""

from urllib.parse import urlsplit

from odoo import fields, models

from ..gateway.hosts import is_public_address

#: Names that only mean something inside of a network.
LOCAL_NAMES = ("localhost", ".local", ".internal", ".lan", ".test", ".localhost")


class MessagingConnection(models.Model):
    _inherit = "messaging.connection"

    external_id = fields.Char(
        "App ID", readonly=True, copy=False, help="The provider's id of the app."
    )
    handshake_at = fields.Datetime(
        "Last Handshake",
        readonly=True,
        copy=False,
        help="When the provider last asked for the verify token at our address.",
    )

    def _answer_challenge(self, query):
        """Override: remember that the provider reached us with the right token."""
        answer = super()._answer_challenge(query)
        if answer[0] == 200:
            # sudo: messaging.connection - a webhook has no user
            self.sudo().handshake_at = fields.Datetime.now()
        return answer

    def _get_address_issue(self):
        """Return why a provider could not deliver to our address; "" when it could.

        Only what can be known without asking: ``plain`` (no https), ``local``,
        ``port`` (one that the provider does not deliver to).
        """
        self.ensure_one()
        # sudo: messaging.connection - the address, not the token in it
        parts = urlsplit(self.sudo().webhook_url)
        host = parts.hostname or ""
        if self._is_local_host(host):
            return "local"
        if parts.scheme != "https":
            return "plain"
        plan = self._get_setup_plan()
        ports = plan and plan.ports
        return "port" if ports and (parts.port or 443) not in ports else ""

    def _get_setup_plan(self):
        """Return what connecting an account takes, None where nothing is asked for."""
        self.ensure_one()
        return self._get_provider_class().features.setup

    def _is_local_host(self, host):
        if "." not in host and ":" not in host:
            return True
        if host.endswith(LOCAL_NAMES):
            return True
        is_number = ":" in host or host.replace(".", "").isdigit()
        return is_number and not is_public_address(host)
