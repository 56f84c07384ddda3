"""Doing many sends at once, without a database, and what a failure means for the
next try.

A :class:`Job` is plain values read before the transaction was closed. Threads share
nothing but the provider's transport, which may be shared.
"""

from __future__ import annotations

import logging
import random
from collections.abc import Callable, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from typing import Any

from . import deadline
from .errors import GatewayError, Retry
from .outgoing import Part
from .pace import Pace
from .provider import Credentials, Provider, SendResult, Upload
from .updates import Address

_logger = logging.getLogger(__name__)

#: Calls of one sender at the same time.
SLOTS = 24
#: How many of them may be bulk: the rest is free for an answer at any moment.
BULK_SLOTS = 16
#: Bytes of files that the calls of one sender hold in memory.
FILE_BYTES = 64 * 1024 * 1024
#: Seconds that one send may take from its start in a thread to its outcome, whatever
#: the network does; with a file, which is uploaded first, and without.
CALL_SECONDS = 40.0
CALL_WITH_FILE_SECONDS = 90.0
#: Seconds in which outcomes that come one after the other are handed over together.
GROUP = 0.01
#: How often a part is tried for each class before it fails for good.
MAX_TRIES = {Retry.SOON: 8, Retry.SLOW: 12}
#: Seconds: first wait and longest wait of each class.
_WAITS = {Retry.SOON: (2.0, 300.0), Retry.SLOW: (60.0, 3600.0)}
#: Seconds that a provider may ask us to wait; more is a mistake of its.
LONGEST_WAIT = 24 * 3600.0


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
    typing: bool = False  # with ``read``: and that somebody types
    acknowledge: str = ""  # of a pressed button, instead of sending a part
    bulk: bool = False  # may use only a part of the slots

    @property
    def size(self) -> int:
        return len(self.upload.content) if self.upload else 0


@dataclass(frozen=True)
class Outcome:
    """Either ``result`` (None for a mark) or ``error``."""

    key: int
    attempt: int
    result: SendResult | None = None
    error: GatewayError | None = None


@dataclass
class Room:
    """How much more may be claimed now, counted down while it is."""

    slots: int = SLOTS
    bulk_slots: int = BULK_SLOTS
    file_bytes: int = FILE_BYTES
    contended: bool = False  # others hold what we could have taken
    wait: float = 0.0  # seconds until the pace of some account lets one more leave
    #: Those made for the run so far, with what they were made of, by account.
    providers: dict[int, tuple[Credentials, Provider]] = field(default_factory=dict)

    def get_slots(self, is_bulk: bool) -> int:
        return min(self.slots, self.bulk_slots) if is_bulk else self.slots

    def note_wait(self, seconds: float) -> None:
        self.wait = min(self.wait or seconds, seconds)

    def take(self, count: int, is_bulk: bool) -> None:
        self.slots -= count
        self.bulk_slots -= count if is_bulk else 0

    def take_file(self, size: int) -> bool:
        """Whether a file fits; one that is larger than all room goes alone."""
        if self.file_bytes < min(size, FILE_BYTES):
            return False
        self.file_bytes -= size
        return True


@dataclass
class Lane:
    """The pace of an account while its parts are claimed; see ``gateway.pace``."""

    account: Any
    due: float
    bulk_due: float
    now: float
    pace: Pace
    bulk_pace: Pace
    pair_pace: Pace | None
    claimed: int = 0

    def get_available(self, is_bulk: bool) -> int:
        available = self.pace.available(self.due, self.now)
        if is_bulk:
            bulk = self.bulk_pace.available(self.bulk_due, self.now)
            available = min(available, bulk)
        return available

    def get_wait(self, is_bulk: bool) -> float:
        """Seconds until one more may leave."""
        wait = self.pace.wait(self.due, self.now)
        if is_bulk:
            wait = max(wait, self.bulk_pace.wait(self.bulk_due, self.now))
        return wait

    def take(self, count: int, is_bulk: bool) -> None:
        self.claimed += count
        self.due = self.pace.after(self.due, self.now, count)
        if is_bulk:
            self.bulk_due = self.bulk_pace.after(self.bulk_due, self.now, count)


