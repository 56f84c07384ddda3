"""Posting webhooks as Meta's servers do: signed, concurrent, repeated until 200."""

from __future__ import annotations

import heapq
import itertools
import random
import threading
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

from . import bodies
from .state import WABA_ID

#: Updates that Meta puts into one body at most.
MAX_UPDATES = 1000
TIMEOUT = 20.0  # seconds
#: Waits, in seconds, before an unanswered background webhook is posted again. Meta
#: goes on for days.
RETRIES = (0.2, 1.0, 3.0)


@dataclass
class Delivery:
    """One post; ``status`` 0 means no answer."""

    body: bytes = field(repr=False)
    status: int = 0
    seconds: float = 0.0


class Webhooks:
    """The address that bodies are posted to. Without one they are only kept."""

    def __init__(self, url: str = "", app_secret: str = ""):
        self.url = url
        self.app_secret = app_secret
        self.deliveries: list[Delivery] = []
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        self._open = opener.open

    def post(self, body: bytes, app_secret: str | None = None) -> int:
        """Post bytes once; gives the HTTP status, 0 when there was no answer."""
        delivery = Delivery(body)
        self.deliveries.append(delivery)
        if not self.url:
            return 0
        secret = self.app_secret if app_secret is None else app_secret
        headers = {
            "Content-Type": "application/json",
            "User-Agent": "facebookexternalua",
            "X-Hub-Signature-256": bodies.sign(body, secret),
        }
        request = urllib.request.Request(self.url, body, headers)
        started = time.monotonic()
        try:
            with self._open(request, timeout=TIMEOUT) as answer:
                delivery.status = answer.status
        except urllib.error.HTTPError as error:
            delivery.status = error.code
            error.close()
        except OSError:
            delivery.status = 0
        delivery.seconds = time.monotonic() - started
        return delivery.status

    def post_until_accepted(self, body: bytes) -> int:
        """Post, and again while the answer is not 200."""
        status = self.post(body)
        for wait in RETRIES if self.url else ():
            if status == 200:
                break
            time.sleep(wait)
            status = self.post(body)
        return status

    def handshake(self, verify_token: str) -> bool:
        """Whether the address answers the verification request."""
        challenge = str(random.randrange(10**9, 10**10))
        query = {
            "hub.mode": "subscribe",
            "hub.challenge": challenge,
            "hub.verify_token": verify_token,
        }
        try:
            with self._open(
                f"{self.url}?{urllib.parse.urlencode(query)}", timeout=TIMEOUT
            ) as answer:
                return answer.status == 200 and answer.read() == challenge.encode()
        except OSError:
            return False


def batches(
    changes: Sequence[bodies.Change],
    *,
    size: int = 1,
    shuffle: bool = False,
    repeat: int = 1,
    seed: int = 0,
    waba: str = WABA_ID,
) -> list[bytes]:
    """Bodies of ``size`` changes each.

    :param shuffle: changes and bodies in any order.
    :param repeat: how often every body is posted.
    """
    chance = random.Random(seed)
    pool = list(changes)
    if shuffle:
        chance.shuffle(pool)
    size = max(1, min(size, MAX_UPDATES))
    groups = [pool[start : start + size] for start in range(0, len(pool), size)]
    found = [bodies.encode(bodies.envelope(*group, waba=waba)) for group in groups]
    found *= repeat
    if shuffle:
        chance.shuffle(found)
    return found


def post_all(
    webhooks: Webhooks, found: Iterable[bytes], *, workers: int = 1, **options: Any
) -> list[int]:
    """Post bodies, several at a time; statuses in the bodies' order."""
    if workers <= 1:
        return [webhooks.post(body, **options) for body in found]
    with ThreadPoolExecutor(workers) as pool:
        return list(pool.map(lambda body: webhooks.post(body, **options), found))


class Later:
    """Runs functions after a while, in a thread of its own, earliest first."""

    def __init__(self):
        self._heap: list[tuple[float, int, Callable[[], Any]]] = []
        self._count = itertools.count()
        self._changed = threading.Condition()
        self._busy = False
        self._stopped = False
        self._thread = threading.Thread(target=self._run, daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        with self._changed:
            self._stopped = True
            self._changed.notify_all()
        self._thread.join(TIMEOUT)

    def call(self, delay: float, function: Callable[[], Any]) -> None:
        with self._changed:
            due = time.monotonic() + delay
            heapq.heappush(self._heap, (due, next(self._count), function))
            self._changed.notify_all()

    def settle(self, timeout: float = 10.0) -> bool:
        """Wait until nothing is left to do."""
        with self._changed:
            return self._changed.wait_for(
                lambda: not self._heap and not self._busy, timeout
            )

    def _run(self) -> None:
        while function := self._next():
            try:
                function()
            finally:
                with self._changed:
                    self._busy = False
                    self._changed.notify_all()

    def _next(self) -> Callable[[], Any] | None:
        with self._changed:
            while not self._stopped:
                wait = self._heap[0][0] - time.monotonic() if self._heap else None
                if wait is not None and wait <= 0:
                    self._busy = True
                    return heapq.heappop(self._heap)[2]
                self._changed.wait(wait)
        return None
