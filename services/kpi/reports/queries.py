"""What is asked about reported figures, and which agencies can be rated."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import and_, or_, select
from sqlmodel import col

from chassis.database import UnitOfWork
from chassis.database.among import among
from contracts.periods import Span, bucket_of
from contracts.vocabulary import VIETNAM, ReportState
from services.kpi.reports.domain import STANDS, shown_value
from services.kpi.reports.due import Handed
from services.kpi.reports.tables import FigureReportRow, FigureReportStep, RatingChannel
from services.kpi.reports.values import Approved
from services.kpi.tables import Cell

Row = FigureReportRow


@dataclass(frozen=True)
class Wanted:
    """Which reports are asked for."""

    agencies: frozenset[str]
    series: str | None = None
    state: ReportState | None = None
    after: tuple[datetime, str] | None = None


async def reports(wanted: Wanted, limit: int, uow: UnitOfWork) -> list[Row]:
    """Reports, the latest first."""
    at, key = col(Row.submitted_at), col(Row.id)
    told = [among(Row.__table__.c.agency, wanted.agencies, postgres=uow.database.is_postgres)]
    if wanted.series is not None:
        told.append(col(Row.series) == wanted.series)
    if wanted.state is not None:
        told.append(col(Row.state) == wanted.state)
    if wanted.after is not None:
        moment, last = wanted.after
        told.append(or_(at < moment, and_(at == moment, key < last)))
    return await uow.all(Row, *told, order_by=(at.desc(), key.desc()), limit=limit)


async def with_content(content: str, uow: UnitOfWork) -> list[Row]:
    """Every report that says just this, the oldest first."""
    return await uow.all(Row, col(Row.content) == content, order_by=(col(Row.version),))


async def standing(series: str, agency: str, uow: UnitOfWork) -> list[Row]:
    """An agency's reports to a series that wait or are approved."""
    return await uow.all(
        Row,
        col(Row.series) == series,
        col(Row.agency) == agency,
        col(Row.state).in_(STANDS),
        order_by=(col(Row.version),),
    )


async def steps_of(report: str, uow: UnitOfWork) -> list[FigureReportStep]:
    """What was done to a report, the oldest first."""
    step = FigureReportStep
    return await uow.all(step, col(step.report) == report, order_by=(col(step.id),))


async def handed(series: Iterable[str], agencies: Collection[str], uow: UnitOfWork) -> list[Handed]:
    """Reports that stand, of any period."""
    postgres = uow.database.is_postgres
    table = Row.__table__.c
    columns = (table.id, table.series, table.agency, table.period_from, table.period_to)
    rows = await uow.select(
        select(*columns, table.about, table.state).where(
            among(table.agency, agencies, postgres=postgres),
            among(table.series, series, postgres=postgres),
            table.state.in_(STANDS),
        )
    )
    return [
        Handed(
            report=report,
            series=name,
            agency=agency,
            period=Span(first, end),
            about=about,
            state=ReportState(state),
        )
        for report, name, agency, first, end, about, state in map(tuple, rows)
    ]


async def approved(
    agencies: Collection[str], period: Span, uow: UnitOfWork
) -> Mapping[str, Sequence[Approved]]:
    """Approved figures of agencies whose period lies within the one asked for, by series.

    Occurrences are those that happened in it.
    """
    rows = await uow.all(
        Row,
        among(Row.__table__.c.agency, agencies, postgres=uow.database.is_postgres),
        col(Row.state) == ReportState.APPROVED,
        col(Row.period_from) >= period.first,
        col(Row.period_to) <= period.end,
        order_by=(col(Row.series), col(Row.agency), col(Row.period_from), col(Row.id)),
    )
    found: dict[str, list[Approved]] = {}
    for row in rows:
        found.setdefault(row.series, []).append(_value(row))
    return found


async def busy(
    agencies: Collection[str], whole: Span, uow: UnitOfWork
) -> Mapping[date, frozenset[str]]:
    """Which agencies received, settled or returned anything, by half-month."""
    told = Cell.__table__.c
    rows = await uow.select(
        select(told.bucket, told.agency)
        .distinct()
        .where(
            told.bucket >= whole.first,
            told.bucket < whole.end,
            among(told.agency, agencies, postgres=uow.database.is_postgres),
            told.received + told.settled + told.returned > 0,
        )
    )
    found: dict[date, set[str]] = {}
    for bucket, agency in map(tuple, rows):
        found.setdefault(bucket, set()).add(agency)
    return {bucket: frozenset(those) for bucket, those in found.items()}


async def agencies_with_channel(uow: UnitOfWork, *, on: date | None = None) -> frozenset[str]:
    """Agencies that citizens can rate (K38): by a kiosk or a site that is open, or because somebody did.

    On a day: what was open at its end. What was rated is kept by half-months of when it could be, so a
    first rating counts from the end of its half-month.
    """
    channel = RatingChannel
    day = on or uow.now.astimezone(VIETNAM).date()
    opened = await uow.select(
        select(channel.__table__.c.agency)
        .where(
            col(channel.agency).is_not(None),
            col(channel.opened_on) <= day,
            or_(col(channel.closed_on).is_(None), col(channel.closed_on) > day),
        )
        .distinct()
    )
    rated = select(Cell.__table__.c.agency).where(col(Cell.rated) > 0).distinct()
    if on is not None:
        rated = rated.where(col(Cell.bucket) < bucket_of(on + timedelta(days=1)))
    return frozenset(row[0] for row in (*opened, *await uow.select(rated)))


@dataclass(frozen=True)
class Listed:
    """An agency, as far as it may owe reports."""

    kind: str
    name: str
    valid_from: date | None
    valid_to: date | None

    def there_on(self, day: date) -> bool:
        """Whether there is such an agency on a day."""
        begun = self.valid_from is None or self.valid_from <= day
        return begun and (self.valid_to is None or self.valid_to > day)


async def listed(agencies: Collection[str], uow: UnitOfWork) -> Mapping[str, Listed]:
    """What is known of agencies."""
    table = uow.database.metadata.tables["known_agency"].c
    rows = await uow.select(
        select(table.code, table.kind, table.name, table.valid_from, table.valid_to).where(
            among(table.code, agencies, postgres=uow.database.is_postgres)
        )
    )
    return {code: Listed(*told) for code, *told in map(tuple, rows)}


def _value(row: Row) -> Approved:
    return Approved(
        series=row.series,
        agency=row.agency,
        period=Span(row.period_from, row.period_to),
        count=row.count,
        among=row.among,
        value=shown_value(row.kind, row.value),
        occurred_on=row.occurred_on,
        about=row.about,
        kind=row.kind,
        source=row.source,
        evidence_no=row.evidence["document_no"] if row.evidence else None,
        manner=row.manner,
        report=row.id,
    )
