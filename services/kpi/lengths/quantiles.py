"""How long dossiers took: exact quantiles of whole days. Values in, values out."""

from collections.abc import Mapping
from dataclasses import dataclass

HALF = 50
NINE_TENTHS = 90
ALL = 100


@dataclass(frozen=True)
class Lengths:
    """How long some dossiers took, in whole days."""

    count: int
    median: int
    """At least half of them took no longer (trung vị)."""
    p90: int
    """At least nine tenths of them took no longer (bách phân vị 90)."""
    longest: int


def lengths_of(days: Mapping[int, int]) -> Lengths | None:
    """The lengths told by how many dossiers took so many days; none of none.

    >>> lengths_of({1: 5, 3: 4, 30: 1})
    Lengths(count=10, median=1, p90=3, longest=30)
    """
    told = {length: count for length, count in days.items() if count}
    if not told:
        return None
    return Lengths(sum(told.values()), _within(told, HALF), _within(told, NINE_TENTHS), max(told))


def _within(days: Mapping[int, int], percent: int) -> int:
    """The fewest days within which at least so many in a hundred were settled: no average, no rounding."""
    wanted = sum(days.values()) * percent
    passed = 0
    for length in sorted(days):
        passed += days[length] * ALL
        if passed >= wanted:
            return length
    raise ValueError("nothing of nothing has no length")
