"""Doing many sends at once, without a database, and what a failure means for the
next try.

A :class:`Job` is plain values read before the transaction was closed. Threads share
nothing but the provider's transport, which may be shared.
"""

from __future__ import annotations

import logging
import random
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field

from .errors import GatewayError, Retry
from .outgoing import Part
from .provider import Provider, SendResult, Upload
from .updates import Address

_logger = logging.getLogger(__name__)

WORKERS = 8
#: Seconds after which finished jobs are handed over while others still run.
HAND_OVER = 0.5
#: How often a part is tried for each class before it fails for good.
MAX_TRIES = {Retry.SOON: 8, Retry.SLOW: 12}
#: Seconds: first wait and longest wait of each class.
_WAITS = {Retry.SOON: (2.0, 300.0), Retry.SLOW: (60.0, 3600.0)}


@dataclass(frozen=True)
class Job:
    """One call at a provider. ``key`` and ``attempt`` come back in the outcome."""

    key: int
    attempt: int
    provider: Provider = field(repr=False)
    addresses: tuple[Address, ...] = ()
    part: Part | None = None
    reply_to: str = ""
    correlation: str = ""
    upload: Upload | None = None
    read: str = ""  # external id to mark as read, instead of sending a part


@dataclass(frozen=True)
class Outcome:
    """Either ``result`` (None for a read mark) or ``error``."""

    key: int
    attempt: int
    result: SendResult | None = None
    error: GatewayError | None = None


def perform(job: Job) -> Outcome:
    """Do one job. Never raises: what is not understood is in doubt, not repeated."""
    try:
        if job.read:
            job.provider.mark_read(job.read)
            return Outcome(job.key, job.attempt)
        result = job.provider.send(
            job.addresses,
            job.part,
            reply_to=job.reply_to,
            correlation=job.correlation,
            upload=job.upload,
        )
        return Outcome(job.key, job.attempt, result=result)
    except GatewayError as exc:
        return Outcome(job.key, job.attempt, error=exc.with_traceback(None))
    except Exception as exc:  # noqa: BLE001 - one bad part must not stop the others
        # Without the message of the exception: it may hold an address or a header.
        _logger.error("Sending part %s failed: %s", job.key, type(exc).__name__)  # noqa: TRY400
        error = GatewayError("unknown", Retry.IN_DOUBT, details=type(exc).__name__)
        return Outcome(job.key, job.attempt, error=error)


def deliver(jobs: Sequence[Job], workers: int = WORKERS) -> Iterator[list[Outcome]]:
    """Do the jobs, at most ``workers`` at once; yield outcomes as they come.

    A slow upload does not hold back the outcomes of the others.
    """
    if len(jobs) == 1:
        yield [perform(jobs[0])]
        return
    with ThreadPoolExecutor(max_workers=max(1, min(workers, len(jobs)))) as pool:
        running = {pool.submit(perform, job) for job in jobs}
        while running:
            wait(running, return_when=FIRST_COMPLETED)
            done, running = _collect(running)
            yield [future.result() for future in done]


def _collect(
    running: set[Future[Outcome]],
) -> tuple[set[Future[Outcome]], set[Future[Outcome]]]:
    """Finished and unfinished jobs after a short time, so that few batches are made."""
    done, left = wait(running, timeout=HAND_OVER)
    return set(done), set(left)


def may_retry(error: GatewayError, tries: int) -> bool:
    """Whether a part that was tried ``tries`` times is tried again by itself."""
    return tries < MAX_TRIES.get(error.retry, 0)


def retry_delay(
    error: GatewayError, tries: int, jitter: Callable[[], float] = random.random
) -> float:
    """Seconds until the next try: doubled each time, spread by up to a half.

    :param tries: how often it was tried, at least 1.
    """
    first, longest = _WAITS[error.retry]
    base = 4.0 if error.only_recipient else 2.0
    delay = min(first * base ** (tries - 1), longest)
    delay = max(delay, error.retry_after or 0.0)
    return delay * (1.0 + 0.5 * jitter())
