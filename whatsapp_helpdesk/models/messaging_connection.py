import secrets

from odoo import api, fields, models

from ..gateway import PROVIDERS


class MessagingConnection(models.Model):
    """An app at a provider: the webhook address and the secrets it is signed with.

    One connection serves any number of accounts (numbers, pages, bots).
    """

    _name = "messaging.connection"
    _description = "Messaging Connection"
    _order = "name, id"

    name = fields.Char(required=True)
    active = fields.Boolean(default=True)
    channel = fields.Selection(
        [(code, provider.label) for code, provider in PROVIDERS.items()],
        required=True,
        default=next(iter(PROVIDERS)),
    )
    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company
    )
    token = fields.Char(
        "Webhook Token",
        required=True,
        copy=False,
        groups="base.group_system",
        default=lambda self: secrets.token_urlsafe(32),
        help="Opaque last part of the webhook address. Whoever knows it can try to "
        "deliver, but only signed bodies are accepted.",
    )
    verify_token = fields.Char(
        copy=False,
        groups="base.group_system",
        default=lambda self: secrets.token_urlsafe(24),
    )
    app_secret = fields.Char(copy=False, groups="base.group_system")
    app_secret_previous = fields.Char(
        "Previous App Secret",
        copy=False,
        groups="base.group_system",
        help="Still accepted while the provider switches to the new secret.",
    )
    base_url = fields.Char(
        "API Address",
        copy=False,
        groups="base.group_system",
        help="Replaces the provider's own address, for a proxy or a test server.",
    )
    webhook_url = fields.Char(
        compute="_compute_webhook_url", groups="base.group_system"
    )
    account_ids = fields.One2many("messaging.account", "connection_id")
    account_count = fields.Integer(compute="_compute_account_count")

    _token_unique = models.Constraint(
        "UNIQUE(token)", "Another connection has this webhook token."
    )

    @api.depends("token")
    def _compute_webhook_url(self):
        # sudo: ir.config_parameter - our own address
        base = self.env["ir.config_parameter"].sudo().get_param("web.base.url")
        for connection in self:
            connection.webhook_url = f"{base}/messaging/webhook/{connection.token}"

    @api.depends("account_ids")
    def _compute_account_count(self):
        counts = dict(
            self.env["messaging.account"]._read_group(
                [("connection_id", "in", self.ids)], ["connection_id"], ["__count"]
            )
        )
        for connection in self:
            connection.account_count = counts.get(connection, 0)

    def _get_provider_class(self):
        """Hook: the gateway class of this connection's channel.

        Another addon adds a value to ``channel`` and returns its own class here.
        """
        self.ensure_one()
        return PROVIDERS[self.channel]

    def _get_secrets(self):
        """Return the secrets a body may be signed with, the current one first."""
        self.ensure_one()
        return [s for s in (self.app_secret, self.app_secret_previous) if s]
