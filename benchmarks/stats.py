"""Plain figures of measured values."""

import math


def percentile(values, share):
    """Return the value that `share` (0 to 1) of all values do not exceed.

    The nearest rank: always one of the values, None without any.
    """
    ordered = sorted(values)
    if not ordered:
        return None
    return ordered[max(0, math.ceil(share * len(ordered)) - 1)]


def median(values):
    """Return the middle value, or the mean of the two middle ones."""
    ordered = sorted(values)
    if not ordered:
        return None
    half = len(ordered) // 2
    if len(ordered) % 2:
        return ordered[half]
    return (ordered[half - 1] + ordered[half]) / 2


def rounded(value, digits=3):
    """Return a figure short enough to be read."""
    if isinstance(value, float):
        return round(value, digits if abs(value) < 100 else 1)
    return value


def rate_between(times, start, end):
    """Return events per second within a span of time."""
    if end <= start:
        return 0.0
    return sum(start < time <= end for time in times) / (end - start)
