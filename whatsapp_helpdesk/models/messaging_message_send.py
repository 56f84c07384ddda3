"""The sender: claim, send without a transaction, store what came out.

tx1 claims parts under a lease and writes an attempt for each, so that whatever happens
afterwards leaves a trace; the provider is called with no transaction open; tx2 stores
the outcomes. A crash in between leaves parts ``sending``; when the lease is over they
are in doubt, never sent again by themselves.
"""

import logging
import random
import time
from datetime import timedelta

from odoo import api, fields, models
from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY
from odoo.tools import SQL

from ..gateway import delivery
from ..gateway.outgoing import from_payload
from ..gateway.provider import Upload
from ..gateway.updates import Address, AddressKind, Scope

_logger = logging.getLogger(__name__)

LEASE = timedelta(minutes=2)
#: Parts claimed at once. Few, because a crash puts them all in doubt.
BATCH = 16
#: Bytes of files that one batch holds in memory.
BATCH_BYTES = 64 * 1024 * 1024
#: Seconds that one run of the job lasts, so that other jobs get their turn.
RUN_SECONDS = 20
#: How long a run waits for a part that is not due yet.
NAP = timedelta(seconds=3)
#: How long the next part waits for ``sent`` of a file before it: files are slower at
#: the provider and would arrive after the text that explains them.
MEDIA_WAIT = timedelta(seconds=30)
CONCURRENCY_TRIES = 5


