"""What the columns of an imported file mean, by their headings or by choice."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence

#: Headings that people and programs use for each thing, as :func:`plain` gives them.
HISTORY_ROLES: Mapping[str, tuple[str, ...]] = {
    "time": (
        "time",
        "date",
        "datetime",
        "date time",
        "timestamp",
        "sent at",
        "created at",
        "الوقت",
        "التاريخ",
        "تاريخ",
        "وقت",
        "التاريخ والوقت",
    ),
    "direction": ("direction", "type", "in out", "الاتجاه", "النوع"),
    "author": (
        "author",
        "sender",
        "from",
        "agent",
        "user",
        "المرسل",
        "الكاتب",
        "الموظف",
    ),
    "text": (
        "text",
        "message",
        "body",
        "content",
        "النص",
        "الرساله",
        "رساله",
        "المحتوي",
    ),
    "number": (
        "number",
        "phone",
        "mobile",
        "phone number",
        "whatsapp",
        "wa id",
        "customer phone",
        "contact phone",
        "الرقم",
        "رقم",
        "الهاتف",
        "هاتف",
        "رقم الهاتف",
        "الجوال",
        "الموبايل",
        "واتساب",
    ),
    "name": (
        "name",
        "customer",
        "customer name",
        "contact",
        "contact name",
        "الاسم",
        "اسم العميل",
        "العميل",
        "الزبون",
    ),
    "id": ("id", "message id", "external id", "المعرف"),
}
OPT_IN_ROLES: Mapping[str, tuple[str, ...]] = {
    "number": HISTORY_ROLES["number"],
    "name": (*HISTORY_ROLES["name"], "full name", "الاسم الكامل"),
    "purpose": ("purpose", "purposes", "category", "الغرض", "الفئه"),
    "state": (
        "state",
        "status",
        "consent",
        "opt in",
        "opted in",
        "subscribed",
        "الحاله",
        "الموافقه",
        "موافق",
    ),
    "date": (
        "date",
        "given at",
        "opt in date",
        "consent date",
        "subscribed at",
        "date time",
        "timestamp",
        "time",
        "التاريخ",
        "تاريخ",
        "تاريخ الموافقه",
    ),
    "source": ("source", "origin", "form", "where", "المصدر", "مصدر"),
    "wording": (
        "wording",
        "text",
        "consent text",
        "proof",
        "النص",
        "نص الموافقه",
        "الصيغه",
    ),
}
_STATES = {
    "in": "in|yes|y|true|1|x|opt in|opted in|subscribed|granted|نعم|موافق|مشترك",
    "out": "out|no|n|false|0|opt out|opted out|unsubscribed|denied|لا|رافض|غير مشترك",
}
_PURPOSES = {
    "marketing": "marketing|promotions|offers|advertising|newsletter|تسويق|عروض|دعايه",
    "utility": "utility|transactional|notifications|updates|orders"
    "|اشعارات|تحديثات|طلبات",
    "service": "service|support|خدمه|دعم|خدمه العملاء",
}
_DIRECTIONS = {
    "in": "in|inbound|incoming|received|customer|client|contact|وارد|وارده|العميل|عميل",
    "out": "out|outbound|outgoing|sent|agent|business|operator|صادر|صادره|مرسل|الموظف",
}
_ARABIC = str.maketrans("أإآٱىةؤئ", "اااايهوي")


def plain(heading: str) -> str:
    """A heading or word without case, signs and variants of Arabic letters."""
    text = unicodedata.normalize("NFKC", heading[:200]).casefold().translate(_ARABIC)
    text = "".join(
        char for char in text if unicodedata.category(char) not in ("Mn", "Cf", "Lm")
    )
    return " ".join(re.sub(r"[\W_]+", " ", text).split())


def guess(
    header: Sequence[str], roles: Mapping[str, tuple[str, ...]]
) -> dict[int, str]:
    """Role by column number, each role once: the first column with such a heading."""
    found: dict[int, str] = {}
    words = [plain(heading) for heading in header]
    for role, names in roles.items():
        for name in names:
            index = words.index(name) if name in words else None
            if index is not None and index not in found:
                found[index] = role
                break
    return found


def read_state(text: str) -> str:
    """``in``, ``out`` or "" when the word is none we know."""
    return _find(_STATES, text)


def read_direction(text: str) -> str:
    return _find(_DIRECTIONS, text)


def read_purposes(text: str) -> tuple[str, ...]:
    """Purposes named in a cell, several separated by ``,``, ``;``, ``/`` or ``+``.

    :return: empty when one of them is not known.
    """
    words = [word for word in re.split(r"[,;/+،|]", text) if word.strip()]
    found = [_find(_PURPOSES, word) for word in words]
    return tuple(dict.fromkeys(found)) if all(found) else ()


def _find(values: Mapping[str, str], text: str) -> str:
    word = plain(text)
    for value, names in values.items():
        if word in names.split("|"):
            return value
    return ""
