"""Kpi over HTTP: figures, the dossiers behind them, and how plans stand."""

from dataclasses import replace
from typing import Annotated

from fastapi import APIRouter, Query

from chassis.auth import Principal
from chassis.database import UnitOfWork
from chassis.edge import StrictRoute
from chassis.permissions import IndicatorReader
from chassis.running import Running
from chassis.web import Here, Reading, refusals
from contracts.kpi import CasePage, FigureView, IndicatorList, PlanList, Scoreboard
from contracts.problems import Forbidden, Invalid, NotFound
from contracts.vocabulary import Structure
from contracts.wire import Code, Day, Instant
from services.kpi import queries, structure, views
from services.kpi.domain import Span
from services.kpi.indicators import INDICATORS, PLANS, Indicator, Plan

router = APIRouter(prefix="/v1", route_class=StrictRoute)
Agency = Annotated[Code | None, Query(description="It and everything below it; the caller's own.")]
From = Annotated[Day, Query(alias="from", description="First day, in Vietnam.")]
By = Annotated[
    Structure, Query(alias="structure", description="By the agencies at the time, or by today's.")
]
To = Annotated[Day, Query(alias="to", description="The day after the last.")]


class UnknownIndicator(NotFound):
    """There is no such indicator."""

    title_vi = "Không có chỉ số này"


class UnknownPlan(NotFound):
    """There is no such plan."""

    title_vi = "Không có kế hoạch này"


class UnknownAgency(NotFound):
    """No such agency is within your reach."""

    title_vi = "Không tìm thấy cơ quan này"


class PeriodInvalid(Invalid):
    """A period ends after it begins."""

    title_vi = "Kỳ số liệu phải kết thúc sau khi bắt đầu"


class PastNotKept(Invalid):
    """Figures as they once stood are not kept yet."""

    title_vi = "Chưa lưu số liệu theo thời điểm trong quá khứ"


class CasesConfidential(Forbidden):
    """The dossiers behind a satisfaction figure are never listed."""

    title_vi = "Không liệt kê hồ sơ của chỉ số hài lòng"


class NoCases(NotFound):
    """This figure is not counted over dossiers."""

    title_vi = "Chỉ số này không đếm theo hồ sơ"


@router.get("/indicators", tags=["indicators"])
async def list_indicators(_: IndicatorReader) -> IndicatorList:
    """Every indicator, how it is counted, and the sentence it rests on."""
    return IndicatorList(items=[views.indicator_view(one) for one in INDICATORS.values()])


@router.get(
    "/indicators/{id}/value",
    tags=["indicators"],
    responses=refusals(UnknownIndicator, UnknownAgency, PeriodInvalid, PastNotKept),
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
) -> FigureView:
    """A figure: how many, among how many, and how that stands against its target."""
    indicator = _indicator(id)
    if as_of is not None and as_of < uow.now:
        raise PastNotKept("Leave as_of out: figures are told as they stand now.")
    asked = replace(await _asked(agency, _span(first, end), caller, here, uow), structure=by)
    counted = await queries.measure(await _units(asked, here), asked.period, uow)
    reading = views.read(indicator, indicator.target, counted, asked)
    return views.figure_view(indicator, reading, asked, counted.digest())


@router.get(
    "/indicators/{id}/cases",
    tags=["indicators"],
    responses=refusals(UnknownIndicator, UnknownAgency, PeriodInvalid, CasesConfidential, NoCases),
)
async def list_cases(  # noqa: PLR0917 - FastAPI passes them by name
    id: Code,
    caller: IndicatorReader,
    here: Here,
    uow: Reading,
    first: From,
    end: To,
    agency: Agency = None,
    by: By = Structure.THEN,
    part: Annotated[str, Query(pattern="^(count|among)$")] = "count",
    cursor: Code | None = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 100,
) -> CasePage:
    """The dossiers behind a figure: those that count, or those they are counted among."""
    indicator = _indicator(id)
    if indicator.confidential:
        raise CasesConfidential("Who was satisfied is nobody's business; coverage is k36.")
    ratio = indicator.value.ratio
    if ratio is None:
        raise NoCases("Ask for a ratio of dossiers, e.g. k07.")
    asked = replace(await _asked(agency, _span(first, end), caller, here, uow), structure=by)
    wanted = queries.CasesAsked(
        agencies=frozenset(await _units(asked, here)),
        period=asked.period,
        measure=ratio.of if part == "count" else ratio.among,
        fields=ratio.fields,
    )
    codes = await queries.cases(wanted, cursor or "", limit + 1, uow)
    following = codes[limit - 1] if len(codes) > limit else None
    return CasePage(items=codes[:limit], next_cursor=following)


@router.get("/plans", tags=["plans"])
async def list_plans(_: IndicatorReader) -> PlanList:
    """Every plan and its period."""
    return PlanList(items=[views.plan_view(plan) for plan in PLANS.values()])


@router.get(
    "/plans/{id}/scoreboard",
    tags=["plans"],
    responses=refusals(UnknownPlan, UnknownAgency),
)
async def read_scoreboard(  # noqa: PLR0917 - FastAPI passes them by name
    id: Code,
    caller: IndicatorReader,
    here: Here,
    uow: Reading,
    agency: Agency = None,
    by: By = Structure.THEN,
) -> Scoreboard:
    """How a plan stands, target by target, for an agency and everything below it."""
    plan = _plan(id)
    whose = agency or caller.agency or plan.agency
    period = Span(plan.period_from, plan.period_to)
    asked = replace(await _asked(whose, period, caller, here, uow), structure=by)
    counted = await queries.measure(await _units(asked, here), asked.period, uow)
    readings = [
        (indicator, target.target, views.read(indicator, target.target, counted, asked))
        for target in plan.targets
        for indicator in [INDICATORS[target.indicator]]
    ]
    return views.scoreboard(plan, readings, asked)


def _indicator(id: str) -> Indicator:
    if id not in INDICATORS:
        raise UnknownIndicator("See /v1/indicators for those there are.")
    return INDICATORS[id]


def _plan(id: str) -> Plan:
    if id not in PLANS:
        raise UnknownPlan("See /v1/plans for those there are.")
    return PLANS[id]


def _span(first: Day, end: Day) -> Span:
    if first >= end:
        raise PeriodInvalid("`to` is the day after the last, so it is later than `from`.")
    return Span(first, end)


async def _units(asked: views.Asked, here: Running) -> structure.Units:
    """The agencies an answer is counted over, by the structure asked for."""
    below = await here.tree.below(asked.agency)
    if asked.structure is Structure.THEN:
        return structure.as_then(below)
    return structure.as_today(below, await here.tree.succeeded(asked.today))


async def _asked(
    agency: str | None, period: Span, caller: Principal, here: Running, uow: UnitOfWork
) -> views.Asked:
    told = agency or caller.agency
    if told is None or not await here.tree.covers(caller, told):
        raise UnknownAgency("Name an agency within your reach.")
    whose = await here.tree.canonical(told)
    return views.Asked(
        agency=whose,
        agency_name=await queries.agency_name(whose, uow),
        period=period,
        at=uow.now,
        suppress_below=here.settings.suppress_below,
    )
