"""What is done with reports of figures: handed in, approved by a second person, sent back, withdrawn."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from chassis import telemetry
from chassis.auth import Principal
from chassis.database import CALLER, UnitOfWork
from chassis.running import Running, running_of
from contracts.periods import Span
from contracts.problems import FieldError
from contracts.reports import FigureReport
from contracts.vocabulary import VIETNAM, AgencyKind, ReportState
from services.kpi.indicators.series import Series
from services.kpi.opening import definitions_of
from services.kpi.reach import UnknownAgency
from services.kpi.reports import owners, queries
from services.kpi.reports.domain import (
    STANDS,
    Content,
    collide,
    content_of,
    same_thing,
)
from services.kpi.reports.refused import (
    AboutUnknown,
    LaterReportStands,
    NotFromAbove,
    NotItsSeries,
    NotTheReporter,
    ReportPeriodOverlaps,
    ReportSettled,
    SamePerson,
    UnknownReport,
    UnknownSeries,
)
from services.kpi.reports.tables import FigureLine, FigureReportRow

ABOVE = {AgencyKind.CITY, AgencyKind.PROVINCE, AgencyKind.MINISTRY}
"""Kinds of agencies that may tell a series for everybody below them."""


@dataclass(frozen=True)
class Submitted:
    """A report, and whether it had been handed in before."""

    report: FigureReportRow
    repeated: bool


async def submit(
    series_id: str, told: FigureReport, caller: Principal, uow: UnitOfWork
) -> Submitted:
    """Hand in a report; the same again is the one that stands.

    Raises `UnknownSeries`, `UnknownAgency`, `NotItsSeries`, `NotFromAbove`, `AboutUnknown`,
    `ReportPeriodOverlaps`, and as `content_of` does.
    """
    series = expect_series(series_id, running_of(uow))
    agency = await _reporting(series, told.agency, caller, uow)
    await _expect_from_above(series, agency, caller, uow)
    told = told.model_copy(update={"agency": agency, "about": await _about(series, told, uow)})
    today = uow.now.astimezone(VIETNAM).date()
    content = content_of(
        series, told, owners.own_periods(series, definitions_of(running_of(uow))), today
    )
    digest = hashlib.sha256(f"{series.id}\n{told.model_dump_json()}".encode()).hexdigest()
    line = await _line(series.id, agency, uow)
    earlier = await queries.with_content(digest, uow)
    for row in earlier:
        if row.state in STANDS:
            return Submitted(row, repeated=True)
    for row in await queries.standing(series.id, agency, uow):
        _expect_no_overlap(series, content, row)
    line.reports += 1
    line.revision += 1
    row = _row(series, told, content, uow)
    # Withdrawn and handed in again it is another report.
    row.id = hashlib.sha256(f"{digest}\n{len(earlier)}".encode()).hexdigest()[:32]
    row.content, row.version, row.submitted_by = digest, line.reports, caller.client
    uow.add(row)
    _noted(uow, row, "submit", None)
    return Submitted(row, repeated=False)


async def approve(report_id: str, caller: Principal, uow: UnitOfWork) -> FigureReportRow:
    """Let a report count; approved by the same client again it stays as it is.

    Raises `UnknownReport`, `SamePerson`, `NotFromAbove`, `ReportSettled`, `LaterReportStands`.
    """
    row = await _deciding(report_id, ReportState.APPROVED, caller, uow)
    if row.state is ReportState.APPROVED:
        return row
    content = content_kept(row)
    for other in await queries.standing(row.series, row.agency, uow):
        if other.state is not ReportState.APPROVED:
            continue
        if not same_thing(row.kind, content, content_kept(other)):
            continue
        if other.version > row.version:
            raise LaterReportStands(f"Reject this one: report {other.id} is later and approved.")
        _decide(other, ReportState.SUPERSEDED, uow, act="supersede", note=row.id)
        row.replaces = other.id
    _decide(row, ReportState.APPROVED, uow, act="approve")
    row.decided_by, row.decided_at = caller.client, uow.now
    return row


async def reject(
    report_id: str, reason: str, caller: Principal, uow: UnitOfWork
) -> FigureReportRow:
    """Send a report back with a reason; rejected by the same client again it stays as it is.

    Raises `UnknownReport`, `SamePerson`, `NotFromAbove`, `ReportSettled`.
    """
    row = await _deciding(report_id, ReportState.REJECTED, caller, uow)
    if row.state is ReportState.REJECTED:
        return row
    _decide(row, ReportState.REJECTED, uow, act="reject", note=reason)
    row.decided_by, row.decided_at, row.reason = caller.client, uow.now, reason
    return row


async def withdraw(report_id: str, caller: Principal, uow: UnitOfWork) -> FigureReportRow:
    """Take a report back that nobody has decided yet; withdrawn again it stays as it is.

    Raises `UnknownReport`, `NotTheReporter`, `ReportSettled`.
    """
    row = await expect_report(report_id, caller, uow)
    if row.submitted_by != caller.client:
        raise NotTheReporter("Have the client withdraw it that reported it, or reject it.")
    if row.state is ReportState.WITHDRAWN:
        return row
    await _touch(row, uow)
    _expect_undecided(row)
    _decide(row, ReportState.WITHDRAWN, uow, act="withdraw")
    row.decided_by, row.decided_at = caller.client, uow.now
    return row


async def expect_report(report_id: str, caller: Principal, uow: UnitOfWork) -> FigureReportRow:
    """A report within the caller's reach. Raises `UnknownReport`."""
    row = await uow.get(FigureReportRow, report_id)
    if row is None or not await running_of(uow).tree.covers(caller, row.agency):
        raise UnknownReport("No report of this id is within your reach.")
    return row


