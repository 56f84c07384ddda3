"""What an account says by itself: the switch, the limits, the greeting."""

from datetime import timedelta

from markupsafe import Markup, escape

from odoo import api, fields, models


class MessagingAccount(models.Model):
    _inherit = "messaging.account"

    automatic_answers = fields.Boolean(
        "Automatic Messages",
        default=True,
        help="When off, nothing is sent from this account that no person wrote.",
    )
    automatic_daily_cap = fields.Integer(
        "Daily Limit per Customer",
        default=10,
        required=True,
        help="Automatic messages to one customer in 24 hours. Protects against two "
        "programs that answer each other.",
    )
    automatic_budget = fields.Integer(
        "Daily Limit of the Account",
        help="Automatic messages to all customers together in 24 hours. 0: no limit.",
    )
    automatic_sent_today = fields.Integer(
        "Sent in 24 Hours", compute="_compute_automatic_sent_today"
    )
    greeting_enabled = fields.Boolean(
        "Greet New Customers",
        help="Sent once when a message of a customer starts a new ticket, not when a "
        "closed ticket is reopened.",
    )
    greeting = fields.Text(
        translate=True,
        help="Left empty, the standard text is sent in the language of the customer.",
    )
    greeting_preview = fields.Html(
        compute="_compute_greeting_preview", sanitize=False, compute_sudo=False
    )

    _automatic_limits_positive = models.Constraint(
        "CHECK(automatic_daily_cap >= 0 AND automatic_budget >= 0)",
        "A limit cannot be negative.",
    )

    @api.depends("automatic_answers")
    def _compute_automatic_sent_today(self):
        for account in self:
            account.automatic_sent_today = (
                account._origin and account._origin._count_automatic_today()
            )

    @api.depends("greeting", "greeting_enabled")
    def _compute_greeting_preview(self):
        """One bubble for each language that is installed."""
        for account in self:
            account.greeting_preview = Markup().join(
                account._render_greeting_preview(code, name)
                for code, name in self.env["res.lang"].get_installed()
            )

    def _render_greeting_preview(self, code, name):
        text = self.with_context(lang=code)._get_greeting()
        return Markup(
            '<div class="mb-2"><div class="small text-muted">{name}</div>'
            '<div dir="auto" class="d-inline-block border rounded-3 bg-view px-3 py-2"'
            ' style="white-space: pre-wrap">{text}</div></div>'
        ).format(name=name, text=escape(text))

    def _get_greeting(self):
        """Return the greeting in the language of the context."""
        self.ensure_one()
        return (self.greeting or "").strip() or self._get_standard_greeting()

    @api.model
    def _get_standard_greeting(self):
        return self.env._(
            "Hello, and thank you for your message! 👋\n"
            "We have received it and will answer you here as soon as we can."
        )

    def _count_automatic_today(self):
        """Return the automatic messages of the last 24 hours, by whatever path."""
        self.ensure_one()
        since = fields.Datetime.now() - timedelta(days=1)
        # sudo: messaging.message - only how many
        [[sent]] = (
            self.env["messaging.message"]
            .sudo()
            ._read_group(
                [
                    ("account_id", "=", self.id),
                    ("author_kind", "=", "automatic"),
                    ("direction", "=", "out"),
                    ("mail_message_id", "!=", False),
                    ("create_date", ">", since),
                ],
                aggregates=["mail_message_id:count_distinct"],
            )
        )
        return sent
