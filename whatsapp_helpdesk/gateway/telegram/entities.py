"""Formatting: our marks to Telegram's entities, and its hidden links to text.

Text is sent as it is, with the places of its formatting beside it. So no character
needs an escape and nothing that a customer reads can be taken for markup.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from .. import read
from ..graphemes import length
from ..marks import Piece, parse_line
from ..markup import split_code
from ..provider import Unit

Entity = dict[str, Any]
_TYPES = {"*": "bold", "_": "italic", "~": "strikethrough"}
_QUOTE = "> "


class _Writer:
    """Text and what is formatted in it; places are counted in UTF-16 units."""

    def __init__(self) -> None:
        self.text = ""
        self.entities: list[Entity] = []
        self.size = 0

    def add(self, text: str) -> None:
        self.text += text
        self.size += length(text, Unit.UTF16)

    def formatted(self, kind: str, write: Callable[[], None]) -> None:
        start = self.size
        place = len(self.entities)
        write()
        if self.size > start:
            entity = {"type": kind, "offset": start, "length": self.size - start}
            self.entities.insert(place, entity)

    def line(self, line: str) -> None:
        if line.startswith(_QUOTE):
            self.formatted("blockquote", lambda: self.pieces(parse_line(line[2:])))
        else:
            self.pieces(parse_line(line))

    def pieces(self, pieces: list[Piece]) -> None:
        for piece in pieces:
            self._piece(piece)

    def _piece(self, piece: Piece) -> None:
        if piece.kind in _TYPES:
            self.formatted(_TYPES[piece.kind], lambda: self.pieces(piece.parts))
        elif piece.kind == "code":
            self.formatted("code", lambda: self.add(piece.text))
        else:
            self.add(piece.text)


def build(text: str) -> tuple[str, list[Entity]]:
    """What the customer reads of a text with marks, and its formatting."""
    writer = _Writer()
    between = ""
    for is_code, part in split_code(text.strip()):
        if not part:
            continue
        writer.add(between)
        between = "\n"
        if is_code:
            writer.formatted("pre", lambda part=part: writer.add(part))
            continue
        for position, line in enumerate(part.split("\n")):
            writer.add("\n" if position else "")
            writer.line(line)
    return writer.text, _joined_quotes(writer.entities)


def _joined_quotes(entities: list[Entity]) -> list[Entity]:
    """Quoted lines one after the other are one quote."""
    output: list[Entity] = []
    quote: Entity | None = None
    for entity in entities:
        if entity["type"] == "blockquote":
            if quote and quote["offset"] + quote["length"] + 1 == entity["offset"]:
                quote["length"] += entity["length"] + 1
                continue
            quote = entity
        output.append(entity)
    return output


def with_links(text: str, entities: list[dict[str, Any]]) -> str:
    """A text with the addresses that its words hide, in brackets after them."""
    places = []
    for entity in entities:
        url = read.text(entity, "url")
        start, size = (read.whole(entity, name) for name in ("offset", "length"))
        if read.text(entity, "type") == "text_link" and url and start is not None:
            places.append((start, start + max(size or 0, 0), url))
    if not places:
        return text
    units = text.encode("utf-16-le", "surrogatepass")
    for start, end, url in sorted(places, reverse=True):
        if 0 <= start < end <= len(units) // 2:
            label = units[start * 2 : end * 2].decode("utf-16-le", "replace")
            if label.strip() != url:
                added = f" ({url})".encode("utf-16-le", "surrogatepass")
                units = units[: end * 2] + added + units[end * 2 :]
    return units.decode("utf-16-le", "replace")
