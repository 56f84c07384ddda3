"""Telling a person from a program that answers by itself.

Two programs that answer each other never stop. A message that says it is automatic is
not answered automatically, and a talk that only a program has is left alone for a time.
Pure rules; being wrong costs one automatic message, never an agent's.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from .words import spell

#: People need longer to read an automatic message and to write something.
RAPID = timedelta(seconds=4)
#: Answers so rapid, one after the other, that no person is behind them.
MAX_RAPID = 5
#: Equal texts in a row, each after an automatic message: a person changes something.
MAX_EQUAL = 4
#: Lines of a talk that the rules look at, newest ones.
LINES = 2 * max(MAX_RAPID, MAX_EQUAL) + 2
#: Characters of a message that are looked at.
LOOKED_AT = 600
#: How long nothing automatic goes to a customer that seems to be a program.
PAUSE = timedelta(hours=12)

#: Phrases that an automatic answer has in it, by language.
PHRASES = {
    "en": "automatic reply, automated reply, auto reply, autoreply, "
    "automatic response, automated response, automatic message, automated "
    "message, auto generated message, "
    "do not reply to this, out of office, out of the office, this mailbox is not "
    "monitored, this number is not monitored, unavailable right now but will "
    "respond as soon as possible, please let us know how we can help you",
    "ar": "رد تلقائي, رد آلي, رسالة تلقائية, رسالة آلية, لا ترد على هذه الرسالة, "
    "خارج المكتب, غير متاحين الآن ولكن سنرد, أخبرنا كيف يمكننا مساعدتك, "
    "إعلامنا كيف يمكننا مساعدتك",
    "de": "automatische antwort, automatische nachricht, automatisch generiert, "
    "abwesenheitsnotiz, nicht im büro",
    "es": "respuesta automática, mensaje automático, fuera de la oficina",
    "fa": "پاسخ خودکار, پیام خودکار",
    "fr": "réponse automatique, message automatique, absent du bureau, ne pas "
    "répondre à "
    "ce message",
    "hi": "स्वचालित उत्तर, स्वचालित संदेश",
    "id": "balasan otomatis, pesan otomatis",
    "it": "risposta automatica, messaggio automatico, fuori ufficio",
    "ku": "وەڵامی خۆکار, نامەی خۆکار, bersiva otomatîk",
    "nl": "automatisch antwoord, automatisch bericht, niet op kantoor",
    "pl": "automatyczna odpowiedź, wiadomość automatyczna",
    "pt": "resposta automática, mensagem automática, fora do escritório",
    "ru": "автоматический ответ, автоответ, автоматическое сообщение",
    "tr": "otomatik yanıt, otomatik cevap, otomatik mesaj, ofis dışında",
    "ur": "خودکار جواب, خودکار پیغام",
    "zh": "自动回复, 自動回覆, 自动消息",
}


def _listed() -> tuple[str, ...]:
    phrases = (phrase for text in PHRASES.values() for phrase in text.split(","))
    return tuple(sorted({spell(phrase) for phrase in phrases}))


_PHRASES = _listed()


@dataclass(frozen=True)
class Line:
    """One message of a talk.

    :ivar at: when it was written; ours: when it was stored.
    :ivar automatic: ours, sent without a person.
    """

    at: datetime
    inbound: bool
    text: str = ""
    automatic: bool = False


def looks_automatic(text: str) -> bool:
    """Whether a customer's message says that no person wrote it."""
    spelled = spell(text[:LOOKED_AT])
    return any(phrase in spelled for phrase in _PHRASES)


def seems_a_program(lines: Sequence[Line]) -> bool:
    """Whether the newest messages of a customer come from a program.

    :param lines: of one customer, oldest first.
    """
    newest = list(lines)[-LINES:]
    return _count_rapid(newest) >= MAX_RAPID or _count_equal(newest) >= MAX_EQUAL


def _answers(lines: Sequence[Line]) -> list[tuple[Line, Line]]:
    """The customer's messages that come right after an automatic one, newest first.

    It ends where a person on our side took part: then it is a talk of people.
    """
    found = []
    for before, line in zip(lines[-2::-1], lines[:0:-1], strict=True):
        if not line.inbound and not line.automatic:
            break
        if line.inbound and not before.inbound and before.automatic:
            found.append((before, line))
    return found


def _count_rapid(lines: Sequence[Line]) -> int:
    """How many of the newest answers came without a break to read and write."""
    count = 0
    for before, line in _answers(lines):
        if line.at - before.at > RAPID:
            break
        count += 1
    return count


def _count_equal(lines: Sequence[Line]) -> int:
    """How many of the newest answers have the same text; none has none."""
    texts = [spell(line.text) for _before, line in _answers(lines)]
    count = 0
    for text in texts:
        if not text or text != texts[0]:
            break
        count += 1
    return count
