"""Kpi over HTTP: figures, the dossiers behind them, and how plans stand."""

from dataclasses import replace
from datetime import date
from typing import Annotated

from fastapi import APIRouter, Query

from chassis.edge import StrictRoute
from chassis.permissions import IndicatorReader
from chassis.web import Here, Reading, Works, refusals
from contracts.kpi import CasePage, FigureView, IndicatorList, PlanList, Scoreboard
from contracts.problems import Forbidden, Invalid, NotFound
from contracts.vocabulary import VIETNAM, Structure
from contracts.wire import Code, Day, Instant
from services.kpi import queries, views
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
    standing,
    units_of,
)
from services.kpi.editions.past import PastNotKept, figure_as_of
from services.kpi.editions.routes import router as periods
from services.kpi.evidence.audit import leave_trace
from services.kpi.evidence.gathering import agencies_asked, entities, fields_of
from services.kpi.evidence.routes import router as evidence
from services.kpi.exploring.routes import router as exploring
from services.kpi.exploring.secrecy import secrets
from services.kpi.facts import OPEN_MEASURES
from services.kpi.form07a.routes import router as form07a
from services.kpi.indicators import Indicator
from services.kpi.indicators.nodes import Reported
from services.kpi.lengths.routes import router as lengths
from services.kpi.lgsp.routes import router as lgsp
from services.kpi.national.routes import router as national
from services.kpi.opening import definitions_of
from services.kpi.quality.routes import router as quality
from services.kpi.reach import UnknownAgency
from services.kpi.reports.routes import router as reports
from services.kpi.scoreboards import scoreboard
from services.kpi.tasks.routes import router as tasks

figures = APIRouter(prefix="/v1", route_class=StrictRoute)
router = APIRouter()
Agency = Annotated[Code | None, Query(description="It and everything below it; the caller's own.")]
From = Annotated[Day, Query(alias="from", description="First day, in Vietnam.")]
By = Annotated[
    Structure, Query(alias="structure", description="By the agencies at the time, or by today's.")
]
Public = Annotated[
    bool,
    Query(description="As anybody may see it: half-months or a plan's period, few ratings hidden."),
]
To = Annotated[Day, Query(alias="to", description="The day after the last.")]


class PastNotPublic(Forbidden):
    """The public is not told satisfaction as it once stood: beside today's it would tell of a few people."""

    title_vi = "Không công khai số liệu hài lòng theo thời điểm trong quá khứ"


class CasesConfidential(Forbidden):
    """The dossiers behind a satisfaction figure are never listed."""

    title_vi = "Không liệt kê hồ sơ của chỉ số hài lòng"


class UnknownPart(Invalid):
    """The figure has no such part."""

    title_vi = "Chỉ số không có thành phần này"


class NoCases(NotFound):
    """This figure is not counted over dossiers."""

    title_vi = "Chỉ số này không đếm theo hồ sơ"


@figures.get("/indicators", tags=["indicators"])
async def list_indicators(
    _: IndicatorReader,
    here: Here,
    uow: Reading,
    on: Annotated[
        Day | None, Query(description="As it is counted on this day; today's when left out.")
    ] = None,
) -> IndicatorList:
    """Every indicator, how it is counted, and the sentence it rests on."""
    told = definitions_of(here)
    day = on or uow.now.astimezone(VIETNAM).date()
    return IndicatorList(items=[views.indicator_view(one, told) for one in told.nearest(day)])


@figures.get(
    "/indicators/{id}/value",
    tags=["indicators"],
    responses=refusals(
        UnknownIndicator,
        DefinitionNotInForce,
        UnknownAgency,
        PeriodInvalid,
        PeriodNotWhole,
        PastNotKept,
        PastNotPublic,
    ),
)
async def read_value(  # noqa: PLR0917 - FastAPI passes them by name
    id: Code,
    caller: IndicatorReader,
    here: Here,
    uow: Reading,
    first: From,
    end: To,
    agency: Agency = None,
    by: By = Structure.THEN,
    as_of: Instant | None = None,
    public: Public = False,
) -> FigureView:
    """A figure: how many, among how many, and how that stands against its target."""
    period = span_of(first, end, here, public=public)
    indicator = indicator_of(id, period, here)
    asked = await asked_of(agency, period, caller, here, uow, by, public=public)
    if as_of is not None and as_of < uow.now:
        if public and indicator.confidential:
            raise PastNotPublic("Leave as_of out, or public.")
        return await figure_as_of(indicator, asked, as_of, uow)
    asked = replace(asked, hidden=await secrets([indicator], asked, here, uow))
    counted = await measured(asked, [indicator], here, uow, alone=True)
    reading = views.read(indicator, indicator.target, counted, asked)
    return views.figure_view(indicator, reading, asked, counted.digest)


