"""The time of a plan. It stands still while the machine cannot follow: a queue that is
worked off as fast as two busy cores allow is not what this benchmark looks for.
"""

import threading
import time

#: Updates and parts that wait; with more of them the plan's time stands still.
CROWD = 200
#: So many times the planned seconds at most, then time goes on whatever waits.
STRETCH = 2.0
TICK = 0.1


class Clock:
    """Starts when it is entered.

    :param crowd: gives how many things wait, or None when nobody knows.
    :param seconds: planned length.
    :ivar held: seconds for which it stood still.
    """

    def __init__(self, crowd, seconds):
        self.crowd = crowd
        self.longest = seconds * (STRETCH - 1)
        self.now = 0.0
        self.held = 0.0
        self._changed = threading.Condition()
        self._stopped = False
        self._thread = threading.Thread(target=self._run, daemon=True)

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *_exc):
        self._stopped = True
        self._thread.join(5)

    def wait_until(self, at):
        """Wait for a moment of the plan."""
        with self._changed:
            while self.now < at and not self._stopped:
                self._changed.wait(5)

    def _run(self):
        before = time.monotonic()
        while not self._stopped:
            time.sleep(TICK)
            passed = time.monotonic() - before
            before += passed
            with self._changed:
                if (self.crowd() or 0) > CROWD and self.held < self.longest:
                    self.held += passed
                else:
                    self.now += passed
                self._changed.notify_all()
