"""Numbers and addresses that people type into their messages."""

from __future__ import annotations

from ...gateway import mentions
from .case import UnitCase

PHONES = (
    ("my number is +964 770 123 4567", "", ("+9647701234567",)),
    ("call me on 0770 123 4567 please", "IQ", ("+9647701234567",)),
    ("رقمي ٠٧٧٠ ١٢٣ ٤٥٦٧", "IQ", ("+9647701234567",)),
    ("رقمي +٩٦٤٧٧٠١٢٣٤٥٦٧ شكرا", "", ("+9647701234567",)),
    ("0151 23456789 or 0049 30 123456", "DE", ("+4915123456789", "+4930123456")),
    ("+4915123456789 +49 151 23456789", "", ("+4915123456789",)),
    ("0770 123 4567", "", ()),
    ("order S00042 of 12.05.2024 for 1.250.000 IQD", "IQ", ()),
    ("tracking 00340434161094042557", "DE", ()),
    ("at 10:30", "IQ", ()),
    ("", "IQ", ()),
)
EMAILS = (
    ("write to Sara.Ali@Example.com.", ("sara.ali@example.com",)),
    ("بريدي sara@example.org شكرا", ("sara@example.org",)),
    ("a@b", ()),
    ("a@example.com, a@example.com", ("a@example.com",)),
    ("@sara_ali on instagram", ()),
    ("", ()),
)


class TestMentions(UnitCase):
    def test_phones(self):
        for text, country, expected in PHONES:
            with self.subTest(text=text):
                self.assertEqual(mentions.find_phones(text, country), expected)

    def test_emails(self):
        for text, expected in EMAILS:
            with self.subTest(text=text):
                self.assertEqual(mentions.find_emails(text), expected)

    def test_a_long_list_is_cut(self):
        text = " ".join(f"+4915123456{number:03}" for number in range(50))
        self.assertEqual(len(mentions.find_phones(text)), mentions.MAX_FOUND)
        text = " ".join(f"a{number}@example.com" for number in range(50))
        self.assertEqual(len(mentions.find_emails(text)), mentions.MAX_FOUND)

    def test_hostile_texts_take_no_time(self):
        """They would not end, were the patterns careless."""
        for text in ("a" * 100_000, "a@" * 50_000, "1 " * 50_000, "a.b-" * 30_000):
            mentions.find_emails(text)
            mentions.find_phones(text, "IQ")
