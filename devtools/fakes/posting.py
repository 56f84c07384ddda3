"""Posting webhooks once, and functions that run later."""

from __future__ import annotations

import heapq
import itertools
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

TIMEOUT = 20.0  # seconds


@dataclass
class Delivery:
    """One post; ``status`` 0 means no answer."""

    body: bytes = field(repr=False)
    status: int = 0
    seconds: float = 0.0
    text: str = field(default="", repr=False)  # of a refusal


class Poster:
    """Posts bodies without the environment's proxies and keeps what happened."""

    def __init__(self):
        self.deliveries: list[Delivery] = []
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        self._open = opener.open

    def send(self, url: str, body: bytes, headers: Mapping[str, str]) -> Delivery:
        """Post once; without an address it is only kept."""
        delivery = Delivery(body)
        self.deliveries.append(delivery)
        if not url:
            return delivery
        headers = {"Content-Type": "application/json", **headers}
        request = urllib.request.Request(url, body, headers)
        started = time.monotonic()
        try:
            with self._open(request, timeout=TIMEOUT) as answer:
                delivery.status = answer.status
        except urllib.error.HTTPError as error:
            delivery.status = error.code
            delivery.text = error.read(100_000).decode(errors="replace")
            error.close()
        except OSError:
            delivery.status = 0
        delivery.seconds = time.monotonic() - started
        return delivery


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
