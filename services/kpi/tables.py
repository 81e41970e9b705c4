"""What kpi remembers: one fact per dossier, and the cells counted from them."""

from datetime import date, datetime

from sqlalchemy import Index
from sqlalchemy.orm import registry
from sqlmodel import Field

from chassis.tables import Stored, Words
from contracts.intake import BEGINNING
from contracts.vocabulary import (
    Channel,
    DossierStatus,
    OnlineService,
    OptionClass,
    ReturnMode,
    TimeUnit,
)


class Base(Stored, registry=registry()):
    """Kpi's tables live in kpi's own database."""


class DossierFact(Base, table=True):
    """All that is known of one dossier; every column but the key may still be unheard."""

    __tablename__ = "dossier_fact"

    code: str = Field(primary_key=True)
    procedure: str | None = None
    field: str | None = None
    agency: str | None = None
    competent_agency: str | None = None
    channel: Channel | None = Field(default=None, sa_type=Words(Channel))
    return_mode: ReturnMode | None = Field(default=None, sa_type=Words(ReturnMode))
    received_at: datetime | None = None
    due_at: datetime | None = None
    due_unit: TimeUnit | None = Field(default=None, sa_type=Words(TimeUnit))
    status: DossierStatus | None = Field(default=None, sa_type=Words(DossierStatus))
    progress_revision: int | None = None
    done_at: datetime | None = None
    returned_at: datetime | None = None
    inbound_accepted_at: datetime | None = None
    outbound_accepted_at: datetime | None = None
    outbound_delivered_at: datetime | None = None
    rating_option: str | None = None
    rating_score: int | None = None
    rating_class: OptionClass | None = Field(default=None, sa_type=Words(OptionClass))
    rated_at: datetime | None = None
    revision: int = 1

    __table_args__ = (
        Index("fact_by_receipt", "received_at"),
        Index("fact_by_result", "done_at"),
        Index("fact_by_return", "returned_at"),
        Index("fact_by_custody", "outbound_accepted_at"),
    )


class Cell(Base, table=True):
    """Measures of one half-month, agency and field, as the sum of their facts' contributions."""

    bucket: date = Field(primary_key=True)
    """First day of the half-month."""
    agency: str = Field(primary_key=True)
    field: str = Field(primary_key=True)
    received: int = 0
    received_online: int = 0
    received_by_post: int = 0
    settled: int = 0
    settled_online: int = 0
    on_time: int = 0
    returned: int = 0
    returned_by_post: int = 0
    ratable: int = 0
    rated: int = 0
    satisfied: int = 0
    s1: int = 0
    s2: int = 0
    s3: int = 0
    s4: int = 0
    s5: int = 0


class ProcedureCell(Base, table=True):
    """Measures of one half-month, agency and procedure, for figures counted over procedures."""

    __tablename__ = "procedure_cell"

    bucket: date = Field(primary_key=True)
    agency: str = Field(primary_key=True)
    procedure: str = Field(primary_key=True)
    received: int = 0
    received_by_post: int = 0
    returned: int = 0
    returned_by_post: int = 0


class KnownProcedure(Base, table=True):
    """A procedure as heard from the catalogue: of its versions the one that was published last."""

    __tablename__ = "known_procedure"

    code: str = Field(primary_key=True)
    name: str
    field: str
    field_name: str | None = None
    online_level: int
    by_post: bool
    on_national_portal: bool
    online_service: OnlineService | None = Field(default=None, sa_type=Words(OnlineService))
    valid_from: date = BEGINNING
    revision: int = 1


class KnownVersion(Base, table=True):
    """What a version of a procedure said, from its first day until that of the next version."""

    __tablename__ = "known_version"

    code: str = Field(primary_key=True)
    valid_from: date = Field(primary_key=True)
    field: str
    online_level: int
    by_post: bool
    on_national_portal: bool
    online_service: OnlineService | None = Field(default=None, sa_type=Words(OnlineService))
    revision: int = 1
