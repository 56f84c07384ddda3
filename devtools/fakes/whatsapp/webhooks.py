"""Posting webhooks as Meta's servers do: signed, concurrent, repeated until 200."""

from __future__ import annotations

import random
import time
import urllib.parse
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from ..posting import TIMEOUT, Poster
from . import bodies
from .state import WABA_ID

#: Updates that Meta puts into one body at most.
MAX_UPDATES = 1000
#: Waits, in seconds, before an unanswered background webhook is posted again. Meta
#: goes on for days.
RETRIES = (0.2, 1.0, 3.0)


class Webhooks(Poster):
    """The address that bodies are posted to. Without one they are only kept."""

    def __init__(self, url: str = "", app_secret: str = ""):
        super().__init__()
        self.url = url
        self.app_secret = app_secret

    def post(self, body: bytes, app_secret: str | None = None) -> int:
        """Post bytes once; gives the HTTP status, 0 when there was no answer."""
        secret = self.app_secret if app_secret is None else app_secret
        headers = {
            "User-Agent": "facebookexternalua",
            "X-Hub-Signature-256": bodies.sign(body, secret),
        }
        return self.send(self.url, body, headers).status

    def post_until_accepted(self, body: bytes) -> int:
        """Post, and again while the answer is not 200."""
        status = self.post(body)
        for wait in RETRIES if self.url else ():
            if status == 200:
                break
            time.sleep(wait)
            status = self.post(body)
        return status

    def handshake(self, verify_token: str) -> bool:
        """Whether the address answers the verification request."""
        challenge = str(random.randrange(10**9, 10**10))
        query = {
            "hub.mode": "subscribe",
            "hub.challenge": challenge,
            "hub.verify_token": verify_token,
        }
        try:
            with self._open(
                f"{self.url}?{urllib.parse.urlencode(query)}", timeout=TIMEOUT
            ) as answer:
                return answer.status == 200 and answer.read() == challenge.encode()
        except OSError:
            return False


def batches(
    changes: Sequence[bodies.Change],
    *,
    size: int = 1,
    shuffle: bool = False,
    repeat: int = 1,
    seed: int = 0,
    waba: str = WABA_ID,
) -> list[bytes]:
    """Bodies of ``size`` changes each.

    :param shuffle: changes and bodies in any order.
    :param repeat: how often every body is posted.
    """
    chance = random.Random(seed)
    pool = list(changes)
    if shuffle:
        chance.shuffle(pool)
    size = max(1, min(size, MAX_UPDATES))
    groups = [pool[start : start + size] for start in range(0, len(pool), size)]
    found = [bodies.encode(bodies.envelope(*group, waba=waba)) for group in groups]
    found *= repeat
    if shuffle:
        chance.shuffle(found)
    return found


def post_all(
    webhooks: Webhooks, found: Iterable[bytes], *, workers: int = 1, **options: Any
) -> list[int]:
    """Post bodies, several at a time; statuses in the bodies' order."""
    if workers <= 1:
        return [webhooks.post(body, **options) for body in found]
    with ThreadPoolExecutor(workers) as pool:
        return list(pool.map(lambda body: webhooks.post(body, **options), found))
