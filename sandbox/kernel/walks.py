"""Walks: visit every place of a ring once, in a scattered order, and know the way back."""

from functools import cache
from math import gcd


def there(index: int, size: int, begin: int) -> int:
    """The place of that index: different indexes below `size` have different places."""
    return (index * _step(size) + begin) % size


def back(place: int, size: int, begin: int) -> int:
    """The index below `size` whose place that is."""
    return (place - begin) * pow(_step(size), -1, size) % size


@cache
def _step(size: int) -> int:
    # Near the golden ratio neighbours land far apart; without a common divisor no place is missed.
    step = int(size * 0.6180339887) | 1
    while gcd(step, size) != 1:
        step += 2
    return step