class MessagingMessage(models.Model):
    _inherit = "messaging.message"

    _accepted_media = models.Index(
        "(identity_id, accepted_at) WHERE state = 'accepted' AND kind = 'media'"
    )

    # -- the job ----------------------------------------------------------------------

    @api.model
    def _cron_send(self):
        """Send what is due until nothing is left or the time is over."""
        Outbox = self.sudo()  # sudo: messaging.message - a job of the system
        Outbox._in_transaction(Outbox._sweep)
        deadline = time.monotonic() + RUN_SECONDS
        busy = True
        while busy and time.monotonic() < deadline:
            jobs = Outbox._in_transaction(Outbox._claim_batch)
            for outcomes in Outbox._perform(jobs):
                Outbox._in_transaction(Outbox._store_outcomes, outcomes)
            busy = bool(jobs) or Outbox._nap_until_due()
        Outbox._in_transaction(Outbox._wake_sender if busy else Outbox._wake_for_rest)

    @api.model
    def _nap_until_due(self):
        """Wait for a part that is due in a moment: a cron trigger may take a minute.

        :return: whether there is one.
        """
        now = fields.Datetime.now()
        moment = self._search_next_due(now).next_try_at
        # No transaction stays open while sleeping: nothing is read after this.
        self.env["ir.cron"]._commit_progress()
        if not moment or moment > now + NAP:
            return False
        time.sleep((moment - now).total_seconds())
        return True

    @api.model
    def _in_transaction(self, function, *args):
        """Run and commit; on a conflict with another worker roll back and do it again.

        A savepoint would not help: the snapshot is that of the transaction.
        """
        for attempt in range(1, CONCURRENCY_TRIES + 1):
            try:
                result = function(*args)
                self.env["ir.cron"]._commit_progress(len(result or ()))
                return result
            except PG_CONCURRENCY_EXCEPTIONS_TO_RETRY:
                self.env.cr.rollback()
                self.env.transaction.reset()
                if attempt == CONCURRENCY_TRIES:
                    raise
                time.sleep(random.uniform(0.0, 0.1 * 2**attempt))
        return None

    @api.model
    def _perform(self, jobs):
        """Call the providers; no transaction is open. Yields lists of outcomes."""
        return delivery.deliver(jobs) if jobs else iter(())

    # -- tx1: claim -------------------------------------------------------------------

    @api.model
    def _claim_batch(self, limit=BATCH):
        """Take parts that may leave now and return a ``Job`` for each.

        Parts that may not leave any more fail or are held here, by the gate.
        """
        jobs = []
        while not jobs:
            parts = self._lock_due_parts(limit)
            if not parts:
                break
            size, providers = 0, {}
            for part in parts:
                size += part.attachment_id.file_size or 0
                if jobs and size > BATCH_BYTES:
                    break
                jobs += part._claim_safely(providers)
        if len(jobs) == limit:
            self._get_sender_crons()._wake_once()  # a crowd: let the other one help
        return jobs

    def _lock_due_parts(self, limit):
        """Lock the next part of every customer that is due, in order of priority.

        Only the oldest unfinished part of a customer is a candidate: so there is one in
        flight per customer, and order is kept. Rows that another sender holds are
        skipped.
        """
        self.env.flush_all()
        now = fields.Datetime.now()
        self.env.cr.execute(
            SQL(
                """
                SELECT part.id
                  FROM messaging_message part
                  JOIN messaging_account account ON account.id = part.account_id
                 WHERE part.state IN ('queued', 'held')
                   AND part.next_try_at <= %(now)s
                   AND account.state = 'active' AND account.active
                   AND NOT EXISTS (
                       SELECT FROM messaging_message earlier
                        WHERE earlier.identity_id = part.identity_id
                          AND earlier.id < part.id
                          AND earlier.state IN ('queued', 'held', 'sending'))
                   AND NOT EXISTS (
                       SELECT FROM messaging_message media
                        WHERE media.identity_id = part.identity_id
                          AND media.state = 'accepted' AND media.kind = 'media'
                          AND media.accepted_at > %(media)s
                          AND media.account_id = ANY(%(receipts)s))
                 ORDER BY part.priority, part.next_try_at, part.id
                 LIMIT %(limit)s
                   FOR UPDATE OF part SKIP LOCKED
                """,
                now=now,
                media=now - MEDIA_WAIT,
                receipts=self._get_accounts_with_receipts().ids,
                limit=limit,
            ),
            log_exceptions=False,  # a conflict with another sender is no error
        )
        return self.browse([row[0] for row in self.env.cr.fetchall()])

    def _get_accounts_with_receipts(self):
        accounts = self.env["messaging.account"].search([("state", "=", "active")])
        return accounts.filtered(lambda account: account._get_features().receipts)

    def _may_leave(self):
        """Ask the gate again; a part that may not leave gets its final state."""
        self.ensure_one()
        refusal = self.env["messaging.gate"]._recheck(self)
        if not refusal:
            return True
        code, _sentence = refusal
        if self.kind == "read":
            self.unlink()
        elif code == "account_stopped":
            self._set_state("held", failure_reason=code)
        elif code == "expired":
            self._set_state("expired", failure_reason=code)
        else:
            self._fail(code)
        return False

    def _claim_safely(self, providers):
        """Claim a part that may leave; one that cannot be made ready blocks nobody.

        :return: a list with its job, or an empty one.
        """
        try:
            with self.env.cr.savepoint():
                return [self._claim(providers)] if self._may_leave() else []
        except PG_CONCURRENCY_EXCEPTIONS_TO_RETRY:
            raise
        except Exception as error:  # noqa: BLE001 - one bad value stops no other
            _logger.error("Part %s cannot be sent: %s", self.id, type(error).__name__)  # noqa: TRY400
            self._fail("invalid")
            return []

    def _claim(self, providers):
        """Put a part under a lease, write its attempt and return its job.

        :param dict providers: those made already for this batch, by account.
        """
        account = self.account_id
        if account not in providers:
            providers[account] = account._get_provider()
        attempt = self.env["messaging.attempt"].create(self._prepare_attempt_values())
        self.write(
            {
                "state": "sending",
                "attempts": self.attempts + 1,
                "lease_until": fields.Datetime.now() + LEASE,
                "failure_reason": False,
                "failure_code": 0,
                "failure_detail": False,
            }
        )
        return delivery.Job(
            key=self.id,
            attempt=attempt.id,
            provider=providers[account],
            addresses=self._get_addresses(),
            reply_to=self.reply_to_ref or "",
            correlation=self.correlation,
            **self._prepare_content(),
        )

    def _prepare_attempt_values(self):
        return {
            "message_id": self.id,
            "account_id": self.account_id.id,
            "correlation": self.correlation,
        }

    def _prepare_content(self):
        """What a job sends, as plain values."""
        if self.kind == "read":
            return {"read": self.payload["target"]}
        attachment = self.attachment_id
        upload = attachment and Upload(
            content=attachment.raw or b"",
            mime_type=attachment.mimetype or "",
            filename=attachment.name or "",
        )
        return {"part": from_payload(self.payload), "upload": upload or None}

    def _get_addresses(self):
        return tuple(
            Address(AddressKind(address.kind), address.value, Scope.ACCOUNT)
            for address in self.identity_id.address_ids._sorted_to_answer()
        )

    # -- sweeping ---------------------------------------------------------------------

    @api.model
    def _sweep(self):
        """Doubt what was claimed and never came back; hold what cannot leave."""
        return self._doubt_lost_leases() | self._hold_stopped()

    def _doubt_lost_leases(self):
        lost = self.search(
            [("state", "=", "sending"), ("lease_until", "<", fields.Datetime.now())]
        ).try_lock_for_update()
        lost.filtered(lambda part: part.kind == "read").unlink()
        for part in lost.exists():
            part._get_last_attempt().write(
                {"outcome": "doubt", "ended_at": fields.Datetime.now()}
            )
            part._set_state("unknown", failure_reason="timeout")
        return lost.exists()

    def _hold_stopped(self):
        """Show that parts of a stopped account wait, and do not just take long."""
        stopped = self.search(
            [
                ("state", "=", "queued"),
                ("kind", "!=", "read"),
                ("account_id.state", "=", "stopped"),
            ]
        ).try_lock_for_update()
        stopped._set_state("held", failure_reason="account_stopped")
        return stopped

    @api.model
    def _wake_for_rest(self):
        """Come back for what is not due yet or waits for a file before it.

        Never at once: what is due and not blocked was sent, or is another sender's.
        """
        now = fields.Datetime.now()
        later = self._search_next_due(now).next_try_at
        blocked = self.search_count(
            [("state", "=", "queued"), ("next_try_at", "<=", now)], limit=1
        )
        moments = [later] if later else []
        if blocked:
            moments.append(now + MEDIA_WAIT)
        if moments:
            self._wake_sender_at(min(moments))

    def _search_next_due(self, now):
        return self.search(
            [
                ("state", "in", ("queued", "held")),
                ("next_try_at", ">", now),
                ("account_id.state", "=", "active"),
            ],
            order="next_try_at, id",
            limit=1,
        )

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
