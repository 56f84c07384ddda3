"""Lists of customers who agreed, or did not, to be written to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from . import columns, moments, phones, tables

MAX_CELL = 2000


@dataclass(frozen=True)
class Defaults:
    """What holds for all rows without a value of their own."""

    country: str = ""
    purposes: tuple[str, ...] = ()
    given_at: datetime | None = None
    source: str = ""
    wording: str = ""
    order: str = "dmy"


@dataclass(frozen=True)
class OptIn:
    """One row; with an ``error`` code nothing else counts."""

    line: int
    raw_number: str = ""
    number: str = ""
    name: str = ""
    purposes: tuple[str, ...] = ()
    state: str = "in"
    given_at: datetime | None = None
    source: str = ""
    wording: str = ""
    error: str = ""


def read_table(
    table: tables.Table, roles: Mapping[int, str], defaults: Defaults
) -> list[OptIn]:
    """:param roles: meaning of columns by their number."""
    where = {role: index for index, role in roles.items()}
    return [_read_row(row, where, defaults, len(table.header)) for row in table.rows]


def find_orders(table: tables.Table, roles: Mapping[int, str]) -> tuple[str, ...]:
    """Orders in which all dates of the file can be read."""
    index = next((index for index, role in roles.items() if role == "date"), None)
    return moments.find_orders(row.get(index) for row in table.rows)


def _read_row(
    row: tables.Row, where: Mapping[str, int], defaults: Defaults, width: int
) -> OptIn:
    def get(role: str) -> str:
        return row.get(where.get(role))

    raw_number = get("number")
    given_at, problem = _read_date(get("date"), defaults)
    result = OptIn(
        line=row.line,
        raw_number=raw_number,
        number=phones.normalise(raw_number, defaults.country),
        name=get("name"),
        purposes=(
            columns.read_purposes(get("purpose"))
            if get("purpose")
            else defaults.purposes
        ),
        state=columns.read_state(get("state")) if get("state") else "in",
        given_at=given_at,
        source=get("source") or defaults.source,
        wording=get("wording") or defaults.wording,
    )
    error = _find_error(row, result, width) or problem
    return OptIn(row.line, raw_number=raw_number, error=error) if error else result


def _read_date(text: str, defaults: Defaults) -> tuple[datetime | None, str]:
    if not text:
        return defaults.given_at, "" if defaults.given_at else "date_missing"
    try:
        return moments.parse(text, defaults.order), ""
    except (ValueError, OverflowError, OSError):
        return None, "date"


def _find_error(row: tables.Row, opt_in: OptIn, width: int) -> str:
    if any(tables.has_control(cell) for cell in row.cells):
        return "control"
    if len(row.cells) > width:
        return "cells"
    if any(len(cell) > MAX_CELL for cell in row.cells):
        return "long"
    checks = (
        ("number", opt_in.number),
        ("purpose", opt_in.purposes),
        ("state", opt_in.state),
        ("source", opt_in.source),
        ("wording", opt_in.wording),
    )
    return next((code for code, value in checks if not value), "")
