from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from ..gateway.provider import Credentials
from ..gateway.setup import APP_SETUP


class MessagingSetup(models.Model):
    """Connecting a channel, step by step. It is kept, so that one can leave and return.

    Secrets go to the connection and the account as soon as these exist; the form never
    shows one again.
    """

    _name = "messaging.setup"
    _description = "Connect a Channel"
    _inherit = ["messaging.secret.mixin"]
    _order = "id desc"

    _secret_fields = ("app_secret", "access_token")

    step = fields.Selection(
        [
            ("channel", "Channel"),
            ("app", "App"),
            ("account", "Number"),
            ("token", "Token"),
            ("check", "Test"),
            ("team", "Team"),
            ("done", "Done"),
        ],
        required=True,
        default="channel",
        readonly=True,
    )
    company_id = fields.Many2one(
        "res.company",
        required=True,
        readonly=True,
        index=True,
        default=lambda self: self.env.company,
    )
    connection_id = fields.Many2one(
        "messaging.connection",
        "App",
        ondelete="cascade",
        domain="[('company_id', '=', company_id)]",
    )
    channel = fields.Selection(related="connection_id.channel")
    steps = fields.Char(compute="_compute_steps", help="Steps of the chosen channel.")
    connection_count = fields.Integer(compute="_compute_connection_count")
    account_id = fields.Many2one("messaging.account", ondelete="set null")

    # -- the app
    app_secret = fields.Char(related="connection_id.app_secret", readonly=False)
    webhook_url = fields.Char("Callback URL", related="connection_id.webhook_url")
    verify_token = fields.Char(related="connection_id.verify_token")
    base_url = fields.Char(related="connection_id.base_url", readonly=False)
    address_issue = fields.Char(compute="_compute_address_issue")

    # -- the number
    access_token = fields.Char(
        copy=False,
        groups="base.group_system",
        help="It goes to the account that is connected and is never shown again.",
    )
    external_parent_id = fields.Char("Business Account ID", copy=False)
    number_ids = fields.One2many("messaging.setup.number", "setup_id")

    # -- the team
    team_id = fields.Many2one(
        "helpdesk.ticket.team",
        domain="[('company_id', 'in', [company_id, False])]",
        help="New conversations of this number come to this team.",
    )
    agent_ids = fields.Many2many(
        "res.users", related="team_id.user_ids", readonly=False, string="Agents"
    )
    resource_calendar_id = fields.Many2one(
        related="team_id.resource_calendar_id", readonly=False
    )

    @api.depends("account_id.name")
    def _compute_display_name(self):
        for setup in self:
            setup.display_name = setup.account_id.name or self.env._(
                "Connect a Channel"
            )

    @api.depends("connection_id.channel")
    def _compute_steps(self):
        for setup in self:
            setup.steps = " ".join(setup._get_plan().steps)

    @api.depends("company_id")
    def _compute_connection_count(self):
        for setup in self:
            setup.connection_count = len(setup._find_connections())

    @api.depends("connection_id.token")
    def _compute_address_issue(self):
        for setup in self:
            connection = setup.connection_id
            setup.address_issue = connection and connection._get_address_issue()

    # -- coming and going -------------------------------------------------------------

    @api.model
    def action_start(self):
        """Go on where somebody left, or begin."""
        if not self.env.user.has_group("base.group_system"):
            raise AccessError(self.env._("Only an administrator connects channels."))
        company = self.env.company
        unfinished = [("company_id", "=", company.id), ("step", "!=", "done")]
        setup = self.search(unfinished, limit=1)
        setup = setup or self.create({"company_id": company.id})
        return setup._get_action()

    @api.model
    def action_start_again(self):
        """Begin with another number; what was begun before is dropped."""
        company = self.env.company
        self.search([("company_id", "=", company.id), ("step", "!=", "done")]).unlink()
        return self.action_start()

    def _get_action(self):
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Connect a Channel"),
            "res_model": self._name,
            "res_id": self.id,
            "view_mode": "form",
            "views": [(False, "form")],
            "target": "current",
        }

    def action_back(self):
        self.ensure_one()
        steps = self._get_plan().steps
        self.step = steps[max(steps.index(self.step) - 1, 0)]

    def action_next(self):
        """Leave a step, if nothing is missing."""
        self.ensure_one()
        steps = self._get_plan().steps
        getattr(self, f"_leave_{self.step}")()
        self.step = steps[steps.index(self.step) + 1]

    def _get_plan(self):
        """Return what connecting an account of the chosen channel takes."""
        connection = self.connection_id
        features = connection and connection._get_provider_class().features
        return (features and features.setup) or APP_SETUP

    def _get_operator(self):
        """Return who runs the channel, as sentences name it."""
        provider_class = self.connection_id._get_provider_class()
        return provider_class.operator or provider_class.label

    # -- channel ----------------------------------------------------------------------

    def action_choose_channel(self):
        """Take the channel of the pressed button."""
        self.ensure_one()
        channel = self.env.context["setup_channel"]
        connection = self._find_usable_connections(channel)[:1]
        connection = connection or self._create_connection(channel)
        self.write({"connection_id": connection.id, "account_id": False})
        if connection._get_provider_class().features.test_only:
            return self._open_sandbox()
        self.step = self._get_plan().steps[1]
        return None

    def _find_usable_connections(self, channel):
        """Return connections that may take another account of a channel."""
        connections = self._find_connections(channel)
        everything = connections.with_context(active_test=False)
        return connections.browse(
            connection.id
            for connection in everything
            if not connection.account_ids
            or not connection._get_provider_class().features.single_account
        )

    def action_new_connection(self):
        """Use an app of its own for this number."""
        self.ensure_one()
        self.write(
            {
                "connection_id": self._create_connection(self.connection_id.channel).id,
                "account_id": False,
            }
        )

    def _find_connections(self, channel=None):
        channel = channel or self.connection_id.channel
        domain = [("company_id", "=", self.company_id.id), ("channel", "=", channel)]
        return self.env["messaging.connection"].search(domain, order="id desc")

    def _create_connection(self, channel):
        Connection = self.env["messaging.connection"]
        labels = dict(Connection._fields["channel"]._description_selection(self.env))
        return Connection.create(
            {
                "name": labels.get(channel, channel),
                "channel": channel,
                "company_id": self.company_id.id,
            }
        )

    # -- app --------------------------------------------------------------------------

    def _leave_app(self):
        if not (self.app_secret or "").strip():
            raise UserError(
                self.env._("Paste the app secret first: it proves who delivers to us.")
            )
        if self.app_secret != self.app_secret.strip():
            self.app_secret = self.app_secret.strip()

    # -- number -----------------------------------------------------------------------

    def action_find_numbers(self):
        """Ask the provider which numbers the business account has."""
        self.ensure_one()
        self._check_account_values()
        network = self.env["messaging.network"]
        app = self._ask_for_app(network)
        numbers = network._call_for_person(self, "list_numbers")
        if app:
            self.connection_id.external_id = app
        self.number_ids.unlink()
        self.number_ids = [
            (0, 0, self.env["messaging.setup.number"]._prepare_number(number))
            for number in numbers
        ]
        if not numbers:
            raise UserError(
                self.env._(
                    "This business account has no number yet. Add one at "
                    "%(operator)s, then search again.",
                    operator=self._get_operator(),
                )
            )

    def _ask_for_app(self, network):
        """Return the app a token was made for, refusing one that lacks permissions."""
        token = network._call_for_person(self, "get_token")
        if not token.valid:
            raise UserError(self._get_check_text("token", False, "token", {}))
        if token.missing:
            values = {"missing": list(token.missing)}
            raise UserError(self._get_check_text("permissions", False, "", values))
        return token.app

    def _check_account_values(self):
        for name in ("access_token", "external_parent_id"):
            self[name] = (self[name] or "").strip()
        if not (self.access_token or self.account_id):
            raise UserError(self.env._("Paste the access token first."))
        if not (self.external_parent_id or "").isdecimal():
            raise UserError(
                self.env._(
                    "The business account ID is a long number. %(operator)s shows it "
                    "on the page of the access token.",
                    operator=self._get_operator(),
                )
            )

    def _leave_account(self):
        if not self.account_id:
            raise UserError(self.env._("Choose one of the numbers."))

    def _get_provider(self):
        """Return a provider that asks with what was pasted; no number is chosen yet.

        ``messaging.network`` takes it for an account.
        """
        self.ensure_one()
        if self.account_id and not self.access_token:
            return self.account_id._get_provider()
        # sudo: messaging.setup - a secret, for the gateway
        return self._prepare_provider(self.sudo().access_token or "")

    def _prepare_provider(self, token):
        provider_class = self.connection_id._get_provider_class()
        credentials = self._prepare_credentials(token)
        transport = self.env["messaging.account"]._prepare_transport(
            provider_class, credentials
        )
        return provider_class(credentials, transport)

    def _prepare_credentials(self, token):
        # sudo: messaging.connection - secrets, for the gateway
        connection_sudo = self.sudo().connection_id
        return Credentials(
            account="",
            token=token,
            secrets=tuple(connection_sudo._get_secrets()),
            base_url=connection_sudo.base_url or "",
            extra={
                "parent": self.external_parent_id or "",
                "app": connection_sudo.external_id or "",
            },
        )

    # -- team -------------------------------------------------------------------------

    def _leave_check(self):
        """Whatever the tests say: one may go on and come back."""
        if not self.team_id:
            self.team_id = self.account_id.team_id or self._get_default_team()

    def _get_default_team(self):
        domain = [("company_id", "in", [self.company_id.id, False])]
        return self.env["helpdesk.ticket.team"].search(
            domain, order="company_id, sequence, id", limit=1
        )

    def _leave_team(self):
        if not self.team_id:
            raise UserError(self.env._("Choose the team that answers."))
        if not (self.agent_ids | self.team_id.user_id):
            raise UserError(self.env._("Choose at least one agent who answers."))
        self.account_id.team_id = self.team_id

    # -- done -------------------------------------------------------------------------

    def action_open_conversations(self):
        return self.env["ir.actions.act_window"]._for_xml_id(
            "whatsapp_helpdesk.action_helpdesk_conversation"
        )

    def action_open_account(self):
        return {
            "type": "ir.actions.act_window",
            "res_model": "messaging.account",
            "res_id": self.account_id.id,
            "views": [(False, "form")],
        }
