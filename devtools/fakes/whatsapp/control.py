"""Steering from another process: ``/_control/...``, JSON in and out.

===========================  =========================================================
GET  sent                    accepted messages; ``count`` and ``timeout`` (s) wait,
                             ``to`` filters by customer
GET  requests                all requests to the Graph API
GET  deliveries              webhooks posted: status and seconds
POST reset                   forget everything that happened
POST webhook                 ``url``, ``app_secret``
POST handshake               ``verify_token``: perform the set-up handshake
POST message                 ``kind`` (a builder of `bodies`), ``customer`` (fields),
                             ``number_id``, ``args`` (list), ``options`` (mapping)
POST file                    ``customer``, ``kind``, ``mime_type``, ``content`` (base64)
POST deliver                 ``changes`` and the options of `FakeWhatsApp.deliver`
POST status                  ``id``, ``status``, ``code`` (of a failure)
POST number                  ``id`` and fields of `Number`: a status, not verified
POST account                 ``subscribed``, ``override``; ``token`` with ``scopes``
POST wrote                   ``number_id``, ``customer``: open a window, no message
POST behave                  fields of `Behaviour`; DELETE removes all
POST token                   ``token``, ``state``: good, expired or limited
POST template                ``name``, ``language``, ``text``, ``category``: approved
POST review                  ``name``, ``event`` (APPROVED, REJECTED ...), ``reason``
POST approve                 ``name``, ``event``
POST clock                   ``forward``: seconds
POST media                   ``mime_type``, ``content`` (base64): a file that can be
                             fetched; gives its ``id`` and ``url``
POST chaos                   ``seed``, ``urls``, ``app_secret`` and the options of
                             `FakeWhatsApp.start_chaos`
POST quiet                   no more faults
GET  pending                 statuses that nobody acknowledged yet
GET  chaos                   what `Chaos.report` gives
===========================  =========================================================
"""

from __future__ import annotations

import base64
import dataclasses
from typing import TYPE_CHECKING, Any

from ..serving import ControlRoutes
from . import bodies, media
from .answers import Refusal
from .state import DISPLAY_NUMBER, INBOUND_MEDIA_LIFE, NUMBER_ID

if TYPE_CHECKING:
    from .server import FakeWhatsApp


