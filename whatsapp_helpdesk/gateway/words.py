"""Recognising a few short messages in many languages: thanks, stop, start, a human.

Closed lists, whole messages: what is not clearly one of them is none of them. Words are
compared with and without accents; the lists say which spelling is meant, because an
accent can change the meaning (Vietnamese ``dừng`` stop, ``đúng`` correct).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping

from . import word_lists
from .phones import ascii_digits

#: Words that a thank-you or a stop word may have at most.
MAX_WORDS = 3
#: Words of a message that is looked at for a request.
MAX_REQUEST_WORDS = 14
_MAX_CHARS = 200

_LATIN_MARKS = re.compile("[\u0300-\u036f]")
# Diacritics, Quranic marks and the stretching tatweel.
_ARABIC_MARKS = re.compile("[\u0610-\u061a\u0640\u064b-\u065f\u0670\u06d6-\u06ed]")
_ARABIC_FORMS = str.maketrans(
    {
        **dict.fromkeys("أإآٱ", "ا"),
        **dict.fromkeys("ىیئ", "ي"),
        "ؤ": "و",
        "ة": "ه",
        "ک": "ك",
        "ہ": "ه",
        "ء": "",
    }
)
_PLAIN_LATIN = str.maketrans({"đ": "d", "ı": "i", "ł": "l", "ø": "o", "ß": "ss"})
_APOSTROPHES = str.maketrans(dict.fromkeys("’‘ʼ`´", "'"))
_RUN = re.compile(r"([^\W\d])\1{2,}")
_QUESTION = re.compile("[?؟？\u037e՞]")
_CLAUSE = re.compile(r"[,.;!:\n،؛。]+")
_LINK = re.compile(r"(?i)https?:|www\.|@|\w\.\w|/")


def _accented(text: str) -> str:
    """Lower case, letters and digits unified, punctuation and stretching gone."""
    text = unicodedata.normalize("NFKC", text).casefold().translate(_APOSTROPHES)
    text = ascii_digits(text)
    text = text.replace("i\u0307", "i")  # from the Turkish capital İ
    text = _ARABIC_MARKS.sub("", text).translate(_ARABIC_FORMS)
    # Indic and Thai vowels are marks, and part of their words.
    kept = (
        char if char == "'" or unicodedata.category(char)[0] in "LMN" else " "
        for char in text
        # What nobody sees, as joiners and marks of direction, separates nothing.
        if char != "\ufe0f" and unicodedata.category(char) != "Cf"
    )
    text = " ".join(word.strip("'") for word in "".join(kept).split())
    return _RUN.sub(r"\1", text).strip()


def _plain(text: str) -> str:
    """Like :func:`_accented`, without accents on Latin letters."""
    bare = _LATIN_MARKS.sub("", unicodedata.normalize("NFD", _accented(text)))
    return unicodedata.normalize("NFC", bare).translate(_PLAIN_LATIN)


def spell(text: str) -> str:
    """One spelling for comparing: no case, accents, marks or punctuation."""
    return _plain(text)


def _listed(lists: Mapping[str, str]) -> frozenset[str]:
    """Entries of lists by language, spelled as :func:`_accented` does."""
    texts = lists.values()
    return frozenset(_accented(item) for text in texts for item in text.split(","))


def _find(text: str, entries: frozenset[str]) -> str:
    """The entry that a whole text is, or ""."""
    for spelling in (_accented(text), _plain(text)):
        if spelling in entries:
            return spelling
    return ""


# -- thanks --------------------------------------------------------------------------
_THANKS = _listed(word_lists.THANKS)
_POLITE = _listed(word_lists.POLITE)
_THANKS_EMOJI = frozenset("🙏❤💐🌹🌷🤝💙💚💛🧡💜🖤🤍")
_KIND_EMOJI = _THANKS_EMOJI | frozenset("👍👌😊🙂😀😃😄😁☺🤗😍🥰😘🤩✅👏💪⭐🌟✨🎉💯")


def is_closing_thanks(text: str) -> bool:
    """Whether a message only says thank you, so that it need not reopen a case.

    At most three words from a short list, no digit, question or link, and no emoji that
    could mean something else. A lone 👍 answers something: it is not thanks.
    """
    if not _is_short(text) or _QUESTION.search(text) or _LINK.search(text):
        return False
    if any(char.isnumeric() for char in text):
        return False
    symbols = {c for c in text if unicodedata.category(c) == "So"}
    if symbols - _KIND_EMOJI:
        return False
    words = _accented(text).split()
    if not words:
        return bool(symbols & _THANKS_EMOJI)
    return len(words) <= MAX_WORDS and _is_thanks(words)


def _is_thanks(words: list[str]) -> bool:
    """Whether words are thanks, without polite ones before or after."""
    for start in range(len(words)):
        for end in range(len(words), start, -1):
            around = words[:start] + words[end:]
            if all(_find(word, _POLITE) for word in around) and _find(
                " ".join(words[start:end]), _THANKS
            ):
                return True
    return False


def _is_short(text: str) -> bool:
    return 0 < len(text.strip()) <= _MAX_CHARS


# -- consent -------------------------------------------------------------------------
_OPT_OUT = _listed(word_lists.OPT_OUT)
_OPT_IN = _listed(word_lists.OPT_IN)


def opt_out_word(text: str, more: Iterable[str] = ()) -> str:
    """The word when a whole message asks to get no more messages, else "".

    Words that could mean an order or a request ("cancel", "end") are not on the list.

    :param more: words of somebody's own.
    """
    return _whole(text, _OPT_OUT | _own(more))


def opt_in_word(text: str, more: Iterable[str] = (), *, known: bool = True) -> str:
    """The word when a whole message asks to get messages again, else "".

    :param known: whether the list counts besides somebody's own words.
    """
    return _whole(text, (_OPT_IN if known else frozenset()) | _own(more))


def _own(words: Iterable[str]) -> frozenset[str]:
    return frozenset(filter(None, map(_accented, words)))


def _whole(text: str, entries: frozenset[str]) -> str:
    if not _is_short(text) or _QUESTION.search(text):
        return ""
    return _find(text, entries)


# -- yes and no ----------------------------------------------------------------------
_YES = _listed(word_lists.YES)
_NO = _listed(word_lists.NO)


def yes_or_no(text: str) -> str:
    """``yes`` or ``no`` when a whole message is one of these words, else ""."""
    if _whole(text, _NO):
        return "no"
    return "yes" if _whole(text, _YES) else ""


# -- a person ------------------------------------------------------------------------
_PERSON = _listed(word_lists.PERSON)
# On text without accents, in the spelling of `_plain`.
_TALK = (
    r"\b(?:talk|speak|chat|connect|transfer)\b(?: \S+){0,4} (?:human|person|agent|"
    r"someone|somebody|representative|operator|staff|supervisor|manager|team)\b",
    r"\b(?:get|need|want|give)(?: \S+){0,2} (?:human|real person|agent|operator|"
    r"representative)\b",
    r"\b(?:اتكلم|اتحدث|التحدث|التكلم|اتواصل|التواصل|اكلم|كلموني|احكي|حولني|حولوني)"
    r"(?: \S+){0,3} (?:ال|لل|ل|ب)?(?:موظف|شخص|انسان|بشر|ممثل|مندوب|احد|حدا|خدمه العملا"
    r"|دعم|مسوول|مدير)",
    r"\b(?:اريد|نريد|ابي|ابغي|عايز|عاوز|بدي|ارجو)(?: \S+){0,2} (?:ال)?"
    r"(?:موظف|انسان|بشر|ممثل|مندوب|شخص حقيقي|خدمه العملا)",
    r"\b(?:parler|discuter|contacter|joindre|echanger)(?: \S+){0,3} (?:l'|d')?(?:"
    r"humain|personne|conseill\w+|agent|operateur|quelqu'un|responsable)\b",
    r"\b(?:hablar|comunicar\w*|contactar|conversar)(?: \S+){0,3} (?:human[oa]|persona|"
    r"agente|asesora?|alguien|operadora?|representante)\b",
    r"\b(?:falar|conversar)(?: \S+){0,3} (?:atendente|human[oa]|pessoa|alguem|agente|"
    r"operadora?|responsavel)\b",
    r"\b(?:bicara|ngomong|ngobrol|chat|hubung\w+|sambungkan)(?: \S+){0,3} (?:orang|"
    r"manusia|cs|agen|admin|petugas|operator|customer service)\b",
    r"(?:इंसान|व्यक्ति|एजेंट|कर्मचारी|किसी|ऑपरेटर) (?:\S+ ){0,2}बात",
    r"(?:คุย|พูด|ติดต่อ|สอบถาม).{0,12}(?:คน|เจ้าหน้าที่|พนักงาน|แอดมิน)",
    r"\b(?:noi chuyen|gap|trao doi|chat|lien he|ket noi)(?: voi| mot)* (?:nguoi|"
    r"nhan vien|tu van vien|tong dai|quan ly)\b",
    r"\b(?:temsilci|insan|yetkili|biri|operator)\w*(?: \S+){0,2} (?:gorus|konus|bagla)",
    r"\bmit(?: \S+){0,3} (?:mensch\w*|mitarbeiter\w*|person|jemand\w*)(?: \S+){0,2}"
    r" (?:sprechen|reden|schreiben|verbinden)\b",
)
_ASKS = tuple(re.compile(pattern) for pattern in _TALK)
_NOT = re.compile(
    r"\b(?:don't|dont|do not|not|never|no need|without|لا|مش|مو|ما|pas|no|nao|jangan|"
    r"tidak|nahi|नहीं|मत|khong|kein\w*|nicht|istemiyorum)\b|ไม่"
)


def asks_for_human(text: str) -> bool:
    """Whether a short message asks for a person instead of a machine."""
    if not _is_short(text):
        return False
    if _find(text, _PERSON):
        return True
    if len(_plain(text).split()) > MAX_REQUEST_WORDS:
        return False
    # "I do not want a bot, I want an agent": a "not" counts for its clause only.
    clauses = (_plain(clause) for clause in _CLAUSE.split(text))
    return any(
        pattern.search(clause)
        for clause in clauses
        if not _NOT.search(clause)
        for pattern in _ASKS
    )
