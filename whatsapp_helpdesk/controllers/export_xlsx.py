"""Exports of lists: what a stranger wrote is text there, never a formula.

Odoo's own files in CSV put a ``'`` before what looks like a formula; its Excel files
take every text that starts with ``=`` for one, and some for links into the network.
"""

import re

from odoo.addons.web.controllers.export import ExcelExport

#: What the library that writes the file would make more of than a text.
_ACTIVE = re.compile(r"\s*(?:=|\{=|(?:in|ex)ternal:)")


class SafeExcelExport(ExcelExport):
    def from_data(self, fields, columns_headers, rows):
        """Override: cells of texts are texts."""
        rows = [[as_text(cell) for cell in row] for row in rows]
        return super().from_data(fields, columns_headers, rows)

    def from_group_data(self, fields, columns_headers, groups):
        """Override: so are headings of groups."""
        return super().from_group_data(fields, columns_headers, _safe_tree(groups))


def as_text(cell):
    """The cell, marked as text where a spreadsheet would run it."""
    if isinstance(cell, bytes):
        return b"'" + cell if cell[:1] in b"={" and cell else cell
    if isinstance(cell, str) and _ACTIVE.match(cell):
        return f"'{cell}"
    return cell


def _safe_tree(node):
    node.data = [[as_text(cell) for cell in row] for row in node.data]
    children = [
        (_safe_key(key), _safe_tree(child)) for key, child in node.children.items()
    ]
    node.children.clear()
    node.children.update(children)
    return node


def _safe_key(key):
    """A group is named by its value, or by number and name of a record."""
    if isinstance(key, tuple):
        return (*key[:1], *(as_text(part) for part in key[1:]))
    return as_text(key)
