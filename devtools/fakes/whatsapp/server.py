"""The HTTP server, and the object that a test holds."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ..posting import Later
from ..serving import FakeServer, wait_until
from . import bodies, media, templates, webhooks
from .answers import Answer, Request
from .chaos import Chaos
from .control import Control
from .courier import Courier
from .graph import Graph
from .messages import Messages
from .state import INBOUND_MEDIA_LIFE, Behaviour, Clock, Number, Sent, State


class FakeWhatsApp(FakeServer):
    """A running provider.

    :param window: see :class:`Messages`: ``later``, ``refuse`` or ``off``.
    :param repeat: how often every background webhook is posted.
    """

    REQUEST = Request

    def __init__(  # noqa: PLR0913 - switches, all by name
        self,
        *,
        port: int = 0,
        webhook_url: str = "",
        app_secret: str = "",
        token: str = "",
        numbers: Sequence[Number] = (),
        window: str = "later",
        receipts: Sequence[str] = ("sent", "delivered"),
        repeat: int = 1,
        clock: Clock | None = None,
    ):
        self.clock = clock or Clock()
        self.state = State(self.clock, list(numbers) or [Number()])
        self.webhooks = webhooks.Webhooks(webhook_url, app_secret)
        self.messages = Messages(
            self.state, self._announce, window=window, receipts=receipts
        )
        self.graph = Graph(self.state, self.messages, self.webhooks, token=token)
        self.control = Control(self)
        self.repeat = repeat
        self._later = Later()
        super().__init__(port)

    def __enter__(self) -> FakeWhatsApp:
        self._later.start()
        return super().__enter__()

    def __exit__(self, *exc: Any) -> None:
        super().__exit__(*exc)
        self._later.stop()
        if self.messages.chaos:
            self.messages.chaos.courier.stop()

    # -- what happened -----------------------------------------------------------
    @property
    def sent(self) -> list[Sent]:
        """Accepted messages, in order; those that nobody gets as well."""
        return self.state.sent

    @property
    def requests(self) -> list[dict[str, Any]]:
        """All requests to the Graph API."""
        return self.state.requests

    def wait_sent(self, count: int = 1, timeout: float = 10.0) -> list[Sent]:
        """Accepted messages as soon as there are ``count``, or after ``timeout``."""
        wait_until(lambda: len(self.sent) >= count, timeout)
        return list(self.sent)

    def settle(self, timeout: float = 10.0) -> bool:
        """Wait until all statuses have been posted."""
        return self._later.settle(timeout)

    # -- steering ----------------------------------------------------------------
    def behave(self, action: str, **options: Any) -> Behaviour:
        """See :class:`Behaviour`."""
        behaviour = Behaviour(action, **options)
        with self.state.lock:
            self.state.behaviours.append(behaviour)
        return behaviour

    def start_chaos(self, seed: Any, urls: Sequence[str], **options: Any) -> Chaos:
        """Faults by chance from now on, and statuses like over a bad network.

        :param urls: addresses of the webhook, on all servers.
        :param options: of the :class:`Courier`.
        """
        courier = Courier(urls, self.webhooks.app_secret, seed=seed, **options)
        self.messages.chaos = Chaos(seed, courier)
        courier.start()
        return self.messages.chaos

    def expire_token(self, token: str) -> None:
        self.state.expired_tokens.add(token)

    def limit_token(self, token: str) -> None:
        """Take the permissions away from a token."""
        self.state.limited_tokens.add(token)

    def add_template(
        self, name: str, language: str, text: str, *, category: str = "UTILITY"
    ) -> dict[str, Any]:
        """An approved template."""
        values = templates.simple(name, language, text)
        templates.create_template(self.state, {**values, "category": category})
        template = list(self.state.templates.values())[-1]
        template["status"] = "APPROVED"
        return template

    def approve(self, name: str, event: str = "APPROVED", reason: str = "NONE") -> None:
        """Review a template and tell the webhook; or REJECTED, PAUSED, DISABLED."""
        for template in self.state.templates.values():
            if template["name"] == name:
                template |= {"status": event, "rejected_reason": reason}
                change = bodies.template_status(
                    name,
                    template["language"],
                    event,
                    message_template_id=int(template["id"]),
                    reason=reason,
                )
                self._announce([change], 0.0)

    # -- the customer's side -----------------------------------------------------
    def deliver(self, *changes: bodies.Change, **options: Any) -> list[int]:
        """Post changes to the webhook; their customers' windows open.

        :param options: ``size`` (changes in a body, default all), ``shuffle``,
            ``repeat``, ``seed``, ``workers`` (posts at a time), ``app_secret``.
        :return: HTTP statuses, 0 without an answer.
        """
        names = ("workers", "app_secret")
        posting = {name: options.pop(name) for name in names if name in options}
        options.setdefault("size", len(changes))
        for change in changes:
            self.note(change)
        found = webhooks.batches(changes, **options)
        return webhooks.post_all(self.webhooks, found, **posting)

    def note(self, change: bodies.Change) -> None:
        """Learn from a change who wrote when, and whose user id is whose."""
        value = change["value"]
        number_id = value.get("metadata", {}).get("phone_number_id", "")
        written = value.get("messages", []) if change["field"] == "messages" else []
        for item in [*written, *value.get("calls", [])]:
            if item.get("type") == "system":
                continue
            for key in ("from", "from_user_id"):
                if item.get(key):
                    at = float(item["timestamp"])
                    self.state.note_inbound(number_id, item[key], at)
            if item.get("from") and item.get("from_user_id"):
                self.state.bsuids[item["from_user_id"]] = item["from"]

    def receive_file(
        self,
        customer: bodies.Customer,
        kind: str,
        content: bytes,
        mime_type: str,
        **options: Any,
    ) -> list[int]:
        """A customer sends a file, which can then be fetched; see `bodies.media`."""
        found = self.state.add_media(content, mime_type, life=INBOUND_MEDIA_LIFE)
        options.setdefault("url", media.media_url(self.state, found, self.url))
        change = bodies.media(customer, kind, found.id, content, mime_type, **options)
        return self.deliver(change)

    def tell(self, wamid: str, state: str, code: int = 0) -> list[int]:
        """Post one status of a message we accepted: read, played, failed ..."""
        sent = next(sent for sent in self.sent if sent.id == wamid)
        error = bodies_error(code) if code else None
        body = bodies.encode(
            bodies.envelope(self.messages.status(sent, state, error), waba=self._waba())
        )
        return [self.webhooks.post(body)]

    # -- inside ------------------------------------------------------------------
    def answer(self, request: Request) -> Answer:
        """Answer a request of the Graph API or of the control interface."""
        if request.path.startswith("/_control"):
            return self.control.answer(request)
        self.state.requests.append(
            {
                "method": request.method,
                "path": request.path,
                "query": dict(request.query),
                "token": request.token,
                "size": len(request.body),
            }
        )
        return self.graph.answer(request)

    def _waba(self) -> str:
        return next(iter(self.state.numbers.values())).waba

    def _announce(self, changes: list[bodies.Change], delay: float) -> None:
        """Post changes after ``delay`` seconds; 0 means before going on."""
        body = bodies.encode(bodies.envelope(*changes, waba=self._waba()))

        def post() -> None:
            for _time in range(self.repeat):
                self.webhooks.post_until_accepted(body)

        if delay:
            self._later.call(delay, post)
        else:
            post()


def bodies_error(code: int) -> dict[str, Any]:
    from .answers import status_error

    return status_error(code)
