"""Scores of quality over HTTP."""

from typing import Annotated, Literal

from fastapi import APIRouter, Query, Response

from chassis.edge import StrictRoute
from chassis.permissions import IndicatorReader
from chassis.web import Here, Reading, refusals
from contracts.problems import Invalid
from contracts.quality import QualityScores
from contracts.vocabulary import PeriodKind
from contracts.wire import Code
from services.kpi.asking import asked_of
from services.kpi.calendars import period_of
from services.kpi.quality.computing import computed
from services.kpi.quality.scoring import scores
from services.kpi.quality.views import quality_scores
from services.kpi.reach import UnknownAgency
from services.kpi.reports.queries import approved

router = APIRouter(prefix="/v1", route_class=StrictRoute, tags=["quality"])


class QuarterUnknown(Invalid):
    """There is no such quarter."""

    title_vi = "Không có quý này"


@router.get("/quality-scores", responses=refusals(UnknownAgency, QuarterUnknown))
async def read_quality_scores(  # noqa: PLR0917 - FastAPI passes them by name
    caller: IndicatorReader,
    here: Here,
    uow: Reading,
    response: Response,
    quarter: Annotated[str, Query(max_length=20, description="E.g. `2020-Q1`.")],
    agency: Annotated[
        Code | None, Query(description="The unit itself, without those below it; the caller's own.")
    ] = None,
    kind: Annotated[
        Literal["quarter", "report_quarter"],
        Query(description="By the calendar, or the reporting quarter from the 15th to the 14th."),
    ] = "quarter",
) -> QualityScores:
    """The nine criteria of TT 01/2018 of a unit: as it scored itself, as verified, and as dossiers give them.

    Scores are reported as the series `tt01.1.self` to `tt01.9.verified` and count once they are approved.
    """
    response.headers["Cache-Control"] = "no-store"
    try:
        period = period_of(kind, quarter)
    except ValueError as error:
        raise QuarterUnknown(f"Name the quarter rightly: {error}.") from error
    asked = await asked_of(agency, period, caller, here, uow)
    reports = await approved({asked.agency}, period, uow)
    told = {who: scores(reports, asked.agency, period, who) for who in ("self", "verified")}
    return quality_scores(asked, (PeriodKind(kind), quarter), told, await computed(asked, uow))
