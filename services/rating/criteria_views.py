"""How criteria are told: exact fractions, and nothing that points to a single citizen's rating."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from contracts.rating import (
    Bilingual,
    ClassCount,
    CriteriaView,
    CriterionMean,
    RestsOn,
    UnitCriteria,
)
from contracts.vocabulary import FigureState, QualityClass
from services.rating.criteria import FROM_ANSWERS, UNIT_LEVEL, Standard, Tally
from services.rating.queries_criteria import Stretch
from services.rating.questionnaires import questionnaires


@dataclass(frozen=True)
class Counted:
    """The tally of one agency."""

    agency: str
    name: str | None
    tally: Tally


@dataclass(frozen=True)
class Reckoned:
    """Everything that was counted for one answer."""

    standard: Standard
    stretch: Stretch
    total: Counted
    of_the_unit: Mapping[int, int]
    """Points of criteria that are known of the unit as a whole."""
    units: Sequence[Counted]


def criteria(told: Reckoned, suppress_below: int) -> CriteriaView:
    """What was counted; of too few ratings nothing is told that rests on them."""
    hidden = _hidden(told.units, suppress_below)
    few = 0 < told.total.tally.rated < suppress_below
    return CriteriaView(
        standard=told.standard.id,
        source=told.standard.source,
        full=told.standard.full,
        fewest_known=told.standard.fewest_known,
        first=told.stretch.first,
        end=told.stretch.end,
        total=_unit(told.total, told.of_the_unit, told.standard, hidden=few),
        units=[
            _unit(one, {}, told.standard, hidden=few or one.agency in hidden) for one in told.units
        ],
    )


def _hidden(units: Sequence[Counted], suppress_below: int) -> set[str]:
    """Units with too few ratings; with one of them alone another, or the total would tell what it hides."""
    rated = sorted((one for one in units if one.tally.rated), key=lambda one: one.tally.rated)
    few = [one for one in rated if one.tally.rated < suppress_below]
    if sum(one.tally.rated for one in few) < suppress_below and few:
        few = rated[: len(few) + 1]
    return {one.agency for one in few}


def _unit(
    told: Counted, of_the_unit: Mapping[int, int], standard: Standard, *, hidden: bool
) -> UnitCriteria:
    tally = told.tally
    classes = [
        ClassCount(quality_class=kind, dossiers=tally.classes[kind])
        for kind in QualityClass
        if tally.classes[kind]
    ]
    rests_on = [RestsOn(known=n, dossiers=times) for n, times in sorted(tally.rests_on.items())]
    state = FigureState.OK if tally.dossiers else FigureState.EMPTY
    labels = questionnaires()[standard.questionnaires[0]].criteria
    return UnitCriteria(
        agency=told.agency,
        name=told.name,
        dossiers=tally.dossiers,
        rated=None if hidden else tally.rated,
        criteria=[
            _mean(
                number,
                Bilingual(vi=one.label.vi, en=one.label.en),
                tally,
                of_the_unit,
                hidden=hidden and number in FROM_ANSWERS,
            )
            for one in labels
            if (number := one.criterion) is not None
        ],
        state=FigureState.SUPPRESSED if hidden else state,
        classes=[] if hidden else classes,
        rests_on=[] if hidden else rests_on,
    )


def _mean(
    number: int, label: Bilingual, tally: Tally, of_the_unit: Mapping[int, int], *, hidden: bool
) -> CriterionMean:
    total: int | None
    count: int | None
    if number in UNIT_LEVEL:
        total, count = of_the_unit.get(number), int(number in of_the_unit)
    else:
        total, count = tally.sums[number], tally.counts[number]
    state = FigureState.SUPPRESSED if hidden else FigureState.OK if count else FigureState.NO_DATA
    shown = state is FigureState.OK
    return CriterionMean(
        criterion=number,
        label=label,
        state=state,
        sum=total if shown else None,
        count=None if hidden else count,
        whole_unit=number in UNIT_LEVEL,
    )
