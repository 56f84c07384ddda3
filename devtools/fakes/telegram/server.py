"""The object that a test holds."""

from __future__ import annotations

from typing import Any

from ..serving import Answer, Clock, FakeServer, Request, wait_until
from .api import Api
from .bodies import Fields
from .control import Control
from .courier import Courier
from .people import People
from .state import Behaviour, Bot, Press, Sent, State, Webhook


class FakeTelegram(FakeServer):
    """A running provider with one bot."""

    def __init__(
        self,
        *,
        port: int = 0,
        webhook_url: str = "",
        secret_token: str = "",
        bot: Bot | None = None,
        clock: Clock | None = None,
    ):
        self.clock = clock or Clock()
        self.state = State(self.clock, bot or Bot())
        self.courier = Courier(self.state)
        self.api = Api(self.state, self.courier)
        self.people = People(self.state, self.courier)
        self.control = Control(self)
        super().__init__(port)
        if webhook_url:
            self.set_webhook(webhook_url, secret_token)

    def __enter__(self) -> FakeTelegram:
        self.courier.start()
        return super().__enter__()

    def __exit__(self, *exc: Any) -> None:
        super().__exit__(*exc)
        self.courier.stop()

    # -- what happened -----------------------------------------------------------
    @property
    def bot(self) -> Bot:
        return self.state.bot

    @property
    def sent(self) -> list[Sent]:
        """Accepted messages, in order."""
        return self.state.sent

    @property
    def requests(self) -> list[Fields]:
        """All calls of the Bot API, without the token."""
        return self.state.requests

    @property
    def presses(self) -> list[Press]:
        return list(self.state.presses.values())

    def wait_sent(self, count: int = 1, timeout: float = 10.0) -> list[Sent]:
        """Accepted messages as soon as there are ``count``, or after ``timeout``."""
        wait_until(lambda: len(self.sent) >= count, timeout)
        return list(self.sent)

    def settle(self, timeout: float = 10.0) -> bool:
        """Wait until all updates have been acknowledged."""
        return self.courier.settle(timeout)

    def webhook_info(self) -> Fields:
        return self.api._getwebhookinfo({})

    # -- steering ----------------------------------------------------------------
    def set_webhook(self, url: str, secret_token: str = "") -> None:
        """As if the app had set it."""
        self.state.webhook = Webhook(url, secret_token)
        self.courier.wake()

    def behave(self, action: str, **options: Any) -> Behaviour:
        """See :class:`Behaviour`."""
        behaviour = Behaviour(action, **options)
        with self.state.lock:
            self.state.behaviours.append(behaviour)
        return behaviour

    # -- inside ------------------------------------------------------------------
    def answer(self, request: Request) -> Answer:
        """Answer a call of the Bot API or of the control interface."""
        if request.path.startswith("/_control"):
            return self.control.answer(request)
        path = request.path.replace(self.bot.token, "***")
        self.requests.append(
            {"method": request.method, "path": path, "size": len(request.body)}
        )
        return self.api.answer(request)
