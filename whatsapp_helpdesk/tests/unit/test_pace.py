"""Paces by a table: what may leave when, and what that costs."""

import unittest

from ...gateway.pace import Pace
from ...gateway.whatsapp.provider import WhatsAppProvider

PAIR = Pace(6.0, 45)

#: pace, due, now -> how many may leave, how long the next one waits
TABLE = (
    (Pace(1.0, 1), 0.0, 0.0, 1, 0.0),  # never used
    (Pace(1.0, 1), 1.0, 0.0, 0, 1.0),  # one has just left
    (Pace(1.0, 1), 1.0, 0.5, 0, 0.5),
    (Pace(1.0, 1), 1.0, 1.0, 1, 0.0),
    (Pace(1.0, 1), 1.0, 99.0, 1, 0.0),  # idle time is not saved up
    (Pace(1.0, 5), 0.0, 0.0, 5, 0.0),
    (Pace(1.0, 5), 3.0, 0.0, 2, 0.0),
    (Pace(1.0, 5), 5.0, 0.0, 0, 1.0),
    (Pace(1.0, 5), 9.0, 0.0, 0, 5.0),  # told to wait longer
    (PAIR, 0.0, 0.0, 45, 0.0),
    (PAIR, 270.0, 0.0, 0, 6.0),  # the burst is used up
    (PAIR, 270.0, 6.0, 1, 0.0),
    (PAIR, 270.0, 270.0, 45, 0.0),
    (Pace(0.0, 7), 5.0, 5.0, 7, 0.0),  # no limit
    (Pace(0.0, 7), 5.0, 0.0, 0, 5.0),  # no limit, but a pause
)


class TestPace(unittest.TestCase):
    def test_table(self):
        for pace, due, now, available, wait in TABLE:
            with self.subTest(pace=pace, due=due, now=now):
                self.assertEqual(pace.available(due, now), available)
                self.assertAlmostEqual(pace.wait(due, now), wait)

    def test_due_moves_on_by_one_interval_each(self):
        pace = Pace(2.0, 3)
        self.assertEqual(pace.after(0.0, 100.0), 102.0)
        self.assertEqual(pace.after(101.0, 100.0, 2), 105.0)
        self.assertEqual(pace.after(50.0, 100.0, 0), 50.0)

    def _count(self, pace, seconds, step=0.01):
        """Messages of somebody who sends whatever is allowed."""
        due, sent = 0.0, 0
        for tick in range(int(seconds / step)):
            allowed = pace.available(due, tick * step)
            due = pace.after(due, tick * step, allowed)
            sent += allowed
        return sent

    def test_in_the_long_run_the_rate_is_kept(self):
        self.assertAlmostEqual(self._count(Pace.per_second(80), 60) / 60, 80, delta=1)

    def test_one_second_is_hardly_above_the_rate(self):
        self.assertLessEqual(self._count(Pace.per_second(80), 1), 80 * 1.125 + 1)

    def test_a_share_is_a_part_of_the_rate(self):
        bulk = Pace.per_second(80).share(0.8)
        self.assertAlmostEqual(self._count(bulk, 60) / 60, 64, delta=1)

    def test_a_slow_pace_still_lets_one_leave(self):
        self.assertEqual(Pace.per_second(1).share(0.5).burst, 1)

    def test_the_pair_limit_of_whatsapp(self):
        limits = WhatsAppProvider.limits
        pace = Pace(limits.pair_interval, limits.pair_burst)
        self.assertEqual(self._count(pace, 6), 45)
        self.assertEqual(self._count(pace, 66.01), 45 + 11)

    def test_figures_the_provider_publishes(self):
        limits = WhatsAppProvider.limits
        self.assertEqual(
            (limits.account_per_second, limits.phone_app_per_second), (80, 20)
        )


if __name__ == "__main__":
    unittest.main()
