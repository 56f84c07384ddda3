"""Delivering updates as Telegram does: those of a chat one after the other, several
chats at a time, again until the answer is 2xx, and for at most a day.
"""

from __future__ import annotations

import heapq
import itertools
import threading
import time
from collections import deque
from dataclasses import dataclass, field

from ..posting import Poster
from ..serving import wait_until
from . import bodies
from .bodies import Fields
from .state import State

#: Waits, in seconds, before the tries after a refused one; the last one is repeated.
WAITS = (0.2, 0.5, 1.0, 2.0, 5.0)
#: Seconds after which an undelivered update is thrown away.
LIFE = 24 * 3600.0
WORKERS = 8


@dataclass
class Parcel:
    """One update on its way."""

    update: Fields
    at: float
    tries: int = 0
    body: bytes = field(default=b"", repr=False)


class Courier(Poster):
    """:ivar repeat: how often every update is posted, acknowledged or not."""

    def __init__(self, state: State):
        super().__init__()
        self.state = state
        self.repeat = 1
        self._queues: dict[int, deque[Parcel]] = {}
        self._due: list[tuple[float, int, int]] = []  # when, number, chat
        self._numbers = itertools.count()
        self._busy: set[int] = set()  # chats whose update is on its way
        self._stopped = False
        self._changed = threading.Condition()
        self._threads = [
            threading.Thread(target=self._run, daemon=True) for _ in range(WORKERS)
        ]

    def start(self) -> None:
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        with self._changed:
            self._stopped = True
            self._changed.notify_all()
        for thread in self._threads:
            thread.join(10)

    # -- what waits --------------------------------------------------------------
    @property
    def waiting(self) -> list[Fields]:
        """Updates that nobody acknowledged yet, the oldest first."""
        with self._changed:
            parcels = [parcel for queue in self._queues.values() for parcel in queue]
        updates = (parcel.update for parcel in parcels)
        return sorted(updates, key=lambda update: update["update_id"])

    def put(self, chat_id: int, update: Fields) -> None:
        """Queue an update unless the webhook did not ask for its kind."""
        wanted = self.state.webhook.allowed_updates or bodies.DEFAULT_UPDATES
        if not set(update) & set(wanted):
            return
        parcel = Parcel(update, self.state.clock.now(), body=bodies.encode(update))
        with self._changed:
            queue = self._queues.setdefault(chat_id, deque())
            queue.append(parcel)
            if len(queue) == 1:
                self._plan(chat_id, 0.0)

    def wake(self) -> None:
        """A webhook was set: what waits is delivered now."""
        with self._changed:
            self._due.clear()
            for chat_id in self._queues:
                self._plan(chat_id, 0.0)

    def forget(self) -> None:
        with self._changed:
            self._queues.clear()
            self._due.clear()

    def confirm(self, before: int) -> None:
        """getUpdates with an offset: earlier ones were received."""
        with self._changed:
            for chat_id, queue in list(self._queues.items()):
                while queue and queue[0].update["update_id"] < before:
                    queue.popleft()
                if not queue:
                    del self._queues[chat_id]

    def settle(self, timeout: float = 10.0) -> bool:
        """Wait until everything is acknowledged."""
        return wait_until(lambda: not self.waiting, timeout)

    # -- inside ------------------------------------------------------------------
    def _plan(self, chat_id: int, wait: float) -> None:
        due = time.monotonic() + wait
        heapq.heappush(self._due, (due, next(self._numbers), chat_id))
        self._changed.notify()

    def _run(self) -> None:
        while (taken := self._next()) is not None:
            chat_id, parcel = taken
            done = False
            try:
                done = self._deliver(parcel)
            finally:
                self._finish(chat_id, parcel, done)

    def _next(self) -> tuple[int, Parcel] | None:
        with self._changed:
            while not self._stopped:
                wait = self._due[0][0] - time.monotonic() if self._due else None
                if not self.state.webhook.url:
                    wait = None
                elif wait is not None and wait <= 0:
                    chat_id = heapq.heappop(self._due)[2]
                    queue = self._queues.get(chat_id)
                    if queue and chat_id not in self._busy:
                        self._busy.add(chat_id)
                        return chat_id, queue[0]
                    continue
                self._changed.wait(wait)
        return None

    def _finish(self, chat_id: int, parcel: Parcel, done: bool) -> None:
        with self._changed:
            self._busy.discard(chat_id)
            queue = self._queues.get(chat_id)
            if not queue:
                return  # forgotten meanwhile
            if queue[0] is not parcel:
                self._plan(chat_id, 0.0)
                return
            if done or self.state.clock.now() - parcel.at > LIFE:
                queue.popleft()
                if not queue:
                    del self._queues[chat_id]
                    return
                self._plan(chat_id, 0.0)
                return
            parcel.tries += 1
            self._plan(chat_id, WAITS[min(parcel.tries, len(WAITS)) - 1])

    def _deliver(self, parcel: Parcel) -> bool:
        """Post it; True when it was acknowledged."""
        good = False
        for _time in range(self.repeat):
            good = self.post(parcel.body) // 100 == 2 or good
        return good

    def post(self, body: bytes, secret: str | None = None) -> int:
        """Post bytes once; a refusal is what getWebhookInfo tells."""
        webhook = self.state.webhook
        secret = webhook.secret_token if secret is None else secret
        headers = {"X-Telegram-Bot-Api-Secret-Token": secret} if secret else {}
        delivery = self.send(webhook.url, body, headers)
        if delivery.status // 100 != 2:
            webhook.last_error_date = int(self.state.clock.now())
            webhook.last_error_message = (
                f"Wrong response from the webhook: {delivery.status}"
                if delivery.status
                else "Connection refused"
            )
        return delivery.status
