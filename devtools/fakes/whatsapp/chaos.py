"""Faults by chance, the same for the same seed: what a message meets depends only on
the seed, its text and how often it was tried.
"""

from __future__ import annotations

import random
import threading
import time
from collections import Counter
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from .courier import Courier
from .state import Behaviour, Sent

if TYPE_CHECKING:
    from .messages import Messages

GRAPH_503 = '{"error": {"message": "(#131016) Service unavailable", "code": 131016}}'
PAGE_503 = "<html><body>Service Unavailable</body></html>"

#: Name: (weight in 1000 requests, fields of the behaviour).
FAULTS: dict[str, tuple[float, dict[str, Any]]] = {
    "throttled": (15, {"action": "error", "code": 130429}),
    "pair_throttled": (15, {"action": "error", "code": 131056}),
    "account_throttled": (3, {"action": "error", "code": 80007}),
    "server_error": (15, {"action": "error", "code": 131000}),
    "unavailable": (10, {"action": "http", "status": 503, "body": GRAPH_503}),
    "page": (10, {"action": "http", "status": 503, "body": PAGE_503}),
    "page_accepted": (
        10,
        {"action": "http", "status": 503, "body": PAGE_503, "accepted": True},
    ),
    "hang": (10, {"action": "hang", "seconds": 3.0}),
    "hang_accepted": (10, {"action": "hang", "seconds": 3.0, "accepted": True}),
    "timeout": (3, {"action": "hang", "seconds": 45.0}),
    "timeout_accepted": (3, {"action": "hang", "seconds": 45.0, "accepted": True}),
    "reset": (10, {"action": "reset"}),
    "reset_accepted": (10, {"action": "reset", "accepted": True}),
    "slow": (30, {"action": "slow", "seconds": 2.0}),
    "early_status": (30, {"action": "early_status"}),
    "silent": (15, {"action": "silent"}),
    "fail": (20, {"action": "fail", "code": 131026}),
}
#: At most so often in a run: it stops a whole account for a minute or more.
AT_MOST = {"account_throttled": 2}
#: Statuses of a message: part of the messages.
WITHOUT_DELIVERED, SHUFFLED, REPEATED = 0.15, 0.2, 0.15
#: Seconds between the first statuses and an answer that they overtake.
EARLY = 0.5


@dataclass
class Call:
    """A request to send, in the order of arrival."""

    mark: str
    customer: str
    correlation: str
    fault: str
    at: float
    id: str = ""  # of the accepted message


class Chaos:
    """Decides what each request meets, and announces statuses like a bad network.

    :param courier: brings the statuses.
    """

    def __init__(self, seed: Any, courier: Courier):
        self.seed = seed
        self.courier = courier
        self.calls: list[Call] = []
        self.told: list[dict[str, str]] = []
        self.active = True
        self._tries: Counter[str] = Counter()
        self._used: Counter[str] = Counter()
        self._lock = threading.Lock()

    def quiet(self) -> None:
        """No more faults; what is under way goes on."""
        self.active = False
        self.courier.quiet()

    # -- requests ----------------------------------------------------------------
    def take(self, customer: str, values: dict[str, Any]) -> tuple[Call, Any]:
        """Note a request; return it and the :class:`Behaviour` it meets, or None."""
        mark = str((values.get("text") or {}).get("body", ""))
        correlation = str(values.get("biz_opaque_callback_data", ""))
        with self._lock:
            self._tries[mark] += 1
            name = self._choose(mark, self._tries[mark])
            call = Call(mark, customer, correlation, name, time.time())
            self.calls.append(call)
        return call, Behaviour(**FAULTS[name][1]) if name else None

    def _choose(self, mark: str, tries: int) -> str:
        if not self.active:
            return ""
        chance = random.Random(f"{self.seed} {mark} {tries}")
        point = chance.uniform(0, 1000)
        for name, (weight, _fields) in FAULTS.items():
            point -= weight
            if point < 0:
                if self._used[name] >= AT_MOST.get(name, 10**9):
                    return ""
                self._used[name] += 1
                return name
        return ""

    # -- statuses ----------------------------------------------------------------
    def announce(
        self, messages: Messages, sent: Sent, states: Any, failure: Any, early: bool
    ) -> None:
        """Tell the statuses of a message, some twice, out of order or not at all.

        :param early: they overtake the answer to the request.
        """
        chance = random.Random(f"{self.seed} {sent.correlation} statuses")
        states = list(states)
        if chance.random() < WITHOUT_DELIVERED and "delivered" in states:
            states.remove("delivered")
        if chance.random() < SHUFFLED:
            chance.shuffle(states)
        delay = 0.0
        for state in states:
            delay += 0.0 if early else chance.uniform(0.0, 1.0)
            self._tell(messages, sent, state, failure, delay)
            if chance.random() < REPEATED:
                later = delay + chance.uniform(0.0, 4.0)
                self._tell(messages, sent, state, failure, later)
        if early:
            time.sleep(EARLY)

    def _tell(
        self, messages: Messages, sent: Sent, state: str, failure: Any, delay: float
    ) -> None:
        label = f"{sent.id} {state}"
        self.told.append({"id": sent.id, "state": state, "label": label})
        self.courier.add(label, messages.status(sent, state, failure), delay)

    # -- for the control interface -------------------------------------------------
    def report(self) -> dict[str, Any]:
        """Everything that happened."""
        return {
            "calls": [asdict(call) for call in list(self.calls)],
            "told": list(self.told),
            "deliveries": [asdict(item) for item in list(self.courier.log)],
        }
