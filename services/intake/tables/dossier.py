"""Dossiers and their steps."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import Index
from sqlmodel import Field, col

from chassis.tables import Json, Words
from contracts.vocabulary import Channel, DossierStatus, ReturnMode, TimeUnit
from services.intake.clock.watching import Watch
from services.intake.tables.base import Base


class Dossier(Base, table=True):
    """One dossier (hồ sơ): what was filed, and the position folded from its steps."""

    code: str = Field(primary_key=True)
    procedure: str
    field: str
    agency: str
    competent_agency: str
    returning_agency: str
    channel: Channel = Field(sa_type=Words(Channel))
    return_mode: ReturnMode = Field(sa_type=Words(ReturnMode))
    applicant: dict[str, Any] = Field(sa_type=Json)
    flags: dict[str, Any] = Field(sa_type=Json)
    submitted_at: datetime | None = None
    filed_received_at: datetime | None = None
    """As filed; the position's `received_at` may come from a later acceptance."""
    procedure_version: int = 1
    agency_valid: bool = True
    """Whether the receiving agency existed on the day of receipt, as the directory said at filing."""
    limit_amount: int | None = None
    """The limit of the procedure's version at filing: pinned, whatever the catalogue says later."""
    limit_unit: TimeUnit | None = Field(default=None, sa_type=Words(TimeUnit))
    filed_by: str
    filed_at: datetime

    stages: list[dict[str, Any]] = Field(default_factory=list, sa_type=Json)
    """The parts of other agencies, as filed."""
    same_day: bool = False
    """Whether the procedure is settled on the day it is handed in; pinned at filing."""
    reissues: list[dict[str, Any]] = Field(default_factory=list, sa_type=Json)
    """Filings of this code with other content: when, by whom, which fields."""

    status: DossierStatus = Field(sa_type=Words(DossierStatus))
    received_at: datetime | None = None
    due_at: datetime | None = None
    due_on: date | None = None
    rule_set: str
    starts_on: date | None = None
    calendar: str
    done_at: datetime | None = None
    returned_at: datetime | None = None
    ended_at: datetime | None = None
    """When it was refused, stopped or withdrawn, if that is how it stands."""
    holder: str = ""
    paused_since: datetime | None = None
    statistical_due_at: datetime | None = None
    supplements: int = 0
    reappointments: int = 0
    violations: list[dict[str, Any]] = Field(default_factory=list, sa_type=Json)
    """As folded from the steps; kept so that a list shows them without reading every step."""
    revision: int = 1

    late_at: datetime | None = None
    """From when it is overdue; None while it cannot be: not accepted, ended, or the applicant's turn."""
    watch_at: datetime | None = Field(
        default=None, sa_column_kwargs={"server_default": "2000-01-01 00:00:00.000000"}
    )
    """When something is next to be told of it (see `services.intake.clock.watching`). Rows older than
    this column get a moment long past, so that the sweep looks at them."""
    watch_for: Watch | None = Field(default=None, sa_type=Words(Watch))
    told: list[str] = Field(
        default_factory=list, sa_type=Json, sa_column_kwargs={"server_default": "[]"}
    )
    """What was told of it, and about which moment."""

    __table_args__ = (
        Index("dossier_by_agency", "agency", "code"),
        Index("dossier_by_status", "agency", "status", "code"),
    )


_open, _watched = col(Dossier.late_at).is_not(None), col(Dossier.watch_at).is_not(None)
# In the order of codes, so that a page of what is due or overdue ends where it is full; the moments
# stand in the index, so that a dossier which is neither is passed over without being read.
Index(
    "dossier_open",
    col(Dossier.agency),
    col(Dossier.code),
    col(Dossier.due_at),
    col(Dossier.late_at),
    postgresql_where=_open,
    sqlite_where=_open,
)
Index(
    "dossier_watched",
    col(Dossier.watch_at),
    postgresql_where=_watched,
    sqlite_where=_watched,
)


class Step(Base, table=True):
    """One reported step of a dossier (tiến độ); rows are only ever added."""

    dossier: str = Field(primary_key=True, foreign_key="dossier.code")
    key: str = Field(primary_key=True)
    """What makes a repeated row recognisable."""
    status: DossierStatus = Field(sa_type=Words(DossierStatus))
    occurred_at: datetime
    due_at: datetime | None = None
    agency: str | None = None
    stage: str | None = None
    actor: str | None = None
    unit: str | None = None
    note: str | None = None
    recorded_at: datetime
    recorded_by: str
