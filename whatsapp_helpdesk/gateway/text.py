"""Cleaning of names and file names that strangers chose.

The recognisers of short messages (:mod:`.words`) can be imported from here too.
"""

from __future__ import annotations

import mimetypes
import re
import unicodedata

from .graphemes import shorten
from .words import asks_for_human, is_closing_thanks, opt_in_word, opt_out_word

__all__ = [
    "asks_for_human",
    "clean_filename",
    "clean_line",
    "clean_name",
    "is_closing_thanks",
    "opt_in_word",
    "opt_out_word",
]

#: Characters (code points) of a cleaned name.
MAX_NAME = 100
#: Characters of a cleaned file name, and UTF-8 bytes, which file systems count.
MAX_FILENAME = 120
MAX_FILENAME_BYTES = 240
#: Combining marks on one letter; real writing has three at most.
MAX_MARKS = 4
#: Characters of input that are looked at.
_MAX_INPUT = 5000
MAX_EXTENSION = 12

_ZWJ, _ZWNJ = "\u200d", "\u200c"
# Letters of category L or S that show nothing: Hangul and Braille fillers.
_BLANK = frozenset("\u115f\u1160\u3164\uffa0\u2800\u180e")
# Dots that are not full stops but look like one.
_DOTS = str.maketrans(dict.fromkeys("\u2024\ufe52\uff0e", "."))
_SLASHES = str.maketrans(dict.fromkeys("\u2044\u2215\u29f8\uff0f\uff3c", "/"))
_FORBIDDEN = re.compile(r'[<>:"|?*\\/]')
_RESERVED = re.compile(r"(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)", re.IGNORECASE)


def clean_name(raw: str, max_length: int = MAX_NAME) -> str:
    """A person's name without what could disturb or deceive.

    Control and bidirectional characters, invisible ones and towers of combining marks
    go; joiners stay where they make a letter or an emoji; white space is collapsed.

    :return: "" when nothing visible is left.
    """
    text = unicodedata.normalize("NFC", _visible(raw[:_MAX_INPUT]))
    text = _limited_marks(" ".join(text.split()))
    return shorten(text, max_length).strip()


def clean_line(raw: str) -> str:
    """One line that people can read: as a name, but of any length."""
    return " ".join(_limited_marks(_visible(raw)).split())


def clean_filename(raw: str, mime_type: str = "") -> str:
    """A file name that is safe to store and shows its real extension.

    The last part of a path; ``invoice.pdf   .exe`` becomes ``invoice.pdf .exe`` and a
    name cut for its length keeps its end. Without a usable name it is ``file`` with the
    extension of ``mime_type``.
    """
    text = _visible(raw[-_MAX_INPUT:]).translate(_DOTS).translate(_SLASHES)
    text = unicodedata.normalize("NFC", re.split(r"[/\\]", text)[-1])
    text = _limited_marks(" ".join(_FORBIDDEN.sub("_", text).split()))
    text = text.lstrip(". ").rstrip(". ")
    if not any(char.isalnum() for char in text):
        return "file" + (mimetypes.guess_extension(mime_type.partition(";")[0]) or "")
    if _RESERVED.match(text):
        text = f"_{text}"
    return _short_filename(text)


def _short_filename(name: str) -> str:
    """Cut the stem, not the extension, to the permitted length."""
    stem, dot, extension = name.rpartition(".")
    if not dot or not stem or len(extension) > MAX_EXTENSION:
        stem, dot, extension = name, "", ""
    tail = dot + extension
    size = MAX_FILENAME - len(tail)
    while len(stem) > size or len((stem + tail).encode()) > MAX_FILENAME_BYTES:
        size = min(size, len(stem)) - 1
        stem = shorten(stem, size)
    return stem + tail


def _visible(text: str) -> str:
    """Characters that people may see; white space and fillers become blanks."""
    output: list[str] = []
    for index, char in enumerate(text):
        category = unicodedata.category(char)
        if char in _BLANK or category in ("Zs", "Zl", "Zp"):
            output.append(" ")
        elif category == "Cc":
            output.append(" " if char in "\t\n\v\f\r\x85" else "")
        elif category == "Cf":
            output.append(char if _is_needed(text, index) else "")
        elif category not in ("Cs", "Co", "Cn"):
            output.append(char)
    return "".join(output)


def _is_needed(text: str, index: int) -> bool:
    """Whether an invisible character shapes its neighbours."""
    char = text[index]
    before = text[index - 1] if index else ""
    after = text[index + 1] if index + 1 < len(text) else ""
    if char == _ZWNJ:
        return before.isalpha() and after.isalpha()
    if char == _ZWJ:
        return bool(before and after) and _joins(before) and _joins(after)
    if "\U000e0020" <= char <= "\U000e007f":  # spells the region of a flag
        return before == "\U0001f3f4" or "\U000e0020" <= before <= "\U000e007e"
    return False


def _joins(char: str) -> bool:
    """Whether a joiner can have an effect: not between Latin letters."""
    return ord(char) > 0x300 and unicodedata.category(char)[0] in "LMS"


def _limited_marks(text: str) -> str:
    """At most :data:`MAX_MARKS` combining marks in a row, none at the start."""
    output, run = [], MAX_MARKS
    for char in text:
        run = run + 1 if unicodedata.category(char) in ("Mn", "Me") else 0
        if run <= MAX_MARKS:
            output.append(char)
    return "".join(output)
