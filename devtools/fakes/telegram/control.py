"""Acting as the customer and steering, from another process: ``/_control/...``, JSON.

``customer`` is ``{"id", "first_name", "last_name", "username"}``, Ann by default. What
a customer does is answered as soon as it was delivered, or after ``timeout`` seconds.

===========================  =========================================================
POST text                    ``customer``, ``text``, ``reply_to`` (message id)
POST start                   ``customer``, ``payload``: Start, or a deep link
POST file                    ``customer``, ``kind`` (photo, voice, sticker ...),
                             ``content`` (base64), ``mime_type``, ``name``, ``caption``
POST album                   ``customer``, ``count`` or ``contents``, ``caption``
POST location                ``customer``, ``latitude``, ``longitude``, ``title``,
                             ``address``
POST contact                 ``customer``, ``phone``, ``name``, ``own``
POST press                   ``customer``, ``button`` (number, text or data),
                             ``message_id``
POST edit                    ``customer``, ``message_id``, ``text``
POST block, unblock          ``customer``
POST deactivate              ``customer``: the account is deleted
POST group                   ``customer``, ``text``, ``chat_id``
POST raw                     ``chat_id``, ``update``: any other member
GET  sent                    accepted messages; ``count`` and ``timeout`` (s) wait,
                             ``to`` filters by chat
GET  edits, actions          edited and reacted messages; typing
GET  presses                 pressed buttons and whether they were answered
GET  requests, deliveries    calls of the Bot API; webhooks posted
GET  webhook                 as getWebhookInfo
POST webhook                 ``url``, ``secret_token``: as if the app had set it
POST behave                  fields of `Behaviour`; DELETE removes all
POST repeat                  ``times``: every update is posted so often
POST token                   ``state``: good or revoked
POST clock                   ``forward``: seconds
POST reset                   forget everything that happened
===========================  =========================================================
"""

from __future__ import annotations

import base64
import dataclasses
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from ..serving import ControlRoutes, wait_until
from .answers import Refusal
from .bodies import Customer
from .people import JPEG

if TYPE_CHECKING:
    from .server import FakeTelegram