def expect_series(series_id: str, here: Running) -> Series:
    """A series. Raises `UnknownSeries`."""
    known = definitions_of(here).series
    if series_id not in known:
        raise UnknownSeries("See /v1/series for those there are.")
    return known[series_id]


def content_kept(row: FigureReportRow) -> Content:
    """What a kept report says."""
    period = Span(row.period_from, row.period_to)
    told = (row.count, row.among, row.value, row.occurred_on, row.about, row.manner)
    return Content(period, *told)


async def _reporting(series: Series, told: str, caller: Principal, uow: UnitOfWork) -> str:
    """The agency whose figure it is, by its own code."""
    tree = running_of(uow).tree
    if not await tree.knows(told) or not await tree.covers(caller, told):
        detail = "Name an agency of the directory within your reach."
        raise UnknownAgency(detail, errors=[_at("/agency", "unknown", detail)])
    agency = await tree.canonical(told)
    listed = await tree.listed(agency)
    kind = listed.kind if listed else ""
    own = agency in owners.own_agencies(series, definitions_of(running_of(uow)))
    if series.kinds and kind not in {*series.kinds, *ABOVE} and not own:
        detail = f"Agencies that are {', '.join(series.kinds)} report {series.id}."
        raise NotItsSeries(detail, errors=[_at("/agency", "kind_unsuited", detail)])
    return agency


async def _expect_from_above(
    series: Series, agency: str, caller: Principal, uow: UnitOfWork
) -> None:
    """Refuse an agency that would verify itself; who speaks for the whole installation stands above all."""
    if not series.from_above or caller.agency is None:
        return
    if await running_of(uow).tree.canonical(caller.agency) == agency:
        raise NotFromAbove(f"Have an agency above {agency} tell it.")


async def _about(series: Series, told: FigureReport, uow: UnitOfWork) -> str | None:
    """What the report is about; an agency by its own code."""
    if series.about != "agency" or told.about is None:
        return told.about
    tree = running_of(uow).tree
    line = await tree.lineage(told.about) if await tree.knows(told.about) else []
    above = await tree.canonical(told.agency)
    if above not in line[1:]:
        detail = f"Name an agency of the directory below {above}."
        raise AboutUnknown(detail, errors=[_at("/about", "unknown", detail)])
    return line[0]


async def _line(series: str, agency: str, uow: UnitOfWork) -> FigureLine:
    found = await uow.get(FigureLine, series, agency)
    if found is None:
        found = FigureLine.of(series=series, agency=agency)
        uow.add(found)
    return found


async def _touch(row: FigureReportRow, uow: UnitOfWork) -> None:
    """Whoever else changes this agency's reports to the series at the same time has to look again."""
    line = await _line(row.series, row.agency, uow)
    line.revision += 1


async def _deciding(
    report_id: str, wanted: ReportState, caller: Principal, uow: UnitOfWork
) -> FigureReportRow:
    row = await expect_report(report_id, caller, uow)
    if row.submitted_by == caller.client:
        raise SamePerson("Have another client decide it than the one that reported it.")
    known = definitions_of(running_of(uow)).series
    if row.series in known:
        await _expect_from_above(known[row.series], row.agency, caller, uow)
    if row.state is wanted and row.decided_by == caller.client:
        return row
    await _touch(row, uow)
    _expect_undecided(row)
    return row


def _expect_undecided(row: FigureReportRow) -> None:
    if row.state is not ReportState.SUBMITTED:
        raise ReportSettled(f"It is {row.state}; report the figure again if it is to change.")


def _expect_no_overlap(series: Series, content: Content, row: FigureReportRow) -> None:
    kept = content_kept(row)
    if collide(series.kind, content, kept):
        detail = (
            f"{row.period_from} to {row.period_to} was reported in {row.id}: report that period again, or "
            "have it withdrawn or rejected first."
        )
        raise ReportPeriodOverlaps(detail, errors=[_at("/period_from", "overlaps", detail)])


def _row(series: Series, told: FigureReport, content: Content, uow: UnitOfWork) -> FigureReportRow:
    return FigureReportRow.of(
        id="",
        series=series.id,
        kind=series.kind,
        agency=told.agency,
        period_from=content.period.first,
        period_to=content.period.end,
        count=content.count,
        among=content.among,
        value=content.value,
        occurred_on=content.occurred_on,
        about=content.about,
        manner=content.manner,
        source=series.source,
        evidence=told.evidence.model_dump(mode="json") if told.evidence else None,
        note=told.note,
        causes=told.causes,
        remedies=told.remedies,
        state=ReportState.SUBMITTED,
        submitted_at=uow.now,
    )


def _decide(
    row: FigureReportRow, state: ReportState, uow: UnitOfWork, *, act: str, note: str | None = None
) -> None:
    before = row.state
    row.state = state
    row.revision += 1
    _noted(uow, row, act, before, note)


def _noted(
    uow: UnitOfWork,
    row: FigureReportRow,
    act: str,
    before: ReportState | None,
    note: str | None = None,
) -> None:
    """Note an act of the caller at hand; it is stored with the act, or neither is."""
    # Written, not added: an approval may take two steps, and neither has a key yet.
    uow.write(
        "figure_report_step",
        {
            "report": row.id,
            "at": uow.now,
            "client": CALLER.get(),
            "act": act,
            "before": before,
            "after": row.state,
            "note": note,
            "request": telemetry.REQUEST_ID.get(),
        },
    )


def _at(pointer: str, code: str, detail: str) -> FieldError:
    return FieldError(pointer=pointer, code=code, detail=detail)
