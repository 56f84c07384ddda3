"""Time rules of a conversation: service window, clock clamping, lateness.

Pure functions. Times are aware UTC; a naive time is taken as UTC, which is how Odoo
stores them. Results are aware UTC.
"""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

#: Taken off the end of a window: a message on its way must arrive before the end.
MARGIN = timedelta(minutes=1)
#: How far a provider's clock may be ahead of ours.
MAX_AHEAD = timedelta(minutes=2)
#: Older than this when processed: nothing automatic is answered any more.
LATE_AFTER = timedelta(minutes=15)


def utc(value: datetime) -> datetime:
    """The same moment as aware UTC."""
    if value.tzinfo is None:
        return value.replace(tzinfo=timezone.utc)
    return value.astimezone(timezone.utc)


def naive_utc(value: datetime) -> datetime:
    """The same moment without zone and microseconds, as Odoo stores it."""
    return utc(value).replace(tzinfo=None, microsecond=0)


def window_end(
    last_inbound: datetime | None,
    duration: timedelta | None,
    margin: timedelta = MARGIN,
) -> datetime | None:
    """Until when free text may be sent.

    :param last_inbound: provider's time of the customer's last message or call.
    :param duration: ``Features.window``; None when the channel has no window.
    :return: None when there is no end (no window) or no beginning (never wrote).
    """
    if last_inbound is None or duration is None:
        return None
    return utc(last_inbound) + duration - margin


def is_open(
    now: datetime,
    last_inbound: datetime | None,
    duration: timedelta | None,
    margin: timedelta = MARGIN,
) -> bool:
    """Whether free text may be sent at ``now``. The end itself is outside."""
    if duration is None:
        return True
    end = window_end(last_inbound, duration, margin)
    return end is not None and utc(now) < end


def remaining(
    now: datetime,
    last_inbound: datetime | None,
    duration: timedelta | None,
    margin: timedelta = MARGIN,
) -> timedelta | None:
    """Time left, never negative; None when the channel has no window."""
    if duration is None:
        return None
    end = window_end(last_inbound, duration, margin)
    return max(end - utc(now), timedelta()) if end else timedelta()


def clamp(
    provider_time: datetime | None,
    received_at: datetime,
    first_possible: datetime | None = None,
) -> datetime:
    """Believable time of something a provider reports.

    Nothing happened before ``first_possible`` (the account did not exist) or later than
    two minutes after we received it. Without a time it happened when we received it.
    """
    received = utc(received_at)
    if provider_time is None:
        return received
    moment = min(utc(provider_time), received + MAX_AHEAD)
    return max(moment, utc(first_possible)) if first_possible else moment


def is_late(occurred: datetime, now: datetime) -> bool:
    """Whether something is processed too late for an automatic answer."""
    return utc(now) - utc(occurred) > LATE_AFTER
