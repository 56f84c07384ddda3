"""The sender: claim, send without a transaction, store what came out.

tx1 claims parts under a lease and writes an attempt for each, so that whatever happens
afterwards leaves a trace; the provider is called by threads while no transaction is
open; tx2 stores the outcomes. A slot that becomes free is filled again at once: a call
that hangs holds back nobody else. A crash in between leaves parts ``sending``; when the
lease is over they are in doubt, never sent again by themselves.
"""

import logging
import random
import time
from datetime import datetime, timezone

from psycopg2 import InterfaceError, OperationalError

from odoo import api, models
from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY

from ..gateway import delivery

_logger = logging.getLogger(__name__)

#: Seconds in which one run claims; afterwards other jobs get their turn.
RUN_SECONDS = 20
#: Longest wait, in seconds, until a run looks for new parts while calls are running,
#: and while it waits for a moment that is near.
LOOK = 0.05
NAP = 0.1
#: A sender is kept waiting for what is due within so many seconds.
WAIT_SECONDS = 60
#: Seconds between two looks for leases that ran out, and two renewals of our own.
SWEEP_EVERY = 10
RENEW_EVERY = 15
#: Seconds for which outcomes are kept in memory while there is no database.
KEEP_SECONDS = 60
CONCURRENCY_TRIES = 5


class Schedule:
    """What a run has to do when, by a clock that never jumps."""

    def __init__(self):
        self.end = time.monotonic() + RUN_SECONDS
        self._last = {}

    def is_over(self):
        return time.monotonic() >= self.end

    def is_due(self, what, seconds):
        """Whether ``what`` was done last, or this run began, so long ago."""
        now = time.monotonic()
        last = self._last.setdefault(what, self.end - RUN_SECONDS)
        if now - last < seconds:
            return False
        self._last[what] = now
        return True


