"""``POST /{number}/messages``: who gets a message, and what becomes of it."""

from __future__ import annotations

import re
from typing import Any

from ..behaviour import dropped
from . import bodies
from .answers import Answer, Refusal, Request, reply, status_error
from .state import BSUID, Behaviour, Number, Sent, State, digits_or_id, wa_id

TYPES = frozenset(
    ("text", "image", "video", "audio", "document", "sticker", "location", "contacts")
    + ("reaction", "interactive", "template")
)
FILES = frozenset(("image", "video", "audio", "document", "sticker"))


class Messages:
    """Accepts messages and announces their statuses.

    :param window: what happens to free text outside of the customer's window:
        ``later`` (accepted, then failed), ``refuse`` (at once), ``off`` (delivered).
    :param receipts: statuses of a delivered message, in order.
    :param announce: called with changes and a delay in seconds; 0 means before the
        answer.
    """

    def __init__(self, state: State, announce: Any, *, window: str, receipts: Any):
        self.state = state
        self.announce = announce
        self.window = window
        self.receipts = tuple(receipts)
        self.delay = 0.05  # seconds between statuses
        self.chaos: Any = None  # a `chaos.Chaos` takes over faults and statuses

    def post(self, number: Number, request: Request) -> Answer:
        values = request.json()
        if values.get("messaging_product") != "whatsapp":
            raise Refusal(100, "Parameter messaging_product is required")
        if values.get("status") == "read":
            return self._mark_read(number, values)
        customer, lost = self._recipient(number, values)
        behaviour, call = self._take_behaviour(customer, values)
        if behaviour and behaviour.action == "error":
            raise Refusal(behaviour.code)
        if behaviour and behaviour.drops and not behaviour.accepted:
            return dropped(behaviour)
        check(self.state, values, customer)
        failure = None
        if not lost:
            failure = self._failure(number, customer, values, behaviour)
        sent = self._accept(number, values, "" if lost else customer)
        if call:
            call.id = sent.id
        if not lost:
            self._statuses(number, sent, failure, behaviour)
        if behaviour and behaviour.drops:
            return dropped(behaviour)
        answer = reply(_accepted(sent, values, customer, behaviour))
        if behaviour and behaviour.action == "slow":
            answer.seconds = behaviour.seconds
        return answer

    def _take_behaviour(
        self, customer: str, values: dict[str, Any]
    ) -> tuple[Behaviour | None, Any]:
        """What was ordered for this request, else what chaos has for it."""
        chosen = self.state.take_behaviour("messages", customer)
        if not self.chaos:
            return chosen, None
        call, by_chance = self.chaos.take(customer, values)
        return chosen or by_chance, call

    def _mark_read(self, number: Number, values: dict[str, Any]) -> Answer:
        if not values.get("message_id"):
            raise Refusal(131008, "Parameter message_id is required")
        self.state.read_marks.append({"number_id": number.id, **values})
        return reply({"success": True})

    def _recipient(self, number: Number, values: dict[str, Any]) -> tuple[str, bool]:
        """(customer, whether the message gets lost on the way)."""
        kind = values.get("recipient_type", "individual")
        if kind not in ("individual", "group"):
            raise Refusal(100, f"Invalid recipient_type {kind}")
        to, recipient = values.get("to", ""), values.get("recipient", "")
        if to:  # wins over recipient
            if BSUID.fullmatch(to):
                return to, True  # accepted and lost, without a word
            if not re.fullmatch(r"[+\d\s()\-.]+", to):
                raise Refusal(131009, "Parameter 'to' is not a phone number")
            digits = digits_or_id(to)
            if not to.strip().startswith("+"):
                digits = number.country_code + digits
            return wa_id(digits), False
        if not recipient:
            raise Refusal(131008, "Parameter 'to' is required")
        if not BSUID.fullmatch(recipient):
            raise Refusal(131009, "Parameter 'recipient' is not a user id")
        if _is_authentication(self.state, values):
            raise Refusal(131062)
        return recipient, False

    def _failure(
        self,
        number: Number,
        customer: str,
        values: dict[str, Any],
        behaviour: Behaviour | None,
    ) -> dict[str, Any] | None:
        """The error that the message will fail with later."""
        if behaviour and behaviour.action == "fail":
            return status_error(behaviour.code)
        free = values.get("type") != "template"
        if not free or self.window == "off":
            return None
        if self.state.window_open(number.id, customer):
            return None
        details = (
            "Message failed to send because more than 24 hours have passed since the "
            "customer last replied to this number. (The local provider knows only "
            "messages that came through it: deliver them, or tell /_control/wrote.)"
        )
        if self.window == "refuse":
            raise Refusal(131047, details)
        return status_error(131047, details)

    def _accept(self, number: Number, values: dict[str, Any], customer: str) -> Sent:
        sent = Sent(
            id=self.state.new_wamid(customer),
            number_id=number.id,
            to=values.get("to", ""),
            recipient=values.get("recipient", ""),
            customer=customer,
            type=values["type"],
            body=values,
            at=self.state.clock.now(),
        )
        with self.state.lock:
            self.state.sent.append(sent)
        return sent

    def _statuses(
        self,
        number: Number,
        sent: Sent,
        failure: dict[str, Any] | None,
        behaviour: Behaviour | None,
    ) -> None:
        action = behaviour.action if behaviour else ""
        if action == "silent":
            return
        states = ("failed",) if failure else self.receipts
        if sent.type == "reaction":
            states = states[:1]  # a reaction is never delivered or read
        if self.chaos:
            self.chaos.announce(self, sent, states, failure, action == "early_status")
            return
        step = 0.0 if action == "early_status" else self.delay
        for index, state in enumerate(states, 1):
            change = self.status(sent, state, failure)
            self.announce([change], index * step)

    def status(
        self, sent: Sent, state: str, failure: dict[str, Any] | None = None
    ) -> bodies.Change:
        """A status change of a message, also noted on it."""
        with self.state.lock:
            sent.statuses.append(state)
        number = self.state.numbers[sent.number_id]
        known = self.state.bsuids.items()
        if BSUID.fullmatch(sent.customer):
            person = bodies.Customer("", "", sent.customer)
        else:
            users = (user for user, phone in known if phone == sent.customer)
            person = bodies.Customer(sent.customer, "", next(users, ""))
        return bodies.status(
            sent.id,
            state,
            person,
            to=bodies.To(number.id, number.display),
            at=self.state.clock.now(),
            error=failure,
            correlation=sent.correlation,
        )


