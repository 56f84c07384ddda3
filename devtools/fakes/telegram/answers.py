"""Answers of the Bot API and its refusals, by the words that clients look for."""

from __future__ import annotations

from typing import Any

from ..serving import Answer, reply

BLOCKED = "Forbidden: bot was blocked by the user"
DEACTIVATED = "Forbidden: user is deactivated"
NOT_STARTED = "Forbidden: bot can't initiate conversation with a user"
NO_CHAT = "Bad Request: chat not found"
MIGRATED = "Bad Request: group chat was upgraded to a supergroup chat"
CONFLICT = (
    "Conflict: can't use getUpdates method while webhook is active; "
    "use deleteWebhook to delete the webhook first"
)
#: What an ordered error says when nothing else was asked for.
DESCRIPTIONS = {
    400: NO_CHAT,
    401: "Unauthorized",
    403: BLOCKED,
    404: "Not Found",
    409: CONFLICT,
    413: "Request Entity Too Large",
    429: "Too Many Requests: retry after {retry_after}",
    500: "Internal Server Error",
    502: "Bad Gateway",
}


class Refusal(Exception):
    """``ok: false`` with a code, words and sometimes parameters."""

    def __init__(self, code: int, description: str = "", **parameters: Any):
        super().__init__(code, description)
        self.code = code
        words = description or DESCRIPTIONS.get(code, "Error")
        self.description = words.format_map({"retry_after": 1, **parameters})
        self.parameters = parameters

    def answer(self) -> Answer:
        values: dict[str, Any] = {
            "ok": False,
            "error_code": self.code,
            "description": self.description,
        }
        if self.parameters:
            values["parameters"] = self.parameters
        return reply(values, self.code)


def bad(words: str, **parameters: Any) -> Refusal:
    """The usual refusal."""
    return Refusal(400, f"Bad Request: {words}", **parameters)


def success(result: Any, description: str = "") -> Answer:
    values = {"ok": True, "result": result}
    if description:
        values["description"] = description
    return reply(values)
