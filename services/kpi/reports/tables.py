"""What kpi remembers of reported figures, of their approval, and of the channels that citizens rate by."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import BigInteger, Index
from sqlmodel import Field

from chassis.tables import BigSerial, Json, Words
from contracts.vocabulary import FigureSource, Manner, ReportState, SeriesKind
from services.kpi.tables import Base


class FigureReportRow(Base, table=True):
    """A figure as an agency reported it (báo cáo số liệu): what it says stays, where it stands changes."""

    __tablename__ = "figure_report"

    id: str = Field(primary_key=True)
    """Made of what it says, so that the same told twice at once is one."""
    series: str
    kind: SeriesKind = Field(sa_type=Words(SeriesKind))
    agency: str
    period_from: date
    period_to: date
    """Exclusive. An occurrence's period is its day."""
    count: int | None = Field(default=None, sa_type=BigInteger)
    among: int | None = Field(default=None, sa_type=BigInteger)
    value: str | None = None
    occurred_on: date | None = None
    about: str | None = None
    manner: Manner | None = Field(default=None, sa_type=Words(Manner))
    source: FigureSource = Field(sa_type=Words(FigureSource))
    evidence: dict[str, Any] | None = Field(default=None, sa_type=Json)
    """What the document is (`contracts.reports.Evidence`); the file stays with the agency."""
    note: str | None = None
    causes: str | None = None
    remedies: str | None = None
    content: str
    """Digest of what was told: the same again is the same report, as long as it stands."""
    state: ReportState = Field(sa_type=Words(ReportState))
    submitted_by: str
    submitted_at: datetime
    decided_by: str | None = None
    decided_at: datetime | None = None
    reason: str | None = None
    replaces: str | None = None
    version: int
    revision: int = 1

    __table_args__ = (
        Index("figure_report_of_series", "series", "agency", "period_from"),
        Index("figure_report_by_content", "content"),
        Index("figure_report_latest", "submitted_at", "id"),
        Index("figure_report_of_agency", "agency", "state", "period_from"),
    )


class FigureReportStep(Base, table=True):
    """Who did what to a report (nhật ký báo cáo); rows are only ever added."""

    __tablename__ = "figure_report_step"

    id: int | None = Field(default=None, primary_key=True, sa_type=BigSerial)
    report: str = Field(index=True)
    at: datetime
    client: str
    act: str
    before: ReportState | None = Field(default=None, sa_type=Words(ReportState))
    after: ReportState = Field(sa_type=Words(ReportState))
    note: str | None = None
    request: str | None = None
    """The id of the request."""


class FigureLine(Base, table=True):
    """An agency's reports to one series: whoever changes any of them changes this, so none is missed."""

    __tablename__ = "figure_line"

    series: str = Field(primary_key=True)
    agency: str = Field(primary_key=True)
    reports: int = 0
    """How many there were."""
    revision: int = 1


class RatingChannel(Base, table=True):
    """A way to rate an agency (kênh đánh giá): a kiosk, or a site with the form.

    Its beginning and its end are heard in any order, and each fills its own columns.
    """

    __tablename__ = "rating_channel"

    id: str = Field(primary_key=True)
    agency: str | None = None
    kind: str | None = None
    opened_on: date | None = None
    closed_on: date | None = None
    revision: int = 1

    __table_args__ = (Index("rating_channel_of_agency", "agency"),)
