"""Tables in files that people export: CSV in any usual encoding, and safe CSV out.

Nothing in a file is trusted. What makes the whole file unusable is a
:class:`FileProblem` that names the line; what concerns one row is left to the reader
of that row.
"""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

MAX_BYTES = 20 * 1024 * 1024
MAX_COLUMNS = 100
MAX_ROWS = 50_000
#: Characters of a line of the file; of a quoted cell, csv's own limit is similar.
MAX_LINE = 100_000
DELIMITERS = (",", ";", "\t", "|")

#: The longest mark first: UTF-32's little-endian one begins as UTF-16's does.
_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_HIGH_RUN = re.compile(rb"[\x80-\xff]+")
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "|", "%")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


class FileProblem(ValueError):
    """The file cannot be used. ``code`` says why, ``line`` where (0: the whole)."""

    def __init__(self, code: str, line: int = 0, limit: int = 0) -> None:
        super().__init__(f"{code} in line {line}" if line else code)
        self.code = code
        self.line = line
        self.limit = limit


@dataclass(frozen=True)
class Row:
    """Cells of one record; ``line`` is where it starts in the file."""

    line: int
    cells: tuple[str, ...]

    def get(self, index: int | None) -> str:
        if index is None or index >= len(self.cells):
            return ""
        return self.cells[index].strip()


@dataclass(frozen=True)
class Table:
    header: tuple[str, ...]
    rows: tuple[Row, ...]


# -- text ----------------------------------------------------------------------------


def check_size(raw: bytes) -> None:
    """:raise FileProblem: nothing in it, or more than is read into memory."""
    if len(raw) > MAX_BYTES:
        raise FileProblem("too_large", limit=MAX_BYTES // 1024 // 1024)
    if not raw.strip():
        raise FileProblem("empty")


def decode(raw: bytes) -> str:
    """Text of a file in UTF-8, UTF-16, UTF-32, Windows-1252 or Windows-1256.

    :raise FileProblem: it is none of these, with the first line that shows it.
    """
    check_size(raw)
    encoding, start = _sniff(raw)
    try:
        text = raw[start:].decode(encoding)
    except UnicodeDecodeError as error:
        before = raw[start : start + error.start].decode(encoding, "ignore")
        raise FileProblem("encoding", before.count("\n") + 1) from None
    if "\x00" in text:
        line = text.count("\n", 0, text.index("\x00")) + 1
        raise FileProblem("binary", line)
    return text


def has_control(text: str) -> bool:
    """Whether it holds characters that no person types."""
    return _CONTROL.search(text) is not None


def _sniff(raw: bytes) -> tuple[str, int]:
    """Encoding, and where the text starts."""
    for mark, encoding in _MARKS:
        if raw.startswith(mark):
            return encoding, len(mark)
    sample = raw[:2000]
    if len(sample) >= 4 and sample.count(0) > len(sample) // 5:
        # Latin text in UTF-16 without a mark: every other byte is zero.
        return ("utf-16-be" if sample[0] == 0 else "utf-16-le"), 0
    try:
        raw.decode("utf-8")
    except UnicodeDecodeError as error:
        if not raw[: error.start].isascii():
            return "utf-8", 0  # it is UTF-8, but damaged: say so, do not guess
        return _sniff_windows(raw), 0
    return "utf-8", 0


def _sniff_windows(raw: bytes) -> str:
    """Arabic letters stand together, accented Latin ones alone among others."""
    runs = [len(run) for run in _HIGH_RUN.findall(raw[:20_000])]
    together = sum(length for length in runs if length > 1)
    arabic = together > sum(runs) / 2
    if not arabic and any(byte in raw for byte in b"\x81\x8d\x8f\x90\x9d"):
        return "cp1256"  # bytes that Windows-1252 does not have
    return "cp1256" if arabic else "cp1252"


# -- CSV -----------------------------------------------------------------------------


def read_csv(raw: bytes) -> Table:
    """:raise FileProblem: see the codes where it is raised."""
    return make_table(_read_records(decode(raw)))


def make_table(records: Iterable[Row]) -> Table:
    """The first record with anything in it is the header; empty rows are left out."""
    header: Row | None = None
    rows: list[Row] = []
    for row in records:
        if len(row.cells) > MAX_COLUMNS:
            raise FileProblem("columns", row.line, MAX_COLUMNS)
        if not any(cell.strip() for cell in row.cells):
            continue
        if header is None:
            header = row
            continue
        if len(rows) >= MAX_ROWS:
            raise FileProblem("rows", row.line, MAX_ROWS)
        rows.append(row)
    if header is None:
        raise FileProblem("empty")
    return Table(tuple(cell.strip() for cell in header.cells), tuple(rows))


def _read_records(text: str) -> Iterator[Row]:
    lines = io.StringIO(text, newline="")
    skipped = _skip_separator_line(lines)
    delimiter = skipped[1] or find_delimiter(text)
    reader = csv.reader(_checked(lines, skipped[0]), delimiter=delimiter, strict=True)
    while True:
        line = skipped[0] + reader.line_num + 1
        try:
            yield Row(line, tuple(next(reader)))
        except StopIteration:
            return
        except csv.Error as error:
            code = "long" if "limit" in str(error) else "quote"
            raise FileProblem(code, line, MAX_LINE) from None


def _skip_separator_line(lines: io.StringIO) -> tuple[int, str]:
    """Spreadsheets may begin with ``sep=;``: lines to skip, and the delimiter."""
    first = lines.readline()
    match = re.fullmatch(r"sep=(.)\r?\n?", first, re.IGNORECASE)
    if match:
        return 1, match[1]
    lines.seek(0)
    return 0, ""


def _checked(lines: Iterable[str], skipped: int) -> Iterator[str]:
    for number, line in enumerate(lines, skipped + 1):
        if len(line) > MAX_LINE:
            raise FileProblem("long", number, MAX_LINE)
        yield line


def find_delimiter(text: str) -> str:
    """What separates the cells of the first line, quoted ones left out."""
    first = next((line for line in text[:MAX_LINE].splitlines() if line.strip()), "")
    bare = re.sub(r'"[^"]*"', "", first)
    return max(DELIMITERS, key=bare.count)


def write_csv(rows: Iterable[Sequence[object]]) -> bytes:
    """CSV that spreadsheets open without running anything: no cell is a formula."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\r\n")
    writer.writerows([neutralise(cell) for cell in row] for row in rows)
    return codecs.BOM_UTF8 + buffer.getvalue().encode("utf-8", "replace")


def neutralise(cell: object) -> str:
    text = "" if cell is None or cell is False else str(cell)
    text = _CONTROL.sub("", text)
    return f"'{text}" if text.lstrip(" ").startswith(_FORMULA) else text
