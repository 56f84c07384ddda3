"""What a webhook needs to know of a connection, without asking the database."""

from dataclasses import dataclass, field

from odoo import api, models
from odoo.tools import ormcache

from ..gateway.errors import InvalidHandshake


@dataclass(frozen=True)
class WebhookAccess:
    """How the deliveries to one address are checked; kept in the process's memory."""

    connection_id: int
    provider: type
    secrets: tuple[str, ...] = field(repr=False)
    verify_token: str = field(repr=False)


class MessagingConnection(models.Model):
    _inherit = "messaging.connection"

    #: Changes of these make every process forget what it knows of all connections.
    _webhook_fields = frozenset(
        (
            "active",
            "app_secret",
            "app_secret_previous",
            "channel",
            "token",
            "verify_token",
        )
    )

    @api.model
    @ormcache()
    def _get_webhook_accesses(self):
        """Return ``{token: WebhookAccess}`` of all live connections.

        All at once, so that guessed tokens cost neither a query nor memory. A write
        clears it here at once, and in the other processes before their next request.
        """
        # sudo: messaging.connection - a webhook has no user; the token and then the
        # signature say what it may do
        return {
            connection.token: connection._prepare_webhook_access()
            for connection in self.sudo().with_context(active_test=True).search([])
        }

    def _prepare_webhook_access(self):
        self.ensure_one()
        return WebhookAccess(
            self.id,
            self._get_provider_class(),
            tuple(self._get_secrets()),
            self.verify_token or "",
        )

    def _get_webhook_access(self):
        """Return how deliveries to this connection are checked."""
        self.ensure_one()
        for access in self._get_webhook_accesses().values():
            if access.connection_id == self.id:
                return access
        # sudo: messaging.connection - secrets, to check what they signed
        return self.sudo()._prepare_webhook_access()

    @api.model
    def _get_by_token(self, token):
        """Return the connection with a webhook token, or none."""
        access = self._get_webhook_accesses().get(token)
        return self.browse(access and access.connection_id)

    def _answer_challenge(self, query):
        """Answer the provider's set-up handshake.

        :return: HTTP status and plain text.
        """
        access = self._get_webhook_access()
        try:
            return 200, access.provider.challenge(query, access.verify_token)
        except InvalidHandshake:
            return 403, "Forbidden"

    # -- forgetting -------------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        connections = super().create(vals_list)
        self._forget_webhook_accesses()
        return connections

    def write(self, vals):
        result = super().write(vals)
        if self._webhook_fields.intersection(vals):
            self._forget_webhook_accesses()
        return result

    def unlink(self):
        result = super().unlink()
        self._forget_webhook_accesses()
        return result

    @api.model
    def _forget_webhook_accesses(self):
        """Again once committed: a thread may have read the old values meanwhile."""
        self.env.registry.clear_cache()
        self.env.cr.postcommit.add(self.env.registry.clear_cache)
