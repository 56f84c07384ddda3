"""Delivering as Meta does under bad conditions: in batches, several at a time, again
until somebody answers 200, and now and then again after that.

Who was told what, and whether it was acknowledged, is in :attr:`Courier.log`: what a
receiver acknowledged it must never lose.
"""

from __future__ import annotations

import heapq
import http.client
import itertools
import random
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from . import bodies
from .state import WABA_ID

TIMEOUT = 20.0  # seconds
#: Waits, in seconds, before the tries after a refused one; the last one is repeated.
WAITS = (0.5, 1.0, 2.0, 4.0)
#: Updates in one body.
BATCH = 20


@dataclass
class Parcel:
    """Changes that travel together; ``tries`` counts failed ones."""

    labels: list[str]
    changes: list[bodies.Change] = field(repr=False)
    body: bytes = field(default=b"", repr=False)
    tries: int = 0


@dataclass
class Delivery:
    """One post; ``status`` 0 means no answer. Times are ``time.time()``."""

    labels: list[str]
    started: float
    ended: float = 0.0
    status: int = 0
    traceback: bool = False


class Courier:
    """Posts changes from several threads.

    :param urls: addresses of the receiver; each post takes any of them.
    :param abandon: part of the posts whose answer nobody waits for, and which are
        therefore posted again.
    :param repeat: part of the bodies that are posted again though acknowledged.
    """

    def __init__(
        self,
        urls: Sequence[str],
        app_secret: str,
        *,
        seed: Any = 0,
        workers: int = 6,
        abandon: float = 0.0,
        repeat: float = 0.0,
    ):
        self.urls = list(urls)
        self.app_secret = app_secret
        self.abandon = abandon
        self.repeat = repeat
        self.log: list[Delivery] = []
        self._chance = random.Random(f"courier {seed}")
        self._due: list[tuple[float, int, str, bodies.Change]] = []
        self._again: list[tuple[float, int, Parcel]] = []
        self._numbers = itertools.count()
        self._busy = 0
        self._stopped = False
        self._changed = threading.Condition()
        self._threads = [
            threading.Thread(target=self._run, daemon=True) for _ in range(workers)
        ]

    def start(self) -> None:
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        with self._changed:
            self._stopped = True
            self._changed.notify_all()
        for thread in self._threads:
            thread.join(TIMEOUT)

    def add(self, label: str, change: bodies.Change, delay: float = 0.0) -> None:
        """Deliver a change after ``delay`` seconds, with others if there are."""
        with self._changed:
            due = time.monotonic() + delay
            heapq.heappush(self._due, (due, next(self._numbers), label, change))
            self._changed.notify()

    def quiet(self) -> None:
        """From now on no answer is left unread and nothing repeated without need."""
        self.abandon = self.repeat = 0.0

    @property
    def pending(self) -> int:
        """Changes that were not acknowledged yet, and bodies on their way."""
        with self._changed:
            return len(self._due) + len(self._again) + self._busy

    # -- inside ------------------------------------------------------------------
    def _run(self) -> None:
        while parcel := self._next():
            again = True
            try:
                again = self._deliver(parcel)
            finally:
                with self._changed:
                    self._busy -= 1
                    if again:
                        self._put_again(parcel)
                    self._changed.notify()

    def _put_again(self, parcel: Parcel) -> None:
        wait = WAITS[min(max(parcel.tries, 1), len(WAITS)) - 1]
        due = time.monotonic() + wait * self._chance.uniform(0.7, 1.3)
        heapq.heappush(self._again, (due, next(self._numbers), parcel))

    def _next(self) -> Parcel | None:
        with self._changed:
            while not self._stopped:
                now = time.monotonic()
                parcel = self._take(now)
                if parcel:
                    self._busy += 1
                    return parcel
                first = [heap[0][0] for heap in (self._due, self._again) if heap]
                self._changed.wait(min(first) - now if first else None)
        return None

    def _take(self, now: float) -> Parcel | None:
        if self._again and self._again[0][0] <= now:
            return heapq.heappop(self._again)[2]
        size = 1 if self._chance.random() < 0.4 else self._chance.randint(2, BATCH)
        labels, changes = [], []
        while len(labels) < size and self._due and self._due[0][0] <= now:
            _due, _number, label, change = heapq.heappop(self._due)
            labels.append(label)
            changes.append(change)
        if not labels:
            return None
        body = bodies.encode(bodies.envelope(*changes, waba=WABA_ID))
        return Parcel(labels, changes, body)

    def _deliver(self, parcel: Parcel) -> bool:
        """Post once; tell whether it has to be posted again."""
        with self._changed:
            url = self._chance.choice(self.urls)
            leave = self._chance.random() < self.abandon
            repeat = not parcel.tries and self._chance.random() < self.repeat
        delivery = Delivery(parcel.labels, time.time())
        try:
            self._post(url, parcel.body, delivery, leave)
        except (OSError, http.client.HTTPException):
            delivery.status = 0
        delivery.ended = time.time()
        self.log.append(delivery)
        parcel.tries += 1
        return repeat or delivery.status != 200

    def _post(self, url: str, body: bytes, delivery: Delivery, leave: bool) -> None:
        parts = urlsplit(url)
        connection = http.client.HTTPConnection(parts.netloc, timeout=TIMEOUT)
        headers = {
            "Content-Type": "application/json",
            "User-Agent": "facebookexternalua",
            "X-Hub-Signature-256": bodies.sign(body, self.app_secret),
        }
        try:
            connection.request("POST", parts.path, body, headers)
            if leave:
                return
            answer = connection.getresponse()
            text = answer.read(100_000)
            delivery.status = answer.status
            delivery.traceback = b"Traceback" in text
        finally:
            connection.close()
