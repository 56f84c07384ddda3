"""Base of the unit tests: no registry, no database, no network.

The same tests run alone, where an empty package stands for the addon, and inside Odoo,
which collects subclasses of its own test case only.
"""

from __future__ import annotations

import unittest
from pathlib import Path

SAMPLES = Path(__file__).resolve().parents[1] / "samples"
ADDON = Path(__file__).resolve().parents[2]
REPOSITORY = ADDON.parent

if __name__.startswith("odoo."):
    from odoo.tests.common import BaseCase
else:
    BaseCase = unittest.TestCase


class UnitCase(BaseCase):
    maxDiff = None


def sample(name: str) -> bytes:
    """Bytes of a sample, for example ``whatsapp/text_plain``."""
    return (SAMPLES / f"{name}.json").read_bytes()


def sample_names(folder: str) -> list[str]:
    return sorted(path.stem for path in (SAMPLES / folder).glob("*.json"))