class Control(ControlRoutes):
    REFUSAL = Refusal

    def __init__(self, fake: FakeTelegram):
        self.fake = fake

    # -- the customer ------------------------------------------------------------
    def _post_text(self, values: dict[str, Any]) -> Any:
        words, reply_to = values.pop("text"), values.pop("reply_to", 0)
        return self._do("text", values, words, reply_to=reply_to)

    def _post_start(self, values: dict[str, Any]) -> Any:
        return self._do("start", values, values.pop("payload", ""))

    def _post_file(self, values: dict[str, Any]) -> Any:
        content = values.pop("content", "")
        options = {
            name: values.pop(name)
            for name in ("mime_type", "name", "caption")
            if name in values
        }
        kind = values.pop("kind", "photo")
        raw = base64.b64decode(content) if content else JPEG
        return self._do("file", values, kind, raw, **options)

    def _post_album(self, values: dict[str, Any]) -> Any:
        contents = [base64.b64decode(text) for text in values.pop("contents", [])]
        count = values.pop("count", 3)
        contents = contents or [JPEG + bytes([number]) for number in range(count)]
        return self._do("album", values, contents, caption=values.pop("caption", ""))

    def _post_location(self, values: dict[str, Any]) -> Any:
        place = values.pop("latitude", 33.3152), values.pop("longitude", 44.3661)
        named = {key: values.pop(key, "") for key in ("title", "address")}
        return self._do("location", values, *place, **named)

    def _post_contact(self, values: dict[str, Any]) -> Any:
        phone, name = values.pop("phone"), values.pop("name", "")
        return self._do("contact", values, phone, name, own=values.pop("own", False))

    def _post_press(self, values: dict[str, Any]) -> Any:
        button, message_id = values.pop("button", 0), values.pop("message_id", 0)
        return self._do("press", values, button, message_id)

    def _post_edit(self, values: dict[str, Any]) -> Any:
        return self._do("edit", values, values.pop("message_id"), values.pop("text"))

    def _post_block(self, values: dict[str, Any]) -> Any:
        return self._do("block", values)

    def _post_unblock(self, values: dict[str, Any]) -> Any:
        return self._do("unblock", values)

    def _post_deactivate(self, values: dict[str, Any]) -> Any:
        self.fake.people.deactivate(_customer(values))
        return {"success": True}

    def _post_group(self, values: dict[str, Any]) -> Any:
        words = values.pop("text")
        more = {"chat_id": values.pop("chat_id")} if "chat_id" in values else {}
        return self._do("group", values, words, **more)

    def _post_raw(self, values: dict[str, Any]) -> Any:
        done = self.fake.people.raw(values.get("chat_id", 0), values["update"])
        return self._wait(values, done)

    def _do(self, name: str, values: dict[str, Any], *args: Any, **options: Any) -> Any:
        function: Callable[..., Any] = getattr(self.fake.people, name)
        return self._wait(values, function(_customer(values), *args, **options))

    def _wait(self, values: dict[str, Any], done: Any) -> Any:
        """Say whether everything was acknowledged."""
        rows = done if isinstance(done, list) else [done]
        numbers = {row["update_id"] for row in rows}
        courier = self.fake.courier

        def is_delivered() -> bool:
            return not numbers & {update["update_id"] for update in courier.waiting}

        timeout = float(values.get("timeout", 5)) if self.fake.state.webhook.url else 0
        delivered = wait_until(is_delivered, timeout)
        if isinstance(done, list):
            return {"messages": done, "delivered": delivered}
        return {**done, "delivered": delivered}

    # -- reading -----------------------------------------------------------------
    def _get_sent(self, query: dict[str, str]) -> Any:
        count, timeout = int(query.get("count", 0)), float(query.get("timeout", 10))
        found = self.fake.wait_sent(count, timeout)
        wanted = query.get("to", "")
        return [
            dataclasses.asdict(sent)
            for sent in found
            if wanted in ("", str(sent.chat_id))
        ]

    def _get_edits(self, query: dict[str, str]) -> Any:
        return self.fake.state.edits

    def _get_actions(self, query: dict[str, str]) -> Any:
        return self.fake.state.actions

    def _get_presses(self, query: dict[str, str]) -> Any:
        return [dataclasses.asdict(press) for press in self.fake.presses]

    def _get_requests(self, query: dict[str, str]) -> Any:
        return self.fake.requests

    def _get_deliveries(self, query: dict[str, str]) -> Any:
        return [
            {"status": item.status, "seconds": item.seconds, "size": len(item.body)}
            for item in self.fake.courier.deliveries
        ]

    def _get_webhook(self, query: dict[str, str]) -> Any:
        return self.fake.webhook_info()

    # -- settings ----------------------------------------------------------------
    def _post_webhook(self, values: dict[str, Any]) -> Any:
        self.fake.set_webhook(values["url"], values["secret_token"])
        return {"success": True}

    def _post_behave(self, values: dict[str, Any]) -> Any:
        return dataclasses.asdict(self.fake.behave(**values))

    def _delete_behave(self, values: dict[str, Any]) -> Any:
        self.fake.state.behaviours.clear()
        return {"success": True}

    def _post_repeat(self, values: dict[str, Any]) -> Any:
        self.fake.courier.repeat = int(values["times"])
        return {"success": True}

    def _post_token(self, values: dict[str, Any]) -> Any:
        self.fake.state.revoked = values["state"] == "revoked"
        return {"success": True}

    def _post_clock(self, values: dict[str, Any]) -> Any:
        self.fake.clock.forward(float(values["forward"]))
        return {"now": self.fake.clock.now()}

    def _post_reset(self, values: dict[str, Any]) -> Any:
        self.fake.courier.forget()
        self.fake.courier.deliveries.clear()
        self.fake.state.reset()
        return {"success": True}


def _customer(values: dict[str, Any]) -> Customer:
    return Customer(**values.get("customer", {}))
