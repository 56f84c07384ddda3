"""The endpoints of the Graph API: tokens, and which function answers what."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from ..behaviour import dropped
from . import accounts, media, setup, templates
from .answers import Answer, Refusal, Request, reply
from .messages import Messages
from .state import Number, State
from .webhooks import Webhooks

_VERSION = re.compile(r"/v\d+\.\d+(?=/)")
_MANAGEMENT = frozenset(
    ("message_templates", "subscribed_apps", "phone_numbers", "templates", "account")
)
#: Answered with success and remembered as requests; nothing more is needed of them.
_ACCEPTED = frozenset(
    ("deregister", "request_code", "settings")
    + ("block_users", "conversational_automation")
)

AccountFunction = Callable[[State, str, Request], Answer]
_ACCOUNT: dict[str, AccountFunction] = {
    "": setup.account,
    "phone_numbers": setup.numbers,
    "subscribed_apps": setup.subscribed_apps,
    "message_templates": templates.templates,
}


class Graph:
    """:param token: the only good access token; "" accepts any."""

    def __init__(
        self, state: State, messages: Messages, webhooks: Webhooks, *, token: str = ""
    ):
        self.state = state
        self.webhooks = webhooks
        self.messages = messages
        self.token = token

    def answer(self, request: Request) -> Answer:
        """Answer any request; refusals become error answers."""
        try:
            if request.path == media.DOWNLOAD_PATH:
                return self._download(request)
            return self._answer(request)
        except Refusal as refusal:
            return refusal.answer()

    def _answer(self, request: Request) -> Answer:
        path = _VERSION.sub("", request.path, count=1).strip("/")
        node, _slash, edge = path.partition("/")
        if edge == "subscriptions":
            return accounts.subscriptions(self.state, self.webhooks, request)
        self._check_token(request, edge)
        if node == "debug_token":
            return setup.debug_token(self.state, request)
        number = self.state.number(node)
        if number and edge == "messages" and request.method == "POST":
            return self.messages.post(number, request)
        endpoint = self._endpoint(node, edge)
        if behaviour := self.state.take_behaviour(endpoint):
            if behaviour.action == "error":
                raise Refusal(behaviour.code)
            return dropped(behaviour)
        if number:
            return self._number(number, edge, request)
        return self._node(node, edge, request)

    def _endpoint(self, node: str, edge: str) -> str:
        """Name of an endpoint as behaviours have it."""
        if edge == "media" or node in self.state.media:
            return "media"
        if edge in ("message_templates", "uploads") or node in self.state.templates:
            return "templates"
        return "account"

    def _number(self, number: Number, edge: str, request: Request) -> Answer:
        if edge == "media" and request.method == "POST":
            return media.upload(self.state, request)
        if not edge and request.method == "GET":
            return setup.number_info(number, request)
        if edge == "whatsapp_business_profile":
            return accounts.profile(self.state, number, request)
        if edge == "register" and request.method == "POST":
            return accounts.register(self.state, number, request)
        if edge == "verify_code" and request.method == "POST":
            return accounts.verify_code(number, request)
        if edge in _ACCEPTED:
            return reply({"success": True} if request.method != "GET" else {"data": []})
        raise _unknown(request, number.id)

    def _node(self, node: str, edge: str, request: Request) -> Answer:
        """An account, a template or a file."""
        wabas = {number.waba for number in self.state.numbers.values()}
        if node in wabas and edge in _ACCOUNT:
            return _ACCOUNT[edge](self.state, node, request)
        if answer := self._template_node(node, edge, request):
            return answer
        found = None if edge else self.state.find_media(node)
        if found and request.method == "GET":
            return media.describe(self.state, found, request)
        if found and request.method == "DELETE":
            return media.delete(self.state, found)
        raise _unknown(request, node)

    def _template_node(self, node: str, edge: str, request: Request) -> Answer | None:
        """A template, or the sample of one."""
        known = self.state.templates.get(node)
        if known and edge == "unpause":
            return templates.unpause(known)
        if known and not edge:
            return templates.template(self.state, known, request)
        if node == self.state.app_id and edge == "uploads":
            return templates.open_upload(self.state, request)
        if node.startswith("upload:") and request.method == "POST":
            return templates.upload(self.state, node, request)
        return None

    def _check_token(self, request: Request, edge: str) -> None:
        token = request.token
        if not token or (self.token and token != self.token):
            raise Refusal(190, "Invalid OAuth access token")
        if token in self.state.expired_tokens:
            raise Refusal(190, "Session has expired", subcode=463)
        if token in self.state.limited_tokens:
            code = 200 if edge in _MANAGEMENT else 10
            raise Refusal(code, "Application does not have permission for this action")

    def _download(self, request: Request) -> Answer:
        behaviour = self.state.take_behaviour("download")
        if behaviour:
            return dropped(behaviour)
        token = request.token
        if not token or (self.token and token != self.token):
            return Answer(401, b"", "text/html")
        if token in self.state.expired_tokens | self.state.limited_tokens:
            return Answer(401, b"", "text/html")
        return media.download(self.state, request)


def _unknown(request: Request, node: Any) -> Refusal:
    text = f"Unsupported {request.method.lower()} request. Object with ID '{node}' does"
    return Refusal(100, f"{text} not exist or cannot be loaded", subcode=33)
