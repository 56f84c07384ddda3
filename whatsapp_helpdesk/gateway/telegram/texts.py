"""Texts of parts that have more than a body: Telegram shows one text and a keyboard."""

from __future__ import annotations

from ..outgoing import OutButtons, OutLink, OutList, Row


def framed(part: OutButtons | OutLink | OutList, body: str = "") -> str:
    """Header in bold, body and footer in italics, with marks of ours."""
    blocks = (_marked(part.header, "*"), body or part.body, _marked(part.footer, "_"))
    return "\n\n".join(block for block in blocks if block.strip())


def _marked(text: str, mark: str) -> str:
    """One line in a format; a text that has such marks itself stays as it is."""
    line = text.strip()
    plain = line and "\n" not in line and mark not in line
    return f"{mark}{line}{mark}" if plain else line


def listed(part: OutList) -> str:
    """The body, and what the rows say beyond the titles that stand on the buttons."""
    lines = []
    section = ""
    for row in part.rows:
        if row.section != section:
            section = row.section
            lines += ["", _marked(section, "*")] if section else []
        if row.description:
            lines.append(_line(row))
    return framed(part, "\n".join([part.body.rstrip(), "", *lines]).rstrip())


def _line(row: Row) -> str:
    return f"• {_marked(row.title, '*')}: {row.description}"
