"""Whether an agency, a field or a procedure holds what a figure asks for. Values only."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import Enum, auto
from fractions import Fraction

from services.kpi.domain import reaches
from services.kpi.indicators import reporting
from services.kpi.indicators.entities import AgencyRow, Amounts, Measures, ProcedureRow
from services.kpi.indicators.nodes import Entities, Holds, Passes, Share


class Held(Enum):
    """What is found of an entity."""

    YES = auto()
    NO = auto()
    UNTOLD = auto()
    """Nothing is told of it: neither yes nor no."""
    EMPTY = auto()
    """There is nothing to judge."""

    @classmethod
    def of(cls, told: bool | None) -> Held:
        """Yes, no, or not told."""
        return cls.UNTOLD if told is None else cls.YES if told else cls.NO


@dataclass(slots=True)
class Entity:
    """One of those that are counted."""

    code: str
    row: ProcedureRow | AgencyRow | None
    """What is told about it; nothing of a field."""
    by_field: Mapping[str, Amounts]

    def told(self, attribute: str) -> object:
        """An attribute; None where it is not told."""
        return getattr(self.row, attribute, None)


AS_EMPTY = {"fail": Held.NO, "pass": Held.YES}


def judged(node: Entities, measures: Measures) -> Iterator[tuple[str, Held]]:
    """Every entity that is counted among, and whether it holds what is asked for."""
    yield from _judged(node, measures, asked_for=True)


def unplaced(node: Entities, measures: Measures) -> Iterator[tuple[str, Held]]:
    """Every entity of which it is not told whether it is counted among, and what it would hold if it were."""
    if node.where:
        yield from _judged(node, measures, asked_for=None)


def _judged(
    node: Entities, measures: Measures, *, asked_for: bool | None
) -> Iterator[tuple[str, Held]]:
    for entity in _entities(node, measures):
        if _is_asked_for(node, entity) is not asked_for:
            continue
        held = _held(node.holds, entity, measures)
        if held is Held.EMPTY:
            empty = node.empty if isinstance(node, Share) else "fail"
            if empty == "skip":
                continue
            held = AS_EMPTY[empty]
        yield entity.code, held


def _is_asked_for(node: Entities, entity: Entity) -> bool | None:
    """Whether it meets every condition; None where one that it may meet is not told."""
    told = [condition.holds(entity.told(condition.attribute)) for condition in node.where]
    if False in told:
        return False
    return None if None in told else True


def _entities(node: Entities, measures: Measures) -> Iterator[Entity]:
    if node.over == "procedure":
        for row in measures.procedures(node.at):
            yield Entity(row.code, row, {row.field: row.amounts})
        return
    if node.over == "field":
        by_field: dict[str, Counter[str]] = {}
        for (_, field), amounts in measures.cells().items():
            by_field.setdefault(field, Counter()).update(amounts)
        yield from (Entity(field, None, {field: amounts}) for field, amounts in by_field.items())
        return
    by_agency: dict[str, dict[str, Amounts]] = {}
    for (agency, field), amounts in measures.cells().items():
        by_agency.setdefault(agency, {})[field] = amounts
    rows = {row.code: row for row in measures.agencies()}
    of_the_kinds = [row.code for row in rows.values() if row.kind in node.kinds and not row.gone]
    for code in of_the_kinds if node.kinds else by_agency:
        yield Entity(code, rows.get(code), by_agency.get(code, {}))


def _held(holds: Holds, entity: Entity, measures: Measures) -> Held:
    if holds.passes is not None:
        return _passes(holds.passes, entity.by_field)
    if holds.attribute is not None:
        return Held.of(holds.attribute.holds(entity.told(holds.attribute.attribute)))
    if holds.reported is not None:
        return Held.of(reporting.holds(holds.reported.series, entity.code, measures))
    if holds.any_of:
        amounts = entity.by_field.values()
        return Held.of(any(one.get(name, 0) for one in amounts for name in holds.any_of))
    parts = [_held(part, entity, measures) for part in holds.all or holds.any]
    return _together(parts, Held.YES if holds.any else Held.NO)


def _together(parts: list[Held], decides: Held) -> Held:
    """One that decides is enough; otherwise all must be told."""
    told = [part for part in parts if part is not Held.EMPTY]
    if decides in told:
        return decides
    if Held.UNTOLD in told:
        return Held.UNTOLD
    return told[0] if told else Held.EMPTY


def _passes(passes: Passes, by_field: Mapping[str, Amounts]) -> Held:
    parts = list(by_field.values())
    if passes.every is None:
        pooled: Counter[str] = Counter()
        for amounts in parts:
            pooled.update(amounts)
        parts = [pooled]
    wanted = passes.test.value or Fraction()
    # Every field of every agency: so many fractions that each is worth comparing once.
    found = {
        (amounts.get(passes.of, 0), amounts[passes.among])
        for amounts in parts
        if amounts.get(passes.among, 0)
    }
    if not found:
        return Held.EMPTY
    operator = passes.test.operator
    return Held.of(all(reaches(Fraction(*one), operator, wanted) for one in found))
