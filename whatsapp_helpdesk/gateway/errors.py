"""Errors that carry policy: the caller never parses a message to know what to do."""

from __future__ import annotations

from enum import Enum


class Retry(str, Enum):
    """What may happen after a failed send."""

    SOON = "retry"  # back off seconds to minutes
    SLOW = "retry_slow"  # back off minutes to an hour
    LATER = "later"  # not before 24 hours, and only if a person or rule asks
    NEVER = "never"
    STOP_ACCOUNT = "stop_account"  # nothing leaves this account until it is repaired
    WINDOW_CLOSED = "window_closed"  # only a template may be sent
    OPTED_OUT = "opted_out"
    IN_DOUBT = "in_doubt"  # the provider may have it: never re-send by itself


class GatewayError(Exception):
    """Base. ``reason`` is one of :data:`REASONS`; models translate it for people."""

    def __init__(
        self,
        reason: str,
        retry: Retry = Retry.NEVER,
        *,
        code: int = 0,
        details: str = "",
        retry_after: float | None = None,  # seconds, when the provider says so
        only_recipient: bool = False,  # the limit concerns this customer only
    ):
        super().__init__(f"{reason} ({code}) {details}".strip())
        self.reason = reason
        self.retry = retry
        self.code = code
        self.details = details
        self.retry_after = retry_after
        self.only_recipient = only_recipient


class InvalidSignature(GatewayError):
    """The body was not signed with one of our secrets, or no secret is set."""

    def __init__(self, details: str = ""):
        super().__init__("signature", details=details)


class InvalidHandshake(GatewayError):
    def __init__(self, details: str = ""):
        super().__init__("handshake", details=details)


class MalformedPayload(GatewayError):
    """The body cannot be decoded at all."""

    def __init__(self, details: str = ""):
        super().__init__("malformed", details=details)


class UnsupportedPart(GatewayError):
    """The channel cannot send this, or a limit is passed. Never sent, never cut."""

    def __init__(self, details: str = "", reason: str = "unsupported"):
        super().__init__(reason, details=details)


#: Reason codes of failures. ``messaging.message`` has a translated label for each.
REASONS = (
    "network",  # no connection, nothing left this machine
    "timeout",  # the request left, no answer came
    "server",  # the provider is down or overloaded
    "throttled",
    "pair_throttled",  # too many messages to this customer
    "token",  # access token expired, revoked or without permission
    "account",  # account locked, restricted or not registered
    "payment",
    "recipient",  # number not on the channel, or it cannot receive
    "blocked_us",  # the customer did; they can undo that
    "recipient_allow_list",  # test number: recipient not allowed
    "country",  # messaging that country is not allowed
    "window_closed",
    "opted_out",
    "not_delivered_by_choice",  # platform chose not to deliver (marketing cap)
    "quality",  # spam or quality limit
    "template",  # missing, wrong parameters or language
    "template_paused",
    "template_disabled",
    "media",  # file refused, too large or of a wrong type
    "too_long",
    "unsupported",
    "invalid",  # the provider refused the content
    "identity_changed",
    "expired",
    "host_refused",  # address not on the channel's host list
    "signature",
    "handshake",
    "malformed",
    "unknown",
)
