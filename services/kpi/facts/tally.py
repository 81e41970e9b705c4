"""What changes of facts add to the cells, summed up over a batch. Values in, values out.

A fact adds to a half-month at most one of each measure, so what a change of it adds is told by the measures
that came and those that went.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from typing import Any

from services.kpi import domain
from services.kpi.facts.fact import Fact, day_of
from services.kpi.facts.measures import PROCEDURE_MEASURES, by_day, lengths

Marks = Mapping[date, set[str]]
"""By half-month: the measures a fact adds one to."""

Sums = dict[tuple[Any, ...], dict[str, int]]
"""By cell: how much of each measure; what came and went again is 0."""

_OF_PROCEDURES = frozenset(PROCEDURE_MEASURES)

bucket_of = lru_cache(4096)(domain.bucket_of)


@dataclass
class Tally:
    """What is added to the cells of each kind."""

    cells: Sums = field(default_factory=dict)
    """By (bucket, agency, field)."""
    procedures: Sums = field(default_factory=dict)
    """By (bucket, agency, procedure)."""
    durations: Sums = field(default_factory=dict)
    """By (bucket, agency, field, kind, days): how many dossiers took so long, by their result."""

    def move(self, before: Fact, after: Fact) -> set[date]:
        """Add what changes with a fact; returns the half-months in which it changes anything."""
        was, now = _marks(before), _marks(after)
        if _place(before) == _place(after):
            was, now = _without(was, now), _without(now, was)
        self._put(before, was, -1)
        self._put(after, now, 1)
        took, takes = _durations(before), _durations(after)
        for key in took - takes:
            _add(self.durations, key, ("n",), -1)
        for key in takes - took:
            _add(self.durations, key, ("n",), 1)
        return {*was, *now, *(key[0] for key in took ^ takes)}

    def _put(self, fact: Fact, marks: Marks, amount: int) -> None:
        for bucket, names in marks.items():
            if fact.field is not None:
                _add(self.cells, (bucket, fact.agency, fact.field), names, amount)
            if fact.procedure is not None and (some := names & _OF_PROCEDURES):
                _add(self.procedures, (bucket, fact.agency, fact.procedure), some, amount)


def _place(fact: Fact) -> tuple[str | None, ...]:
    return fact.agency, fact.field, fact.procedure


def _marks(fact: Fact) -> Marks:
    """Nothing until it is known whose dossier it is."""
    found: dict[date, set[str]] = {}
    if fact.agency is None:
        return found
    for day, names in by_day(fact):
        bucket = bucket_of(day)
        if bucket in found:
            found[bucket].update(names)
        else:
            found[bucket] = set(names)
    return found


def _without(marks: Marks, others: Marks) -> Marks:
    left = {bucket: names - others.get(bucket, set()) for bucket, names in marks.items()}
    return {bucket: names for bucket, names in left.items() if names}


def _durations(fact: Fact) -> set[tuple[Any, ...]]:
    if fact.done_at is None or fact.agency is None or fact.field is None:
        return set()
    place = (bucket_of(day_of(fact.done_at)), fact.agency, fact.field)
    return {(*place, kind, days) for kind, days in lengths(fact)}


def _add(sums: Sums, key: tuple[Any, ...], names: Iterable[str], amount: int) -> None:
    amounts = sums.get(key)
    if amounts is None:
        sums[key] = dict.fromkeys(names, amount)
        return
    for name in names:
        amounts[name] = amounts.get(name, 0) + amount
