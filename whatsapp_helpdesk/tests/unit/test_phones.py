"""Telephone numbers: stored, matched and shown spellings."""

from __future__ import annotations

from ...gateway import phones
from .case import UnitCase

NORMALISED = (
    ("+1 (415) 555-2671", "", "+14155552671"),
    ("+49 30 123456 ext 5", "", "+4930123456"),
    ("0049 30 123456", "", "+4930123456"),
    ("0151 23456789", "DE", "+4915123456789"),
    ("0151 23456789", "de", "+4915123456789"),
    ("011 15 2345 6789", "AR", "+5491123456789"),
    ("+39 06 1234 5678", "", "+390612345678"),
    ("050 123 4567", "SA", "+966501234567"),
    ("٠٠٩٦٦ ٥٠ ١٢٣ ٤٥٦٧", "", "+966501234567"),
    ("٠٥٠ ١٢٣ ٤٥٦٧", "SA", "+966501234567"),
    ("+۹۸ ۹۱۲ ۳۴۵ ۶۷۸۹", "", "+989123456789"),
    ("\u202a+49 30 123456\u202c", "", "+4930123456"),
    ("+52 1 55 1234 5678", "", "+5215512345678"),
    ("+999 1234567", "", "+9991234567"),  # a country that no table knows
    ("tel:+4930123456", "", "+4930123456"),
    ("0151 23456789", "", ""),
    ("5215512345678", "", ""),
    ("+1234567890123456", "", ""),
    ("+0123456789", "", ""),
    ("US.13491208655302741918", "", ""),
    ("hello", "DE", ""),
    ("12", "DE", ""),
    ("", "", ""),
)
FROM_DIGITS = (
    ("16505551234", "+16505551234"),
    ("+250 788 123 200", "+250788123200"),
    ("+1 650-555-1234", "+16505551234"),
    ("٩٦٦٥٠١٢٣٤٥٦٧", "+966501234567"),
    ("US.13491208655302741918", ""),
    ("120363012345678901@g.us", ""),
    ("4915112345678901", ""),
    ("²3456789", ""),
    ("0123456789", ""),
    ("123456", ""),
    ("", ""),
)
#: Official spelling and the other one.
PAIRS = (
    ("+5511987654321", "+551187654321"),
    ("+5547991234567", "+554791234567"),
    ("+5511998765432", "+551198765432"),  # an old number that starts with 9
    ("+525512345678", "+5215512345678"),
    ("+5491123456789", "+541123456789"),
    ("+5493511234567", "+543511234567"),
)
ALONE = (
    "+551133334444",  # Brazilian landline
    "+491701234567",
    "+14155552671",
    "+5215512",
    "+54",
    "not a number",
    "",
)
COUNTRIES = (
    ("+5511987654321", "BR"),
    ("+5215512345678", "MX"),
    ("+14165550100", "CA"),
    ("+15550783881", "US"),  # in no table: main country of +1
    ("+77011234567", "KZ"),
    ("+447700900123", "GB"),
    ("+80012345678", ""),  # freephone of all countries
    ("+999123456789", ""),
    ("US.1349", ""),
    ("", ""),
)


class TestPhones(UnitCase):
    def test_what_people_type_becomes_e164(self):
        for raw, country, expected in NORMALISED:
            with self.subTest(raw=raw, country=country):
                self.assertEqual(phones.normalise(raw, country), expected)

    def test_normalising_twice_changes_nothing(self):
        for raw, country, _expected in NORMALISED:
            once = phones.normalise(raw, country)
            self.assertEqual(phones.normalise(once), once)

    def test_digits_of_a_provider_become_e164(self):
        for raw, expected in FROM_DIGITS:
            with self.subTest(raw):
                self.assertEqual(phones.from_digits(raw), expected)

    def test_both_spellings_find_each_other(self):
        for official, other in PAIRS:
            with self.subTest(official):
                self.assertEqual(phones.variants(official), (official, other))
                self.assertEqual(phones.variants(other), (other, official))
                self.assertEqual(phones.canonical(official), official)
                self.assertEqual(phones.canonical(other), official)

    def test_other_numbers_have_one_spelling(self):
        for number in ALONE:
            with self.subTest(number):
                self.assertEqual(phones.variants(number), (number,))
                self.assertEqual(phones.canonical(number), number)

    def test_country(self):
        for number, expected in COUNTRIES:
            with self.subTest(number):
                self.assertEqual(phones.country(number), expected)

    def test_display_keeps_its_order_in_arabic_text(self):
        shown = phones.display("+966501234567")
        self.assertEqual(shown, "\u2066+966 50 123 4567\u2069")
        plain = phones.display("+966501234567", isolate=False)
        self.assertEqual(plain, "+966 50 123 4567")
        self.assertEqual(phones.display("US.1349"), "US.1349")

    def test_digits_of_all_scripts(self):
        self.assertEqual(
            phones.ascii_digits("٠١٢٣٤٥٦٧٨٩ ۴۵۶ ४५६ a1"), "0123456789 456 456 a1"
        )
