"""The figures of the health page: a few queries for all accounts together.

Nothing here reads a table that grows from its beginning: open states have indexes, and
rates look at the newest rows only.
"""

from collections import defaultdict
from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import SQL

#: Newest rows looked at for rates.
NEWEST = 5000
#: How many of the last seven days must have had deliveries at this time of the day
#: for silence to be strange.
USUAL_DAYS = 4


class MessagingHealth(models.Model):
    _inherit = "messaging.health"

    def _get_gauges(self):
        """Return ``{account id: {gauge: value}}``; absent gauges are 0."""
        gauges = defaultdict(dict)
        if not self:
            return gauges
        self.env.flush_all()
        now = fields.Datetime.now()
        for query in (
            self._get_update_query(),
            self._get_unassigned_query(),
            self._get_outbox_query(now),
            self._get_failure_query(now),
            self._get_media_query(now),
            self._get_sent_query(now),
            self._get_received_query(now),
            self._get_connection_query(now),
        ):
            self.env.cr.execute(query)
            for account_id, name, value, since in self.env.cr.fetchall():
                gauges[account_id][name] = value
                gauges[account_id][f"{name}_since"] = since
        return gauges

    def _get_update_query(self):
        return SQL(
            """
            SELECT account.id, item.state, count(*), min(item.create_date)
              FROM messaging_update item
              JOIN messaging_account account
                ON account.connection_id = item.connection_id
               AND account.external_id = item.account_ref
             WHERE item.state IN ('pending', 'parked', 'waiting')
               AND account.id IN %s
             GROUP BY account.id, item.state
            """,
            self._ids,
        )

    def _get_unassigned_query(self):
        """What came for a number that nobody connected; shown with its neighbours."""
        return SQL(
            """
            SELECT account.id, 'unassigned', lost.count, lost.since
              FROM messaging_account account
              JOIN (SELECT item.connection_id, count(*), min(item.create_date) since
                      FROM messaging_update item
                     WHERE item.state = 'parked'
                       AND NOT EXISTS (
                               SELECT 1 FROM messaging_account known
                                WHERE known.connection_id = item.connection_id
                                  AND known.external_id = item.account_ref)
                     GROUP BY item.connection_id) lost
                ON lost.connection_id = account.connection_id
             WHERE account.id IN %s
            """,
            self._ids,
        )

    def _get_outbox_query(self, now):
        """What is due only: what waits for its time is no backlog."""
        return SQL(
            """
            SELECT account_id,
                   CASE state WHEN 'unknown' THEN 'doubt' ELSE 'outbox' END AS name,
                   count(*),
                   min(CASE state WHEN 'unknown' THEN write_date
                       ELSE GREATEST(next_try_at, create_date) END)
              FROM messaging_message
             WHERE state IN ('queued', 'sending', 'unknown') AND direction = 'out'
               AND (state != 'queued' OR next_try_at <= %s)
               AND account_id IN %s
             GROUP BY account_id, name
            """,
            now,
            self._ids,
        )

    def _get_failure_query(self, now):
        return SQL(
            """
            SELECT account_id, span.name, count(*), NULL
              FROM messaging_message
              JOIN (VALUES ('failed', %s), ('failed_hour', %s)) span (name, since)
                ON COALESCE(failed_at, write_date) > span.since
             WHERE state IN ('failed', 'expired') AND direction = 'out'
               AND write_date > %s AND account_id IN %s
             GROUP BY account_id, span.name
            """,
            now - timedelta(days=1),
            now - timedelta(hours=1),
            now - timedelta(days=1),  # what failed since was written since
            self._ids,
        )

    def _get_media_query(self, now):
        return SQL(
            """
            SELECT account_id,
                   CASE state WHEN 'pending' THEN 'media' ELSE 'media_failed' END AS n,
                   count(*), min(create_date)
              FROM messaging_media
             WHERE (state = 'pending'
                    OR state IN ('failed', 'refused') AND write_date > %s)
               AND account_id IN %s
             GROUP BY account_id, n
            """,
            now - timedelta(days=1),
            self._ids,
        )

    def _get_sent_query(self, now):
        """All of the hour, however many: failures are a share of them."""
        return SQL(
            """
            SELECT attempt.account_id, span.name, count(*), NULL
              FROM messaging_attempt attempt
              JOIN (VALUES ('sent_minute', %(minute)s), ('sent_hour', %(hour)s))
                   span (name, since) ON attempt.started_at > span.since
             WHERE attempt.id > COALESCE((
                       SELECT id FROM messaging_attempt
                        WHERE started_at <= %(hour)s ORDER BY id DESC LIMIT 1), 0)
               AND attempt.account_id IN %(ids)s
             GROUP BY attempt.account_id, span.name
            """,
            minute=now - timedelta(minutes=1),
            hour=now - timedelta(hours=1),
            ids=self._ids,
        )

    def _get_received_query(self, now):
        return SQL(
            """
            SELECT account.id, 'received_minute', count(*), NULL
              FROM (SELECT connection_id, account_ref, create_date
                      FROM messaging_update ORDER BY id DESC LIMIT %s) newest
              JOIN messaging_account account
                ON account.connection_id = newest.connection_id
               AND account.external_id = newest.account_ref
             WHERE newest.create_date > %s AND account.id IN %s
             GROUP BY account.id
            """,
            NEWEST,
            now - timedelta(minutes=1),
            self._ids,
        )

    def _get_connection_query(self, now):
        """The last delivery, and wrong signatures, of each account's connection.

        They are counted by the hour. The last full hour counts as long as this one
        lasts: what goes on is one problem, not a new one in each hour.
        """
        return SQL(
            """
            SELECT account.id, gauge.name, gauge.count, gauge.since
              FROM messaging_account account
              CROSS JOIN LATERAL (
                    (SELECT 'webhook' AS name, 1 AS count, received_at AS since
                       FROM messaging_event
                      WHERE connection_id = account.connection_id
                      ORDER BY received_at DESC LIMIT 1)
                    UNION ALL
                    SELECT span.name,
                           CASE span.name WHEN 'forged' THEN sum(failure.count)
                           ELSE max(failure.count) END::int, NULL
                      FROM messaging_signature_failure failure
                      JOIN (VALUES ('forged', %s), ('forged_hour', %s))
                           span (name, since) ON failure.hour >= span.since
                     WHERE failure.connection_id = account.connection_id
                     GROUP BY span.name
                   ) gauge
             WHERE account.id IN %s
            """,
            now - timedelta(days=1),
            now - timedelta(hours=2),
            self._ids,
        )

    @api.model
    def _get_silent(self, accounts):
        """Return those without any delivery for too long, where that is unusual.

        Usual is what happened in the same hours of the last seven days, so that nights
        and week-ends alarm nobody.
        """
        watched = accounts.filtered(lambda a: a.alert_silence_hours > 0)
        if not watched:
            return watched
        self.env.cr.execute(
            SQL(
                """
                SELECT account.id
                  FROM messaging_account account
                 CROSS JOIN LATERAL (
                       SELECT day, EXISTS (
                              SELECT 1 FROM messaging_event
                               WHERE connection_id = account.connection_id
                                 AND received_at <= %(now)s - day * interval '1 day'
                                 AND received_at > %(now)s - day * interval '1 day'
                                     - account.alert_silence_hours * interval '1 hour'
                              ) AS busy
                         FROM generate_series(0, 7) AS day) seen
                 WHERE account.id IN %(ids)s
                 GROUP BY account.id
                HAVING NOT bool_or(busy) FILTER (WHERE day = 0)
                   AND count(*) FILTER (WHERE busy) >= %(usual)s
                """,
                now=fields.Datetime.now(),
                ids=watched._ids,
                usual=USUAL_DAYS,
            )
        )
        return watched.browse(row[0] for row in self.env.cr.fetchall())

    @api.model
    def _get_jobs_state(self):
        """Return when a receiving job ran last and by how much the jobs are late."""
        self.env.cr.execute(
            SQL(
                """
                SELECT max(job.lastcall),
                       EXTRACT(epoch FROM %s - min(job.nextcall)
                               FILTER (WHERE job.active))::int,
                       bool_or(job.active)
                  FROM ir_cron job
                  JOIN ir_model_data data ON data.res_id = job.id
                   AND data.model = 'ir.cron' AND data.module = 'whatsapp_helpdesk'
                   AND (data.name LIKE 'cron_inbound_%%'
                        OR data.name LIKE 'cron_sender_%%')
                """,
                fields.Datetime.now(),
            )
        )
        last, late, active = self.env.cr.fetchone()
        return last, max(late or 0, 0), bool(active)
