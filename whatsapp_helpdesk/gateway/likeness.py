"""Whether two names could be the same person's, as people write them.

Only spelling is compared: case, accents, Arabic letter forms, order, doubled letters,
titles and blanks do not count. Nothing is transliterated: ``Sara`` and ``سارة`` are
different here, because a program that guessed would be wrong about people. One word
alone says nothing either, except where a full name is written without blanks.

A likeness is a reason to look, never a proof.
"""

from __future__ import annotations

import re
import unicodedata

from .words import spell

#: Words that both names must share.
MIN_SHARED = 2
#: Letters of a Latin word that may differ in one vowel.
MIN_FUZZY = 4
#: Characters of a name written without blanks.
MIN_COMPACT = 2
#: Characters of a name that are looked at.
_MAX_INPUT = 200

_TITLES = frozenset(
    [
        "mr",
        "mrs",
        "ms",
        "miss",
        "mx",
        "dr",
        "prof",
        "eng",
        "engr",
        "sir",
        "madam",
        "mme",
        "mlle",
        "herr",
        "frau",
        "sr",
        "sra",
        "srta",
        "hajj",
        "haji",
        "hadji",
        "السيد",
        "السيده",
        "سيد",
        "د",
        "دكتور",
        "الدكتور",
        "دكتوره",
        "الدكتوره",
        "م",
        "مهندس",
        "المهندس",
        "المهندسه",
        "استاذ",
        "الاستاذ",
        "الاستاذه",
        "الحاج",
        "الحاجه",
        "حاج",
        "حاجي",
        "الشيخ",
        "shri",
        "smt",
    ]
)
#: Little words of Arabic names that many leave out.
_PARTICLES = frozenset(["al", "el", "bin", "ibn", "ben", "بن", "ابن"])
#: First halves of names that are written together or apart.
_HALVES = frozenset(["abd", "abdul", "abdel", "abdal", "abdur", "عبد"])
_ARTICLE = re.compile("^ال(?=..)")
_DOUBLED = re.compile(r"([a-z])\1")
_VOWELS = frozenset("aeiouy")
#: Scripts whose names are written without blanks, by the start of a character's name.
_COMPACT = ("CJK ", "HIRAGANA ", "KATAKANA ", "HANGUL ", "THAI ", "LAO ", "KHMER ")


def name_words(name: str) -> tuple[str, ...]:
    """The words of a name that count, in one spelling and in their order."""
    text = "".join(
        char if unicodedata.category(char)[0] in "LM" else " "
        for char in spell(name[:_MAX_INPUT])
    )
    words: list[str] = []
    half = ""
    for word in text.split():
        if word in _HALVES and not half:
            half = word
            continue
        word, half = half + word, ""
        if word not in _TITLES and word not in _PARTICLES:
            words.append(_bare(word))
    return tuple([*words, half] if half else words)


def _bare(word: str) -> str:
    """Without the Arabic article and doubled Latin letters."""
    if word.startswith("ال") and len(word) > 4:
        word = _ARTICLE.sub("", word)
    return _DOUBLED.sub(r"\1", word)


def are_alike(one: str, other: str) -> bool:
    """Whether two names could be the same person's."""
    first, second = name_words(one), name_words(other)
    if not first or not second:
        return False
    if _is_compact(first) or _is_compact(second):
        return _join(first) == _join(second) and len(_join(first)) >= MIN_COMPACT
    shorter, longer = sorted((first, second), key=len)
    return len(shorter) >= MIN_SHARED and _all_found(shorter, list(longer))


def _all_found(words: tuple[str, ...], among: list[str]) -> bool:
    """Whether every word has a counterpart of its own; one of them may differ a bit."""
    rest = []
    for word in words:
        if word in among:
            among.remove(word)
        else:
            rest.append(word)
    return not rest or (
        len(rest) == 1 and any(_nearly(rest[0], other) for other in among)
    )


def _nearly(one: str, other: str) -> bool:
    """Whether two Latin words differ in one vowel inside: Ahmed, Ahmad.

    Not at the end, where it makes another name: Mario, Maria.
    """
    if min(len(one), len(other)) < MIN_FUZZY or not (one + other).isascii():
        return False
    if one[0] != other[0] or one[-1] != other[-1]:
        return False
    start = next(
        (i for i, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), 0
    )
    shorter, longer = sorted((one, other), key=len)
    if len(shorter) == len(longer):
        same = one[start + 1 :] == other[start + 1 :]
        return same and {one[start], other[start]} <= _VOWELS
    same = shorter[start:] == longer[start + 1 :]
    return same and longer[start] in _VOWELS


def _is_compact(words: tuple[str, ...]) -> bool:
    name = unicodedata.name(words[0][0], "")
    return name.startswith(_COMPACT)


def _join(words: tuple[str, ...]) -> str:
    return "".join(words)


def get_search_keys(name: str) -> tuple[str, ...]:
    """Texts of which every like name contains one, in the spelling of :func:`fold`.

    For finding candidates in a database; :func:`are_alike` then decides.

    :return: nothing for a name that is like no other.
    """
    words = name_words(name)
    if not words:
        return ()
    if _is_compact(words):
        joined = _join(words)
        return (joined,) if len(joined) >= MIN_COMPACT else ()
    if len(words) < MIN_SHARED:
        return ()
    # Of words that must all be there, or all but one nearly, the rare ones are long.
    return tuple(sorted(set(words), key=len, reverse=True))


def _fold_pairs() -> dict[str, str]:
    """Small letters that a database folds by ``translate``, as ``spell`` does."""
    latin = map(chr, [*range(0xE0, 0x180), *range(0x1E01, 0x1F00)])
    pairs = {char: spell(char) for char in latin if char == char.lower()}
    pairs |= {char: spell(char) for char in "أإآٱىیئؤةکہ"}
    return {
        char: plain
        for char, plain in pairs.items()
        if len(plain) == 1 and plain != char
    }


_PAIRS = _fold_pairs()
#: What a database leaves out before it compares: blanks, signs, Arabic marks, hamza.
_DROPPED = " -_.,'’()\u00a0\u200c\u200d\u200e\u200f\u0640\u0621" + "".join(
    map(chr, range(0x64B, 0x660))
)
#: The two arguments of SQL's ``translate`` for a name in small letters.
FOLD_FROM = "".join(_PAIRS) + _DROPPED
FOLD_TO = "".join(_PAIRS.values())
_FOLDING = str.maketrans(FOLD_FROM[: len(FOLD_TO)], FOLD_TO, _DROPPED)


def fold(name: str) -> str:
    """What a database does with a name before it looks for search keys in it."""
    text = unicodedata.normalize("NFKC", name).lower()
    return _DOUBLED.sub(r"\1", text.translate(_FOLDING))
