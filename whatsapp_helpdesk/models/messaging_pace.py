"""How fast each account and each customer is written to, shared by all senders.

The numbers are those of ``gateway.pace``, in seconds of the database's clock. They have
rows of their own: updating the account or the identity instead would conflict with the
workers that receive. The row of an account is also the lock under which its parts are
claimed; a sender that does not get it takes parts of other accounts.
"""

from odoo import api, fields, models
from odoo.tools import SQL

#: Seconds that the pace of an account may run ahead while it is not paused.
LONGEST_BURST = 1.0


class MessagingPace(models.Model):
    _name = "messaging.pace"
    _description = "Sending Pace"
    _log_access = False

    account_id = fields.Many2one(
        "messaging.account", required=True, index=True, ondelete="cascade"
    )
    identity_id = fields.Many2one(
        "messaging.identity",
        ondelete="cascade",
        help="Empty: the pace of the account itself.",
    )
    due = fields.Float(default=0.0, help="Theoretical arrival time of the next one.")
    bulk_due = fields.Float(default=0.0, help="The same for bulk alone.")

    _account_unique = models.UniqueIndex("(account_id) WHERE identity_id IS NULL")
    _identity_unique = models.UniqueIndex("(identity_id) WHERE identity_id IS NOT NULL")

    # -- accounts ---------------------------------------------------------------------

    @api.model
    def _ensure_accounts(self):
        """Give every account its row; they usually have it since their creation."""
        self.env.cr.execute(
            SQL(
                "INSERT INTO messaging_pace (account_id, due, bulk_due) "
                "SELECT id, 0, 0 FROM messaging_account account WHERE NOT EXISTS ("
                "SELECT FROM messaging_pace pace WHERE pace.account_id = account.id "
                "AND pace.identity_id IS NULL) ON CONFLICT DO NOTHING"
            )
        )

    @api.model
    def _get_waiting(self):
        """Return the ids of accounts that have something to send and are not paused.

        Their parts may still be blocked: that is looked at under the lock.
        """
        self.env.cr.execute(
            SQL(
                """
                SELECT account.id
                  FROM messaging_account account
                  JOIN messaging_pace pace
                    ON pace.account_id = account.id AND pace.identity_id IS NULL
                 WHERE account.state = 'active' AND account.active
                   AND pace.due < extract(epoch FROM clock_timestamp()) + %(ahead)s
                   AND EXISTS (
                       SELECT FROM messaging_message part
                        WHERE part.account_id = account.id
                          AND part.state IN ('queued', 'held')
                          AND part.next_try_at
                              <= clock_timestamp() AT TIME ZONE 'UTC')
                """,
                ahead=LONGEST_BURST,
            )
        )
        return [row[0] for row in self.env.cr.fetchall()]

    @api.model
    def _get_end_of_pauses(self):
        """Return the moment at which an account that has work goes on, or None."""
        self.env.cr.execute(
            SQL(
                """
                SELECT to_timestamp(min(pace.due) - %(ahead)s) AT TIME ZONE 'UTC'
                  FROM messaging_account account
                  JOIN messaging_pace pace
                    ON pace.account_id = account.id AND pace.identity_id IS NULL
                 WHERE account.state = 'active' AND account.active
                   AND pace.due >= extract(epoch FROM clock_timestamp()) + %(ahead)s
                   AND EXISTS (
                       SELECT FROM messaging_message part
                        WHERE part.account_id = account.id
                          AND part.state IN ('queued', 'held'))
                """,
                ahead=LONGEST_BURST,
            )
        )
        return self.env.cr.fetchone()[0]

    @api.model
    def _lock_accounts(self, account_ids):
        """Lock the rows that no other sender holds.

        Every claim changes its row, so a sender whose snapshot does not show what
        another one claimed gets a conflict here and starts again.

        :return: ``[(account, due, bulk due, now)]``
        """
        self.env.cr.execute(
            SQL(
                "SELECT account_id, due, bulk_due, "
                "extract(epoch FROM clock_timestamp())::float8 FROM messaging_pace "
                "WHERE account_id = ANY(%s) AND identity_id IS NULL "
                "FOR NO KEY UPDATE SKIP LOCKED",
                list(account_ids),
            ),
            log_exceptions=False,  # a conflict with another sender is no error
        )
        rows = self.env.cr.fetchall()
        accounts = self.env["messaging.account"].browse(row[0] for row in rows)
        return [
            (account, *row[1:]) for account, row in zip(accounts, rows, strict=False)
        ]

    @api.model
    def _store_account(self, account, due, bulk_due):
        self.env.cr.execute(
            SQL(
                "UPDATE messaging_pace SET due = %s, bulk_due = %s "
                "WHERE account_id = %s AND identity_id IS NULL",
                due,
                bulk_due,
                account.id,
            )
        )

    @api.model
    def _pause_account(self, account, seconds):
        """Nothing of an account leaves for some time; bulk a little longer."""
        self.env.cr.execute(
            SQL(
                "UPDATE messaging_pace SET "
                "due = greatest(due, %(now)s + %(seconds)s + %(ahead)s), "
                "bulk_due = greatest(bulk_due, %(now)s + %(bulk)s + %(ahead)s) "
                "WHERE account_id = %(account)s AND identity_id IS NULL",
                now=SQL("extract(epoch FROM clock_timestamp())::float8"),
                seconds=seconds,
                bulk=seconds * 1.5,
                ahead=LONGEST_BURST,
                account=account.id,
            )
        )

    # -- customers --------------------------------------------------------------------

    @api.model
    def _get_identity_dues(self, identities):
        """Return ``{identity id: due}`` of those written to lately."""
        if not identities:
            return {}
        self.env.cr.execute(
            SQL(
                "SELECT identity_id, due FROM messaging_pace "
                "WHERE identity_id = ANY(%s)",
                identities.ids,
            )
        )
        return dict(self.env.cr.fetchall())

    @api.model
    def _store_identities(self, identities, interval, now):
        """Count one more message to each of these customers."""
        if not identities:
            return
        self.env.cr.execute(
            SQL(
                "INSERT INTO messaging_pace AS pace "
                "(account_id, identity_id, due, bulk_due) "
                "SELECT account_id, id, %(now)s + %(interval)s, 0 "
                "FROM messaging_identity WHERE id = ANY(%(ids)s) "
                "ON CONFLICT (identity_id) WHERE identity_id IS NOT NULL DO UPDATE "
                "SET due = greatest(pace.due, %(now)s) + %(interval)s",
                now=now,
                interval=interval,
                ids=identities.ids,
            )
        )

    @api.autovacuum
    def _gc_identities(self):
        """A pace that is over is as good as none."""
        self.env.cr.execute(
            SQL(
                "DELETE FROM messaging_pace WHERE identity_id IS NOT NULL "
                "AND due < extract(epoch FROM now()) - 60"
            )
        )
