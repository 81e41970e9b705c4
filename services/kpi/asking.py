"""Figures as they are asked for: whose, of which days, and what was measured for them."""

from collections.abc import Collection, Sequence
from datetime import date

from chassis.auth import Principal
from chassis.database import UnitOfWork
from chassis.running import Running
from contracts.problems import Invalid, NotFound
from contracts.vocabulary import Structure
from services.kpi import fields, queries, structure, views
from services.kpi.counted import Counted
from services.kpi.domain import Span, bucket_of
from services.kpi.gathering import BEYOND_DOSSIERS, with_reports, with_watch_list
from services.kpi.indicators import Indicator, Plan, Test
from services.kpi.indicators.needs import Need, measures_of, needs_of, series_of
from services.kpi.indicators.versions import A_DAY, Kept, V
from services.kpi.keeping import Question, kept
from services.kpi.opening import definitions_of
from services.kpi.reach import within_reach


class PeriodInvalid(Invalid):
    """A period ends after it begins."""

    title_vi = "Kỳ số liệu phải kết thúc sau khi bắt đầu"


class PeriodNotWhole(Invalid):
    """The public is told of whole half-months."""

    title_vi = "Số liệu công khai chỉ có theo nửa tháng trọn vẹn"


class UnknownIndicator(NotFound):
    """There is no such indicator."""

    title_vi = "Không có chỉ số này"


class UnknownPlan(NotFound):
    """There is no such plan."""

    title_vi = "Không có kế hoạch này"


class DefinitionNotInForce(Invalid):
    """No version of the definition is in force on the last day asked for."""

    title_vi = "Không có định nghĩa nào có hiệu lực vào ngày cuối của kỳ"


def span_of(first: date, end: date, here: Running, *, public: bool = False) -> Span:
    """A period of days. Raises `PeriodInvalid`, and `PeriodNotWhole` for the public.

    The public is told of half-months and of the periods of plans: the difference between two periods of
    its choice would tell of single days.
    """
    if first >= end:
        raise PeriodInvalid("`to` is the day after the last, so it is later than `from`.")
    whole = bucket_of(first) == first and bucket_of(end) == end
    if public and not whole and (first, end) not in definitions_of(here).plan_periods:
        raise PeriodNotWhole("Begin and end on the 1st or the 15th of a month.")
    return Span(first, end)


def indicator_of(id: str, period: Span, here: Running) -> Indicator:
    """An indicator in the version that is in force on the last day of a period (phiên bản có hiệu lực).

    Raises `UnknownIndicator`, `DefinitionNotInForce`.
    """
    told = definitions_of(here)
    if id not in told.indicators:
        raise UnknownIndicator("See /v1/indicators for those there are.")
    last = period.end - A_DAY
    found = told.in_force(last).indicators.get(id)
    if found is None:
        raise DefinitionNotInForce(_when(id, told.indicators[id], last))
    return found


def own_plan_of(id: str, here: Running) -> Plan:
    """A plan as it asks for its own period. Raises `UnknownPlan`."""
    told = definitions_of(here)
    if id not in told.plans:
        raise UnknownPlan("See /v1/plans for those there are.")
    return told.own_plans[id]


def plan_of(id: str, period: Span, here: Running) -> Plan:
    """A plan in the version that is in force on the last day of a period.

    Raises `UnknownPlan`, `DefinitionNotInForce`.
    """
    own_plan_of(id, here)
    told, last = definitions_of(here), period.end - A_DAY
    found = told.in_force(last).plans.get(id)
    if found is None:
        raise DefinitionNotInForce(_when(id, told.plans[id], last))
    return found


def _when(id: str, versions: Sequence[Kept[V]], last: date) -> str:
    told = "; ".join(f"version {kept.told.version} {kept.days}" for kept in versions)
    return (
        f"{id} is not in force on {last}: {told}. Ask for a period whose last day is one of these."
    )


async def asked_of(  # noqa: PLR0917 - the parts of a question, all named at the call
    agency: str | None,
    period: Span,
    caller: Principal,
    here: Running,
    uow: UnitOfWork,
    by: Structure = Structure.THEN,
    *,
    public: bool = False,
) -> views.Asked:
    """What is asked for, of an agency within the caller's reach. Raises `UnknownAgency`."""
    rules = here.settings
    whose = await within_reach(agency, caller, here)
    name, under_check = await queries.named_and_checked(whose, uow)
    return views.Asked(
        agency=whose,
        agency_name=name,
        period=period,
        at=uow.now,
        suppress_below=rules.rating_publish_minimum if public else rules.suppress_below,
        structure=by,
        public=public,
        rest=rules.rating_rest_minimum if public else 0,
        under_check=under_check,
        library=definitions_of(here).in_force(period.end - A_DAY),
    )


async def units_of(asked: views.Asked, here: Running, uow: UnitOfWork) -> structure.Units:
    """The agencies and fields an answer is counted over, by the structure asked for."""
    below = await here.tree.below(asked.agency)
    if asked.structure is Structure.THEN:
        return structure.as_then(below)
    taken_over = await here.tree.succeeded(asked.today)
    return structure.as_today(below, taken_over, await fields.succeeded(asked.today, uow))


async def measured(
    asked: views.Asked,
    indicators: Collection[Indicator],
    here: Running,
    uow: UnitOfWork,
    also: frozenset[Need] = frozenset(),
    *,
    alone: bool = False,
) -> Counted:
    """What these indicators are counted from, of the agencies and the period asked for.

    `also` names what is wanted beside what they need. Where nothing but the figures themselves is read
    (`alone`), no other measure is added up.
    """
    needs = needs_of(indicators, asked.library) | also
    units = await units_of(asked, here, uow)
    # The watch list looks at more than its figure does.
    few = alone and Need.WATCHED not in needs
    names = measures_of(indicators, asked.library) if few else queries.EVERYTHING
    series = series_of(indicators, asked.library) if needs & BEYOND_DOSSIERS else frozenset()

    async def measure() -> Counted:
        counted = await queries.measure(
            asked.agency, units, asked.period, needs, uow, measures=names
        )
        if needs & BEYOND_DOSSIERS:
            counted = await with_reports(counted, units, needs, series, here, uow)
        if Need.WATCHED in needs:
            counted = await with_watch_list(counted, units, here, uow)
        return counted

    question = Question(
        agency=asked.agency,
        units=frozenset(units.items()),
        fields=frozenset(units.fields.items()),
        period=asked.period,
        today=asked.today,
        needs=needs,
        measures=names,
        series=series,
    )
    return await kept(question, measure, here.tree, uow)


def indicators_of(plan: Plan, asked: views.Asked) -> list[Indicator]:
    """The indicators that a plan asks for, of those in force."""
    known = asked.library.indicators
    return [known[target.indicator] for target in plan.targets if target.indicator in known]


def standing(
    plan: Plan, counted: Counted, asked: views.Asked
) -> Sequence[tuple[Indicator, Test | None, views.Reading]]:
    """Every target of a plan, and how it stands (tình hình thực hiện chỉ tiêu)."""
    return [
        (indicator, target, views.reading_of(indicator, target, told, counted))
        for indicator, target, told in views.reader(counted, asked).standing(plan)
    ]
