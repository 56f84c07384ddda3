"""Fetching several files at once, without a database."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass, field

from .errors import GatewayError, Retry
from .provider import MediaBlob, Provider
from .redact import redact
from .updates import MediaRef

WORKERS = 4


@dataclass(frozen=True)
class Job:
    """One file to fetch. ``key`` comes back with the result."""

    key: int
    provider: Provider = field(repr=False)
    ref: MediaRef
    max_size: int


def fetch_all(jobs: Sequence[Job]) -> Iterator[tuple[int, MediaBlob | GatewayError]]:
    """Yield each file, or why it could not be fetched, as soon as it is there."""
    with ThreadPoolExecutor(max_workers=WORKERS) as pool:
        futures = {pool.submit(_fetch, job): job.key for job in jobs}
        # Those that were handed over are forgotten: a file may be large.
        for future in as_completed(list(futures)):
            yield futures.pop(future), future.result()


def _fetch(job: Job) -> MediaBlob | GatewayError:
    try:
        return job.provider.fetch_media(job.ref, max_size=job.max_size)
    except GatewayError as error:
        return error
    except Exception as error:  # noqa: BLE001 - one file, not the whole batch
        secrets = job.provider.credentials.redact_values()
        details = redact(f"{type(error).__name__}: {error}", secrets)
        return GatewayError("unknown", Retry.SOON, details=details[:300])