def perform(job: Job) -> Outcome:
    """Do one job. Never raises: what is not understood is in doubt, not repeated."""
    try:
        with deadline.limit(CALL_WITH_FILE_SECONDS if job.upload else CALL_SECONDS):
            return Outcome(job.key, job.attempt, result=_call(job))
    except GatewayError as exc:
        return Outcome(job.key, job.attempt, error=exc.with_traceback(None))
    except Exception as exc:  # noqa: BLE001 - one bad part must not stop the others
        # Without the message of the exception: it may hold an address or a header.
        _logger.error("Sending part %s failed: %s", job.key, type(exc).__name__)  # noqa: TRY400
        error = GatewayError("unknown", Retry.IN_DOUBT, details=type(exc).__name__)
        return Outcome(job.key, job.attempt, error=error)


def _call(job: Job) -> SendResult | None:
    if job.acknowledge:
        job.provider.acknowledge(job.acknowledge)
        return None
    if job.read:
        job.provider.mark_read(job.read, typing=job.typing)
        return None
    return job.provider.send(
        job.addresses,
        job.part,
        reply_to=job.reply_to,
        correlation=job.correlation,
        upload=job.upload,
    )


class Pool:
    """Threads that do jobs for as long as a sender runs.

    A job is submitted only when a slot is free, so it starts at once: its lease does
    not run while it waits, and one that hangs holds back nobody.
    """

    def __init__(self, slots: int = SLOTS, bulk_slots: int = BULK_SLOTS):
        self._slots, self._bulk_slots = slots, bulk_slots
        self._threads = ThreadPoolExecutor(slots, thread_name_prefix="messaging.send")
        self._running: dict[Future[Outcome], Job] = {}
        self._providers: dict[int, tuple[Credentials, Provider]] = {}

    def __enter__(self) -> Pool:
        return self

    def __exit__(self, *exc: object) -> None:
        self._threads.shutdown(wait=True)

    @property
    def jobs(self) -> list[Job]:
        """Those that run."""
        return list(self._running.values())

    @property
    def is_full(self) -> bool:
        return len(self._running) >= self._slots

    @property
    def room(self) -> Room:
        bulk = sum(job.bulk for job in self.jobs)
        return Room(
            slots=self._slots - len(self._running),
            bulk_slots=max(0, self._bulk_slots - bulk),
            file_bytes=FILE_BYTES - sum(job.size for job in self.jobs),
            providers=self._providers,
        )

    def submit(self, jobs: Sequence[Job]) -> None:
        for job in jobs:
            self._running[self._threads.submit(perform, job)] = job

    def collect(self, seconds: float) -> list[Outcome]:
        """Wait up to ``seconds`` for an outcome; return those that are there.

        Others that follow at once come along, so that few transactions are needed.
        """
        done, left = wait(self._running, seconds, return_when=FIRST_COMPLETED)
        if done and left:
            done |= wait(left, GROUP).done
        for future in done:
            del self._running[future]
        return [future.result() for future in done]


def may_retry(error: GatewayError, tries: int) -> bool:
    """Whether a part that was tried ``tries`` times is tried again by itself."""
    return tries < MAX_TRIES.get(error.retry, 0)


def retry_delay(
    error: GatewayError, tries: int, jitter: Callable[[], float] = random.random
) -> float:
    """Seconds until the next try: doubled each time, spread by up to a half.

    The limit of one customer has waits of its own: 1, 4, 16, 64 ... seconds.

    :param tries: how often it was tried, at least 1.
    """
    first, longest = _WAITS[error.retry]
    if error.only_recipient:
        delay = min(4.0 ** (tries - 1), longest)
    else:
        delay = min(first * 2.0 ** (tries - 1), longest)
    delay = max(delay, min(error.retry_after or 0.0, LONGEST_WAIT))
    return delay * (1.0 + 0.5 * jitter())
