"""What was said automatically, to whom and why; and what must not be said twice."""

from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import SQL

#: Days for which a refusal can be looked up.
KEEP_REFUSALS = 30


class MessagingAutomatic(models.Model):
    """One reason for an automatic message; a message may have several.

    A row with a scope is a key: the same kind is said once in it, whoever is first.
    What was refused is no key, so that it may be tried again later.
    """

    _name = "messaging.automatic"
    _description = "Automatic Message"
    _order = "id desc"
    _rec_name = "kind"

    identity_id = fields.Many2one(
        "messaging.identity", "Customer", required=True, ondelete="cascade"
    )
    account_id = fields.Many2one(
        "messaging.account", required=True, index=True, ondelete="cascade"
    )
    conversation_id = fields.Many2one(
        "discuss.channel", required=True, index=True, ondelete="cascade"
    )
    kind = fields.Selection(
        [
            ("greeting", "Greeting"),
            ("welcome", "Welcome"),
            ("opt_out_confirmation", "Opt-out Confirmed"),
            ("opt_in_confirmation", "Opt-in Confirmed"),
            ("server_action", "Automation"),
        ],
        required=True,
        help="What it was for; features that answer automatically add theirs.",
    )
    scope = fields.Char(
        help="What it is said once for, such as a case or a closed period."
    )
    mail_message_id = fields.Many2one(
        "mail.message", "Message", index="btree_not_null", ondelete="set null"
    )
    sent_at = fields.Datetime("Time", required=True)
    refusal = fields.Selection(
        selection="_get_refusals", help="Why it was not sent; empty when it was."
    )

    _once = models.UniqueIndex(
        "(kind, scope) WHERE scope IS NOT NULL AND refusal IS NULL"
    )
    _identity_sent = models.Index("(identity_id, sent_at)")
    _refused = models.Index("(sent_at) WHERE refusal IS NOT NULL")

    @api.model
    def _get_refusals(self):
        """Hook: codes of the gate and of the arbiter, with their labels."""
        labels = {
            "no_identity": self.env._("No address"),
            "no_address": self.env._("No address"),
            "blocked": self.env._("Customer blocked"),
            "account_stopped": self.env._("Account stopped"),
            "window_closed": self.env._("Service window closed"),
            "opted_out": self.env._("Opted out"),
            "automatic_budget": self.env._("Limit of automatic messages"),
            "automatic_off": self.env._("Automatic messages off"),
            "template_unusable": self.env._("Template cannot be sent"),
            "no_opt_in": self.env._("Not agreed to"),
            "marketing_hold": self.env._("Held back by the platform"),
            "portfolio_limit": self.env._("Limit of customers per day"),
            "quiet_hours": self.env._("Quiet hours"),
            "other": self.env._("Other reason"),
        }
        return list(labels.items())

    @api.model
    def _claim(self, burst, candidates):
        """Take the keys of candidates; whoever comes second gets nothing.

        :return: ``{candidate: row}`` of those that may be said.
        """
        if not candidates:
            return {}
        rows = [self._prepare_claim(burst, candidate) for candidate in candidates]
        # A key that another worker takes at this moment is a conflict: its batch or
        # ours starts again with a newer snapshot.
        self.env.cr.execute(
            SQL(
                "INSERT INTO messaging_automatic (%s) VALUES %s "
                "ON CONFLICT (kind, scope) "
                "WHERE scope IS NOT NULL AND refusal IS NULL "
                "DO NOTHING RETURNING kind, COALESCE(scope, ''), id",
                SQL(", ").join(SQL.identifier(name) for name in rows[0]),
                SQL(", ").join(SQL("%s", tuple(row.values())) for row in rows),
            )
        )
        taken = {(kind, scope): id_ for kind, scope, id_ in self.env.cr.fetchall()}
        return {
            candidate: self.browse(taken[candidate.kind, candidate.once_per])
            for candidate in candidates
            if (candidate.kind, candidate.once_per) in taken
        }

    @api.model
    def _prepare_claim(self, burst, candidate):
        now = fields.Datetime.now()
        return {
            "identity_id": burst.identity.id,
            "account_id": burst.identity.account_id.id,
            "conversation_id": burst.conversation.id,
            "kind": candidate.kind,
            "scope": candidate.once_per or None,
            "sent_at": now,
            "create_uid": self.env.uid,
            "create_date": now,
            "write_uid": self.env.uid,
            "write_date": now,
        }

    @api.model
    def _get_sent_times(self, identity, since):
        """Return when automatic messages went to a customer, oldest first."""
        self.env.cr.execute(
            SQL(
                "SELECT DISTINCT sent_at FROM messaging_automatic WHERE "
                "identity_id = %s AND sent_at >= %s AND mail_message_id IS NOT NULL "
                "ORDER BY sent_at",
                identity.id,
                since,
            )
        )
        return [sent_at for (sent_at,) in self.env.cr.fetchall()]

    @api.autovacuum
    def _gc_refusals(self):
        """Refusals tell why something was missing; nobody asks after a month."""
        limit = fields.Datetime.now() - timedelta(days=KEEP_REFUSALS)
        self.search([("refusal", "!=", False), ("sent_at", "<", limit)]).unlink()
