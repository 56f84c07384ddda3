"""How fast something may leave: the generic cell rate algorithm, without a clock.

Its whole memory is one number for each thing that is limited: the *theoretical arrival
time*, ``due``, at which everything sent so far would have been sent at the sustained
pace. Whoever sends moves it on by one interval; how far it may run ahead of now is the
burst that is borrowed from later. Times are seconds of any one clock.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

#: A share of a second, so that rounding never costs a message.
_EPSILON = 1e-6


@dataclass(frozen=True)
class Pace:
    """At most ``burst`` at once, and one each ``interval`` seconds in the long run."""

    interval: float
    burst: int = 1

    @classmethod
    def per_second(cls, rate: float, burst: int = 0) -> Pace:
        """:param burst: an eighth of a second's worth by default: the provider counts
        whole seconds, and a larger burst on top of the rate would pass its limit."""
        return cls(1.0 / rate, burst or max(1, int(rate / 8)))

    def share(self, part: float) -> Pace:
        """The pace of those who may use only a part of it."""
        return Pace(self.interval / part, max(1, int(self.burst * part)))

    def available(self, due: float, now: float) -> int:
        """How many may leave at once now."""
        if self.interval <= 0:  # no limit but a pause
            return self.burst if due <= now else 0
        ahead = max(due - now, 0.0)
        left = (self.burst * self.interval - ahead) / self.interval
        return max(0, math.floor(left + _EPSILON))

    def wait(self, due: float, now: float) -> float:
        """Seconds until one more may leave; 0.0 when it may at once."""
        return max(0.0, due - now - (self.burst - 1) * self.interval)

    def after(self, due: float, now: float, count: int = 1) -> float:
        """``due`` after ``count`` more have left."""
        return max(due, now) + count * self.interval if count else due
