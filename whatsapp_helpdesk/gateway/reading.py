"""Reading the body of an answer: never more bytes than allowed, packed or not.

We ask for answers as they are. A server that packs one all the same is believed only as
far as the limit: unpacking goes piece by piece, so a small answer cannot become a huge
one in memory.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator, Mapping
from typing import Any, Protocol

from .errors import GatewayError, Retry

CHUNK = 64 * 1024
#: Digits of a length that is believed; more is no length.
_MAX_DIGITS = 15
#: ``zlib`` takes both kinds of header with this.
_GZIP_OR_ZLIB = 32 + zlib.MAX_WBITS
_PLAIN, _PACKED = ("", "identity"), ("gzip", "x-gzip", "deflate")


class Answer(Protocol):
    """What is needed of an answer of the HTTP library."""

    headers: Mapping[str, str]
    raw: Any


class BrokenAnswer(OSError):
    """It was cut off, or is not packed as it says."""


def read_body(answer: Answer, max_size: int, too_large: GatewayError) -> bytes:
    """The whole body of an answer whose headers are read.

    :raise GatewayError: ``too_large``, as soon as more than ``max_size`` bytes are
        announced, sent or unpacked.
    :raise OSError: it was cut off or cannot be unpacked.
    """
    promised = _length(answer)
    if promised is not None and promised > max_size:
        raise too_large
    encoding = answer.headers.get("Content-Encoding", "").strip().lower()
    content = bytearray()
    for piece in _unpacked(_pieces(answer), encoding):
        content += piece
        if len(content) > max_size:
            raise too_large
    cut = promised is not None and encoding in _PLAIN and len(content) != promised
    if cut:
        raise BrokenAnswer("answer was cut off")
    return bytes(content)


def _length(answer: Answer) -> int | None:
    text = answer.headers.get("Content-Length", "")
    if text.isascii() and text.isdecimal() and len(text) <= _MAX_DIGITS:
        return int(text)
    return None


def _pieces(answer: Answer) -> Iterator[bytes]:
    # Not by `stream`: it reads the line with a chunk's size however long that is.
    while piece := answer.raw.read(CHUNK, decode_content=False):
        yield piece


def _unpacked(pieces: Iterator[bytes], encoding: str) -> Iterator[bytes]:
    if encoding in _PLAIN:
        yield from pieces
        return
    if encoding not in _PACKED:
        raise BrokenAnswer("unknown encoding")
    unpacker = zlib.decompressobj(_GZIP_OR_ZLIB)
    try:
        for piece in pieces:
            rest = piece
            while rest and not unpacker.eof:
                yield unpacker.decompress(rest, CHUNK)
                rest = unpacker.unconsumed_tail
        while unpacked := unpacker.decompress(b"", CHUNK):
            yield unpacked
    except zlib.error:
        raise BrokenAnswer("not packed so") from None
    if not unpacker.eof:
        raise BrokenAnswer("answer was cut off")


def download_error(status: int) -> GatewayError:
    """What it means that a file is not given."""
    # Addresses of files live minutes: gone or forbidden may mean "ask for a new one".
    reason, retry = {
        401: ("token", Retry.SLOW),
        429: ("throttled", Retry.SLOW),
        **dict.fromkeys((403, 404, 410), ("media", Retry.SOON)),
    }.get(status, ("media", Retry.NEVER) if status < 500 else ("server", Retry.SOON))
    return GatewayError(reason, retry, code=status, details=f"HTTP status {status}")
