"""What a sender does besides sending: leases, stopped accounts, the next run."""

from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import SQL

from .messaging_message_claim import LEASE, MEDIA_WAIT
from .messaging_message_queue import MARKS
from .messaging_message_send import WAIT_SECONDS

#: Parts looked at in one sweep, so that it stays short whatever waits.
SWEEP_LIMIT = 200
#: A cron trigger may be noticed a minute late, so a run starts that long before
#: something is due and waits for the moment itself.
WAKE_EARLY = timedelta(seconds=WAIT_SECONDS)


class MessagingMessage(models.Model):
    _inherit = "messaging.message"

    _leases = models.Index("(lease_until) WHERE state = 'sending'")
    _media_waits = models.Index(
        "(accepted_at) WHERE state = 'accepted' AND kind = 'media'"
    )

    # -- leases -----------------------------------------------------------------------

    @api.model
    def _renew_leases(self, part_ids):
        """Our calls still run: they have a limit of their own, which they keep."""
        self.env.cr.execute(
            SQL(
                "UPDATE messaging_message SET lease_until = %s "
                "WHERE id = ANY(%s) AND state = 'sending'",
                fields.Datetime.now() + LEASE,
                list(part_ids),
            ),
            log_exceptions=False,  # a conflict is no error: it is done again soon
        )
        self.invalidate_model(["lease_until"])

    @api.model
    def _sweep(self):
        """Doubt what was claimed and never came back; hold what cannot leave."""
        return self._doubt_lost_leases() | self._hold_stopped()

    def _doubt_lost_leases(self):
        lost = self.search(
            [("state", "=", "sending"), ("lease_until", "<", fields.Datetime.now())],
            limit=SWEEP_LIMIT,
        ).try_lock_for_update()
        lost.filtered(lambda part: part._is_mark()).unlink()
        for part in lost.exists():
            part._get_last_attempt().write(
                {"outcome": "doubt", "ended_at": fields.Datetime.now()}
            )
            part._set_state("unknown", failure_reason="timeout")
        return lost.exists()

    def _hold_stopped(self):
        """Show that parts of a stopped account wait, and do not just take long."""
        # sudo: messaging.account - a job of the system
        stopped_accounts = self.env["messaging.account"].sudo()
        stopped_accounts = stopped_accounts.search([("state", "=", "stopped")])
        if not stopped_accounts:
            return self.browse()
        stopped = self.search(
            [
                ("state", "=", "queued"),
                ("kind", "not in", MARKS),
                ("account_id", "in", stopped_accounts.ids),
            ],
            limit=SWEEP_LIMIT,
        ).try_lock_for_update()
        stopped._set_state("held", failure_reason="account_stopped")
        return stopped

    # -- the next run -----------------------------------------------------------------

    @api.model
    def _plan_next_run(self, is_over):
        """Come back for what is left.

        :param bool is_over: the run ended by its time: there may be more to do.
        """
        moment = self._get_next_moment()
        if (
            is_over
            and self._has_due_parts()
            or moment
            and moment <= self._get_now() + WAKE_EARLY
        ):
            self._wake_sender()
        elif moment:
            self._wake_sender_at(moment - WAKE_EARLY)

    @api.model
    def _has_due_parts(self):
        return bool(self.env["messaging.pace"]._get_waiting())

    @api.model
    def _get_next_moment(self):
        """Return when something may leave that may not now, or None.

        What is due and blocked by a call needs no moment: it follows the outcome.
        """
        self.env.flush_all()
        self.env.cr.execute(
            SQL(
                """
                SELECT least(
                    (SELECT min(part.next_try_at)
                       FROM messaging_account account
                      CROSS JOIN LATERAL (
                          SELECT next_try_at
                            FROM messaging_message
                           WHERE account_id = account.id
                             AND state IN ('queued', 'held')
                             AND next_try_at > clock_timestamp() AT TIME ZONE 'UTC'
                           ORDER BY next_try_at LIMIT 1) part
                      WHERE account.state = 'active' AND account.active),
                    (SELECT media.accepted_at + %(wait)s
                       FROM messaging_message media
                       JOIN messaging_account account
                         ON account.id = media.account_id
                      WHERE media.state = 'accepted' AND media.kind = 'media'
                        AND media.accepted_at > %(now)s - %(wait)s
                        AND account.state = 'active' AND account.active
                        AND EXISTS (
                            SELECT FROM messaging_message part
                             WHERE part.identity_id = media.identity_id
                               AND part.state IN ('queued', 'held'))
                      ORDER BY media.accepted_at LIMIT 1))
                """,
                now=fields.Datetime.now(),
                wait=MEDIA_WAIT,
            )
        )
        moments = [
            self.env.cr.fetchone()[0],
            self.env["messaging.pace"]._get_end_of_pauses(),
        ]
        return min((moment for moment in moments if moment), default=None)

    def _wake_sender_at(self, moment):
        """Start a sender at a moment, unless one starts until then anyway."""
        cron = self._get_sender_crons()[:1]
        # sudo: ir.cron.trigger - a job of the system
        planned = self.env["ir.cron.trigger"].sudo()
        if not planned.search_count(
            [
                ("cron_id", "=", cron.id),
                ("call_at", "<=", moment),
                ("call_at", ">", fields.Datetime.now()),
            ],
            limit=1,
        ):
            cron._trigger(moment)

    @api.model
    def _wake_other_senders(self):
        """A crowd: let the others help."""
        cron_id = self.env.context.get("cron_id")
        others = self._get_sender_crons().filtered(lambda cron: cron.id != cron_id)
        others._wake_once()
