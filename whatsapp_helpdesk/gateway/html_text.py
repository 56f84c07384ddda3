"""HTML of Odoo's composer to messaging markup: reading and walking the HTML.

Marks themselves are placed by :mod:`.marks`; the way back is in :mod:`.markup`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser

from .marks import FormattedText

#: Elements inside elements deeper than this are flattened.
MAX_DEPTH = 60

_MARKS = {"b": "*", "strong": "*", "i": "_", "em": "_", "code": "`"}
_MARKS |= {"s": "~", "del": "~", "strike": "~"}
_HEADINGS = frozenset(("h1", "h2", "h3", "h4", "h5", "h6"))
#: Blocks with an empty line between two of them.
_SPACED = _HEADINGS | {"p", "table"}
_BLOCKS = _SPACED | frozenset(
    ("div", "ul", "ol", "li", "blockquote", "pre", "tr", "hr", "section", "article")
    + (
        "header",
        "footer",
        "thead",
        "tbody",
        "tfoot",
        "figure",
        "figcaption",
        "dl",
        "dt",
        "dd",
        "address",
    )
)
_VOID = frozenset(("br", "hr", "img", "input", "wbr", "meta", "link", "base", "col"))
_HIDDEN = frozenset(
    ("script", "style", "head", "title", "template", "noscript", "svg", "math")
)
#: Classes of links to records of ours: mentions of people and channels.
_MENTION = re.compile(r"\bo_(mail|channel)_redirect\b")


@dataclass
class _Node:
    """An element, or a text when ``tag`` is empty."""

    tag: str = ""
    text: str = ""
    attrs: dict[str, str] = field(default_factory=dict)
    children: list[_Node] = field(default_factory=list)


class _TreeBuilder(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.root = _Node("div")
        self.stack = [self.root]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if self.stack[-1].tag == tag and tag in ("p", "li"):
            self.stack.pop()
        node = _Node(tag, attrs={name: value or "" for name, value in attrs})
        self.stack[-1].children.append(node)
        if tag not in _VOID and len(self.stack) < MAX_DEPTH:
            self.stack.append(node)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in _VOID:
            self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        for index in range(len(self.stack) - 1, 0, -1):
            if self.stack[index].tag == tag:
                del self.stack[index:]
                return

    def handle_data(self, data: str) -> None:
        self.stack[-1].children.append(_Node(text=data))


def to_markup(html: str) -> str:
    """Messaging markup of composer HTML.

    Paragraphs are separated by an empty line, links become ``text (address)``, mentions
    their name, lists ``- item``. Formatting that the receiving client would not
    recognise (inside a word, or around a text with the same mark) is left out, the text
    never is. Scripts, styles and comments vanish.
    """
    parser = _TreeBuilder()
    parser.feed(html)
    parser.close()
    return "\n".join(_lines(parser.root)).strip()


def _lines(node: _Node, marks: str = "") -> list[str]:
    """Lines of a block's content."""
    output: list[str] = []
    previous = ""  # tag of the last block that was not empty
    for tag, lines in _groups(node, marks):
        if not lines:
            continue
        if any(lines):
            if previous in _SPACED and tag in _SPACED:
                output.append("")
            previous = tag or "text"
        output += lines
    return output


def _groups(node: _Node, marks: str) -> Iterator[tuple[str, list[str]]]:
    """(tag, lines) of child blocks and, without a tag, of what is between them."""
    run: list[_Node] = []
    for child in node.children:
        if child.tag in _BLOCKS:
            yield "", _inline_lines(run, marks)
            run = []
            yield child.tag, _block_lines(child, marks)
        else:
            run.append(child)
    yield "", _inline_lines(run, marks)


def _block_lines(node: _Node, marks: str) -> list[str]:
    special = _SPECIAL.get(node.tag)
    if special:
        return special(node, marks)
    return _lines(node, "*" if node.tag in _HEADINGS else marks)


def _quote_lines(node: _Node, marks: str) -> list[str]:
    return [f"> {line}".rstrip() for line in _lines(node, marks)]


