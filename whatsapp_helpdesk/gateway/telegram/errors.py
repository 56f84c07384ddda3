"""Refusals of the Bot API and what may be done about them.

Codes are those of HTTP and say little; the words behind them are what tells a blocked
bot from a long text. They are compared in lower case and by their beginning or a part.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from .. import read
from ..errors import GatewayError, Retry
from . import people


class Rule(NamedTuple):
    reason: str
    retry: Retry = Retry.NEVER
    only_recipient: bool = False


_BLOCKED, _GONE = Rule("blocked_us"), Rule("recipient")
_TOKEN = Rule("token", Retry.STOP_ACCOUNT)
_CONTENT, _FILE = Rule("invalid"), Rule("media")

#: Words of a refusal, the first that is found counts.
BY_WORDS: dict[int, tuple[tuple[str, Rule], ...]] = {
    400: (
        ("chat not found", _GONE),
        ("user not found", _GONE),
        ("peer_id_invalid", _GONE),
        ("input_user_deactivated", _GONE),
        ("user_is_blocked", _BLOCKED),
        ("group chat was upgraded", _GONE),
        ("have no rights", _GONE),
        ("not enough rights", _GONE),
        ("too long", Rule("too_long")),
        ("too_long", Rule("too_long")),
        ("query is too old", Rule("expired")),
        ("voice_messages_forbidden", _FILE),
        ("file", _FILE),
        ("photo", _FILE),
        ("image", _FILE),
        ("sticker", _FILE),
        ("video", _FILE),
        ("audio", _FILE),
        ("media", _FILE),
        ("reaction", Rule("unsupported")),
    ),
    403: (
        ("bot was blocked", _BLOCKED),
        ("user is deactivated", _GONE),
        ("can't initiate conversation", _GONE),
    ),
    # An unknown method is called so too, but then nothing works, either.
    404: (("not found", _TOKEN),),
}
BY_CODE = {
    400: _CONTENT,
    401: _TOKEN,
    403: _GONE,
    404: _CONTENT,
    # Somebody else takes the updates of our bot.
    409: Rule("account", Retry.SLOW),
    413: _FILE,
    # It does not say whose limit: the chat's is by far the lowest.
    420: Rule("throttled", Retry.SOON, only_recipient=True),
    429: Rule("throttled", Retry.SOON, only_recipient=True),
}


class ChatMoved(GatewayError):
    """:ivar chat: where the message has to go from now on."""

    def __init__(self, chat: str, details: str):
        super().__init__("recipient", code=400, details=details)
        self.chat = chat


def find_rule(code: int, description: str) -> Rule:
    words = description.lower()
    for part, rule in BY_WORDS.get(code, ()):
        if part in words:
            return rule
    if code in BY_CODE:
        return BY_CODE[code]
    if code >= 500:
        return Rule("server", Retry.SOON)
    return _CONTENT if 400 <= code < 500 else Rule("unknown")


def classify(code: int, description: str = "", wait: float | None = None):
    """Error for what Telegram said."""
    rule = find_rule(code, description)
    return GatewayError(
        rule.reason,
        rule.retry,
        code=code,
        details=description,
        retry_after=wait,
        only_recipient=rule.only_recipient,
    )


def from_answer(
    answer: dict[str, Any], status: int, clean: Callable[[str], str]
) -> GatewayError:
    """Error for the JSON of a refused request.

    :param clean: removes secrets from a text.
    """
    code = read.whole(answer, "error_code") or status
    description = clean(read.text(answer, "description"))
    parameters = read.obj(answer, "parameters")
    if chat := people.number(parameters, "migrate_to_chat_id"):
        return ChatMoved(chat, description)
    return classify(code, description, read.number(parameters, "retry_after"))
