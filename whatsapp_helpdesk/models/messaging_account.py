from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..gateway.provider import Credentials
from ..gateway.transport import Transport


class MessagingAccount(models.Model):
    """One number, page or bot that customers write to."""

    _name = "messaging.account"
    _description = "Messaging Account"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _order = "sequence, name, id"
    _check_company_auto = True

    name = fields.Char(required=True)
    active = fields.Boolean(default=True)
    sequence = fields.Integer(default=10)
    connection_id = fields.Many2one(
        "messaging.connection", required=True, index=True, ondelete="restrict"
    )
    channel = fields.Selection(related="connection_id.channel", store=True)
    company_id = fields.Many2one(related="connection_id.company_id", store=True)
    external_id = fields.Char(
        "External ID",
        required=True,
        copy=False,
        help="The provider's id of this account, for instance a phone number ID.",
    )
    external_parent_id = fields.Char(
        "Business Account ID",
        copy=False,
        help="Where the provider groups accounts: the id of the group.",
    )
    display_address = fields.Char(
        "Number or Name", help="What customers see: the phone number, page or bot name."
    )
    access_token = fields.Char(copy=False, groups="base.group_system")
    inbox_id = fields.Many2one(
        "messaging.inbox",
        required=True,
        index=True,
        ondelete="restrict",
        check_company=True,
        compute="_compute_inbox_id",
        store=True,
        readonly=False,
        precompute=True,
    )
    team_id = fields.Many2one(
        "helpdesk.ticket.team", "Default Team", check_company=True
    )
    ticket_channel_id = fields.Many2one(
        "helpdesk.ticket.channel",
        compute="_compute_ticket_channel_id",
        store=True,
        readonly=False,
        help="Ticket channel of tickets that start here.",
    )
    priority = fields.Selection(
        selection="_get_priority_selection", default="1", required=True
    )
    language = fields.Selection(
        selection="_get_language_selection",
        help="Language of automatic answers when the customer's is not known.",
    )
    country_id = fields.Many2one(
        "res.country", help="Country of numbers written without a country code."
    )
    sales_can_read = fields.Boolean(
        "Salespeople Read Conversations",
        default=True,
        help="The contact's salesperson and the owners of its leads read the "
        "conversation, unless it belongs to a private team.",
    )
    read_receipts = fields.Boolean(
        "Send Read Receipts",
        default=True,
        help="Customers see that their message was read when the assignee opens it.",
    )
    state = fields.Selection(
        [("active", "Active"), ("stopped", "Stopped")],
        required=True,
        default="active",
        copy=False,
        tracking=True,
    )
    stop_reason = fields.Char(readonly=True, copy=False)
    is_test = fields.Boolean(
        compute="_compute_is_test",
        store=True,
        help="Test channels link only to test contacts and are left out of figures.",
    )
    last_inbound_at = fields.Datetime(compute="_compute_last_inbound_at")

    _connection_external_id_unique = models.Constraint(
        "UNIQUE(connection_id, external_id)",
        "This account is already connected.",
    )

    @api.model
    def _get_priority_selection(self):
        field = self.env["helpdesk.ticket"]._fields["priority"]
        return field._description_selection(self.env)

    @api.model
    def _get_language_selection(self):
        return self.env["res.lang"].get_installed()

    @api.depends("connection_id")
    def _compute_inbox_id(self):
        for account in self:
            company = account.connection_id.company_id
            if company and account.inbox_id.company_id != company:
                account.inbox_id = self.env["messaging.inbox"]._get_default(company)

    @api.depends("channel")
    def _compute_ticket_channel_id(self):
        for account in self.filtered("channel"):
            if not account.ticket_channel_id:
                account.ticket_channel_id = self.env.ref(
                    f"whatsapp_helpdesk.ticket_channel_{account.channel}",
                    raise_if_not_found=False,
                )

    @api.depends("channel")
    def _compute_is_test(self):
        for account in self:
            account.is_test = (
                bool(account.channel) and account._get_features().test_only
            )

    def _compute_last_inbound_at(self):
        last = dict(
            self.env["messaging.identity"]._read_group(
                [("account_id", "in", self.ids)],
                ["account_id"],
                ["last_inbound_at:max"],
            )
        )
        for account in self:
            account.last_inbound_at = last.get(account)

    @api.constrains("inbox_id")
    def _check_inbox_move(self):
        """An account with conversations stays: they belong to one inbox."""
        for account in self:
            moved = self.env["messaging.identity"].search_count(
                [
                    ("account_id", "=", account.id),
                    ("conversation_id.messaging_inbox_id", "!=", account.inbox_id.id),
                    ("conversation_id", "!=", False),
                ],
                limit=1,
            )
            if moved:
                raise ValidationError(
                    self.env._(
                        "%(account)s already has conversations, so it stays in its "
                        "inbox.",
                        account=account.name,
                    )
                )

    def _get_features(self):
        self.ensure_one()
        return self.connection_id._get_provider_class().features

    def _get_limits(self):
        self.ensure_one()
        return self.connection_id._get_provider_class().limits

    def _get_credentials(self):
        """Return what the gateway needs to act for this account.

        The result outlives the transaction: it is plain values, no records.
        """
        self.ensure_one()
        # sudo: messaging.account, messaging.connection - secrets are hidden from the
        # users who send; the gateway redacts them from every error.
        account_sudo = self.sudo()
        connection_sudo = account_sudo.connection_id
        return Credentials(
            account=account_sudo.external_id,
            token=account_sudo.access_token or "",
            secrets=tuple(connection_sudo._get_secrets()),
            base_url=connection_sudo.base_url or "",
            extra={"parent": account_sudo.external_parent_id or ""},
        )

    def _get_provider(self):
        """Return a provider ready to send for this account, free of any record."""
        self.ensure_one()
        provider_class = self.connection_id._get_provider_class()
        credentials = self._get_credentials()
        transport = self._prepare_transport(provider_class, credentials)
        return provider_class(credentials, transport)

    def _prepare_transport(self, provider_class, credentials):
        """Hook: the transport a provider uses; in-process channels bring their own."""
        return Transport(
            provider_class.hosts,
            base_url_override=credentials.base_url,
            redact=credentials.redact_values(),
        )

    def _stop(self, reason):
        """Stop everything that leaves this account and tell the administrators."""
        for account in self.filtered(lambda a: a.state == "active"):
            account.write({"state": "stopped", "stop_reason": reason})
            user = account._get_responsible_user()
            reader = account.with_context(lang=user.lang)
            account.activity_schedule(
                "mail.mail_activity_data_warning",
                summary=reader.env._("Sending stopped: %(name)s", name=account.name),
                note=reason,
                user_id=user.id,
            )

    def _get_responsible_user(self):
        """Hook: who is told when an account needs repair."""
        group = self.env.ref("base.group_system")
        users = group.all_user_ids.filtered(
            lambda user: user.active and self.company_id in user.company_ids
        )
        return users[:1] or self.env.ref("base.user_admin")

    def action_resume(self):
        self.check_access("write")
        self.write({"state": "active", "stop_reason": False})
        self.env["messaging.message"]._wake_sender()
