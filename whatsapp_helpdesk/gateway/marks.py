"""Where formatting marks may stand, for reading and for writing them.

Rules of the clients that have them: an opening ``*``, ``_`` or ``~`` stands after white
space or punctuation and before a visible character, a closing one the other way round,
both on one line. ``2*3*4`` and ``snake_case_name`` are plain text. No characters are
escaped.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass, field

MARKS = "*_~"
#: Formatting inside formatting deeper than this is text.
MAX_DEPTH = 4
#: Characters read again at most to find out which formatting of a line works.
_EFFORT = 50_000

# Bidirectional controls and other invisible characters end an address: they could make
# it look like another one.
_INVISIBLE = "\u00ad\u061c\u200b-\u200f\u2028-\u202f\u2060-\u206f\ufeff"
_TOKEN = re.compile(
    r"(?P<fence>```[^\n]+?```)|(?P<code>`[^`\n]*[^`\s][^`\n]*`)"
    rf"|(?P<url>https?://[^\s<>\"`{_INVISIBLE}]{{1,2048}})|(?P<mark>[*_~])",
    re.IGNORECASE,
)
_AFTER_URL = ".,;:!?'\"*_~…،؛؟。、)]}»”’"


@dataclass
class Piece:
    """Part of a line: ``text``, ``code``, ``url``, or one of the marks around parts."""

    kind: str
    text: str = ""
    parts: list[Piece] = field(default_factory=list)


def parse_line(line: str, depth: int = 0) -> list[Piece]:
    """Split one line into text, code, addresses and formatted pieces."""
    tokens = list(_tokens(line))
    closers = {mark: _closers(line, tokens, mark) for mark in MARKS}
    output: list[Piece] = []
    position = 0
    for kind, start, end in tokens:
        if start < position:
            continue  # inside a piece that is done
        if kind == "mark":
            last = _closing(line, start, closers) if depth < MAX_DEPTH else 0
            if not last:
                continue
            parts = parse_line(line[end:last], depth + 1)
            piece, end = Piece(line[start], parts=parts), last + 1
        else:
            piece = Piece(kind, line[start:end].strip("`" if kind == "code" else ""))
        output += [Piece("text", line[position:start]), piece]
        position = end
    output.append(Piece("text", line[position:]))
    return [piece for piece in output if piece.text or piece.parts]


def _tokens(line: str) -> Iterator[tuple[str, int, int]]:
    """(kind, start, end) of code, addresses and single marks."""
    position = 0
    while match := _TOKEN.search(line, position):
        kind, position = match.lastgroup, match.end()
        if kind == "url":
            position = match.start() + len(_trimmed(match.group()))
        yield "code" if kind == "fence" else kind, match.start(), position


def _trimmed(url: str) -> str:
    """An address without the punctuation that follows it in a sentence."""
    end = len(url)
    while url[end - 1] in _AFTER_URL:
        if url[end - 1] == ")" and url.count("(", 0, end) >= url.count(")", 0, end):
            break
        end -= 1
    # "https://..." and the like: take the scheme only, it is shown as text.
    return url[:end] if end > len("https://") else url[: url.index("//") + 2]


def _closers(line: str, tokens: list[tuple[str, int, int]], mark: str) -> list[int]:
    """Places where a mark may close."""
    return [
        start
        for kind, start, end in tokens
        if kind == "mark"
        and line[start] == mark
        and start
        and not line[start - 1].isspace()
        and not line[end : end + 1].isalnum()
    ]


def _closing(line: str, start: int, closers: dict[str, list[int]]) -> int:
    """Place of the mark that closes the one at ``start``, or 0."""
    mark = line[start]
    before, after = line[start - 1 : start], line[start + 1 : start + 2]
    if before.isalnum() or not after or after.isspace() or after == mark:
        return 0
    places = closers[mark]
    index = bisect_left(places, start + 2)
    return places[index] if index < len(places) else 0


def text_of(pieces: list[Piece]) -> str:
    """What a reader sees of parsed pieces."""
    return "".join(piece.text + text_of(piece.parts) for piece in pieces)


class FormattedText:
    """Text written piece by piece with formatting that opens and closes around it.

    White space is collapsed as browsers do.
    """

    def __init__(self) -> None:
        self._text = ""
        self._open: list[tuple[str, int]] = []
        self._spans: list[tuple[int, int, str]] = []

    def add(self, text: str) -> None:
        text = re.sub(r"[ \t\r\n\f]+", " ", text).replace("\u00a0", " ")
        if text.startswith(" ") and (not self._text or self._text[-1] in " \n"):
            text = text[1:]
        self._text += text

    def newline(self) -> None:
        self._text += "\n"

    def new_block(self) -> None:
        if self._text and not self._text.endswith("\n"):
            self.newline()

    def open(self, mark: str) -> None:
        self._open.append((mark, len(self._text)))

    def close(self, mark: str) -> None:
        mark, start = self._open.pop()
        if mark and not any(mark == other for other, _start in self._open):
            self._spans.append((start, len(self._text), mark))

    def lines(self) -> list[str]:
        """Finished lines with their marks; no line for an empty text."""
        output, offset = [], 0
        if not self._text.strip(" "):
            return []
        for line in self._text.split("\n"):
            spans = _clip(line, offset, self._spans)
            output.append(_marked_line(line, spans).strip())
            offset += len(line) + 1
        return output


def _outer_first(span: tuple[int, int, str]) -> tuple[int, int, bool]:
    return span[0], -span[1], span[2] == "`"


def _clip(
    line: str, offset: int, spans: list[tuple[int, int, str]]
) -> list[tuple[int, int, str]]:
    """Spans that touch a line, in its own positions, white space at the ends left out.

    Neighbours of the same kind are merged.
    """
    merged: list[tuple[int, int, str]] = []
    # Of spans over the same text the outer one was closed, and noted, last.
    for start, end, mark in sorted(reversed(spans), key=_outer_first):
        start, end = max(start - offset, 0), min(end - offset, len(line))
        if start >= end:
            continue
        if merged and merged[-1][1:] == (start, mark):
            start = merged.pop()[0]
        merged.append((start, end, mark))
    output = []
    for start, end, mark in merged:
        text = line[start:end]
        if text.strip():
            first = end - len(text.lstrip())
            output.append((first, start + len(text.rstrip()), mark))
    return output


def _marked_line(line: str, spans: list[tuple[int, int, str]]) -> str:
    """A line with as many of the marks as its reader will understand."""
    code = [span for span in spans if span[2] == "`"]
    if "`" in line:  # the writer's own, which would pair up with ours
        spans = [span for span in spans if span not in code]
        code = []
    wanted = (line, text_of(parse_line(_insert(line, code))))

    def understood(chosen: list[tuple[int, int, str]]) -> bool:
        return text_of(parse_line(_insert(line, chosen))) in wanted

    if not spans or understood(spans):
        return _insert(line, spans)
    kept = code
    for span in spans[: _EFFORT // len(line)]:
        chosen = sorted({*kept, span}, key=_outer_first)
        if understood(chosen):
            kept = chosen
    return _insert(line, kept)


def _insert(line: str, spans: list[tuple[int, int, str]]) -> str:
    """Put marks around spans that are properly nested; outer ones come first."""
    opening: dict[int, str] = {}
    closing: dict[int, str] = {}
    for start, end, mark in spans:
        opening[start] = opening.get(start, "") + mark
        closing[end] = mark + closing.get(end, "")
    places = sorted({*opening, *closing})
    output, position = "", 0
    for place in places:
        output += line[position:place] + closing.get(place, "") + opening.get(place, "")
        position = place
    return output + line[position:]
