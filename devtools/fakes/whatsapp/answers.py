"""Answers of the Graph API, and what its error codes mean."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import Any

from .. import serving
from ..serving import Answer, reply

__all__ = ["CODES", "Answer", "Refusal", "Request", "reply", "status_error"]

#: Code: (HTTP status, title). Throttling is 400, never 429.
CODES: dict[int, tuple[int, str]] = {
    0: (401, "AuthException"),
    1: (400, "API Unknown"),
    2: (503, "API Service"),
    4: (400, "API Too Many Calls"),
    10: (403, "Permission Denied"),
    33: (400, "Parameter value is not valid"),
    100: (400, "Invalid parameter"),
    190: (401, "Access token has expired"),
    200: (403, "API Permission"),
    368: (403, "Temporarily blocked for policies violations"),
    80007: (400, "Rate limit issues"),
    130429: (400, "Rate limit hit"),
    130472: (400, "User's number is part of an experiment"),
    130497: (403, "Business account is restricted from messaging this country"),
    131000: (500, "Something went wrong"),
    131005: (403, "Access denied"),
    131008: (400, "Required parameter is missing"),
    131009: (400, "Parameter value is not valid"),
    131016: (500, "Service unavailable"),
    131026: (400, "Message undeliverable"),
    131030: (400, "Recipient phone number not in allowed list"),
    131031: (403, "Account has been locked"),
    131042: (400, "Business eligibility payment issue"),
    131045: (500, "Incorrect certificate"),
    131047: (400, "Re-engagement message"),
    131048: (400, "Spam rate limit hit"),
    131049: (400, "Message not delivered to maintain healthy engagement"),
    131050: (400, "User has stopped marketing messages"),
    131051: (400, "Unsupported message type"),
    131053: (400, "Media upload error"),
    131056: (400, "Pair rate limit hit"),
    131057: (500, "Account in maintenance mode"),
    131062: (400, "Business-scoped user id is not supported for this message"),
    132000: (400, "Template param count mismatch"),
    132001: (404, "Template does not exist"),
    132012: (400, "Template parameter format mismatch"),
    132015: (400, "Template is paused"),
    2388019: (400, "Message template limit exceeded"),
    2388040: (400, "Character limit exceeded"),
    2388047: (400, "Message header format incorrect"),
    2388072: (400, "Message body format incorrect"),
    2388073: (400, "Message footer format incorrect"),
    2388293: (400, "Parameter words ratio exceeds limit"),
    2388299: (400, "Leading or trailing parameters not allowed"),
    133005: (400, "Two step verification PIN Mismatch"),
    133006: (400, "Phone number re-verification needed"),
    133010: (400, "Phone number not registered"),
    136025: (400, "Verify code error"),
    2200: (400, "Callback verification failed"),
}


@dataclass
class Request(serving.Request):
    """A request of the Graph API."""

    @property
    def token(self) -> str:
        kind, _space, token = self.headers.get("Authorization", "").partition(" ")
        return token if kind.lower() in ("bearer", "oauth") else ""

    def json(self) -> dict[str, Any]:
        """:raise Refusal: the body is no JSON object."""
        try:
            return super().json()
        except ValueError:
            raise Refusal(100, "The body is not a JSON object") from None


class Refusal(Exception):
    """An error answer with a code."""

    def __init__(self, code: int, details: str = "", subcode: int = 0, status: int = 0):
        super().__init__(code, details)
        self.code, self.details, self.subcode = code, details, subcode
        self.status = status

    def answer(self) -> Answer:
        status, title = CODES.get(self.code, (400, "Error"))
        error = {
            "message": f"(#{self.code}) {title}",
            "type": "OAuthException",
            "code": self.code,
            "fbtrace_id": secrets.token_urlsafe(8),
        }
        if self.details:
            data = {"messaging_product": "whatsapp", "details": self.details}
            error["error_data"] = data
        if self.subcode:
            error["error_subcode"] = self.subcode
        return reply({"error": error}, self.status or status)


def status_error(code: int, details: str = "") -> dict[str, Any]:
    """An error as it stands in a failed status."""
    title = CODES.get(code, (400, "Error"))[1]
    return {
        "code": code,
        "title": title,
        "message": title,
        "error_data": {"details": details or title},
        "href": "https://developers.facebook.com/docs/whatsapp/cloud-api/support",
    }
