"""How much: automatic messages to a customer, customers that we write to first."""

from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import SQL

#: Providers count customers over this time.
LIMIT_SPAN = timedelta(days=1)


class MessagingGate(models.AbstractModel):
    _inherit = "messaging.gate"

    # -- automatic messages -----------------------------------------------------------

    def _check_budget(self, intent):
        return self._get_budget_refusal(intent.identity, intent.author_kind)

    def _get_budget_refusal(self, identity, author_kind):
        """A hard stop for automatic messages: two bots must not talk for ever."""
        if author_kind != "automatic":
            return None
        since = fields.Datetime.now() - timedelta(days=1)
        # sudo: messaging.message - only how many
        [[sent]] = (
            self.env["messaging.message"]
            .sudo()
            ._read_group(
                [
                    ("identity_id", "=", identity.id),
                    ("author_kind", "=", "automatic"),
                    ("direction", "=", "out"),
                    ("mail_message_id", "!=", False),
                    ("create_date", ">", since),
                ],
                aggregates=["mail_message_id:count_distinct"],
            )
        )
        if sent < self._get_automatic_cap(identity):
            return None
        return self._because("automatic_budget")

    def _get_automatic_cap(self, identity):
        """Hook: automatic messages to one customer in 24 hours."""
        return 20

    # -- customers we write to first --------------------------------------------------

    @api.model
    def _starts_conversation(self, identity, template):
        """Whether the provider counts a message as one that we start."""
        return bool(template) and self._is_outside_window(identity)

    def _check_portfolio_limit(self, intent):
        """Outside of the window only so many different customers a day, from all
        accounts of the connection together."""
        account = intent.identity.account_id
        limit = account.messaging_limit
        if not limit or not self._starts_conversation(intent.identity, intent.template):
            return None
        reached, known = self._count_started(account, intent.identity)
        if known or reached < limit:
            return None
        return (
            "portfolio_limit",
            self.env._(
                "The provider lets you write first to %(limit)s customers in 24 hours, "
                "and they are used up. Try again later.",
                limit=limit,
            ),
        )

    @api.model
    def _count_started(self, account, identity):
        """Return how many customers were written to first in 24 hours, and whether this
        one is among them.

        Waiting parts count: a campaign stops while it is queued, not while it is sent.
        """
        Outbox = self.env["messaging.message"]
        Outbox.flush_model(["starts_conversation", "account_id", "state"])
        [(reached, known)] = self.env.execute_query(
            SQL(
                "SELECT COUNT(DISTINCT identity_id), BOOL_OR(identity_id = %s) "
                "FROM messaging_message WHERE starts_conversation "
                "AND account_id = ANY(%s) AND create_date > %s "
                "AND state NOT IN ('failed', 'expired')",
                identity._origin.id or None,  # asked for one that does not exist yet
                self._get_portfolio(account).ids,
                fields.Datetime.now() - LIMIT_SPAN,
            )
        )
        return reached, bool(known)

    @api.model
    def _get_portfolio(self, account):
        """Hook: the accounts that share the provider's limit, archived ones too."""
        # sudo: messaging.account - only how much they sent
        Account = account.sudo().with_context(active_test=False)
        return Account.search([("connection_id", "=", account.connection_id.id)])
