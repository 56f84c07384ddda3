"""The inbound worker: takes one queue of customers at a time, in order, in batches."""

import logging
import random
import time
from datetime import timedelta

from psycopg2.errors import UniqueViolation

from odoo import api, fields, models
from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY
from odoo.tools import SQL

from ..gateway.redact import redact_traceback
from .messaging_inbound import Batch

_logger = logging.getLogger(__name__)

#: Updates per transaction.
BATCH = 50
#: Queues that a worker takes however few are waiting.
MIN_SHARE = 16
#: Tries in new transactions when others changed the same rows.
MAX_CONFLICTS = 6
#: A parked update is tried again this often, then a person has to replay it.
MAX_ATTEMPTS = 5
#: First class of the advisory locks of inbound queues; the second is the queue.
LOCK_CLASS = 0x6D736769
#: Seconds a run lasts at most, so that other jobs get their turn.
MAX_RUN = 50
#: The loser of two deliveries that create the same customer meets a unique key; in a
#: new transaction it finds what the winner made. Doing so again and again is an error.
MAX_DOUBLES = 3
#: What another worker may cause.
CONFLICTS = (*PG_CONCURRENCY_EXCEPTIONS_TO_RETRY, UniqueViolation)


class BatchSize:
    """Updates per transaction: few while others interfere, more as it goes well.

    The more a transaction does, the more of it agents change meanwhile. One that
    handles a single update hardly ever meets anybody.
    """

    def __init__(self):
        self.value = BATCH

    def shrink(self):
        self.value = max(1, self.value // 4)

    def grow(self):
        self.value = min(BATCH, self.value * 2)


class MessagingUpdate(models.Model):
    _inherit = "messaging.update"

    @api.model
    def _cron_process(self):
        """Process queues until none is left that no other worker is busy with."""
        # sudo: a job has no user; what a customer may cause is decided by handlers
        worker = self.sudo()
        end = time.monotonic() + MAX_RUN
        size = BatchSize()
        while processed := worker._process_next_batch(size):
            left = self.env["ir.cron"]._commit_progress(processed)
            if left <= 0 or time.monotonic() > end:
                worker._wake_workers()
                self.env["ir.cron"]._commit_progress()
                return

    @api.model
    def _process_next_batch(self, size=None):
        """Process a batch, again in a new transaction as long as others interfere.

        :param size: ``BatchSize`` of this run.
        :return: number of updates handled; 0 when there is nothing to do.
        """
        size = size or BatchSize()
        for attempt in range(1, MAX_CONFLICTS + 2):
            try:
                batch = self._claim_batch(size.value)
                batch._process_batch(self._get_conflicts(attempt))
                self.env.cr.flush()
                size.grow()
                return len(batch)
            except CONFLICTS as error:
                self._start_new_transaction()
                size.shrink()
                _logger.info("Inbound batch starts again: %s", type(error).__name__)
                time.sleep(random.uniform(0.0, 0.02 * 2**attempt))
        _logger.warning("Inbound batch postponed: others change the same records.")
        return 0

    @api.model
    def _get_conflicts(self, attempt):
        """Return errors that are still blamed on others; the rest parks an update.

        In the end all do, or one update would hold up its queue and the queues that
        are claimed with it for ever.
        """
        if attempt > MAX_CONFLICTS:
            return ()
        return (
            CONFLICTS if attempt <= MAX_DOUBLES else PG_CONCURRENCY_EXCEPTIONS_TO_RETRY
        )

    @api.model
    def _start_new_transaction(self):
        """A savepoint would keep the old snapshot, and with it the conflict."""
        self.env.cr.rollback()
        self.env.transaction.reset()

    # -- taking work ------------------------------------------------------------------

    @api.model
    def _claim_batch(self, limit=BATCH):
        """Lock some queues that have work and return their oldest updates.

        Enough queues for a full batch, but never so many that nothing is left for
        another worker. A batch costs as much as ten messages, whatever is in it.
        """
        waiting = self._count_by_partition()
        share = max(MIN_SHARE, len(waiting) // 2)
        candidates, size = [], 0
        for partition in random.sample(list(waiting), len(waiting)):
            if size >= limit or len(candidates) >= share:
                break
            candidates.append(partition)
            size += waiting[partition]
        locked = self._lock_partitions(candidates)
        if not locked:  # all are taken: perhaps others are free
            others = list(set(waiting) - set(candidates))
            locked = self._lock_partitions(others[:share])
        return self._search_batch(locked, limit)

    @api.model
    def _lock_partitions(self, partitions):
        """Return those that no other worker holds; ours until the transaction ends."""
        if not partitions:
            return []
        self.env.cr.execute(
            SQL(
                "SELECT free FROM unnest(%s) AS free "
                "WHERE pg_try_advisory_xact_lock(%s, free)",
                partitions,
                LOCK_CLASS,
            )
        )
        return [row[0] for row in self.env.cr.fetchall()]

    @api.model
    def _get_due_condition(self):
        return SQL(
            "(state = 'pending' OR next_try_at <= %s "
            "AND state IN ('parked', 'waiting'))",
            fields.Datetime.now(),
        )

    @api.model
    def _count_by_partition(self):
        """Return ``{queue: number of due updates}``."""
        self.flush_model(["state", "next_try_at", "partition"])
        self.env.cr.execute(
            SQL(
                "SELECT partition, count(*) FROM messaging_update WHERE %s "
                "GROUP BY partition",
                self._get_due_condition(),
            )
        )
        return dict(self.env.cr.fetchall())

    @api.model
    def _search_batch(self, partitions, limit=BATCH):
        """Return due updates, oldest first by provider time: deliveries overtake.

        One that somebody finished since this transaction began is noticed here,
        before any work is done.
        """
        if not partitions:
            return self.browse()
        self.env.cr.execute(
            SQL(
                "SELECT id FROM messaging_update WHERE partition IN %s AND %s "
                "ORDER BY id LIMIT %s FOR NO KEY UPDATE",
                tuple(partitions),
                self._get_due_condition(),
                limit,
            ),
            log_exceptions=False,
        )
        batch = self.browse(row[0] for row in self.env.cr.fetchall())
        return batch.sorted(lambda u: (u.occurred_at or u.create_date, u.id))

    # -- doing it ---------------------------------------------------------------------

    def _process_batch(self, conflicts=PG_CONCURRENCY_EXCEPTIONS_TO_RETRY):
        """Handle all updates; when one fails, redo them one by one.

        The usual batch needs a single savepoint. Only errors that are blamed on others
        leave this method: everything else parks the update that caused it.
        """
        if not self:
            return
        bodies = self._parse_again()
        try:
            with self.env.cr.savepoint():
                self._process_together(bodies)
        except conflicts:
            raise
        except Exception:  # noqa: BLE001 - redone one by one
            self._process_one_by_one(bodies, conflicts)
        self._release_dependents(bodies)

    def _process_together(self, bodies):
        inbound = self.env["messaging.inbound"]
        batch = Batch(together=inbound._may_store_together())
        pairs = self._get_parsed_pairs(bodies)
        inbound._warm_up(pairs, batch)
        if batch.together:
            inbound._prepare_newcomers(pairs, batch)
        for update in self:
            inbound._before_update(update, batch)
            update._process_one(bodies, batch)
        inbound._store_waiting(batch)
        inbound._finish_batch(batch)

    def _release_dependents(self, bodies):
        """Let updates go on that waited for a message of this batch."""
        for account, updates in (
            self.filtered("mail_message_id").grouped("account_id").items()
        ):
            parsed = (bodies[update.event_id][update.key] for update in updates)
            self._release_waiting(account, [found.external_id for found in parsed])

    def _get_parsed_pairs(self, bodies):
        """Return (update, its content) of those that can be read."""
        pairs = [
            (update, bodies[update.event_id].get(update.key))
            for update in self
            if not isinstance(bodies[update.event_id], Exception)
        ]
        return [(update, parsed) for update, parsed in pairs if parsed]

    def _process_one_by_one(self, bodies, conflicts):
        for update in self:
            batch = Batch()
            try:
                with self.env.cr.savepoint():
                    update._process_one(bodies, batch)
            except conflicts:
                raise
            except Exception as error:  # noqa: BLE001 - parked with it
                update._park_failed(error)
                update._show_gap(bodies[update.event_id], conflicts)
                if isinstance(error, PG_CONCURRENCY_EXCEPTIONS_TO_RETRY):
                    # This snapshot may be out of date: the rest gets a newer one.
                    return
            else:
                update._follow_up(batch, conflicts)

    def _follow_up(self, batch, conflicts):
        """Tell who follows from an update; their error is not the update's."""
        if not batch.stored and not batch.statuses:
            return
        try:
            with self.env.cr.savepoint():
                self.env["messaging.inbound"]._finish_batch(batch)
        except conflicts:
            raise
        except Exception as error:  # noqa: BLE001 - the message is stored already
            _logger.warning(
                "Nothing follows from inbound update %s: %s",
                self.id,
                redact_traceback(error, self._get_secret_values()),
            )

    def _process_one(self, bodies, batch):
        parsed = bodies[self.event_id]
        if isinstance(parsed, Exception):
            raise parsed
        outcome = self.env["messaging.inbound"]._handle(
            self, parsed.get(self.key), batch
        )
        self.write(self._prepare_outcome_values(outcome))

    def _prepare_outcome_values(self, outcome):
        attempts = self.attempts + 1
        waiting = outcome.state == "waiting"
        return {
            "state": outcome.state,
            "reason": outcome.reason,
            "attempts": attempts,
            "next_try_at": waiting and self._get_next_try(attempts),
            "error": False,
            "account_id": outcome.account.id if outcome.account else False,
            "mail_message_id": outcome.message.id if outcome.message else False,
        }

    def _parse_again(self):
        """Return ``{event: {key: gateway update}}``, each body parsed once.

        A body that cannot be read stands for its error, to be raised by its updates
        only.
        """
        parsed = {}
        for event in self.event_id:
            try:
                parsed[event] = event._parse()
            except Exception as error:  # noqa: BLE001 - raised by its updates
                parsed[event] = error
        return parsed

    def _park_failed(self, error):
        """Set an update aside; the customer's later messages go on."""
        attempts = self.attempts + 1
        _logger.error(
            "Inbound update %s (%s) parked: %s",
            self.id,
            self.kind,
            type(error).__name__,
        )
        self.write(
            {
                "state": "parked",
                "attempts": attempts,
                "reason": self.env._("An error happened while processing it."),
                "error": redact_traceback(error, self._get_secret_values()),
                "next_try_at": self._get_next_try(attempts),
            }
        )

    def _show_gap(self, parsed, conflicts):
        """Tell the agent once that something of this customer is missing here."""
        if self.attempts > 1 or isinstance(parsed, Exception):
            return
        try:
            with self.env.cr.savepoint():
                self.env["messaging.inbound"]._note_gap(self, parsed.get(self.key))
        except conflicts:
            raise
        except Exception:  # noqa: BLE001 - the update itself is parked already
            _logger.info("No gap marker for inbound update %s.", self.id)

    def _get_next_try(self, attempts):
        """1, 4, 16 and 64 minutes; afterwards a person decides."""
        if attempts >= MAX_ATTEMPTS:
            return False
        return fields.Datetime.now() + timedelta(minutes=4 ** (attempts - 1))

    def _get_secret_values(self):
        connection = self.connection_id
        tokens = connection.account_ids.mapped("access_token")
        values = [*connection._get_secrets(), connection.verify_token, *tokens]
        return [value for value in values if value]
