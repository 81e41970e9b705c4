"""The anomaly report over HTTP."""

from datetime import timedelta
from typing import Annotated

from fastapi import APIRouter, Query, Response

from chassis.edge import StrictRoute
from chassis.permissions import RatingReader
from chassis.web import Here, Reading, refusals
from contracts.rating import AnomalyReport, AnomalyView, Proportion
from contracts.wire import Code, Day
from services.rating.anomalies import reporting
from services.rating.anomalies.rules import Flag
from services.rating.anomalies.shares import Share
from services.rating.lists import UnknownAgency, reached
from services.rating.routes.headers import UNCACHED

router = APIRouter(prefix="/v1", route_class=StrictRoute)


@router.get(
    "/ratings/anomalies",
    tags=["ratings"],
    responses=refusals(UnknownAgency, reporting.AnomalyPeriodUnusable),
)
async def read_anomalies(  # noqa: PLR0917 - FastAPI passes them by name
    caller: RatingReader,
    here: Here,
    uow: Reading,
    response: Response,
    since: Annotated[Day, Query(alias="from", description="The first Vietnamese day.")],
    until: Annotated[
        Day | None, Query(alias="to", description="Exclusive; 7 days if left out.")
    ] = None,
    agency: Annotated[Code | None, Query(description="With everything below it.")] = None,
) -> AnomalyReport:
    """What is to be looked into among the ratings of a period (dấu hiệu bất thường); it changes no figure."""
    response.headers.update(UNCACHED)
    end = until or since + timedelta(days=7)
    period = reporting.period_of(since, end)
    found = await reporting.report(await reached(agency, caller, here), period, uow)
    return AnomalyReport(
        agency=agency or caller.agency,
        since=since,
        until=end,
        ratings=found.ratings,
        complete=found.complete,
        items=[_view(flag) for flag in found.flags],
    )


def _view(flag: Flag) -> AnomalyView:
    bounds = flag.interval
    return AnomalyView(
        rule=flag.rule,
        agency=flag.agency,
        device=flag.device,
        on=flag.on,
        found=_proportion(flag.found),
        against=_proportion(flag.against) if flag.against else None,
        interval=(f"{bounds[0]:.4f}", f"{bounds[1]:.4f}") if bounds else None,
        threshold=flag.threshold,
    )


def _proportion(share: Share) -> Proportion:
    return Proportion(count=share.count, among=share.among)
