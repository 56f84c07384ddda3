"""What a message costs, by a table: around each day on which the rules changed."""

from __future__ import annotations

from datetime import date, datetime, timezone
from decimal import Decimal

from ...gateway.pricing import (
    Basis,
    Delivery,
    Rate,
    RateCard,
    Tariff,
    charge,
    forecast,
    from_micro,
    iso,
    month_of,
    places,
    to_micro,
)
from ...gateway.whatsapp.tariff import REGIONS, TARIFF, TERRITORIES
from .case import UnitCase

OLD, NEW = date(2025, 1, 1), date(2026, 7, 1)
CARD = RateCard(
    [
        Rate("marketing", 25_000, "USD", OLD, region="north_america"),
        Rate("utility", 4_000, "USD", OLD, region="north_america"),
        Rate("utility", 3_400, "USD", date(2026, 1, 1), region="north_america"),
        Rate("marketing", 34_100, "USD", OLD, region="rest_of_middle_east"),
        Rate("utility", 9_100, "USD", OLD, region="rest_of_middle_east"),
        Rate("utility", 12_000, "USD", NEW, country="QA", is_estimate=True),
        Rate("utility", 1_400, "USD", OLD, country="IN"),
        Rate("authentication", 1_400, "USD", OLD, country="IN"),
        Rate("authentication_international", 28_000, "USD", OLD, country="IN"),
        Rate("authentication", 25_000, "USD", OLD, country="ID"),
        Rate("authentication", 55_000, "USD", OLD, country="DE"),
        Rate("marketing", 136_500, "USD", OLD, country="DE"),
        Rate("marketing", 113_100, "EUR", OLD, country="DE", company=3),
        Rate("marketing", 99_000, "EUR", OLD, country="DE", account=7),
        Rate("marketing", 1_000, "USD", OLD, region="rest_of_world", account=7),
        Rate("marketing", 52_900, "USD", OLD, country="GB"),
        Rate("utility", 40_000, "USD", OLD, country="RU"),
        Rate("utility", 43_000, "USD", date(2026, 10, 1), country="KZ"),
        Rate("marketing", 60_400, "USD", OLD, region="rest_of_world"),
        Rate("utility", 7_700, "USD", OLD, region="rest_of_world"),
    ]
)
#: type, category, country, day, other fields -> basis, millionths, is it a guess
TABLE = (
    # What the provider calls free costs nothing, whatever it is.
    ("free_customer_service", "service", "US", "2026-11-05", {}, "free", 0, False),
    ("free_customer_service", "utility", "US", "2026-09-30", {}, "free", 0, False),
    ("free_customer_service", "", "", "2026-11-05", {}, "free", 0, False),
    ("free_entry_point", "marketing", "DE", "2026-11-05", {}, "free", 0, False),
    ("free_entry_point", "service", "XX", "2026-11-05", {}, "free", 0, False),
    ("free_group_customer_service", "group_service", "US", "2026-11-05", {})
    + ("free", 0, False),
    ("regular", "referral_conversion", "US", "2026-11-05", {}, "free", 0, False),
    # Before 1 July 2025 conversations were charged, not messages.
    ("regular", "marketing", "US", "2025-06-30", {}, "by_conversation", 0, True),
    ("regular", "marketing", "US", "2025-07-01", {}, "rate", 25_000, False),
    ("regular", "marketing", "US", "2025-07-02", {"model": "CBP"})
    + ("by_conversation", 0, True),
    ("regular", "marketing", "US", "2025-07-02", {"model": "PMP"})
    + ("rate", 25_000, False),
    # Service is charged from 1 October 2026 on, like utility.
    ("regular", "service", "US", "2026-09-30", {}, "not_yet_charged", 0, False),
    ("regular", "service", "US", "2026-10-01", {}, "rate", 3_400, False),
    ("regular", "service", "IN", "2026-10-01", {}, "rate", 1_400, False),
    ("regular", "service", "DE", "2026-10-01", {}, "rate", 7_700, False),
    ("regular", "service", "US", "2026-12-31", {"free_used": 0, "free_tier": 1000})
    + ("rate", 3_400, False),
    ("regular", "group_service", "US", "2026-10-01", {}, "rate", 3_400, False),
    ("regular", "group_service", "US", "2026-09-30", {}, "not_yet_charged", 0, False),
    # Utility inside the window is charged since then too: only the type decides.
    ("regular", "utility", "US", "2026-10-01", {}, "rate", 3_400, False),
    ("regular", "utility", "US", "2025-12-31", {}, "rate", 4_000, False),
    ("regular", "utility", "US", "2026-01-01", {}, "rate", 3_400, False),
    # A day begins where the account is billed.
    ("regular", "service", "US", "2026-09-30", {"timezone": "Asia/Aden", "hour": 20})
    + ("not_yet_charged", 0, False),
    ("regular", "service", "US", "2026-09-30", {"timezone": "Asia/Aden", "hour": 21})
    + ("rate", 3_400, False),
    ("regular", "service", "US", "2026-10-01", {"timezone": "America/Lima", "hour": 4})
    + ("not_yet_charged", 0, False),
    ("regular", "service", "US", "2026-10-01", {"timezone": "America/Lima", "hour": 5})
    + ("rate", 3_400, False),
    ("regular", "service", "US", "2026-10-01", {"timezone": "No/Where"})
    + ("rate", 3_400, False),
    # Without a type our own count decides about the free tier.
    ("", "service", "US", "2026-10-05", {"free_used": 999, "free_tier": 1000})
    + ("free_tier", 0, True),
    ("", "service", "US", "2026-10-05", {"free_used": 1000, "free_tier": 1000})
    + ("rate", 3_400, True),
    ("", "service", "US", "2026-10-05", {}, "rate", 3_400, True),
    ("", "utility", "US", "2026-10-05", {"free_used": 0, "free_tier": 1000})
    + ("rate", 3_400, True),
    ("", "service", "US", "2026-09-05", {"free_tier": 10})
    + ("not_yet_charged", 0, False),
    # Countries: own rate, region, rest of the world.
    ("regular", "utility", "IQ", "2026-11-05", {}, "rate", 9_100, False),
    ("regular", "utility", "QA", "2026-06-30", {}, "rate", 9_100, False),
    ("regular", "utility", "QA", "2026-07-01", {}, "rate", 12_000, True),
    ("regular", "utility", "KR", "2026-11-05", {}, "rate", 7_700, False),
    ("regular", "utility", "XX", "2026-11-05", {}, "rate", 7_700, False),
    ("regular", "utility", "", "2026-11-05", {}, "rate", 7_700, True),
    ("regular", "utility", "+91", "2026-11-05", {}, "rate", 1_400, False),
    ("regular", "utility", "91", "2026-11-05", {}, "rate", 1_400, False),
    ("regular", "utility", "in", "2026-11-05", {}, "rate", 1_400, False),
    ("regular", "utility", "999", "2026-11-05", {}, "rate", 7_700, True),
    ("regular", "utility", "KZ", "2026-09-30", {}, "rate", 40_000, False),
    ("regular", "utility", "KZ", "2026-10-01", {}, "rate", 43_000, False),
    ("regular", "marketing", "GG", "2026-11-05", {}, "rate", 52_900, False),
    # Categories that are spelled in several ways, or have no rate of their own.
    ("regular", "authentication-international", "IN", "2026-11-05", {})
    + ("rate", 28_000, False),
    ("regular", "authentication_international", "ID", "2026-11-05", {})
    + ("rate", 25_000, False),
    ("regular", "AUTHENTICATION", "DE", "2026-11-05", {}, "rate", 55_000, False),
    ("regular", "marketing_lite", "DE", "2026-11-05", {}, "rate", 136_500, False),
    ("regular", "group_marketing", "DE", "2026-11-05", {}, "rate", 136_500, False),
    ("regular", "authentication", "US", "2026-11-05", {}, "no_rate", 0, True),
    ("regular", "telepathy", "US", "2026-11-05", {}, "no_rate", 0, True),
    ("regular", "", "US", "2026-11-05", {}, "no_category", 0, True),
    # A word nobody knows is charged, and says so.
    ("prepaid", "utility", "US", "2026-11-05", {}, "unknown_type", 3_400, True),
    ("prepaid", "service", "US", "2026-09-30", {}, "not_yet_charged", 0, False),
    # Rates of one account or company.
    ("regular", "marketing", "DE", "2026-11-05", {"company": 3})
    + ("rate", 113_100, False),
    ("regular", "marketing", "DE", "2026-11-05", {"company": 3, "account": 7})
    + ("rate", 99_000, False),
    ("regular", "marketing", "DE", "2026-11-05", {"company": 4, "account": 8})
    + ("rate", 136_500, False),
    ("regular", "marketing", "US", "2026-11-05", {"account": 7})
    + ("rate", 25_000, False),
    ("regular", "marketing", "KR", "2026-11-05", {"account": 7})
    + ("rate", 1_000, False),
)