@figures.get(
    "/indicators/{id}/cases",
    tags=["indicators"],
    responses=refusals(
        UnknownIndicator,
        DefinitionNotInForce,
        UnknownAgency,
        PeriodInvalid,
        CasesConfidential,
        NoCases,
        UnknownPart,
    ),
)
async def list_cases(  # noqa: PLR0917 - FastAPI passes them by name
    id: Code,
    caller: IndicatorReader,
    here: Here,
    uow: Reading,
    works: Works,
    first: From,
    end: To,
    agency: Agency = None,
    by: By = Structure.THEN,
    part: Annotated[
        str,
        Query(
            pattern="^[a-z_]{1,40}$",
            description="`count`, `among`, or the id of a number told beside the figure.",
        ),
    ] = "count",
    cursor: Code | None = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 100,
) -> CasePage:
    """The dossiers behind a figure: those that count, those they are counted among, or those beside it."""
    period = span_of(first, end, here)
    indicator = indicator_of(id, period, here)
    if indicator.confidential:
        raise CasesConfidential("Who was satisfied is nobody's business; coverage is k36.")
    asked = await asked_of(agency, period, caller, here, uow, by)
    counted = await measured(asked, [indicator], here, uow, alone=True)
    told_of = f"{indicator.id} {asked.agency} {asked.period.first} {asked.period.end} {part}"
    node = indicator.value.share or indicator.value.tally
    if node is not None and part in {"count", "among"}:
        await works(leave_trace, "cases", told_of, caller)
        told = [one.code for one in entities(indicator, counted) if one.counts or part != "count"]
        codes = [code for code in told if code > (cursor or "")][: limit + 1]
    else:
        units = await units_of(asked, here, uow)
        wanted = queries.CasesAsked(
            agencies=agencies_asked(indicator, units, counted),
            period=asked.period,
            measures=_measures(indicator, part),
            fields=units.filed_under(fields_of(indicator)),
            without_young=_leaves_young_out(indicator, part),
        )
        await works(leave_trace, "cases", told_of, caller)
        codes = await queries.cases(wanted, cursor or "", limit + 1, uow)
    following = codes[limit - 1] if len(codes) > limit else None
    kind = node.over if node is not None and part in {"count", "among"} else "dossier"
    return CasePage(items=codes[:limit], next_cursor=following, kind=kind)


@figures.get("/plans", tags=["plans"])
async def list_plans(_: IndicatorReader, here: Here) -> PlanList:
    """Every plan and its period."""
    told = definitions_of(here)
    return PlanList(items=[views.plan_view(one, told.newest) for one in told.own_plans.values()])


@figures.get(
    "/plans/{id}/scoreboard",
    tags=["plans"],
    responses=refusals(
        UnknownPlan, DefinitionNotInForce, UnknownAgency, PeriodInvalid, PeriodNotWhole
    ),
)
async def read_scoreboard(  # noqa: PLR0917 - FastAPI passes them by name
    id: Code,
    caller: IndicatorReader,
    here: Here,
    uow: Reading,
    agency: Agency = None,
    by: By = Structure.THEN,
    first: Annotated[
        date | None, Query(alias="from", description="First day; the plan's when left out.")
    ] = None,
    end: Annotated[
        date | None, Query(alias="to", description="The day after the last; the plan's.")
    ] = None,
    public: Public = False,
) -> Scoreboard:
    """How a plan stands, target by target, for an agency and everything below it.

    Of days other than the plan's: where the last of them is none of the plan's, no target is due.
    """
    own = own_plan_of(id, here)
    period = span_of(first or own.period_from, end or own.period_to, here, public=public)
    plan = plan_of(id, period, here)
    whose = agency or caller.agency or plan.agency
    asked = await asked_of(whose, period, caller, here, uow, by, public=public)
    asked = replace(asked, hidden=await secrets(indicators_of(plan, asked), asked, here, uow))
    counted = await measured(asked, indicators_of(plan, asked), here, uow, alone=True)
    return scoreboard(plan, standing(plan, counted, asked), asked)


def _measures(indicator: Indicator, part: str) -> tuple[str, ...]:
    """What the dossiers of a part of a figure count in."""
    if part in indicator.beside:
        return (part,)
    if part not in {"count", "among"}:
        told = ", ".join(("count", "among", *indicator.beside))
        raise UnknownPart(f"Ask for one of {told}.")
    ratio, count = indicator.value.ratio, indicator.value.count
    found = count.of if count is not None and part == "count" else ()
    if ratio is not None:
        among = () if isinstance(ratio.among, Reported) else ratio.among
        found = ratio.of if part == "count" else among
    if not found or not {*OPEN_MEASURES}.isdisjoint(found):
        raise NoCases("Ask for a ratio of dossiers that no instant decides, e.g. k07.")
    return found


def _leaves_young_out(indicator: Indicator, part: str) -> bool:
    ratio = indicator.value.ratio
    return part == "among" and ratio is not None and ratio.less is not None


router.include_router(figures)
router.include_router(exploring)
router.include_router(evidence)
router.include_router(periods)
router.include_router(lgsp)
router.include_router(lengths)
router.include_router(national)
router.include_router(quality)
router.include_router(tasks)
# Before any route of reports by their ids, which would take its address for one.
router.include_router(form07a)
router.include_router(reports)
