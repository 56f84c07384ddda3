"""Looks into the database all the time: does a state go back, does anything wait for
too long, is there anything left to do.
"""

import contextlib
import sys
import threading
import time
from collections import Counter

import psycopg2

#: As `whatsapp_helpdesk.models.messaging_message` has it; repeated here because a
#: judge must not read the rules off the one who is judged.
RANK = {
    "queued": 0,
    "held": 0,
    "sending": 2,
    "unknown": 3,
    "accepted": 4,
    "sent": 5,
    "failed": 6,
    "expired": 6,
    "delivered": 7,
    "read": 8,
    "played": 9,
}
#: Steps back that are no loss: the provider refused, and it is tried again.
RETRIED = {("sending", "queued"), ("sending", "held")}
#: Seconds that anything may wait without reason.
PATIENCE = 120.0
#: What the sampling itself may add.
SLACK = 3.0

STATES = "SELECT id, state FROM messaging_message WHERE direction = 'out'"
#: Name: how many are left, and the age of the oldest in seconds.
AGES = {
    "update": """
        SELECT count(*), max(extract(epoch FROM %(now)s - create_date))
          FROM messaging_update WHERE state = 'pending'""",
    "update_late": """
        SELECT count(*), max(extract(epoch FROM %(now)s - next_try_at))
          FROM messaging_update
         WHERE state IN ('parked', 'waiting') AND next_try_at <= %(now)s""",
    "sending": """
        SELECT count(*), max(extract(epoch FROM %(now)s - (
                   SELECT max(started_at) FROM messaging_attempt
                    WHERE message_id = part.id)))
          FROM messaging_message part WHERE state = 'sending'""",
    "file": """
        SELECT count(*), max(extract(epoch FROM %(now)s - CASE
                   WHEN lease_until IS NULL THEN next_try_at ELSE write_date END))
          FROM messaging_media
         WHERE state = 'pending'
           AND (lease_until IS NOT NULL OR next_try_at <= %(now)s)""",
}
#: The next part of each customer that is due, and since when nothing is before it.
QUEUED = """
    SELECT part.account_id, GREATEST(part.next_try_at, (
               SELECT max(GREATEST(earlier.write_date, attempt.ended_at))
                 FROM messaging_message earlier
                 LEFT JOIN messaging_attempt attempt ON attempt.message_id = earlier.id
                WHERE earlier.identity_id = part.identity_id
                  AND earlier.direction = 'out' AND earlier.id < part.id))
      FROM messaging_message part
     WHERE state IN ('queued', 'held') AND direction = 'out' AND next_try_at <= %(now)s
       AND NOT EXISTS (
           SELECT FROM messaging_message earlier
            WHERE earlier.identity_id = part.identity_id AND earlier.id < part.id
              AND earlier.state IN ('queued', 'held', 'sending'))
"""
#: Accounts that the provider throttled: their parts wait with a reason.
PAUSED = """
    SELECT account_id FROM messaging_pace
     WHERE identity_id IS NULL AND due > extract(epoch FROM clock_timestamp()) + 1
"""
#: What is not finished at all, waiting for its time or not.
LEFT = """
    SELECT (SELECT count(*) FROM messaging_update
             WHERE state IN ('pending', 'waiting', 'parked')),
           (SELECT count(*) FROM messaging_message
             WHERE direction = 'out' AND state IN ('queued', 'held', 'sending')),
           (SELECT count(*) FROM messaging_media WHERE state = 'pending')
"""


class Watcher:
    """Samples in a thread of its own.

    :ivar backwards: (part, state before, state after, seconds since the start).
    :ivar oldest: longest age seen of each kind, in seconds.
    :ivar left: what is unfinished, from the last sample; None when it failed.
    """

    def __init__(self, dsn, pause=1.0):
        self.dsn = dsn
        self.pause = pause
        self.backwards = []
        self.oldest = Counter()
        self.left = None
        self.samples = 0
        self.failed = 0
        self._states = {}
        self._paused = {}  # account: when it was last seen paused
        self._connection = None
        self._stopped = threading.Event()
        self._started = time.monotonic()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *_exc):
        self._stopped.set()
        self._thread.join(30)

    @property
    def late(self):
        """Kinds that waited for too long, with the seconds."""
        return {
            kind: round(age, 1)
            for kind, age in self.oldest.items()
            if age > PATIENCE + SLACK
        }

    def _run(self):
        while not self._stopped.wait(self.pause):
            try:
                self._sample()
                self.samples += 1
            except psycopg2.Error as error:
                self.left = None
                self.failed += 1
                if not isinstance(error, psycopg2.OperationalError):
                    print(f"watcher: {error}", file=sys.stderr)
                self._disconnect()
        self._disconnect()

    def _sample(self):
        if self._connection is None:
            self._connection = psycopg2.connect(self.dsn, connect_timeout=5)
            self._connection.autocommit = True
        with self._connection.cursor() as cr:
            cr.execute(STATES)
            self._compare(dict(cr.fetchall()))
            cr.execute("SELECT now() AT TIME ZONE 'UTC'")
            now = cr.fetchone()[0]
            for kind, query in AGES.items():
                cr.execute(query, {"now": now})
                _count, age = cr.fetchone()
                self.oldest[kind] = max(self.oldest[kind], float(age or 0))
            self._look_at_queues(cr, now)
            cr.execute(LEFT)
            self.left = cr.fetchone()

    def _look_at_queues(self, cr, now):
        cr.execute(PAUSED)
        self._paused.update((row[0], now) for row in cr.fetchall())
        cr.execute(QUEUED, {"now": now})
        for account, since in cr.fetchall():
            age = now - max(since, self._paused.get(account, since))
            self.oldest["queued"] = max(self.oldest["queued"], age.total_seconds())

    def _compare(self, states):
        at = round(time.monotonic() - self._started, 1)
        for part, before in self._states.items():
            after = states.get(part)
            if after is None:
                continue  # a read mark that was sent
            if RANK[after] < RANK[before] and (before, after) not in RETRIED:
                self.backwards.append((part, before, after, at))
        self._states = states

    def _disconnect(self):
        if self._connection:
            with contextlib.suppress(psycopg2.Error):
                self._connection.close()
        self._connection = None
