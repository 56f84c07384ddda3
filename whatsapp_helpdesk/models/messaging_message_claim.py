"""tx1 of the sender: take parts that may leave now, under a lease.

The parts of an account are claimed under the lock of its pace, so that two senders
never take two parts of one customer. Which parts may leave:

- one part of a customer at a time is in flight, whatever was written first;
- an older one goes first, unless the younger one has a better priority: what waits of a
  campaign never holds up an answer;
- what follows a file waits, for a while, until the file is on its way.
"""

import logging
from datetime import timedelta

import psycopg2

from odoo import api, fields, models
from odoo.tools import SQL

from ..gateway import delivery
from ..gateway.errors import GatewayError
from ..gateway.outgoing import from_payload
from ..gateway.provider import Upload
from ..gateway.updates import Address, AddressKind, Scope
from .messaging_message_queue import BULK, MARKS

_logger = logging.getLogger(__name__)

#: How long a claimed part counts as being sent. Longer than a call can last; the sender
#: renews it for calls that may last longer, so it ends soon after a crash.
LEASE = timedelta(seconds=55)
#: How long the next part waits for ``sent`` of a file before it: files are slower at
#: the provider and would arrive after the text that explains them.
MEDIA_WAIT = timedelta(seconds=30)


class MessagingMessage(models.Model):
    _inherit = "messaging.message"

    _outbox = models.Index(
        "(account_id, priority, id) WHERE state IN ('queued', 'held')"
    )
    _due = models.Index("(account_id, next_try_at) WHERE state IN ('queued', 'held')")
    _recipient_order = models.Index(
        "(identity_id, id) WHERE state IN ('queued', 'held')"
    )
    _recipient_in_flight = models.Index("(identity_id) WHERE state = 'sending'")
    _accepted_media = models.Index(
        "(identity_id, accepted_at) WHERE state = 'accepted' AND kind = 'media'"
    )

    # -- what -------------------------------------------------------------------------

    @api.model
    def _claim_batch(self, room=None):
        """Take as many parts as there is room for and return a ``Job`` for each.

        Answers of all accounts first, then bulk. Parts that may not leave any more fail
        or are held here, by the gate.

        :param room: ``gateway.delivery.Room``; it is told when others hold a lock.
        """
        room = room or delivery.Room()
        jobs = []
        locked = self._lock_accounts_with_work(room)
        for is_bulk in (False, True):
            for lane in locked:
                parts = self._select_parts(lane, room, is_bulk)
                jobs += parts._claim(lane, room, is_bulk)
        for lane in locked:
            if lane.claimed:
                self.env["messaging.pace"]._store_account(
                    lane.account, lane.due, lane.bulk_due
                )
        return jobs

    def _lock_accounts_with_work(self, room):
        self.env.flush_all()
        Pace = self.env["messaging.pace"]
        waiting = Pace._get_waiting()
        if not waiting:
            return []
        rows = Pace._lock_accounts(waiting)
        room.contended = len(rows) < len(waiting)
        return [delivery.Lane(*row, *row[0]._get_paces()) for row in rows]

    def _select_parts(self, lane, room, is_bulk):
        """Lock the parts of an account that may leave now, the most urgent first."""
        available = lane.get_available(is_bulk)
        if not available:
            room.note_wait(lane.get_wait(is_bulk))
        limit = min(room.get_slots(is_bulk), available)
        if limit <= 0:
            return self.browse()
        self.env.cr.execute(
            SQL(
                """
                SELECT part.id
                  FROM messaging_message part
                 WHERE part.account_id = %(account)s
                   AND part.state IN ('queued', 'held')
                   AND part.next_try_at <= clock_timestamp() AT TIME ZONE 'UTC'
                   AND %(lane)s
                   AND (part.kind IN %(marks)s OR NOT (%(blocked)s))
                 ORDER BY part.priority, part.id
                 LIMIT %(limit)s
                   FOR NO KEY UPDATE OF part SKIP LOCKED
                """,
                account=lane.account.id,
                lane=SQL(
                    "part.priority >= %s" if is_bulk else "part.priority < %s", BULK
                ),
                marks=MARKS,
                blocked=self._get_blocked_condition(lane.account),
                limit=limit,
            ),
            log_exceptions=False,  # a conflict with another worker is no error
        )
        parts = self.browse(row[0] for row in self.env.cr.fetchall())
        return self._keep_one_of_each_customer(parts)

    def _get_blocked_condition(self, account):
        """SQL: something else of the customer of ``part`` goes first."""
        blocked = SQL(
            """EXISTS (
                SELECT FROM messaging_message busy
                 WHERE busy.identity_id = part.identity_id
                   AND busy.state = 'sending' AND busy.kind NOT IN %(marks)s)
            OR EXISTS (
                SELECT FROM messaging_message earlier
                 WHERE earlier.identity_id = part.identity_id
                   AND earlier.state IN ('queued', 'held')
                   AND earlier.id < part.id AND earlier.kind NOT IN %(marks)s
                   AND earlier.priority <= part.priority)""",
            marks=MARKS,
        )
        if not account._get_features().receipts:
            return blocked  # nobody will tell that a file is on its way
        return SQL(
            """%s OR EXISTS (
                SELECT FROM messaging_message media
                 WHERE media.identity_id = part.identity_id
                   AND media.state = 'accepted' AND media.kind = 'media'
                   AND media.accepted_at > %s)""",
            blocked,
            fields.Datetime.now() - MEDIA_WAIT,
        )

    def _keep_one_of_each_customer(self, parts):
        """Of a customer's parts with different priorities the best one is enough."""
        seen, kept = set(), []
        for part in parts:
            if part._is_mark() or part.identity_id.id not in seen:
                kept.append(part.id)
                if not part._is_mark():
                    seen.add(part.identity_id.id)
        return self.browse(kept).with_prefetch(parts._prefetch_ids)

    # -- may it -----------------------------------------------------------------------

    def _refuse(self, refusal):
        """The gate says that a part may not leave; it gets its final state."""
        self.ensure_one()
        code, _sentence = refusal
        if self._is_mark():
            self.unlink()
        elif code == "account_stopped":
            self._set_state("held", failure_reason=code)
        elif code == "expired":
            self._set_state("expired", failure_reason=code)
        else:
            self._fail(code)

    def _keep_pair_pace(self, lane):
        """Postpone what would pass the limit of its customer; return the others."""
        limited = self.filtered(lambda part: not part._is_mark())
        if not lane.pair_pace or not limited:
            return self
        Pace = self.env["messaging.pace"]
        dues = Pace._get_identity_dues(limited.identity_id)
        allowed = self
        for part in limited:
            wait = lane.pair_pace.wait(dues.get(part.identity_id.id, 0.0), lane.now)
            if wait > 0:
                part.next_try_at = fields.Datetime.now() + timedelta(seconds=wait)
                allowed -= part
        Pace._store_identities(
            (allowed & limited).identity_id, lane.pair_pace.interval, lane.now
        )
        return allowed

    # -- claiming ---------------------------------------------------------------------

    def _claim(self, lane, room, is_bulk):
        """Put parts under a lease, write their attempts and return their jobs."""
        if not self._has_provider(lane, room):
            return []
        ready = []
        self.identity_id.mapped("address_ids.value")  # at once, for all of them
        news = self.env["messaging.gate"]._get_news(self)
        for part in self:
            content = part._prepare_safely(room, news)
            if content:
                ready.append((part, content))
        allowed = self.browse().union(*(part for part, _content in ready))
        allowed = allowed._keep_pair_pace(lane)
        ready = [pair for pair in ready if pair[0] in allowed]
        lane.take(len(ready), is_bulk)
        room.take(len(ready), is_bulk)
        return allowed._start(ready, lane, room, is_bulk)

    def _has_provider(self, lane, room):
        """Whether these parts can be sent at all; they fail when they cannot.

        An account that is set up wrong stops no other one.
        """
        if not self:
            return False
        try:
            return bool(lane.account._get_provider_of(room))
        except GatewayError as error:
            _logger.error("Account %s cannot send: %s", lane.account.id, error.reason)  # noqa: TRY400
            for part in self:
                part._refuse((error.reason, ""))
            return False

    def _prepare_safely(self, room, news):
        """What a part sends, or None when it may not leave or has no room now.

        One that cannot be made ready blocks nobody.
        """
        try:
            refusal = self.env["messaging.gate"]._recheck(self, news)
            if not refusal:
                return self._prepare_content(room)
            with self.env.cr.savepoint():
                self._refuse(refusal)
        except psycopg2.Error:
            raise  # nothing more can be done in this transaction
        except Exception as error:  # noqa: BLE001 - one bad value stops no other
            _logger.error("Part %s cannot be sent: %s", self.id, type(error).__name__)  # noqa: TRY400
            self._fail("invalid")
        return None

    def _prepare_content(self, room):
        """What a job sends, as plain values."""
        if self._is_mark():
            return self._prepare_mark()
        attachment = self.attachment_id
        if attachment and not room.take_file(attachment.file_size or 0):
            return None
        upload = attachment and Upload(
            content=attachment.raw or b"",
            mime_type=attachment.mimetype or "",
            filename=attachment.name or "",
        )
        return {"part": from_payload(self.payload), "upload": upload or None}

    def _start(self, ready, lane, room, is_bulk):
        if not ready:
            return []
        attempts = self.env["messaging.attempt"].create(
            [part._prepare_attempt_values() for part, _content in ready]
        )
        for tries, parts in self.grouped("attempts").items():
            parts.write(self._prepare_claim_values(tries + 1))
        provider = lane.account._get_provider_of(room)
        jobs = [
            delivery.Job(
                key=part.id,
                attempt=attempt.id,
                provider=provider,
                addresses=part._get_addresses(),
                reply_to=part.reply_to_ref or "",
                correlation=part.correlation,
                bulk=is_bulk,
                **content,
            )
            for (part, content), attempt in zip(ready, attempts, strict=False)
        ]
        self.env.flush_all()  # the next query looks at what is in flight
        return jobs

    def _prepare_claim_values(self, attempts):
        return {
            "state": "sending",
            "attempts": attempts,
            "lease_until": fields.Datetime.now() + LEASE,
            "failure_reason": False,
            "failure_code": 0,
            "failure_detail": False,
        }

    def _prepare_attempt_values(self):
        return {
            "message_id": self.id,
            "account_id": self.account_id.id,
            "correlation": self.correlation,
        }

    def _get_addresses(self):
        return tuple(
            Address(AddressKind(address.kind), address.value, Scope.ACCOUNT)
            for address in self.identity_id.address_ids._sorted_to_answer()
        )
