"""Which rows stay hidden, so that nobody learns of a few dossiers what a total was to keep. Values only."""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import TypeVar

K = TypeVar("K")
Size = tuple[int, int]
"""Among how many, and how many."""

LEAST_ROWS = 2
"""So many rows at least are hidden: one alone is the total less the others."""


@dataclass(frozen=True)
class Rule:
    """From when on a row may be shown."""

    minimum: int = 0
    """Rows among fewer than this are hidden; 0 for none."""
    rest: int = 0
    """So are rows in which fewer than this, but some, do not count."""

    def shows(self, size: Size) -> bool:
        """Whether a row of this size may be shown; an empty one may.

        >>> Rule(10).shows((9, 9)), Rule(10).shows((10, 9)), Rule(10, rest=3).shows((10, 9))
        (False, True, False)
        """
        among, count = size
        return not among or (among >= self.minimum and not 0 < among - count < self.rest)


OPEN = Rule()
"""Everything is shown."""


def hidden_rows(
    rows: Mapping[K, Size], rule: Rule, already: Collection[K] = frozenset()
) -> frozenset[K]:
    """Rows that stay hidden beside their shown total (che bổ sung).

    Those that may not be shown themselves, and the smallest others until the hidden ones are at least two
    rows and together as many as a single row must be.

    >>> sorted(hidden_rows({"a": (3, 3), "b": (40, 30), "c": (20, 15)}, Rule(10)))
    ['a', 'c']
    >>> sorted(hidden_rows({"a": (0, 0), "b": (40, 30)}, Rule(10)))
    []
    """
    filled = {key: size for key, size in rows.items() if size[0]}
    found = {key for key, size in filled.items() if key in already or not rule.shows(size)}
    if not found:
        return frozenset()
    others = sorted((size[0], str(key), key) for key, size in filled.items() if key not in found)
    sum_of = sum(filled[key][0] for key in found)
    for among, _, key in others:
        if len(found) >= LEAST_ROWS and sum_of >= rule.minimum:
            break
        found.add(key)
        sum_of += among
    return frozenset(found)


def hidden_cells(
    cells: Mapping[tuple[str, str], Size],
    rule: Rule,
    lines: Collection[str] = frozenset(),
    columns: Collection[str] = frozenset(),
) -> frozenset[tuple[str, str]]:
    """Cells that stay hidden beside the shown sums of every line and column.

    `lines` and `columns` are those whose sums are hidden themselves: with them all of their cells. A cell
    that is alone in a line whose sum is shown is known from it: hiding it protects no other.
    """
    known: frozenset[tuple[str, str]] = frozenset()
    while True:
        unknown = {key: size for key, size in cells.items() if key not in known}
        found = _beside(unknown, rule, lines, columns)
        alone = frozenset(_alone(found, lines, columns))
        if not alone:
            return found | {key for key in known if not rule.shows(cells[key])}
        known |= alone


def _alone(
    found: Collection[tuple[str, str]], lines: Collection[str], columns: Collection[str]
) -> Iterator[tuple[str, str]]:
    """Hidden cells that are the only ones of a line whose sum is shown."""
    for place, sums_hidden in ((0, lines), (1, columns)):
        number = Counter(key[place] for key in found)
        yield from (
            key for key in found if number[key[place]] == 1 and key[place] not in sums_hidden
        )


def _beside(
    cells: Mapping[tuple[str, str], Size],
    rule: Rule,
    lines: Collection[str],
    columns: Collection[str],
) -> frozenset[tuple[str, str]]:
    found: frozenset[tuple[str, str]] = frozenset(
        key for key, size in cells.items() if size[0] and (key[0] in lines or key[1] in columns)
    )
    while True:
        before = found
        for place in (0, 1):
            apart: dict[str, dict[tuple[str, str], Size]] = {}
            for key, size in cells.items():
                apart.setdefault(key[place], {})[key] = size
            for line in apart.values():
                found |= hidden_rows(line, rule, found)
        if found == before:
            return found
