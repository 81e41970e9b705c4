"""Periods over HTTP: closing them, reading their editions beside today's figures, restating them."""

from dataclasses import replace
from typing import Annotated

from fastapi import APIRouter, Path, Query, Response

from chassis.edge import StrictRoute
from chassis.permissions import IndicatorReader, PeriodCloser
from chassis.web import Here, Reading, Works, refusals
from contracts.kpi import ChainView, EditionPage, EditionView, PeriodView, Restatement
from contracts.periods import Span, bucket_of
from contracts.problems import NotFound
from contracts.vocabulary import EditionKind, Structure
from contracts.wire import Code
from services.kpi.asking import units_of
from services.kpi.editions import commands, queries, views
from services.kpi.editions.commands import Wish
from services.kpi.editions.periods import UnknownPeriod, period_of
from services.kpi.editions.tables import Edition
from services.kpi.opening import definitions_of
from services.kpi.reach import UnknownAgency, within_reach

router = APIRouter(prefix="/v1/periods", route_class=StrictRoute, tags=["periods"])

Kind = Annotated[EditionKind, Path(description="What kind of period.")]
Key = Annotated[
    str,
    Path(
        pattern=r"^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$",
        description="Which one: `2020`, `2020-H1`, `2020-Q3`, `2020-03`, a plan's id, "
        "or `2018-01-01_2018-10-01`.",
    ),
]
Agency = Annotated[Code | None, Query(description="It and everything below it; the caller's own.")]
By = Annotated[
    Structure, Query(alias="structure", description="By the agencies at the time, or by today's.")
]


class UnknownEdition(NotFound):
    """The period has no such edition."""

    title_vi = "Không có bản chốt số liệu này"


@router.get("", responses=refusals(UnknownAgency))
async def list_editions(  # noqa: PLR0917 - FastAPI passes them by name
    caller: IndicatorReader,
    here: Here,
    uow: Reading,
    agency: Agency = None,
    cursor: Annotated[str | None, Query(pattern="^[0-9]{1,9}$")] = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 100,
) -> EditionPage:
    """Every edition of an agency and of those below it, in the order in which they were closed."""
    whose = await within_reach(agency, caller, here)
    below = await here.tree.below(whose)
    rows = await queries.within(below, int(cursor or 0), limit + 1, uow)
    following = str(rows[limit - 1].place) if len(rows) > limit else None
    items = [views.edition_view(one, figures=False) for one in rows[:limit]]
    return EditionPage(items=items, next_cursor=following)


@router.get("/{kind}/{key}", responses=refusals(UnknownAgency, UnknownPeriod, UnknownEdition))
async def read_period(  # noqa: PLR0917 - FastAPI passes them by name
    kind: Kind,
    key: Key,
    caller: IndicatorReader,
    here: Here,
    uow: Reading,
    agency: Agency = None,
    by: By = Structure.THEN,
    edition: Annotated[
        int | None, Query(ge=1, description="Which edition; the one in force when left out.")
    ] = None,
) -> PeriodView:
    """A period's figures as they were closed, as they stand now, and what changed."""
    period = period_of(kind, key, definitions_of(here))
    stands = await commands.standing(period, agency, by, caller, here, uow)
    chosen = stands.editions[-1] if stands.editions else None
    if edition is not None:
        chosen = next((one for one in stands.editions if one.number == edition), None)
        if chosen is None:
            raise UnknownEdition(f"It has {len(stands.editions)}; they are numbered from 1.")
    units = await units_of(stands.asked, here, uow)
    corrections = views.Corrections(stands.asked.library, units)
    if chosen is not None:
        days = Span(bucket_of(period.span.first), period.span.end)
        told = await queries.corrections(units, days, chosen, uow)
        corrections = replace(corrections, told=told)
    return views.period_view(
        period, stands.asked, stands.entries, stands.editions, chosen, corrections
    )


@router.get(
    "/{kind}/{key}/editions/{number}",
    responses=refusals(UnknownAgency, UnknownPeriod, UnknownEdition),
)
async def read_edition(  # noqa: PLR0917 - FastAPI passes them by name
    kind: Kind,
    key: Key,
    number: Annotated[int, Path(ge=1)],
    caller: IndicatorReader,
    here: Here,
    uow: Reading,
    agency: Agency = None,
    by: By = Structure.THEN,
) -> EditionView:
    """One edition with all its figures, as it was closed."""
    period = period_of(kind, key, definitions_of(here))
    whose = await within_reach(agency, caller, here)
    rows = await queries.editions_of(period.kind, period.key, whose, by, uow)
    for row in rows:
        if row.number == number:
            return views.edition_view(row)
    raise UnknownEdition(f"It has {len(rows)}; they are numbered from 1.")


@router.get("/{kind}/{key}/verify", responses=refusals(UnknownAgency, UnknownPeriod))
async def verify_chain(  # noqa: PLR0917 - FastAPI passes them by name
    kind: Kind,
    key: Key,
    caller: IndicatorReader,
    here: Here,
    uow: Reading,
    agency: Agency = None,
    by: By = Structure.THEN,
) -> ChainView:
    """Every hash of the chain worked out again: whether it holds, and the first edition that does not."""
    period = period_of(kind, key, definitions_of(here))
    whose = await within_reach(agency, caller, here)
    rows = await queries.editions_of(period.kind, period.key, whose, by, uow)
    walk = await queries.walk(uow)
    return ChainView(
        holds=walk.broken_at is None,
        editions=await queries.how_many(uow),
        head=walk.head,
        broken_at=walk.broken_at,
        why=walk.why,
        places=[one.place for one in rows],
    )


@router.post(
    "/{kind}/{key}/close",
    status_code=201,
    response_model=EditionView,
    responses=refusals(
        UnknownAgency,
        UnknownPeriod,
        commands.PeriodNotOver,
        commands.PeriodOverlaps,
        commands.PeriodClosed,
        commands.FiguresUnderCheck,
        commands.FiguresMoving,
    )
    | {200: {"model": EditionView, "description": "It is closed already, with these figures."}},
)
async def close_period(  # noqa: PLR0917 - FastAPI passes them by name
    kind: Kind,
    key: Key,
    caller: PeriodCloser,
    here: Here,
    works: Works,
    agency: Agency = None,
    by: By = Structure.THEN,
) -> Response:
    """Close a period: its figures are kept as they stand, in an edition that never changes."""

    def show(done: tuple[Edition, bool]) -> tuple[int, EditionView]:
        row, fresh = done
        return 201 if fresh else 200, views.edition_view(row)

    wish = Wish(period_of(kind, key, definitions_of(here)), agency, by)
    return await works.answer(commands.close, wish, caller, here, show=show)


@router.post(
    "/{kind}/{key}/restatements",
    status_code=201,
    response_model=EditionView,
    responses=refusals(
        UnknownAgency,
        UnknownPeriod,
        commands.PeriodNotClosed,
        commands.NothingToRestate,
        commands.ReasonMissing,
        commands.FiguresUnderCheck,
        commands.FiguresMoving,
    ),
)
async def restate_period(  # noqa: PLR0917 - FastAPI passes them by name
    kind: Kind,
    key: Key,
    told: Restatement,
    caller: PeriodCloser,
    here: Here,
    works: Works,
    agency: Agency = None,
    by: By = Structure.THEN,
) -> Response:
    """Publish a closed period's figures anew beside the earlier ones, with the reason."""
    wish = Wish(period_of(kind, key, definitions_of(here)), agency, by, told.reason)
    return await works.answer(
        commands.restate, wish, caller, here, show=lambda row: (201, views.edition_view(row))
    )
