import importlib.util
from pathlib import Path
from unittest import TestCase

# The controllers package needs Odoo; this module of it does not.
_PATH = Path(__file__).parents[2] / "controllers" / "rate_limit.py"
_SPEC = importlib.util.spec_from_file_location("rate_limit", _PATH)
rate_limit = importlib.util.module_from_spec(_SPEC)
_SPEC.loader.exec_module(rate_limit)


class Clock:
    def __init__(self):
        self.now = 0.0

    def __call__(self):
        return self.now


class TestRateLimit(TestCase):
    def setUp(self):
        super().setUp()
        self.clock = Clock()
        self.limit = rate_limit.RateLimit(rate=2, burst=3, clock=self.clock)

    def _allowed(self, caller="a", times=10):
        return sum(self.limit.allows(caller) for _time in range(times))

    def test_burst_is_allowed_and_no_more(self):
        self.assertEqual(self._allowed(), 3)

    def test_rate_refills(self):
        self._allowed()
        self.clock.now += 1
        self.assertEqual(self._allowed(), 2)

    def test_long_silence_gives_no_more_than_the_burst(self):
        self._allowed()
        self.clock.now += 1000
        self.assertEqual(self._allowed(), 3)

    def test_callers_do_not_share(self):
        self._allowed("a")
        self.assertEqual(self._allowed("b"), 3)

    def test_memory_is_bounded(self):
        for number in range(rate_limit.MAX_CALLERS + 50):
            self.limit.allows(number)
        self.assertEqual(len(self.limit._buckets), rate_limit.MAX_CALLERS)
