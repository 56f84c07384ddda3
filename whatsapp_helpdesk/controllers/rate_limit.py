"""A limit on deliveries, in the memory of one process: cheap, before any database work.

It protects against floods, not against attackers with many addresses; each process
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
        now = self._clock()
        with self._lock:
            level, last = self._buckets.pop(caller, (self._burst, now))
            level = min(self._burst, level + (now - last) * self._rate)
            allowed = level >= 1
            self._buckets[caller] = (level - allowed, now)
            if len(self._buckets) > MAX_CALLERS:
                del self._buckets[next(iter(self._buckets))]
        return allowed
