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
    applicant: dict[str, Any] | None = Field(default=None, sa_type=Json)
    """In plain text, as versions before sealing wrote it; `motcua keys reseal` leaves none."""
    flags: dict[str, Any] = Field(sa_type=Json)
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

    applicant_kind: str | None = None
    """Citizen, business...: counted by, so neither sealed nor purged."""
    sealed: str | None = None
    """The applicant, under the data key below."""
    data_key: str | None = None
    """What seals this dossier's personal data and its steps'; none where there are none."""
    id_number_digest: str | None = None
    phone_digest: str | None = None
    closed_on: date | None = None
    """The day the work ended: retention counts from its year."""
    purged_at: datetime | None = None
    """When the time of its personal data was over (tiêu huỷ khi hết thời hạn lưu trữ)."""

    __table_args__ = (
        Index("dossier_by_agency", "agency", "code"),
        Index("dossier_by_id_number", "id_number_digest"),
        Index("dossier_by_phone", "phone_digest"),
    )


class Step(Base, table=True):
    """One reported step of a dossier (tiến độ); rows are only ever added."""

    dossier: str = Field(primary_key=True, foreign_key="dossier.code")
    key: str = Field(primary_key=True)
    """What makes a repeated row recognisable."""
    status: DossierStatus = Field(sa_type=Words(DossierStatus))
    occurred_at: datetime
    due_at: datetime | None = None
    actor: str | None = None
    """In plain text, as versions before sealing wrote it; so is `note`."""
    unit: str | None = None
    note: str | None = None
    words: str | None = None
    """Actor and note, sealed under the dossier's data key."""
    recorded_at: datetime
    recorded_by: str
