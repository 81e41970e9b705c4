"""What is set beside the portal's answers: the same component of the same agencies and days, counted here."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

from chassis.auth import Principal
from chassis.database import UnitOfWork
from chassis.running import Running
from contracts.periods import Span
from contracts.problems import NotFound
from services.kpi import views
from services.kpi.asking import asked_of, measured
from services.kpi.counted import Counted
from services.kpi.indicators import PartRead
from services.kpi.indicators.needs import Need, needs_of
from services.kpi.national import queries
from services.kpi.national.commands import agencies_of, figures_of
from services.kpi.national.comparing import Compared, compared, furthest_first, ours, theirs
from services.kpi.national.mapping import components
from services.kpi.national.reading import NationalFigure
from services.kpi.national.tables import NationalEvaluation

OF_CELLS = frozenset({Need.OPEN})
"""What can be needed of a figure that is told apart by agency in one count."""


class UnknownComponent(NotFound):
    """The national score has no such component."""

    title_vi = "Bộ chỉ số 766 không có thành phần này"


class NoAnswerOfPeriod(NotFound):
    """There is no answer of the portal for exactly these days."""

    title_vi = "Chưa có số liệu của Cổng cho đúng kỳ này"


@dataclass(frozen=True)
class Wish:
    """Which comparison is asked for."""

    component: str
    agency: str | None
    period: Span


@dataclass(frozen=True)
class Gathered:
    """A comparison, and everything that it is told with."""

    component: str
    asked: views.Asked
    rows: Sequence[Compared]
    reads: Mapping[str, PartRead]
    """Ours, by agency."""
    told: Mapping[str, NationalFigure]
    """Theirs, by agency."""
    answers: Sequence[NationalEvaluation]
    unmapped: Sequence[NationalFigure]
    """Of departments that mean no agency, or one that another department of the same answer means."""
    meant: Mapping[str, str]
    """Agencies that departments mean."""


async def gather(wish: Wish, caller: Principal, here: Running, uow: UnitOfWork) -> Gathered:
    """Both sides of a component. Raises `UnknownAgency`, `UnknownComponent`, `NoAnswerOfPeriod`."""
    asked = await asked_of(wish.agency, wish.period, caller, here, uow)
    known = components(asked.library)
    if wish.component not in known:
        raise UnknownComponent(f"Name one of {', '.join(known)}.")
    below = await here.tree.below(asked.agency)
    answers = await _answers(wish.component, asked, below, here, uow)
    told: dict[str, NationalFigure] = {}
    whole: dict[str, bool] = {}
    unmapped: dict[str, NationalFigure] = {}
    every: dict[str, str] = {}
    for row in answers:
        figures = [one for one in figures_of(row) if one.component == wish.component]
        meant = await agencies_of(figures, here, uow)
        every |= meant
        of_this_answer: set[str] = set()
        for one in figures:
            agency = meant.get(one.department)
            if agency is None or agency in of_this_answer:
                unmapped.setdefault(one.department, one)
            elif agency in below:
                of_this_answer.add(agency)
                # The latest answer stands first.
                told.setdefault(agency, one)
                whole.setdefault(agency, bool(row.mapping["with_below"]))
    reads = await _read_here(wish.component, asked, whole, below, here, uow)
    rows = [
        compared(agency, ours(reads.get(agency)), theirs(told.get(agency)))
        for agency in {*told, *reads}
    ]
    return Gathered(
        component=wish.component,
        asked=asked,
        rows=furthest_first(rows),
        reads=reads,
        told=told,
        answers=answers,
        unmapped=list(unmapped.values()),
        meant=every,
    )


async def _answers(
    component: str, asked: views.Asked, below: Collection[str], here: Running, uow: UnitOfWork
) -> list[NationalEvaluation]:
    """The answers that may tell of these agencies: their own, and those of whoever stands above."""
    whose = {*below, *await here.tree.lineage(asked.agency)}
    found = await queries.in_force(whose, asked.period, uow)
    answers = [row for row in found if component in row.mapping["components"]]
    if not answers:
        others = [f"{span.first} to {span.end}" for span in await queries.spans(whose, uow)]
        known = f"There are answers of {', '.join(others)}." if others else "There is none at all."
        raise NoAnswerOfPeriod(
            f"Hand one in of these days (POST /v1/national-evaluations). {known}"
        )
    return answers


async def _read_here(  # noqa: PLR0917 - the parts of one question, all named at the call
    component: str,
    asked: views.Asked,
    whole: Mapping[str, bool],
    below: Collection[str],
    here: Running,
    uow: UnitOfWork,
) -> dict[str, PartRead]:
    """The component of every agency that the portal tells of, and of those it does not that have any here."""
    indicator = asked.library.find(component)
    part = components(asked.library)[component]
    everything = await measured(asked, [indicator], here, uow)
    by_cells = needs_of([indicator], asked.library) <= OF_CELLS
    others = {agency for agency, _ in everything.cells()} if by_cells else set()
    read = {}
    for agency in sorted({asked.agency, *whole, *others}):
        within = {agency}
        if whole.get(agency, True):
            within = {*await here.tree.below(agency)} & {*below}
        one = replace(asked, agency=agency)
        if by_cells:
            counted = _slice(everything, agency, within)
        else:
            counted = await measured(one, [indicator], here, uow)
        read[agency] = views.reader(counted, one).scored(part)
    return read


def _slice(counted: Counted, agency: str, within: Collection[str]) -> Counted:
    """What was counted of some of the agencies."""
    cells = {key: told for key, told in counted.by_field.items() if key[0] in within}
    return replace(counted, agency=agency, by_field=cells)
