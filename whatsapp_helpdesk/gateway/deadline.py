"""One limit for everything that a thread does for one send: of time, and of bytes.

Time-outs of sockets count from each read or write anew: a server that gives one byte
now and then holds a call for ever. Here the thread has a moment by which all of it must
be over, and every wait on the network is cut to what is left.
"""

from __future__ import annotations

import io
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

_CHUNK = 64 * 1024
_local = threading.local()


@contextmanager
def limit(seconds: float) -> Iterator[None]:
    """Everything inside must be over after ``seconds``; an outer limit still holds."""
    before = getattr(_local, "moment", None)
    moment = time.monotonic() + seconds
    _local.moment = moment if before is None else min(before, moment)
    try:
        yield
    finally:
        _local.moment = before


@contextmanager
def volume(size: int) -> Iterator[None]:
    """No answer inside takes more than ``size`` bytes from its line, headers included.

    The libraries above read some lines and pieces as long as a server makes them.
    """
    before = getattr(_local, "size", None)
    _local.size = size if before is None else min(before, size)
    try:
        yield
    finally:
        _local.size = before


def left(seconds: float) -> float:
    """``seconds``, or what is left of the limit when that is less.

    :raise TimeoutError: nothing is left.
    """
    moment = getattr(_local, "moment", None)
    if moment is None:
        return seconds
    remaining = moment - time.monotonic()
    if remaining <= 0:
        raise TimeoutError("deadline")
    return min(seconds, remaining)


def send(sock: Any, write: Callable[[bytes], None], data: Any, seconds: float) -> None:
    """Write ``data`` piece by piece, so that a slow line cannot pass the limit."""
    if not isinstance(data, bytes):
        write(data)
        return
    for start in range(0, len(data), _CHUNK):
        sock.settimeout(left(seconds))
        write(data[start : start + _CHUNK])


class LimitedResponse:
    """Mixin of ``HTTPResponse``: no read, headers included, passes the limits."""

    def __init__(self, sock: Any, *args: Any, **kwargs: Any):
        super().__init__(sock, *args, **kwargs)
        self.fp = io.BufferedReader(_LimitedReader(self.fp.detach(), sock))


class _LimitedReader(io.RawIOBase):
    """The file of a socket; each read waits as long as its socket would, or less."""

    def __init__(self, raw: io.RawIOBase, sock: Any):
        self._raw, self._sock = raw, sock
        self._seconds = sock.gettimeout() or 60.0
        self._room = getattr(_local, "size", None)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int | None:
        self._sock.settimeout(left(self._seconds))
        count = self._raw.readinto(buffer)
        if count and self._room is not None:
            self._room -= count
            if self._room < 0:
                raise OSError("too many bytes")
        return count

    def close(self) -> None:
        if not self.closed:
            self._raw.close()
        return super().close()
