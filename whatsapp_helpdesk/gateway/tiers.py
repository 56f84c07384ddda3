"""How many customers a business may write to first in a day, as providers spell it."""

from __future__ import annotations

import re
from typing import Any

_UNLIMITED = "unlimited"
_NUMBER = re.compile(r"(\d+)(k?)$", re.IGNORECASE)


def customers_per_day(value: Any) -> int | None:
    """From ``TIER_2K``, ``tier_250`` or ``2000`` to a number; 0 is no limit.

    :return: None when it says nothing ("not_set", empty).
    """
    text = str(value or "").strip().lower()
    if text.endswith(_UNLIMITED):
        return 0
    found = _NUMBER.search(text)
    if not found:
        return None
    return int(found[1]) * (1000 if found[2] else 1)
