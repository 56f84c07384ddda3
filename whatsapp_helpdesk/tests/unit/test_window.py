"""Service window, believable times and lateness."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

from ...gateway import window
from .case import UnitCase

NOON = datetime(2026, 3, 29, 12, 0, tzinfo=timezone.utc)
DAY = timedelta(hours=24)
SECOND = timedelta(seconds=1)


class TestWindow(UnitCase):
    def test_it_ends_a_margin_before_the_duration(self):
        end = window.window_end(NOON, DAY)
        self.assertEqual(end, NOON + DAY - window.MARGIN)
        self.assertTrue(window.is_open(end - SECOND, NOON, DAY))
        self.assertFalse(window.is_open(end, NOON, DAY))

    def test_the_margin_can_be_chosen(self):
        hour = timedelta(hours=1)
        self.assertEqual(window.window_end(NOON, DAY, hour), NOON + 23 * hour)
        self.assertTrue(window.is_open(NOON + DAY - SECOND, NOON, DAY, timedelta()))

    def test_a_customer_who_never_wrote_has_none(self):
        self.assertIsNone(window.window_end(None, DAY))
        self.assertFalse(window.is_open(NOON, None, DAY))
        self.assertEqual(window.remaining(NOON, None, DAY), timedelta())

    def test_a_channel_without_window_is_always_open(self):
        for last in (None, NOON):
            self.assertIsNone(window.window_end(last, None))
            self.assertTrue(window.is_open(NOON, last, None))
            self.assertIsNone(window.remaining(NOON, last, None))

    def test_remaining_is_never_negative(self):
        left = window.remaining(NOON + timedelta(hours=23), NOON, DAY)
        self.assertEqual(left, timedelta(minutes=59))
        self.assertEqual(window.remaining(NOON + 2 * DAY, NOON, DAY), timedelta())

    def test_naive_times_and_other_zones_are_understood(self):
        cairo = timezone(timedelta(hours=2))
        naive = NOON.replace(tzinfo=None)
        self.assertEqual(window.utc(naive), NOON)
        self.assertEqual(window.utc(NOON.astimezone(cairo)), NOON)
        self.assertEqual(
            window.window_end(naive, DAY),
            window.window_end(NOON.astimezone(cairo), DAY),
        )
        self.assertTrue(window.is_open(naive, NOON, DAY))
        precise = NOON.astimezone(cairo).replace(microsecond=5)
        self.assertEqual(window.naive_utc(precise), naive)


class TestClamp(UnitCase):
    def test_a_believable_time_is_kept(self):
        for minutes in (-7 * 24 * 60, -1, 0, 2):
            moment = NOON + timedelta(minutes=minutes)
            self.assertEqual(window.clamp(moment, NOON), moment)

    def test_the_future_ends_two_minutes_after_receipt(self):
        limit = NOON + window.MAX_AHEAD
        self.assertEqual(window.clamp(NOON + DAY, NOON), limit)
        self.assertEqual(window.clamp(limit + SECOND, NOON), limit)

    def test_nothing_is_older_than_the_account(self):
        first = NOON - DAY
        epoch = datetime(1970, 1, 1, tzinfo=timezone.utc)
        self.assertEqual(window.clamp(epoch, NOON, first), first)
        self.assertEqual(window.clamp(first, NOON, first), first)

    def test_without_a_time_it_is_now(self):
        self.assertEqual(window.clamp(None, NOON, NOON - DAY), NOON)


class TestLate(UnitCase):
    def test_late_is_more_than_fifteen_minutes(self):
        quarter = timedelta(minutes=15)
        self.assertFalse(window.is_late(NOON, NOON + quarter))
        self.assertTrue(window.is_late(NOON, NOON + quarter + SECOND))
        self.assertFalse(window.is_late(NOON + quarter, NOON))
