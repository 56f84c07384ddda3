"""Counting wrong signatures without letting whoever sends them write to the database.

Counts are added up in memory and stored every ten seconds at most, whatever comes in.
"""

import logging
import threading
import time

import psycopg2

_logger = logging.getLogger(__name__)

#: Seconds between two writes of one process to one database.
INTERVAL = 10


class SignatureFailures:
    def __init__(self, clock=time.monotonic):
        self._clock = clock
        self._lock = threading.Lock()
        self._counts = {}  # database: {connection id: count}
        self._due = {}  # database: moment of the next write

    def count(self, env, connection_id):
        """Count a failure; the first one after a quiet time is stored at once."""
        with self._lock:
            counts = self._counts.setdefault(env.cr.dbname, {})
            counts[connection_id] = counts.get(connection_id, 0) + 1
        self.store_if_due(env)

    def store_if_due(self, env):
        """Store what was counted, in a short transaction of its own."""
        if env.cr.dbname not in self._counts:
            return  # the usual case, free of locks
        now = self._clock()
        with self._lock:
            if now < self._due.get(env.cr.dbname, now):
                return
            counts = self._counts.pop(env.cr.dbname, None)
            self._due[env.cr.dbname] = now + INTERVAL
        if counts:
            self._store(env, counts)

    def _store(self, env, counts):
        try:
            with env.registry.cursor() as cr:
                env(cr=cr)["messaging.signature.failure"]._add(counts)
        except psycopg2.Error as error:
            # A count is not worth a failed delivery.
            _logger.warning("Wrong signatures not counted: %s", type(error).__name__)
