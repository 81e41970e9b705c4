"""Figures told apart over HTTP: by agency, field, procedure, half-month and level; and the watch list."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Annotated

from fastapi import APIRouter, Depends, Query

from chassis.database import UnitOfWork
from chassis.edge import StrictRoute
from chassis.permissions import IndicatorReader
from chassis.running import Running
from chassis.web import Here, Reading, refusals
from contracts.exploring import (
    BreakdownView,
    DistributionView,
    FigureCoverage,
    ProcedureStanding,
    TrendView,
    WatchListView,
)
from contracts.problems import Invalid, NotFound
from contracts.vocabulary import BreakdownBy, Structure
from contracts.wire import Code, Day
from services.kpi import views as figures
from services.kpi.asking import (
    DefinitionNotInForce,
    PeriodInvalid,
    PeriodNotWhole,
    UnknownIndicator,
    UnknownPlan,
    asked_of,
    indicator_of,
    indicators_of,
    measured,
    own_plan_of,
    plan_of,
    span_of,
    units_of,
)
from services.kpi.exploring import views
from services.kpi.exploring.finding import by_half_month, levels_of, told_apart
from services.kpi.exploring.hearing import heard_of
from services.kpi.exploring.queries import procedure_names
from services.kpi.exploring.terms import has_levels, has_trend, ways
from services.kpi.fields import field_names
from services.kpi.gathering import criteria_of, watched_fields
from services.kpi.indicators.needs import Need
from services.kpi.names import agency_names
from services.kpi.reach import UnknownAgency

router = APIRouter(prefix="/v1", route_class=StrictRoute)
PUBLIC = (
    "As anybody may see it: small numbers hidden, and only whole half-months or a plan's period."
)


class NotToldApart(Invalid):
    """This figure cannot be told apart so."""

    title_vi = "Chỉ số này không chia được theo cách đó"


class NoTrend(NotFound):
    """This figure is not counted from dossiers of half-months."""

    title_vi = "Chỉ số này không tính theo nửa tháng"


class NoLevels(NotFound):
    """This figure has no ratings by level."""

    title_vi = "Chỉ số này không có phân bố mức đánh giá"


class ProcedureNotListed(NotFound):
    """No such procedure is in the catalogue of this agency."""

    title_vi = "Không có thủ tục này trong danh mục"


@dataclass(frozen=True)
class Question:
    """What a request asks about, and what answers it."""

    asked: figures.Asked
    here: Running
    uow: UnitOfWork


async def _question(  # noqa: PLR0917 - FastAPI passes them by name
    caller: IndicatorReader,
    here: Here,
    uow: Reading,
    first: Annotated[Day, Query(alias="from", description="First day, in Vietnam.")],
    end: Annotated[Day, Query(alias="to", description="The day after the last.")],
    agency: Annotated[
        Code | None, Query(description="It and everything below it; the caller's own.")
    ] = None,
    by: Annotated[
        Structure,
        Query(alias="structure", description="By the agencies at the time, or by today's."),
    ] = Structure.THEN,
    public: Annotated[bool, Query(description=PUBLIC)] = False,
) -> Question:
    period = span_of(first, end, here, public=public)
    return Question(await asked_of(agency, period, caller, here, uow, by, public=public), here, uow)


Asked = Annotated[Question, Depends(_question)]
REFUSED = (UnknownIndicator, DefinitionNotInForce, UnknownAgency, PeriodInvalid, PeriodNotWhole)


@router.get(
    "/indicators/{id}/breakdown",
    tags=["indicators"],
    responses=refusals(*REFUSED, NotToldApart),
)
async def read_breakdown(
    id: Code,
    question: Asked,
    apart_by: Annotated[BreakdownBy, Query(alias="by", description="What rows are told apart by.")],
) -> BreakdownView:
    """A figure told apart, each row against the same test; the rows add up to the figure.

    Of a figure that asks something of every agency and field, such as `k04`, the rows are what it asks it of.
    """
    indicator = indicator_of(id, question.asked.period, question.here)
    known = ways(indicator)
    if apart_by not in known:
        told = ", ".join(known) or "nothing: it is told as a whole"
        raise NotToldApart(f"It can be told apart by {told}.")
    asked, here, uow = question.asked, question.here, question.uow
    found = await told_apart(indicator, apart_by, asked, here, uow)
    return views.breakdown(indicator, apart_by, found, await _names(uow), asked)


@router.get("/indicators/{id}/trend", tags=["indicators"], responses=refusals(*REFUSED, NoTrend))
async def read_trend(id: Code, question: Asked) -> TrendView:
    """A figure by half-month, from the 1st and from the 15th; never day by day."""
    indicator = indicator_of(id, question.asked.period, question.here)
    if not has_trend(indicator):
        raise NoTrend("Ask for a figure counted from dossiers, e.g. k07.")
    points = await by_half_month(indicator, question.asked, question.here, question.uow)
    return views.trend(indicator, points, question.asked)


@router.get(
    "/indicators/{id}/distribution", tags=["indicators"], responses=refusals(*REFUSED, NoLevels)
)
async def read_distribution(id: Code, question: Asked) -> DistributionView:
    """How the ratings behind a satisfaction figure are distributed over five levels."""
    indicator = indicator_of(id, question.asked.period, question.here)
    if not has_levels(indicator):
        raise NoLevels("Ask for a satisfaction figure, e.g. k37.")
    counts = await levels_of(indicator, question.asked, question.here, question.uow)
    return views.distribution(indicator, counts, question.asked)


@router.get(
    "/watch-list",
    tags=["indicators"],
    responses=refusals(UnknownAgency, PeriodInvalid, PeriodNotWhole),
)
async def read_watch_list(question: Asked) -> WatchListView:
    """Fields to hold a dialogue about, and why each of them; `k35` is how many there are."""
    asked, here, uow = question.asked, question.here, question.uow
    counted = await measured(asked, [], here, uow)
    fields = await watched_fields(counted, await units_of(asked, here, uow), here, uow)
    return views.watch_list(fields, criteria_of(here), await field_names(uow), asked)


@router.get(
    "/coverage",
    tags=["indicators"],
    responses=refusals(UnknownAgency, PeriodInvalid, PeriodNotWhole),
)
async def read_coverage(question: Asked) -> FigureCoverage:
    """How many units have told anything in a period, and how fresh what was heard is."""
    heard = await heard_of(question.asked, question.here, question.uow)
    return views.coverage(heard, await agency_names(question.uow), question.asked)


@router.get(
    "/plans/{id}/procedures/{code}",
    tags=["plans"],
    responses=refusals(
        UnknownPlan,
        DefinitionNotInForce,
        UnknownAgency,
        ProcedureNotListed,
        PeriodInvalid,
        PeriodNotWhole,
    ),
)
async def read_procedure(  # noqa: PLR0917 - FastAPI passes them by name
    id: Code,
    code: Code,
    caller: IndicatorReader,
    here: Here,
    uow: Reading,
    agency: Annotated[Code | None, Query(description="The plan's own when left out.")] = None,
    first: Annotated[
        date | None, Query(alias="from", description="First day; the plan's when left out.")
    ] = None,
    end: Annotated[
        date | None, Query(alias="to", description="The day after the last; the plan's.")
    ] = None,
    by: Annotated[
        Structure,
        Query(alias="structure", description="By the agencies at the time, or by today's."),
    ] = Structure.THEN,
    public: Annotated[bool, Query(description=PUBLIC)] = False,
) -> ProcedureStanding:
    """How a procedure stands in the targets of a plan that are counted over procedures."""
    own = own_plan_of(id, here)
    period = span_of(first or own.period_from, end or own.period_to, here, public=public)
    plan = plan_of(id, period, here)
    whose = agency or caller.agency or plan.agency
    asked = await asked_of(whose, period, caller, here, uow, by, public=public)
    counted = await measured(asked, [], here, uow, frozenset({Need.PROCEDURES}))
    found = next((row for row in counted.procedures() if row.code == code), None)
    if found is None:
        raise ProcedureNotListed("See /v1/procedures for those there are.")
    targets = [
        (one, await told_apart(one, BreakdownBy.PROCEDURE, asked, here, uow))
        for one in indicators_of(plan, asked)
        if BreakdownBy.PROCEDURE in ways(one)
    ]
    return views.procedure(plan, found, targets, await _names(uow), asked)


async def _names(uow: UnitOfWork) -> views.Names:
    return views.Names(await agency_names(uow), await field_names(uow), await procedure_names(uow))
