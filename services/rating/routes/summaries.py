"""Summaries of ratings, as figures and as files."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Response

from chassis.database import UnitOfWork
from chassis.edge import StrictRoute
from chassis.permissions import RatingReader
from chassis.running import Running
from chassis.web import Here, Reading, refusals
from contracts.periods import Span
from contracts.problems import NotFound
from contracts.rating import RatingSummary, SummaryBy
from contracts.vocabulary import Occasion
from contracts.wire import Code, Day
from services.rating import summaries, summary_views
from services.rating.domain.satisfaction import DEFINITIONS, SATISFACTION
from services.rating.reach import UnknownAgency, within_reach
from services.rating.routes.headers import UNCACHED
from services.rating.spreadsheet import summary_csv, summary_xlsx
from services.rating.summaries import SummaryAsked

router = APIRouter(prefix="/v1/ratings", route_class=StrictRoute, tags=["ratings"])

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class UnknownDefinition(NotFound):
    """There is no such definition of satisfaction."""

    title_vi = "Không có định nghĩa mức độ hài lòng này"


async def _asked(  # noqa: PLR0917 - FastAPI passes them by name
    caller: RatingReader,
    here: Here,
    first: Annotated[
        Day, Query(alias="from", description="First day on which those counted could rate.")
    ],
    end: Annotated[Day, Query(alias="to", description="The day after the last.")],
    agency: Annotated[
        Code | None, Query(description="It and everything below it; the caller's own.")
    ] = None,
    procedure: Annotated[Code | None, Query(description="Only of this procedure.")] = None,
    occasion: Annotated[Occasion | None, Query(description="Only of this occasion.")] = None,
    by: Annotated[SummaryBy, Query(description="What rows are told apart by.")] = SummaryBy.NONE,
    definition: Annotated[
        Code, Query(description="By which definition: `satisfaction/1` or `satisfaction-mean/1`.")
    ] = SATISFACTION,
    public: Annotated[
        bool, Query(description="As anybody may see it: whole half-months, stricter hiding.")
    ] = False,
) -> SummaryAsked:
    if definition not in DEFINITIONS:
        raise UnknownDefinition(f"Ask for one of {', '.join(DEFINITIONS)}.")
    return SummaryAsked(
        agency=await within_reach(agency, caller, here),
        period=Span(first, end),
        by=by,
        definition=DEFINITIONS[definition],
        procedure=procedure,
        occasion=occasion,
        public=public,
    )


Asked = Annotated[SummaryAsked, Depends(_asked)]
REFUSED = refusals(
    UnknownAgency,
    UnknownDefinition,
    summaries.PeriodInvalid,
    summaries.PeriodNotWhole,
    summaries.AnswersNotByProcedure,
)


@router.get("/summary", responses=REFUSED)
async def read_summary(_: RatingReader, here: Here, uow: Reading, asked: Asked) -> RatingSummary:
    """Ratings of an agency and everything below it: histogram, shares, intervals, coverage.

    Rows over too few ratings are hidden, and further ones where a hidden row could be worked out.
    """
    return await _summary(asked, here, uow)


@router.get(
    "/summary.csv",
    response_class=Response,
    responses=REFUSED | {200: {"content": {"text/csv": {"schema": {"type": "string"}}}}},
)
async def summary_as_csv(_: RatingReader, here: Here, uow: Reading, asked: Asked) -> Response:
    """The same for a spreadsheet, as CSV: with the definition and the instant in each row."""
    told = await _summary(asked, here, uow)
    return _file(summary_csv(told), told, "csv", "text/csv; charset=utf-8")


@router.get(
    "/summary.xlsx",
    response_class=Response,
    responses=REFUSED
    | {200: {"content": {XLSX: {"schema": {"type": "string", "format": "binary"}}}}},
)
async def summary_as_xlsx(_: RatingReader, here: Here, uow: Reading, asked: Asked) -> Response:
    """The same as a workbook of one sheet."""
    told = await _summary(asked, here, uow)
    return _file(summary_xlsx(told), told, "xlsx", XLSX)


async def _summary(asked: SummaryAsked, here: Running, uow: UnitOfWork) -> RatingSummary:
    return summary_views.summary(await summaries.summed(asked, uow), asked, here.settings)


def _file(content: str | bytes, told: RatingSummary, ending: str, media: str) -> Response:
    name = f"ratings-{told.agency}-{told.period_from}-{told.period_to}-{told.by}.{ending}"
    disposition = f'attachment; filename="{name.replace("/", "_")}"'
    return Response(
        content, headers={"Content-Disposition": disposition} | UNCACHED, media_type=media
    )
