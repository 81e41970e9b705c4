"""The aggregates of the bus over HTTP, for whoever pulls them."""

from typing import Annotated

from fastapi import APIRouter, Query

from chassis.auth import Principal
from chassis.database import UnitOfWork
from chassis.edge import StrictRoute
from chassis.permissions import IndicatorReader
from chassis.running import Running
from chassis.web import Here, Reading, refusals
from contracts.lgsp import LgspStatistic, LgspVote, Month
from contracts.problems import Invalid
from contracts.wire import Code
from services.kpi.lgsp import views
from services.kpi.lgsp.counting import Stretch, stretch_of
from services.kpi.lgsp.queries import balance_of, votes_of
from services.kpi.queries import agency_name
from services.kpi.reach import UnknownAgency, within_reach

router = APIRouter(prefix="/v1/lgsp", route_class=StrictRoute, tags=["lgsp"])

Agency = Annotated[Code | None, Query(description="It and everything below it; the caller's own.")]
Asked = Annotated[Month, Query(description="A calendar month in Vietnam, e.g. 2020-03.")]


class MonthNotBegun(Invalid):
    """A month is told of from its first day on."""

    title_vi = "Tháng này chưa bắt đầu"


@router.get("/statistic", responses=refusals(UnknownAgency, MonthNotBegun))
async def read_statistic(
    caller: IndicatorReader, here: Here, uow: Reading, month: Asked, agency: Agency = None
) -> LgspStatistic:
    """The balance of an agency's dossiers in a month, as the LGSP takes it (`/Statistic`)."""
    stretch = _stretch(month, uow)
    whose, name = await _whose(agency, caller, here, uow)
    told = await balance_of(await here.tree.below(whose), stretch, uow)
    return views.statistic(told, month, whose, name)


@router.get("/vote", responses=refusals(UnknownAgency, MonthNotBegun))
async def read_vote(
    caller: IndicatorReader, here: Here, uow: Reading, month: Asked, agency: Agency = None
) -> LgspVote:
    """The ratings of an agency's dossiers in a month, as the LGSP takes them (`/Vote`)."""
    stretch = _stretch(month, uow)
    whose, name = await _whose(agency, caller, here, uow)
    told = await votes_of(await here.tree.below(whose), stretch, uow)
    return views.vote(told, here.settings.suppress_below, uow.now, whose, name)


def _stretch(month: str, uow: UnitOfWork) -> Stretch:
    stretch = stretch_of(month, uow.now)
    if stretch.first > uow.now:
        raise MonthNotBegun("Ask for this month or an earlier one.")
    return stretch


async def _whose(
    agency: str | None, caller: Principal, here: Running, uow: UnitOfWork
) -> tuple[str, str]:
    whose = await within_reach(agency, caller, here)
    return whose, await agency_name(whose, uow) or ""
