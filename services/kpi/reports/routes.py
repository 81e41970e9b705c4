"""Reported figures over HTTP: handed in, approved by a second person, and what is owed."""

from collections.abc import Sequence
from typing import Annotated

from fastapi import APIRouter, Query, Response
from pydantic import BaseModel

from chassis.auth import Principal
from chassis.database import UnitOfWork
from chassis.edge import StrictRoute
from chassis.permissions import FigureApprover, FigureReader, FigureReporter
from chassis.running import Running, running_of
from chassis.web import Here, Reading, Works, refusals
from contracts.reports import DueList, FigureReport, Rejection, ReportPage, ReportView, SeriesList
from contracts.vocabulary import VIETNAM, ReportState
from contracts.wire import Code, Day
from services.kpi.opening import definitions_of
from services.kpi.reach import UnknownAgency, within_reach
from services.kpi.reports import commands, queries, refused, reminding, views
from services.kpi.reports.domain import EvidenceMissing, FigureUnsuited, PeriodUnknown
from services.kpi.reports.queries import Wanted
from services.kpi.reports.tables import FigureReportRow, FigureReportStep

router = APIRouter(prefix="/v1", route_class=StrictRoute, tags=["reports"])
UNCACHED = {"Cache-Control": "no-store"}

Agency = Annotated[Code | None, Query(description="It and everything below it; the caller's own.")]
OneSeries = Annotated[Code | None, Query(description="A series, see `/v1/series`.")]
Page = Annotated[int, Query(ge=1, le=200)]


@router.get("/series")
async def list_series(_: FigureReader, here: Here) -> SeriesList:
    """Every series that is reported or taken over, and what a report of it must say."""
    told = definitions_of(here)
    return SeriesList(items=[views.series_view(one, told) for one in told.series.values()])


@router.post(
    "/indicators/{id}/reports",
    status_code=201,
    response_model=ReportView,
    responses=refusals(
        refused.UnknownSeries,
        UnknownAgency,
        refused.NotItsSeries,
        refused.NotFromAbove,
        refused.AboutUnknown,
        FigureUnsuited,
        PeriodUnknown,
        EvidenceMissing,
        refused.ReportPeriodOverlaps,
    ),
)
async def report_figure(
    id: Code, told: FigureReport, caller: FigureReporter, work: Works
) -> Response:
    """Report a figure of an agency with the document it rests on (báo cáo số liệu).

    `id` is that of a series (`/v1/series`): where a whole indicator is reported, the indicator's. It counts
    once another client has approved it. The same again answers 200 with the report that stands.
    """

    async def submit(uow: UnitOfWork) -> tuple[int, ReportView]:
        found = await commands.submit(id, told, caller, uow)
        return 200 if found.repeated else 201, _shown(found.report, uow)

    return await work.answer(submit, show=_as_it_is)


@router.get("/reports", responses=refusals(refused.CursorUnknown, UnknownAgency))
async def list_reports(  # noqa: PLR0917 - FastAPI passes them by name
    caller: FigureReader,
    here: Here,
    uow: Reading,
    response: Response,
    series: OneSeries = None,
    agency: Agency = None,
    state: ReportState | None = None,
    cursor: Annotated[str | None, Query(max_length=200)] = None,
    limit: Page = 50,
) -> ReportPage:
    """Reports of figures, the latest first."""
    response.headers.update(UNCACHED)
    whose = await _asked(agency, caller, here)
    after = views.cursor_read(cursor)
    wanted = Wanted(await here.tree.below(whose), series, state, after)
    rows = await queries.reports(wanted, limit + 1, uow)
    return views.report_page(rows, definitions_of(here).series, limit)


@router.get("/reports/due", responses=refusals(UnknownAgency, refused.UnknownSeries))
async def list_due(  # noqa: PLR0917 - FastAPI passes them by name
    caller: FigureReader,
    here: Here,
    uow: Reading,
    response: Response,
    agency: Agency = None,
    series: OneSeries = None,
    on: Annotated[Day | None, Query(description="A day in Vietnam; today when left out.")] = None,
    approved: Annotated[bool, Query(description="Also what is approved already.")] = False,
) -> DueList:
    """What is owed and what is late (đôn đốc báo cáo), the longest owed first, and how much was handed in.

    A report is late from the day after its due day on. What stands is as of now, also for another day.
    """
    response.headers.update(UNCACHED)
    if series is not None:
        commands.expect_series(series, here)
    whose = await _asked(agency, caller, here)
    day = on or uow.now.astimezone(VIETNAM).date()
    found = await reminding.owed_by(whose, day, here, uow, series=series)
    return views.due_list(found, day, all_of_it=approved)


@router.get("/reports/{id}", responses=refusals(refused.UnknownReport))
async def read_report(
    id: Code, caller: FigureReader, uow: Reading, response: Response
) -> ReportView:
    """One report with its history."""
    response.headers.update(UNCACHED)
    row = await commands.expect_report(id, caller, uow)
    return _shown(row, uow, await queries.steps_of(id, uow))


@router.post(
    "/reports/{id}/approve",
    response_model=ReportView,
    responses=refusals(
        refused.UnknownReport,
        refused.SamePerson,
        refused.NotFromAbove,
        refused.ReportSettled,
        refused.LaterReportStands,
    ),
)
async def approve_report(id: Code, caller: FigureApprover, work: Works) -> Response:
    """Approve what another client reported (duyệt); what was approved before of the same is superseded."""

    async def approve(uow: UnitOfWork) -> tuple[int, ReportView]:
        return 200, _shown(await commands.approve(id, caller, uow), uow)

    return await work.answer(approve, show=_as_it_is)


@router.post(
    "/reports/{id}/reject",
    response_model=ReportView,
    responses=refusals(
        refused.UnknownReport, refused.SamePerson, refused.NotFromAbove, refused.ReportSettled
    ),
)
async def reject_report(id: Code, told: Rejection, caller: FigureApprover, work: Works) -> Response:
    """Send a report back with a reason (không duyệt)."""

    async def reject(uow: UnitOfWork) -> tuple[int, ReportView]:
        return 200, _shown(await commands.reject(id, told.reason, caller, uow), uow)

    return await work.answer(reject, show=_as_it_is)


@router.post(
    "/reports/{id}/withdraw",
    response_model=ReportView,
    responses=refusals(refused.UnknownReport, refused.NotTheReporter, refused.ReportSettled),
)
async def withdraw_report(id: Code, caller: FigureReporter, work: Works) -> Response:
    """Take back what nobody has decided yet (rút báo cáo); only the client that reported it may."""

    async def withdraw(uow: UnitOfWork) -> tuple[int, ReportView]:
        return 200, _shown(await commands.withdraw(id, caller, uow), uow)

    return await work.answer(withdraw, show=_as_it_is)


def _shown(
    row: FigureReportRow, uow: UnitOfWork, steps: Sequence[FigureReportStep] = ()
) -> ReportView:
    return views.report_view(row, definitions_of(running_of(uow)).series, steps)


async def _asked(agency: str | None, caller: Principal, here: Running) -> str | None:
    """Whose reports are asked for; None: everybody's, of a caller for no agency alone."""
    if agency is None and caller.agency is None:
        return None
    return await within_reach(agency, caller, here)


def _as_it_is(shown: tuple[int, ReportView]) -> tuple[int, BaseModel]:
    return shown
