"""Dossiers and their steps."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import Index
from sqlmodel import Field

from chassis.tables import Json, Words
from contracts.vocabulary import Channel, DossierStatus, ReturnMode, TimeUnit
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
    components: list[dict[str, Any]] | None = Field(default=None, sa_type=Json)
    """None where no list of papers was filed."""
    submitted_at: datetime | None = None
    filed_received_at: datetime | None = None
    """As filed; the position's `received_at` may come from a later acceptance."""
    limit_amount: int | None = None
    """The limit of the procedure's version at filing: pinned, whatever the catalogue says later."""
    limit_unit: TimeUnit | None = Field(default=None, sa_type=Words(TimeUnit))
    filed_by: str
    filed_at: datetime

    status: DossierStatus = Field(sa_type=Words(DossierStatus))
    received_at: datetime | None = None
    due_at: datetime | None = None
    due_on: date | None = None
    rule_set: str
    starts_on: date | None = None
    calendar: str
    done_at: datetime | None = None
    returned_at: datetime | None = None
    revision: int = 1

    __table_args__ = (Index("dossier_by_agency", "agency", "code"),)


class Step(Base, table=True):
    """One reported step of a dossier (tiến độ); rows are only ever added."""

    dossier: str = Field(primary_key=True, foreign_key="dossier.code")
    key: str = Field(primary_key=True)
    """What makes a repeated row recognisable."""
    status: DossierStatus = Field(sa_type=Words(DossierStatus))
    occurred_at: datetime
    due_at: datetime | None = None
    actor: str | None = None
    unit: str | None = None
    note: str | None = None
    recorded_at: datetime
    recorded_by: str
