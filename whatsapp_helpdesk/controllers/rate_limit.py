"""Limits on requests, in the memory of one process: cheap, before any database work.

They protect against floods, not against attackers with many addresses; each process
counts for itself.
"""

import threading
import time

#: Callers remembered; the oldest are forgotten first.
MAX_CALLERS = 10_000


class RateLimit:
    """Token buckets by caller.

    :param rate: calls per second that are sustained.
    :param burst: calls that may come at once.
    """

    def __init__(self, rate, burst, clock=time.monotonic):
        self._rate = rate
        self._burst = burst
        self._clock = clock
        self._buckets = {}
        self._lock = threading.Lock()

    def allows(self, caller):
        """Count one call and say whether it is within the limit."""
        return self._take(caller, 1)

    def has_room(self, caller):
        """Say whether a call would be within the limit, without counting one."""
        return caller not in self._buckets or self._take(caller, 0)

    def _take(self, caller, size):
        now = self._clock()
        with self._lock:
            level, last = self._buckets.pop(caller, (self._burst, now))
            level = min(self._burst, level + (now - last) * self._rate)
            allowed = level >= 1
            self._buckets[caller] = (level - size if allowed else level, now)
            if len(self._buckets) > MAX_CALLERS:
                del self._buckets[next(iter(self._buckets))]
        return allowed
