"""What is found out while an account is connected, and the business's public profile.

Codes only: models make the sentences, and say what to do.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from .errors import GatewayError

#: Failures that say nothing about the account: the provider is not reached, or busy.
PASSING = frozenset(("network", "timeout", "server", "throttled"))


@dataclass(frozen=True)
class SetupPlan:
    """What connecting an account takes; the guided set-up asks for nothing else.

    :ivar pages: of what is pasted. ``app``: the secret of the provider's app.
        ``account``: an access token, then one of :meth:`Provider.list_numbers`.
        ``token``: a token that belongs to one account, see :meth:`Provider.get_number`.
    :ivar checks: tests in the order in which they are shown and repaired. ``address``,
        ``handshake``, ``inbound`` and ``outbound`` are ours; the provider is asked for
        all others (:meth:`Provider.check_setup`).
    :ivar own_secret: deliveries are proven by a secret that we make up and hand over
        together with our address.
    :ivar ports: of addresses that can be delivered to; none stands for any.
    """

    pages: tuple[str, ...]
    checks: tuple[str, ...]
    own_secret: bool = False
    ports: frozenset[int] = frozenset()

    @property
    def steps(self) -> tuple[str, ...]:
        return ("channel", *self.pages, "check", "team", "done")


APP_SETUP = SetupPlan(
    pages=("app", "account"),
    checks=("token", "permissions", "address", "webhook", "handshake", "subscribed")
    + ("number", "health", "inbound", "outbound"),
)
TOKEN_SETUP = SetupPlan(
    pages=("token",),
    checks=("token", "address", "webhook", "deliveries", "inbound", "outbound"),
    own_secret=True,
)


@dataclass(frozen=True)
class SetupCheck:
    """One thing that must be right before an account works.

    :ivar ok: None when it could not be found out.
    :ivar detail: what is wrong, a code.
    :ivar values: plain values for the sentence.
    """

    code: str
    ok: bool | None
    detail: str = ""
    values: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class TokenInfo:
    """Whose access token it is and what it may do.

    :ivar app: id of the provider's app it was made for.
    :ivar missing: permissions that it lacks, in the provider's words.
    :ivar expires_at: UTC; None: never, or not known.
    """

    valid: bool
    app: str = ""
    app_name: str = ""
    missing: tuple[str, ...] = ()
    expires_at: datetime | None = None


@dataclass(frozen=True)
class NumberInfo:
    """A number of a business account.

    :ivar status: in the provider's words, lower case.
    :ivar connected: it can send and receive.
    :ivar verified: the provider knows that it is the business's; None: not told.
    :ivar is_test: lent by the provider for trying things out.
    """

    id: str
    display: str = ""
    name: str = ""
    status: str = ""
    quality: str = ""
    limit: str = ""
    name_status: str = ""
    connected: bool = False
    verified: bool | None = None
    is_test: bool = False


@dataclass(frozen=True)
class Profile:
    """What customers see about the business; ``picture`` can only be read."""

    about: str = ""
    address: str = ""
    description: str = ""
    email: str = ""
    websites: tuple[str, ...] = ()
    vertical: str = ""
    picture: str = field(default="", compare=False)


@dataclass(frozen=True)
class ProfileLimits:
    """Characters of each text, addresses of web pages, known lines of business."""

    texts: Mapping[str, int] = field(default_factory=dict)
    websites: int = 0
    website: int = 0
    verticals: tuple[str, ...] = ()


def find_profile_issues(
    profile: Profile, limits: ProfileLimits
) -> list[tuple[str, int, int]]:
    """Return ``(field, length, limit)`` of what is too long for the provider."""
    found = [
        (name, len(getattr(profile, name)), size)
        for name, size in limits.texts.items()
        if len(getattr(profile, name)) > size
    ]
    if len(profile.websites) > limits.websites:
        found.append(("websites", len(profile.websites), limits.websites))
    found.extend(
        ("website", len(site), limits.website)
        for site in profile.websites
        if len(site) > limits.website
    )
    return found


def guarded(code: str, function: Callable[[], SetupCheck]) -> SetupCheck:
    """Make a check; a refusal of the provider is a result, too."""
    try:
        return function()
    except GatewayError as error:
        return refused(code, error)


def refused(code: str, error: GatewayError) -> SetupCheck:
    """Why a check could not be made, or what the provider refused."""
    ok = None if error.reason in PASSING else False
    return SetupCheck(code, ok, error.reason, {"message": error.details})
