"""Characters as people see them, and cutting long text between them.

An approximation of Unicode's extended grapheme clusters (UAX #29) with the standard
library's tables only. It errs on the side of keeping things together: an emoji with
its skin tone, a ZWJ family, a flag, a letter with its combining marks or Arabic
diacritics, a Hangul syllable and an Indic conjunct are never torn apart.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from .provider import Limit, Unit

_ZWJ = "\u200d"
# Extend a cluster although their category is not a mark: zero-width non-joiner, Thai
# and Lao AM, half-width voicing marks.
_EXTEND = frozenset("\u200c\u0e33\u0eb3\uff9e\uff9f")
# Belong to the character after them (category Cf, "prepend").
_PREPEND = frozenset("\u0600\u0601\u0602\u0603\u0604\u0605\u06dd\u070f\u08e2")
#: A cluster of more code points than this is somebody's joke, and may be cut.
MAX_CLUSTER = 64
#: Part of the limit that must be filled before a nicer place to cut is accepted.
_MIN_FILL = 0.25
# From the best place to cut to the worst; white space around it is left out.
_BREAKS = (
    re.compile(r"\n[ \t]*\n"),
    re.compile(r"\n"),
    re.compile(r"(?<=[.!?…؟۔।。！？])\s+"),
    re.compile(r"\s+"),
)


def _extends(char: str) -> bool:
    """Whether a character never starts a cluster of its own."""
    code = ord(char)
    return (
        char == _ZWJ
        or char in _EXTEND
        or 0x1F3FB <= code <= 0x1F3FF  # skin tones
        or 0xE0020 <= code <= 0xE007F  # tags, as in the flag of Scotland
        or 0x1160 <= code <= 0x11FF  # Hangul vowels and finals
        or (code > 0x2FF and unicodedata.category(char)[0] == "M")
    )


def _is_regional(char: str) -> bool:
    return "\U0001f1e6" <= char <= "\U0001f1ff"


def _joins(previous: str, char: str) -> bool:
    """Whether ``char`` is glued to ``previous`` (flags are counted elsewhere)."""
    if previous == "\r" or previous in "\n\t" or char in "\r\n\t":
        return previous == "\r" and char == "\n"
    if _extends(char) or previous in _PREPEND:
        return True
    if previous == _ZWJ:
        return unicodedata.category(char)[0] in "SL"
    if unicodedata.combining(previous) == 9:  # virama: the next letter is its conjunct
        return unicodedata.category(char)[0] == "L"
    # Hangul leading consonants
    return "\u1100" <= previous <= "\u115f" and "\u1100" <= char <= "\u115f"


def clusters(text: str) -> Iterator[str]:
    """Yield the visible characters of a text, in order; joined they are the text."""
    start = 0
    for index in range(1, len(text)):
        previous, char = text[index - 1], text[index]
        if previous.isascii() and char.isascii():
            glued = previous == "\r" and char == "\n"
        elif _is_regional(previous) and _is_regional(char):
            glued = index - start == 1  # a pair is a flag, a third starts the next
        else:
            glued = _joins(previous, char)
        if not glued or index - start >= MAX_CLUSTER:
            yield text[start:index]
            start = index
    if text:
        yield text[start:]


def length(text: str, unit: Unit = Unit.CHARACTERS) -> int:
    """Length as the provider counts it: code points, UTF-8 bytes or UTF-16 units."""
    if unit is Unit.UTF8:
        return len(text.encode("utf-8", "surrogatepass"))
    if unit is Unit.UTF16:
        return len(text.encode("utf-16-le", "surrogatepass")) // 2
    return len(text)


def shorten(text: str, size: int, ellipsis: str = "…") -> str:
    """At most ``size`` code points, cut between visible characters."""
    if len(text) <= size:
        return text
    if size < len(ellipsis):
        return ""
    kept = text[: _fitting(text, Limit(size - len(ellipsis)))]
    return kept.rstrip() + ellipsis


def split_text(text: str, limit: Limit) -> list[str]:
    """Cut a text into parts that fit, at paragraphs, lines, sentences, words, and only
    then between visible characters.

    Nothing but white space at the cuts is lost. A text that fits comes back whole, an
    empty one as no part. Marks around text longer than a part are not repeated.

    :raise ValueError: the limit is too small for a single character.
    """
    parts = []
    rest = text.strip()
    while length(rest, limit.unit) > limit.size:
        end = _fitting(rest, limit)
        if not end:
            raise ValueError(f"limit {limit.size} is too small to split by")
        left, right = _cut(rest, end)
        parts.append(left)
        rest = right
    return [*parts, rest] if rest else parts


def _fitting(text: str, limit: Limit) -> int:
    """Index of the last cluster boundary within the limit.

    A first cluster that is larger than the limit is cut between its code points.
    """
    end = room = 0
    for cluster in clusters(text):
        room += length(cluster, limit.unit)
        if room > limit.size:
            break
        end += len(cluster)
    if end:
        return end
    room = 0
    for index, char in enumerate(text):
        room += length(char, limit.unit)
        if room > limit.size:
            return index
    return len(text)


def _cut(text: str, end: int) -> tuple[str, str]:
    """Cut ``text`` at the best place not after ``end``; both sides are stripped."""
    # White space right after the end is a place to cut as well.
    head = text[: end + 1]
    for fill in (_MIN_FILL, 0.0):
        for pattern in _BREAKS:
            place = _last(pattern, head, end)
            if place > end * fill and not _extends(text[place:].lstrip()[:1] or "x"):
                left = text[:place].rstrip()
                if left:
                    return left, text[place:].lstrip()
    return text[:end].rstrip() or text[:end], text[end:].lstrip()


def _last(pattern: re.Pattern[str], head: str, end: int) -> int:
    """Start of the last match that begins within ``end``, or 0."""
    place = 0
    for match in pattern.finditer(head):
        if match.start() <= end:
            place = match.start()
    return place