class MessagingMessage(models.Model):
    _inherit = "messaging.message"

    # -- the job ----------------------------------------------------------------------

    @api.model
    def _cron_send(self):
        """Send what is due until nothing is left or the time is over."""
        Outbox = self.sudo()  # sudo: messaging.message - a job of the system
        schedule = Schedule()
        with delivery.Pool() as pool:
            try:
                Outbox._serve(pool, schedule)
            finally:
                Outbox._drain(pool, schedule)
        Outbox._in_transaction(Outbox._plan_next_run, schedule.is_over())

    @api.model
    def _serve(self, pool, schedule):
        """Fill free slots and store outcomes until there is nothing to wait for."""
        is_helper = self._is_helper()
        while not schedule.is_over() and not self.env.cr.closed:
            room = pool.room
            jobs = self._try(self._claim_batch, room) if room.slots else []
            pool.submit(jobs or [])
            if pool.jobs:
                self._keep_outcomes(pool.collect(LOOK))
            elif jobs is None or room.contended:
                time.sleep(random.uniform(0.0, LOOK))
            elif room.wait and not is_helper:
                time.sleep(min(room.wait, NAP))
            elif not self._nap_until_due() and not self._try(self._sweep):
                break
            self._look_after(pool, schedule)

    @api.model
    def _drain(self, pool, schedule):
        """Wait for what is still in flight.

        Answers go on leaving for as long as calls of the run itself last: one that
        hangs until its time-out must not hold them up.
        """
        old = {job.key for job in pool.jobs} if schedule.is_over() else set()
        while pool.jobs:
            self._keep_outcomes(pool.collect(LOOK if old else 1.0))
            old &= {job.key for job in pool.jobs}
            try:
                if old:
                    self._claim_answers(pool)
                self._look_after(pool, schedule)
            except Exception:
                old = set()
                _logger.exception("Only what is in flight is finished.")

    @api.model
    def _claim_answers(self, pool):
        room = pool.room
        room.bulk_slots = room.file_bytes = 0
        if room.slots:
            pool.submit(self._try(self._claim_batch, room) or [])

    @api.model
    def _look_after(self, pool, schedule):
        """What a run does from time to time, never before its first calls."""
        if pool.is_full and schedule.is_due("help", 1):
            self._try(self._wake_other_senders)
        if schedule.is_due("sweep", SWEEP_EVERY):
            self._try(self._sweep)
        if pool.jobs and schedule.is_due("renew", RENEW_EVERY):
            self._try(self._renew_leases, [job.key for job in pool.jobs])

    @api.model
    def _nap_until_due(self):
        """Wait a moment for what is due soon: a cron trigger may take a minute.

        Only the first sender does, so that one job at most is kept busy by waiting.

        :return: whether there is something to wait for.
        """
        moment = None if self._is_helper() else self._get_next_moment()
        # No transaction stays open while sleeping: nothing is read after this.
        self.env["ir.cron"]._commit_progress()
        seconds = moment and (moment - self._get_now()).total_seconds()
        if seconds is None or seconds > WAIT_SECONDS:
            return False
        time.sleep(max(0.0, min(seconds, NAP)))
        return True

    @api.model
    def _get_now(self):
        """The moment to the microsecond, unlike ``fields.Datetime.now``."""
        return datetime.now(timezone.utc).replace(tzinfo=None)

    @api.model
    def _is_helper(self):
        """Whether this is a run of a sender that only helps the first one."""
        cron_id = self.env.context.get("cron_id")
        return cron_id in self._get_sender_crons()[1:].ids

    # -- transactions -----------------------------------------------------------------

    @api.model
    def _in_transaction(self, function, *args):
        """Run and commit; on a conflict with another worker roll back and do it again.

        A savepoint would not help: the snapshot is that of the transaction.
        """
        for attempt in range(1, CONCURRENCY_TRIES + 1):
            try:
                result = function(*args)
                self._commit(result)
                return result
            except PG_CONCURRENCY_EXCEPTIONS_TO_RETRY:
                self._roll_back()
                if attempt == CONCURRENCY_TRIES:
                    raise
                time.sleep(random.uniform(0.0, 0.1 * 2**attempt))
        return None

    @api.model
    def _try(self, function, *args):
        """Run and commit; what goes wrong with the database is left for the next time.

        :return: the result, or None.
        """
        try:
            result = function(*args)
            self._commit(result)
        except (OperationalError, InterfaceError):  # conflicts are among them
            self._roll_back()
            return None
        except Exception:
            # Outcomes are stored yet, and what failed half-way not with them.
            self._roll_back()
            raise
        return result

    @api.model
    def _commit(self, result):
        done = result if isinstance(result, (list, models.BaseModel)) else ()
        self.env["ir.cron"]._commit_progress(len(done))

    @api.model
    def _roll_back(self):
        if not self.env.cr.closed:
            self.env.cr.rollback()
            self.env.transaction.reset()

    # -- what is known must be stored -------------------------------------------------

    @api.model
    def _keep_outcomes(self, outcomes):
        """Store outcomes, whatever it takes: nobody else knows them.

        On conflicts smaller groups are tried; without a database it is waited for.
        Given up after a minute, when their leases are over and they are in doubt.
        """
        pending, size = list(outcomes), len(outcomes)
        end = time.monotonic() + KEEP_SECONDS
        while pending:
            try:
                self._store_durably(pending[:size])
                del pending[:size]
                end = time.monotonic() + KEEP_SECONDS
            except PG_CONCURRENCY_EXCEPTIONS_TO_RETRY:
                self._roll_back()
                size = max(1, size // 2)
                time.sleep(random.uniform(0.0, 0.05))
            except (OperationalError, InterfaceError) as error:
                if time.monotonic() > end:
                    raise
                _logger.warning(
                    "%s outcomes wait for the database: %s",
                    len(pending),
                    type(error).__name__,
                )
                self._roll_back()
                time.sleep(1.0)

    @api.model
    def _store_durably(self, outcomes):
        """Store and commit, in a new connection when ours is gone."""
        if not self.env.cr.closed:
            self._commit(self._store_outcomes(outcomes))
            return
        with self.env.registry.cursor() as cr:
            self.with_env(self.env(cr=cr))._store_outcomes(outcomes)