def _list_lines(node: _Node, marks: str) -> list[str]:
    start = node.attrs.get("start", "1")
    number = int(start) if start.isdecimal() else 1
    output = []
    for item in node.children:
        lines = _content(item, marks)
        if not lines:
            continue
        bullet = f"{number}. " if node.tag == "ol" else "- "
        if _is_sublist(item):
            bullet = "  "
        else:
            number += 1
        output.append(bullet + lines[0])
        output += ["  " + line for line in lines[1:]]
    return output


def _content(node: _Node, marks: str) -> list[str]:
    """Lines of a list item or table cell, or of something that stands in its place."""
    if node.tag in _BLOCKS:
        return _lines(node, marks)
    return _inline_lines([node], marks)


def _is_sublist(item: _Node) -> bool:
    """Whether a list item only carries a list inside, as Odoo's editor writes them."""
    first = next(
        (child for child in item.children if child.text.strip() or child.tag), None
    )
    return first is not None and first.tag in ("ul", "ol")


def _pre_lines(node: _Node, marks: str) -> list[str]:
    text = "".join(_texts(node)).strip("\n")
    fenced = text if "```" in text or not text.strip() else f"```{text}```"
    return fenced.split("\n")


def _row_lines(node: _Node, marks: str) -> list[str]:
    cells = [
        " ".join(_content(cell, "*" if cell.tag == "th" else marks))
        for cell in node.children
    ]
    cells = [
        cell
        for cell, child in zip(cells, node.children, strict=True)
        if cell or child.tag
    ]
    return [" | ".join(cells)] if any(cells) else []


def _rule_lines(node: _Node, marks: str) -> list[str]:
    return ["———"]


_SPECIAL = {
    "blockquote": _quote_lines,
    "ul": _list_lines,
    "ol": _list_lines,
    "pre": _pre_lines,
    "tr": _row_lines,
    "hr": _rule_lines,
}


def _texts(node: _Node) -> Iterator[str]:
    """All text inside, as it stands in the source."""
    for child in node.children:
        if child.tag == "br":
            yield "\n"
        if child.tag not in _HIDDEN:
            yield child.text
            yield from _texts(child)


def _inline_lines(nodes: list[_Node], marks: str) -> list[str]:
    """Lines of a run of inline elements; one empty line when there is only a break."""
    target = FormattedText()
    for mark in marks:
        target.open(mark)
    for node in nodes:
        _write(target, node)
    for mark in marks:
        target.close(mark)
    lines = target.lines()
    if lines and not lines[-1]:
        lines.pop()  # a break at the end of a block shows nothing
    return lines


def _write(target: FormattedText, node: _Node) -> None:
    """Append an inline node to the text."""
    if node.tag in _HIDDEN:
        return
    if node.tag == "br":
        target.newline()
    elif node.tag == "img":
        target.add(node.attrs.get("alt", ""))
    elif not node.tag:
        target.add(node.text)
    else:
        _write_element(target, node)


def _write_element(target: FormattedText, node: _Node) -> None:
    mark = _MARKS.get(node.tag, "")
    if node.tag in _BLOCKS:
        target.new_block()
    target.open(mark)
    for child in node.children:
        _write(target, child)
    target.close(mark)
    if node.tag == "a":
        target.add(_address(node))
    elif node.tag in _BLOCKS:
        target.new_block()


def _address(node: _Node) -> str:
    """What to write behind the text of a link: its address, unless it is there."""
    href = node.attrs.get("href", "").strip()
    mention = _MENTION.search(node.attrs.get("class", ""))
    match = re.match(r"(?i)(https?://|mailto:|tel:)(.+)", href)
    if mention or "data-oe-model" in node.attrs or not match:
        return ""
    shown = "".join(_texts(node)).strip().rstrip("/").lower()
    scheme, rest = match.groups()
    if shown in (href.rstrip("/").lower(), rest.rstrip("/").lower()):
        return ""
    target = href if "//" in scheme else rest
    return f" ({target})" if shown else target
