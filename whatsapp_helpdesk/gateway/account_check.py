"""Is an account still usable? One question for every channel."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from .errors import GatewayError, Retry
from .tiers import customers_per_day

if TYPE_CHECKING:
    from .provider import Provider

#: Reasons that say nothing about the account: the provider was not reached, or is busy.
_PASSING = frozenset(("network", "timeout", "server", "throttled", "pair_throttled"))


@dataclass(frozen=True)
class AccountCheck:
    """What a provider says about an account.

    :ivar valid: whether its token works; None when that could not be found out.
    :ivar reason: why not, a reason of :class:`GatewayError`.
    :ivar expires_at: when the token ends (UTC); None: never, or not known.
    :ivar status: of the number, in the provider's words, lower case.
    :ivar limit: customers that may be written to first in a day; 0 is no limit, None is
        not known.
    :ivar problems: codes of :meth:`Provider.probe`.
    :ivar message: what the provider says about them.
    :ivar pending: deliveries that wait at the provider; None: not told.
    """

    valid: bool | None
    reason: str = ""
    details: str = ""
    expires_at: datetime | None = None
    status: str = ""
    quality: str = ""
    limit: int | None = None
    problems: tuple[str, ...] = ()
    message: str = ""
    pending: int | None = None


def check_account(provider: Provider) -> AccountCheck:
    """Ask the provider; never raises a :class:`GatewayError`."""
    try:
        found = provider.probe()
    except GatewayError as error:
        passing = error.reason in _PASSING or error.retry in (Retry.SOON, Retry.SLOW)
        return AccountCheck(
            None if passing else False, reason=error.reason, details=error.details
        )
    return AccountCheck(
        True,
        expires_at=_ask_expiry(provider),
        status=found.get("status") or "",
        quality=found.get("quality") or "",
        limit=customers_per_day(found.get("limit")),
        problems=tuple(found.get("problems") or ()),
        message=found.get("message") or "",
        pending=found.get("pending"),
    )


def _ask_expiry(provider: Provider) -> datetime | None:
    try:
        return provider.token_expires_at()
    except GatewayError:
        return None  # some tokens may not ask about themselves
