"""How a local provider is told to misbehave."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from .serving import Answer

#: Instead of the provider's answer.
DROPS = frozenset(("hang", "reset", "http"))


@dataclass
class BaseBehaviour:
    """How the next matching request is treated.

    :ivar to: only for this recipient; "" for all.
    :ivar endpoint: what it is for, * for all.
    :ivar accepted: a hanging, reset or http answer hides that the message was sent.
    :ivar times: requests it applies to; None for ever.
    """

    ACTIONS: ClassVar[frozenset[str]] = DROPS

    action: str
    to: str = ""
    endpoint: str = "*"
    code: int = 0
    status: int = 500
    body: str = ""
    seconds: float = 30.0
    accepted: bool = False
    times: int | None = 1

    def __post_init__(self):
        if self.action not in self.ACTIONS:
            raise ValueError(f"unknown action {self.action!r}")

    @property
    def drops(self) -> bool:
        return self.action in DROPS

    def matches(self, endpoint: str, customer: str) -> bool:
        return self.endpoint in ("*", endpoint) and self.to in ("", customer)


def take(behaviours: list[Any], endpoint: str, customer: str = "") -> Any:
    """The first behaviour that applies; one use of it is spent. Call under a lock."""
    for behaviour in behaviours:
        if behaviour.matches(endpoint, customer):
            if behaviour.times is not None:
                behaviour.times -= 1
                if behaviour.times <= 0:
                    behaviours.remove(behaviour)
            return behaviour
    return None


def dropped(behaviour: BaseBehaviour) -> Answer:
    """An answer that is none, or nobody's."""
    if behaviour.action == "http":
        kind = "text/html" if behaviour.body.startswith("<") else "application/json"
        return Answer(behaviour.status, behaviour.body.encode(), kind)
    return Answer(drop=behaviour.action, seconds=behaviour.seconds)