class Control(ControlRoutes):
    REFUSAL = Refusal

    def __init__(self, fake: FakeWhatsApp):
        self.fake = fake

    # -- reading -----------------------------------------------------------------
    def _get_sent(self, query: dict[str, str]) -> Any:
        count, timeout = int(query.get("count", 0)), float(query.get("timeout", 10))
        found = self.fake.wait_sent(count, timeout)
        customer = query.get("to", "").lstrip("+ ")
        return [
            dataclasses.asdict(sent)
            for sent in found
            if customer in ("", sent.customer)
        ]

    def _get_requests(self, query: dict[str, str]) -> Any:
        hidden = {"token": "***"}
        return [request | hidden for request in self.fake.requests]

    def _get_deliveries(self, query: dict[str, str]) -> Any:
        return [
            {"status": item.status, "seconds": item.seconds, "size": len(item.body)}
            for item in self.fake.webhooks.deliveries
        ]

    # -- settings ----------------------------------------------------------------
    def _post_reset(self, values: dict[str, Any]) -> Any:
        self.fake.state.reset()
        self.fake.webhooks.deliveries.clear()
        return {"success": True}

    def _post_webhook(self, values: dict[str, Any]) -> Any:
        self.fake.webhooks.url = values["url"]
        self.fake.webhooks.app_secret = values["app_secret"]
        return {"success": True}

    def _post_chaos(self, values: dict[str, Any]) -> Any:
        self.fake.webhooks.app_secret = values.pop("app_secret")
        self.fake.start_chaos(**values)
        return {"success": True}

    def _post_quiet(self, values: dict[str, Any]) -> Any:
        self.fake.messages.chaos.quiet()
        return {"success": True}

    def _get_pending(self, query: dict[str, str]) -> Any:
        return {"pending": self.fake.messages.chaos.courier.pending}

    def _get_chaos(self, query: dict[str, str]) -> Any:
        return self.fake.messages.chaos.report()

    def _post_handshake(self, values: dict[str, Any]) -> Any:
        return {"success": self.fake.webhooks.handshake(values["verify_token"])}

    def _post_behave(self, values: dict[str, Any]) -> Any:
        return dataclasses.asdict(self.fake.behave(**values))

    def _delete_behave(self, values: dict[str, Any]) -> Any:
        self.fake.state.behaviours.clear()
        return {"success": True}

    def _post_token(self, values: dict[str, Any]) -> Any:
        state, token = self.fake.state, values["token"]
        lists = {"expired": state.expired_tokens, "limited": state.limited_tokens}
        for tokens in lists.values():
            tokens.discard(token)
        if values["state"] != "good":
            lists[values["state"]].add(token)
        return {"success": True}

    def _post_review(self, values: dict[str, Any]) -> Any:
        self.fake.approve(**values)
        return {"success": True}

    def _post_template(self, values: dict[str, Any]) -> Any:
        return self.fake.add_template(**values)

    def _post_approve(self, values: dict[str, Any]) -> Any:
        self.fake.approve(values["name"], values.get("event", "APPROVED"))
        return {"success": True}

    def _post_clock(self, values: dict[str, Any]) -> Any:
        self.fake.clock.forward(float(values["forward"]))
        return {"now": self.fake.clock.now()}

    # -- the customer ------------------------------------------------------------
    def _post_message(self, values: dict[str, Any]) -> Any:
        build = bodies.BUILDERS[values.get("kind", "text")]
        options = values.get("options", {})
        change = build(
            _customer(values), *values.get("args", []), to=self._to(values), **options
        )
        items = change["value"].get("messages") or [{}]
        return {"status": self.fake.deliver(change)[0], "id": items[0].get("id", "")}

    def _post_file(self, values: dict[str, Any]) -> Any:
        status = self.fake.receive_file(
            _customer(values),
            values["kind"],
            base64.b64decode(values["content"]),
            values["mime_type"],
            to=self._to(values),
            **values.get("options", {}),
        )
        return {"status": status[0]}

    def _post_media(self, values: dict[str, Any]) -> Any:
        content = base64.b64decode(values["content"])
        found = self.fake.state.add_media(
            content, values["mime_type"], life=INBOUND_MEDIA_LIFE
        )
        url = media.media_url(self.fake.state, found, self.fake.url)
        return {"id": found.id, "url": url}

    def _post_deliver(self, values: dict[str, Any]) -> Any:
        return {"statuses": self.fake.deliver(*values.pop("changes"), **values)}

    def _post_status(self, values: dict[str, Any]) -> Any:
        status = self.fake.tell(
            values["id"], values["status"], int(values.get("code", 0))
        )
        return {"status": status[0]}

    def _post_number(self, values: dict[str, Any]) -> Any:
        number = self.fake.state.numbers[values.pop("id")]
        for name, value in values.items():
            setattr(number, name, value)
        return dataclasses.asdict(number)

    def _post_account(self, values: dict[str, Any]) -> Any:
        state = self.fake.state
        state.subscribed = values.get("subscribed", state.subscribed)
        state.override = values.get("override", state.override)
        if "scopes" in values:
            state.scopes[values["token"]] = tuple(values["scopes"])
        return {"success": True}

    def _post_wrote(self, values: dict[str, Any]) -> Any:
        number_id = values.get("number_id", NUMBER_ID)
        self.fake.state.note_inbound(number_id, values["customer"], values.get("at"))
        return {"success": True}

    def _to(self, values: dict[str, Any]) -> bodies.To:
        number_id = values.get("number_id", NUMBER_ID)
        number = self.fake.state.number(number_id)
        return bodies.To(number_id, number.display if number else DISPLAY_NUMBER)


def _customer(values: dict[str, Any]) -> bodies.Customer:
    return bodies.Customer(**values.get("customer", {}))