def _accepted(
    sent: Sent, values: dict[str, Any], customer: str, behaviour: Behaviour | None
) -> dict[str, Any]:
    """Body of a good answer."""
    person = {"input": values.get("to") or values.get("recipient")}
    person["user_id" if BSUID.fullmatch(customer) else "wa_id"] = customer
    entry = {"id": sent.id}
    if sent.type == "template":
        held = behaviour is not None and behaviour.action == "held"
        entry["message_status"] = "held_for_quality_assessment" if held else "accepted"
    return {
        "messaging_product": "whatsapp",
        "contacts": [person],
        "messages": [entry],
    }


# -- what a message must be ----------------------------------------------------------
def check(state: State, values: dict[str, Any], customer: str) -> None:
    """:raise Refusal: as the real one refuses it."""
    kind = values.get("type", "text")
    values["type"] = kind
    if kind not in TYPES:
        raise Refusal(131051, f"Unsupported type {kind}")
    content = values.get(kind)
    if not isinstance(content, dict if kind != "contacts" else list) or not content:
        raise Refusal(131008, f"Parameter {kind} is required")
    if len(str(values.get("biz_opaque_callback_data", ""))) > 512:
        raise Refusal(131009, "biz_opaque_callback_data is longer than 512 characters")
    special = _CHECKS.get(kind)
    if special:
        special(state, content)
    elif kind in FILES:
        _check_file(state, kind, content)


def _check_text(state: State, content: dict[str, Any]) -> None:
    body = content.get("body")
    if not isinstance(body, str) or not body.strip():
        raise Refusal(131008, "Parameter text.body is required")
    if len(body) > 4096:
        raise Refusal(100, "Param text['body'] must be at most 4096 characters long.")


def _check_file(state: State, kind: str, content: dict[str, Any]) -> None:
    if not content.get("link") and not state.find_media(str(content.get("id", ""))):
        raise Refusal(131009, f"{kind}.id is not a media id")
    if len(content.get("caption", "")) > 1024:
        raise Refusal(131009, f"{kind}.caption is longer than 1024 characters")
    if kind in ("audio", "sticker") and "caption" in content:
        raise Refusal(100, f"Unexpected key caption on {kind}")


def _check_reaction(state: State, content: dict[str, Any]) -> None:
    if not content.get("message_id") or "emoji" not in content:
        raise Refusal(131008, "Parameters message_id and emoji are required")


def _check_interactive(state: State, content: dict[str, Any]) -> None:
    action = content.get("action")
    body = (content.get("body") or {}).get("text", "")
    if not isinstance(action, dict) or not body:
        raise Refusal(131008, "Parameters body and action are required")
    kind = content.get("type")
    if len(body) > (4096 if kind == "list" else 1024):
        raise Refusal(131009, "body text is too long")
    if kind == "button":
        titles = [row.get("reply", {}).get("title", "") for row in action["buttons"]]
        if not 1 <= len(titles) <= 3 or len(set(titles)) != len(titles):
            raise Refusal(131009, "1 to 3 buttons with different titles")
        _lengths(titles, 20)
    elif kind == "list":
        sections = action.get("sections", [])
        rows = [row for section in sections for row in section.get("rows", [])]
        if not 1 <= len(rows) <= 10:
            raise Refusal(131009, "1 to 10 rows in total")
        _lengths([row.get("title", "") for row in rows], 24)
        _lengths([action.get("button", "")], 20)


def _lengths(titles: list[str], limit: int) -> None:
    for title in titles:
        if not 0 < len(title) <= limit:
            raise Refusal(131009, f"title must have 1 to {limit} characters")


def find_template(state: State, content: dict[str, Any]) -> dict[str, Any] | None:
    name = content.get("name", "")
    language = (content.get("language") or {}).get("code", "")
    for template in state.templates.values():
        if (template["name"], template["language"]) == (name, language):
            return template
    return None


def _is_authentication(state: State, values: dict[str, Any]) -> bool:
    template = find_template(state, values.get("template") or {})
    return bool(template) and template["category"] == "AUTHENTICATION"


def _check_template(state: State, content: dict[str, Any]) -> None:
    template = find_template(state, content)
    if template is None or template["status"] == "PENDING":
        raise Refusal(132001, "Template name does not exist in the translation")
    if template["status"] != "APPROVED":
        raise Refusal(132015, f"Template is {template['status']}")
    wanted = next(
        (
            len(set(re.findall(r"\{\{\s*(\w+)\s*\}\}", part.get("text", ""))))
            for part in template["components"]
            if part["type"].upper() == "BODY"
        ),
        0,
    )
    given = next(
        (
            len(part.get("parameters", []))
            for part in content.get("components", [])
            if part.get("type") == "body"
        ),
        0,
    )
    if wanted != given:
        details = f"body: number of params ({given}) does not match {wanted}"
        raise Refusal(132000, details)


_CHECKS = {
    "text": _check_text,
    "reaction": _check_reaction,
    "interactive": _check_interactive,
    "template": _check_template,
}
