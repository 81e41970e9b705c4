"""Which rows of a table stay hidden, so that nobody learns what a few people answered. Values only."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from contracts.vocabulary import FigureState

ROWS = 2
"""So many rows at least are hidden: one alone is the total less the others."""


@dataclass(frozen=True)
class Rule:
    """From when on a figure may be shown."""

    minimum: int
    """Fewer ratings than this are not shown."""
    rest: int = 0
    """Nor are ratings of which fewer than this, but some, were not positive."""

    def shows(self, rated: int, positive: int) -> bool:
        """Whether ratings may be shown; none at all may.

        >>> Rule(10).shows(9, 9), Rule(10).shows(10, 9), Rule(10, rest=3).shows(10, 9)
        (False, True, False)
        """
        if not rated:
            return True
        return rated >= self.minimum and not 0 < rated - positive < self.rest


def hidden(
    rows: Mapping[str, tuple[int, int]], rule: Rule, already: Iterable[str] = ()
) -> frozenset[str]:
    """Keys of rows (ratings, positive ones) that stay hidden beside their shown total.

    Those that may not be shown themselves, and the smallest of the others until what is left when the shown
    rows are taken from the total is at least two rows and the minimum of ratings (che bổ sung).

    >>> sorted(hidden({"a": (3, 3), "b": (40, 30), "c": (20, 15)}, Rule(10)))
    ['a', 'c']
    >>> sorted(hidden({"a": (3, 3), "b": (4, 0), "c": (20, 15), "d": (90, 80)}, Rule(10)))
    ['a', 'b', 'c']
    >>> sorted(hidden({"a": (0, 0), "b": (40, 30)}, Rule(10)))
    []
    """
    given = frozenset(already)
    found = {k for k, told in rows.items() if told[0] and (k in given or not rule.shows(*told))}
    if not found:
        return frozenset()
    others = sorted((told[0], key) for key, told in rows.items() if told[0] and key not in found)
    size = sum(rows[key][0] for key in found)
    while others and (len(found) < ROWS or size < rule.minimum):
        rated, key = others.pop(0)
        found.add(key)
        size += rated
    return frozenset(found)


def state(rated: int, *, hidden: bool) -> FigureState:
    """What a row says of itself."""
    if hidden:
        return FigureState.SUPPRESSED
    return FigureState.OK if rated else FigureState.EMPTY
