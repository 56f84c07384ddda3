"""Messaging markup (``*bold*``, ``> quote`` …) to safe HTML and back.

Text typed with marks passes as it is in both directions. There is no escape character
in messaging markup; where marks of ours could not be told apart from the text, the
formatting is given up, never a character. :mod:`.marks` has the rules.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from itertools import groupby

from .graphemes import length, split_text
from .html_text import to_markup
from .marks import Piece, parse_line, text_of

__all__ = ["length", "plain", "split_text", "to_html", "to_markup"]

_TAGS = {"*": "strong", "_": "em", "~": "s"}
_ITEM = re.compile(r"(?:[*-]|(\d{1,3})\.) +(?=\S)")
# A written phone number: its groups of digits would change places in Arabic text.
_PHONE = re.compile(
    r"(?<![\w+/.-])(?<!\d )"
    r"(?:\+\d{7,15}|(?:\+|0)\d{1,4}(?:[ .-]\(?\d{1,5}\)?){1,6})(?![\w/])"
)
_PHONE_DIGITS = 7
# Neither stored by a database nor shown by a browser.
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")


def to_html(text: str) -> str:
    """Safe HTML of a message: p, br, strong, em, s, code, pre, blockquote, ul, ol, li,
    bdi around phone numbers, and a for http and https. Everything is escaped.

    Line breaks are kept; an empty line separates paragraphs.
    """
    output = ""
    for code, part in split_code(text):
        output += f"<pre>{html.escape(part)}</pre>" if code else _blocks(part)
    return output


def plain(text: str) -> str:
    """The text without formatting marks, for previews and searching."""
    output = []
    for code, part in split_code(text):
        lines = part.split("\n")
        output += lines if code else [text_of(parse_line(line)) for line in lines]
    return "\n".join(output).strip()


def split_code(text: str) -> Iterator[tuple[bool, str]]:
    """(whether it is code, text): fenced code of several lines, and what is between.

    Code within one line is left to the parser of lines.
    """
    text = _CONTROL.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
    pieces = text.split("```")
    loose, inside = pieces[0], False
    for index, piece in enumerate(pieces[1:], 2):
        inside = not inside
        if inside and "\n" in piece and index < len(pieces):
            yield False, loose.rstrip(" ").removesuffix("\n")
            yield True, piece.strip("\n")
            loose = ""
        elif inside or loose:
            loose += "```" + piece
        else:
            loose = piece.lstrip(" ").removeprefix("\n")
    yield False, loose


def _blocks(text: str) -> str:
    """Paragraphs, lists and quotes of a text without fenced code."""
    output, empty = "", 0
    # The gateway has no Odoo, and neighbours are to be grouped, not equals.
    every_line = text.split("\n")
    for kind, group in groupby(every_line, _kind):  # pylint: disable=bad-builtin-groupby
        lines = list(group)
        if kind == "empty":
            empty = len(lines)
            continue
        block = _WRITERS[kind](lines)
        if output:
            between = output.endswith("</p>") and block.startswith("<p>")
            output += "<p><br></p>" * (empty - between)
        output, empty = output + block, 0
    return output


def _kind(line: str) -> str:
    if line.startswith("> "):
        return "quote"
    if match := _ITEM.match(line):
        return "ordered" if match[1] else "bullets"
    return "text" if line.strip() else "empty"


def _paragraph(lines: list[str]) -> str:
    return f"<p>{_joined(lines)}</p>"


def _quote(lines: list[str]) -> str:
    return f"<blockquote>{_joined([line[2:] for line in lines])}</blockquote>"


def _bullets(lines: list[str]) -> str:
    return f"<ul>{_items(lines)}</ul>"


def _ordered(lines: list[str]) -> str:
    """A numbered list; numbers that do not count up are the writer's own text."""
    numbers = [int(line.partition(".")[0]) for line in lines]
    first = numbers[0]
    if numbers != list(range(first, first + len(numbers))):
        return _paragraph(lines)
    start = f' start="{first}"' if first != 1 else ""
    return f"<ol{start}>{_items(lines)}</ol>"


def _items(lines: list[str]) -> str:
    texts = (_ITEM.sub("", line, count=1) for line in lines)
    return "".join(f"<li>{_inline(parse_line(text))}</li>" for text in texts)


def _joined(lines: list[str]) -> str:
    return "<br>".join(_inline(parse_line(line)) for line in lines)


_WRITERS = {
    "quote": _quote,
    "ordered": _ordered,
    "bullets": _bullets,
    "text": _paragraph,
}


def _inline(pieces: list[Piece]) -> str:
    return "".join(_piece(piece) for piece in pieces)


def _piece(piece: Piece) -> str:
    text = html.escape(piece.text)
    if piece.kind in _TAGS:
        tag = _TAGS[piece.kind]
        return f"<{tag}>{_inline(piece.parts)}</{tag}>"
    if piece.kind == "code":
        return f"<code>{text}</code>"
    if piece.kind == "url" and not piece.text.endswith("//"):
        return f'<a href="{text}" target="_blank" rel="noreferrer noopener">{text}</a>'
    return _PHONE.sub(_isolated, text)


def _isolated(match: re.Match[str]) -> str:
    """Keep a phone number in one piece that runs from left to right."""
    number = match[0]
    digits = sum(character.isdigit() for character in number)
    return f"<bdi>{number}</bdi>" if digits >= _PHONE_DIGITS else number
