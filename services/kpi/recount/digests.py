"""Cells as digests: equal digests, equal cells. Values only."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

Key = tuple[Any, ...]
"""Half-month, agency, and field or procedure; of lengths of time their kind and days too."""

Amounts = Mapping[str, int]
Cells = Mapping[Key, Amounts]


@dataclass(frozen=True)
class Bucket:
    """One half-month of one kind of cells: as it is kept, and as it is counted anew."""

    kind: str
    """The table."""
    first: date
    kept: str
    """SHA-256 of its cells as they are kept."""
    counted: str
    """SHA-256 of its cells as the facts give them."""
    differing: int
    """How many cells are not what the facts give."""
    missing: Cells
    """What is to be added to which cells; where very many differ, to the first of them."""


@dataclass(frozen=True)
class Comparison:
    """All cells beside their count from the facts, at one instant."""

    buckets: tuple[Bucket, ...]
    facts: int

    @property
    def differing(self) -> tuple[Bucket, ...]:
        """The half-months in which something differs."""
        return tuple(one for one in self.buckets if one.differing)

    @property
    def cells(self) -> int:
        """How many cells differ."""
        return sum(one.differing for one in self.buckets)

    @property
    def digest(self) -> str:
        """SHA-256 of all cells as the facts give them."""
        # A half-month that everything has left is as if it had never been.
        told = "\n".join(
            f"{one.kind} {one.first} {one.counted}" for one in self.buckets if one.counted != EMPTY
        )
        return hashlib.sha256(told.encode()).hexdigest()

    def lines(self) -> list[str]:
        """Every half-month that differs, and each of its cells that is told by name, a line each."""
        found = []
        for one in self.differing:
            found.append(f"{one.kind} {one.first}: kept {one.kept[:16]}, facts {one.counted[:16]}")
            found += [
                f"{one.kind} {' '.join(map(str, key))}: {dict(sorted(amounts.items()))} too few"
                for key, amounts in sorted(one.missing.items())
            ]
            if untold := one.differing - len(one.missing):
                found.append(f"{one.kind} {one.first}: {untold} more cells")
        return found


def digest_of(cells: Cells) -> str:
    """SHA-256 of cells; measures of which there are none say nothing, so they are left out.

    >>> digest_of({(date(2020, 1, 1), "A", "f"): {"received": 0}}) == digest_of({})
    True
    """
    digest = hashlib.sha256()
    for key, amounts in sorted(without_zeros(cells).items()):
        digest.update("\t".join(map(str, key)).encode())
        digest.update("".join(f"\t{name}={n}" for name, n in sorted(amounts.items())).encode())
        digest.update(b"\n")
    return digest.hexdigest()


def without_zeros(cells: Cells) -> dict[Key, dict[str, int]]:
    """The same cells, with only the measures that count something."""
    found = {key: {name: n for name, n in amounts.items() if n} for key, amounts in cells.items()}
    return {key: amounts for key, amounts in found.items() if amounts}


EMPTY = digest_of({})
"""The digest of no cells at all."""
