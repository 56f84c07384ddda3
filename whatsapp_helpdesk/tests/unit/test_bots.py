"""Telling a person from a program that answers by itself."""

from __future__ import annotations

from datetime import datetime, timedelta

from ...gateway import bots
from .case import UnitCase

AUTOMATIC = (
    "Automatic reply: I am out of the office until Monday.",
    "This is an AUTO-REPLY. Please do not reply to this message!",
    "Thank you for contacting Blue Shop! Please let us know how we can help you.",
    "Thank you for your message. We're unavailable right now, but will respond as soon "
    "as possible.",
    "هذه رسالة آلية، سنعاود الاتصال بكم",
    "ردٌّ تلقائي: نحن خارج المكتب",
    "شكرًا لتواصلك معنا! يُرجى إعلامنا كيف يمكننا مساعدتك.",
    "Réponse automatique : absent du bureau",
    "REPONSE AUTOMATIQUE",
    "Dies ist eine automatische Nachricht.",
    "Mensaje automático: gracias por escribirnos",
    "Bu bir otomatik mesajdır",
    "این یک پیام خودکار است",
    "自动回复：您好",
)
HUMAN = (
    "",
    "Hello",
    "Where is my order 17?",
    "The automatic door you sold me does not close",
    "I am at the office until five, when can you help me?",
    "مرحبا، أين طلبي؟",
    "Please let me know",
    "Your automatic gearbox oil, do you still have it?",
)
START = datetime(2026, 3, 1, 9, 0)


def talk(*lines):
    """Lines from ``(seconds since the one before, who, text)``."""
    at, found = START, []
    for seconds, who, text in lines:
        at += timedelta(seconds=seconds)
        found.append(
            bots.Line(at, inbound=who == "in", text=text, automatic=who == "auto")
        )
    return found


def exchange(times, seconds, text="{}"):
    """An automatic message and an answer to it, some times."""
    return [
        line
        for number in range(times)
        for line in ((30, "auto", "Hi"), (seconds, "in", text.format(number)))
    ]


#: Lines, and whether a program wrote the customer's.
TALKS = (
    ([], False),
    ([(0, "in", "Hello")], False),
    (exchange(4, 2), False),
    (exchange(5, 2), True),
    (exchange(5, 4), True),
    (exchange(5, 5), False),
    (exchange(5, -1), True),  # the provider's clock is behind ours
    (exchange(2, 2) + exchange(1, 60) + exchange(4, 2), False),
    (exchange(1, 60) + exchange(5, 2), True),
    (exchange(3, 60, "Menu"), False),
    (exchange(4, 60, "Menu"), True),
    (exchange(2, 60, "MENU!") + exchange(2, 60, "menu"), True),
    (exchange(3, 60, "Menu") + exchange(1, 60, "Other"), False),
    (exchange(4, 60, ""), False),  # four photos
    ([(60, "in", "Hello?")] * 6, False),  # nobody answers a person
    # A person of ours took part: it is a talk of people.
    (exchange(4, 2) + [(5, "agent", "Hi")] + exchange(1, 2), False),
    (exchange(5, 2) + [(5, "agent", "Hi")], False),
    # Several messages after one of ours count once.
    ([(9, "auto", "Hi"), *[(1, "in", "a")] * 5], False),
)


class TestBots(UnitCase):
    def test_messages_that_say_they_are_automatic(self):
        for text in AUTOMATIC:
            with self.subTest(text=text):
                self.assertTrue(bots.looks_automatic(text))

    def test_messages_of_people(self):
        for text in HUMAN:
            with self.subTest(text=text):
                self.assertFalse(bots.looks_automatic(text))

    def test_talks(self):
        for number, (lines, expected) in enumerate(TALKS):
            with self.subTest(number=number):
                self.assertEqual(bots.seems_a_program(talk(*lines)), expected)

    def test_only_the_newest_lines_count(self):
        old, new = exchange(8, 2), exchange(3, 60)
        self.assertFalse(bots.seems_a_program(talk(*old, *new)))