def delivery(type_, category, country, day, others):
    values = dict(others)
    hour = values.pop("hour", 12)
    moment = datetime.combine(date.fromisoformat(day), datetime.min.time())
    return Delivery(type_, category, moment.replace(hour=hour), country, **values)


class TestPricing(UnitCase):
    def test_table(self):
        for row in TABLE:
            *question, basis, micro, is_estimate = row
            with self.subTest(question):
                result = charge(TARIFF, CARD, delivery(*question))
                found = (result.basis.value, to_micro(result.amount))
                self.assertEqual(found, (basis, micro))
                self.assertEqual(result.is_estimate, is_estimate)

    def test_the_table_is_long_enough_to_be_believed(self):
        self.assertGreaterEqual(len(TABLE), 40)
        self.assertEqual({row[5] for row in TABLE}, {basis.value for basis in Basis})

    def test_the_currency_is_that_of_the_rate(self):
        query = delivery("regular", "marketing", "DE", "2026-11-05", {"account": 7})
        self.assertEqual(charge(TARIFF, CARD, query).currency, "EUR")

    def test_an_aware_moment_counts_as_the_same_naive_one(self):
        naive = datetime(2026, 10, 1, 0, 0)
        aware = naive.replace(tzinfo=timezone.utc)
        results = [
            charge(TARIFF, CARD, Delivery("regular", "service", moment, "US"))
            for moment in (naive, aware)
        ]
        self.assertEqual(results[0], results[1])

    def test_a_plain_tariff_charges_what_the_card_says(self):
        query = delivery("regular", "utility", "IN", "2020-01-01", {})
        card = RateCard([Rate("utility", 5, "USD", date(2019, 1, 1), country="IN")])
        self.assertEqual(charge(Tariff(), card, query).amount, Decimal("0.000005"))

    def test_an_empty_card_has_no_price(self):
        query = delivery("regular", "utility", "IN", "2026-11-05", {})
        self.assertEqual(charge(TARIFF, RateCard([]), query).basis, Basis.NO_RATE)


