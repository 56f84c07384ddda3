"""Agents promised to new cases whose transaction has not committed yet.

Who opens many cases at once needs a second for it. If others had to wait until then
before they choose agents, a rush of new customers would be served by one worker. So an
agent is claimed in a short transaction of its own: under a lock, cases that everybody
sees are counted, and claims of transactions that still run; a claim loses its effect
at the moment its transaction ends, whether it commits or not.
"""

from collections import Counter, defaultdict

from odoo import api, fields, models
from odoo.tools import SQL

#: The advisory lock under which agents are claimed: one for all teams, because an
#: agent may work in several.
LOCK = 0x61737369


class HelpdeskAssignment(models.Model):
    _name = "helpdesk.assignment"
    _description = "Claim of an Agent"
    _log_access = False

    # Without foreign keys: those would wait for rows that the case's transaction locks.
    user = fields.Integer(required=True, help="ID of the agent.")
    cases = fields.Integer(required=True, help="How many new cases.")
    transaction = fields.Char(required=True, help="PostgreSQL's ID of the transaction.")

    @api.model
    def _claim(self, users, count, choose):
        """Claim agents for new cases of the current transaction.

        :param users: ``res.users`` to choose from.
        :param int count: number of new cases.
        :param choose: function of ``{user: open cases}`` and ``count`` that returns a
            user or nobody for each case; it reads nothing from the database.
        :return: what ``choose`` returned.
        """
        transaction = self._get_transaction()
        with self.env.registry.cursor() as cr:
            elsewhere = self.with_env(self.env(cr=cr))
            cr.execute(SQL("SELECT pg_advisory_lock(%s)", LOCK))
            try:
                # The next snapshot knows what others claimed before. The cursor is
                # our own: nothing of the caller is committed.
                cr.commit()  # pylint: disable=invalid-commit
                load = self._get_load(users, elsewhere, transaction)
                chosen = choose(load, count)
                elsewhere._store_claims(chosen, transaction)
                cr.commit()  # pylint: disable=invalid-commit
            finally:
                cr.rollback()
                cr.execute(SQL("SELECT pg_advisory_unlock(%s)", LOCK))
        return chosen

    @api.model
    def _get_transaction(self):
        self.env.cr.execute("SELECT pg_current_xact_id()::text")
        return self.env.cr.fetchone()[0]

    @api.model
    def _get_load(self, users, elsewhere, transaction):
        """Return ``{user: open cases}``, those of running transactions included.

        What others opened is counted in one snapshot, which has the cases of a
        transaction or its claims, never both or neither. What this transaction opened
        nobody else sees. Its own claims do not count, they may be of cases that were
        rolled back to a savepoint.

        :param elsewhere: this model in the short transaction.
        """
        recent = self._search_recent_cases(users)
        others = elsewhere._count_open_cases(users)
        claims = elsewhere._count_claims()
        claims.pop(transaction, None)
        seen = recent.with_env(elsewhere.env).exists()
        own = Counter(case.user_id.id for case in recent if case not in seen)
        return {
            user: others[user]
            + own[user.id]
            + sum(claimed[user.id] for claimed in claims.values())
            for user in users
        }

    @api.model
    def _count_claims(self):
        """Return ``{transaction: {user id: cases}}`` of transactions that still run."""
        self.env.cr.execute(
            SQL(
                """
                SELECT "user", transaction, sum(cases) FROM helpdesk_assignment
                 WHERE NOT %s
                 GROUP BY "user", transaction
                """,
                self._get_ended_condition(),
            )
        )
        claims = defaultdict(Counter)
        for user_id, transaction, cases in self.env.cr.fetchall():
            claims[transaction][user_id] = cases
        return claims

    @api.model
    def _get_ended_condition(self):
        """SQL: whether the transaction of a claim ended.

        A claim is stored when its transaction has an ID already, so a later ID than
        this snapshot knows is none of this server: the database was restored here.
        """
        return SQL(
            "(pg_visible_in_snapshot(transaction::xid8, pg_current_snapshot()) "
            "OR transaction::xid8 >= pg_snapshot_xmax(pg_current_snapshot()))"
        )

    @api.model
    def _search_recent_cases(self, users):
        """Return open cases that this transaction may have opened.

        Odoo compares whole seconds, so others may have opened some of them.
        """
        # sudo: helpdesk.ticket - counts only, of private teams too
        return (
            self.env["helpdesk.ticket"]
            .sudo()
            .search_fetch(
                [
                    ("user_id", "in", users.ids),
                    ("stage_id.closed", "=", False),
                    ("create_date", ">=", self.env.cr.now()),
                ],
                ["user_id"],
                order="id",
            )
        )

    @api.model
    def _count_open_cases(self, users):
        # sudo: helpdesk.ticket - counts only, of private teams too
        counts = (
            self.env["helpdesk.ticket"]
            .sudo()
            ._read_group(
                [
                    ("user_id", "in", users.ids),
                    ("stage_id.closed", "=", False),
                ],
                ["user_id"],
                ["__count"],
            )
        )
        return Counter({user.with_env(users.env): count for user, count in counts})

    @api.model
    def _store_claims(self, chosen, transaction):
        """Store who was chosen, and forget claims of transactions that ended."""
        self.env.cr.execute(
            SQL(
                "DELETE FROM helpdesk_assignment WHERE %s",
                self._get_ended_condition(),
            )
        )
        for user, cases in Counter(filter(None, chosen)).items():
            self.env.cr.execute(
                SQL(
                    'INSERT INTO helpdesk_assignment ("user", cases, transaction) '
                    "VALUES (%s, %s, %s)",
                    user.id,
                    cases,
                    transaction,
                )
            )
