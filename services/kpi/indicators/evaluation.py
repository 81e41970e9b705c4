"""What a definition counts, given the measures of the agencies and the period asked for."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Protocol

from services.kpi.domain import Figure, reaches
from services.kpi.indicators.definitions import Indicator, Procedures, Ratio, Units

Amounts = Mapping[str, int]


@dataclass(frozen=True)
class ProcedureRow:
    """A procedure of the catalogue, and its dossiers by post in the period."""

    code: str
    field: str
    online_level: int
    by_post: bool
    on_national_portal: bool
    received_by_post: int = 0
    returned_by_post: int = 0


class Measures(Protocol):
    """What was measured of the agencies and the period asked for."""

    def cells(self) -> Mapping[tuple[str, str], Amounts]:
        """By agency and field."""

    def procedures(self) -> Sequence[ProcedureRow]:
        """Every procedure of the catalogue."""


def evaluate(indicator: Indicator, measures: Measures) -> Figure | None:
    """The figure of an indicator; none where it is not counted from events."""
    value = indicator.value
    if value.ratio is not None:
        return _ratio(value.ratio, measures)
    if value.units is not None:
        return _units(value.units, measures)
    if value.procedures is not None:
        return _procedures(value.procedures, measures)
    return None


def _ratio(ratio: Ratio, measures: Measures) -> Figure:
    wanted = [
        amounts
        for (_, field), amounts in measures.cells().items()
        if not ratio.fields or field in ratio.fields
    ]
    return Figure(
        sum(amounts.get(ratio.of, 0) for amounts in wanted),
        sum(amounts.get(ratio.among, 0) for amounts in wanted),
    )


def _units(units: Units, measures: Measures) -> Figure:
    passed: dict[str, bool] = {}
    for (agency, _), amounts in measures.cells().items():
        among = amounts.get(units.among, 0)
        if among:
            share = Fraction(amounts.get(units.of, 0), among)
            passes = reaches(share, units.test.operator, units.test.value)
            passed[agency] = passed.get(agency, True) and passes
    return Figure(sum(passed.values()), len(passed))


def _procedures(procedures: Procedures, measures: Measures) -> Figure:
    among = [
        row
        for row in measures.procedures()
        if procedures.where is None
        or procedures.where.holds(int(getattr(row, procedures.where.attribute)))
    ]
    holds = procedures.holds
    count = sum(
        (
            holds.attribute is None
            or holds.attribute.holds(int(getattr(row, holds.attribute.attribute)))
        )
        and (not holds.any_of or any(getattr(row, name) for name in holds.any_of))
        for row in among
    )
    return Figure(count, len(among))