class TestMoney(UnitCase):
    def test_millionths_are_exact(self):
        total = sum((from_micro(3_400) for _ in range(1000)), Decimal(0))
        self.assertEqual(total, Decimal("3.4"))

    def test_a_float_counts_as_the_decimal_it_shows(self):
        for amount, micro in ((0.1, 100_000), (0.0034, 3_400), (2280.5, 2_280_500_000)):
            self.assertEqual(to_micro(amount), micro)


class TestPlaces(UnitCase):
    def test_a_country_is_in_one_region_only(self):
        countries = " ".join(REGIONS.values()).split()
        self.assertEqual(len(countries), len(set(countries)))

    def test_countries_are_iso_codes(self):
        for code in (*" ".join(REGIONS.values()).split(), *TERRITORIES):
            self.assertRegex(code, r"\A[A-Z]{2}\Z")

    def test_the_narrowest_place_is_first(self):
        self.assertEqual(places(TARIFF, "IM"), ("IM", "GB", "rest_of_world"))
        self.assertEqual(
            places(TARIFF, "IQ"), ("IQ", "rest_of_middle_east", "rest_of_world")
        )

    def test_calling_codes(self):
        for text, code in (("+964", "IQ"), ("1", "US"), ("iq", "IQ"), ("", "")):
            self.assertEqual(iso(text), code)


class TestMonths(UnitCase):
    def test_a_month_ends_where_the_next_begins(self):
        for day, first, following in (
            (date(2026, 2, 28), date(2026, 2, 1), date(2026, 3, 1)),
            (date(2026, 12, 31), date(2026, 12, 1), date(2027, 1, 1)),
            (date(2028, 2, 29), date(2028, 2, 1), date(2028, 3, 1)),
        ):
            self.assertEqual(month_of(day), (first, following))

    def test_forecast(self):
        for moment, zone, spent, expected in (
            (datetime(2026, 11, 16), "UTC", 15, 30),  # half of the month
            (datetime(2026, 11, 1, 1), "UTC", 1, 30),  # the first day is a whole one
            (datetime(2026, 11, 30, 23, 59, 59), "UTC", 30, 30),
            (datetime(2026, 10, 31, 21), "Asia/Baghdad", 1, 30),  # November there
        ):
            with self.subTest(moment):
                result = forecast(Decimal(spent), moment, zone)
                self.assertEqual(round(result), expected)
