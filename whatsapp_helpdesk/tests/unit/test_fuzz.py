"""Bodies that nobody should send: the parsers answer, or say that it is malformed."""

from __future__ import annotations

from ...gateway import PROVIDERS
from ...gateway.errors import MalformedPayload
from ..fuzz_cases import Fuzz
from .case import UnitCase, sample, sample_names

CASES = 2000


class TestFuzz(UnitCase):
    def test_parsers_survive(self):
        samples = [
            sample(f"{folder}/{name}")
            for folder in ("whatsapp", "telegram")
            for name in sample_names(folder)
        ]
        counts = {"read": 0, "malformed": 0}
        for number, body in enumerate(Fuzz(1, samples).bodies(CASES)):
            for channel, provider in PROVIDERS.items():
                with self.subTest(f"{channel} case {number}", body=body[:200]):
                    try:
                        updates = provider.parse(body)
                    except MalformedPayload:
                        counts["malformed"] += 1
                    else:
                        counts["read"] += 1
                        for update in updates:
                            self.assertTrue(update.key)
                            update.key.encode("utf-8", "replace")
        # Both happen often, or the cases would be too wild or too tame.
        self.assertGreater(counts["read"], CASES // 2)
        self.assertGreater(counts["malformed"], CASES // 10)

    def test_same_seed_same_cases(self):
        samples = [sample("whatsapp/text_plain")]
        first = list(Fuzz(7, samples, "s").cases(50))
        self.assertEqual(first, list(Fuzz(7, samples, "s").cases(50)))
        self.assertNotEqual(first, list(Fuzz(8, samples, "s").cases(50)))
