"""Dossiers and their steps."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import Index
from sqlmodel import Field, col

from chassis.tables import Json, Words
from contracts.vocabulary import (
    Channel,
    DossierStatus,
    RecipientRule,
    ResultLocation,
    ReturnMode,
    TimeUnit,
)
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
    applicant: dict[str, Any] | None = Field(default=None, sa_type=Json)
    """In plain text, as versions before sealing wrote it; `motcua keys reseal` leaves none."""
    flags: dict[str, Any] = Field(sa_type=Json)
    components: list[dict[str, Any]] | None = Field(default=None, sa_type=Json)
    """None where no list of papers was filed."""
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
    amendments: int = Field(default=0, sa_column_kwargs={"server_default": "0"})
    """How often what was filed was replaced."""
    pinned_at: datetime | None = None
    """When an amendment last pinned limit and version anew, and so restarted the promise."""

    stages: list[dict[str, Any]] = Field(default_factory=list, sa_type=Json)
    """The parts of other agencies, as filed."""
    same_day: bool = False
    """Whether the procedure is settled on the day it is handed in; pinned at filing."""
    recipient_rule: RecipientRule = Field(
        default=RecipientRule.ANYONE,
        sa_type=Words(RecipientRule),
        sa_column_kwargs={"server_default": "anyone"},
    )
    """To whom the post may hand its result; pinned at filing."""
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

    legs: list[dict[str, Any]] = Field(
        default_factory=list, sa_type=Json, sa_column_kwargs={"server_default": "[]"}
    )
    """What the post said, by leg and attempt (`services.intake.domain.post.LegFacts`)."""
    incidents: list[dict[str, Any]] = Field(
        default_factory=list, sa_type=Json, sa_column_kwargs={"server_default": "[]"}
    )
    """Incidents of its items, as heard from postal."""
    result_location: ResultLocation | None = Field(default=None, sa_type=Words(ResultLocation))
    """None also in rows older than this column, until they change."""

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

    applicant_kind: str | None = None
    """Citizen, business...: counted by, so neither sealed nor purged."""
    sealed: str | None = None
    """The applicant, under the data key below."""
    particulars: str | None = None
    """What the national portal is told besides, under the same data key; none where nothing was told."""
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
        Index("dossier_by_status", "agency", "status", "code"),
        Index("dossier_by_id_number", "id_number_digest"),
        Index("dossier_by_phone", "phone_digest"),
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


class Amendment(Base, table=True):
    """What was filed of a dossier was replaced (cập nhật hồ sơ); rows are only ever added, without values."""

    dossier: str = Field(primary_key=True, foreign_key="dossier.code")
    number: int = Field(primary_key=True)
    """1 for the first of its dossier."""
    revision: int
    """The dossier's revision it made."""
    at: datetime
    by: str
    fields: list[str] = Field(sa_type=Json)
    """What differed, as JSON Pointers into the filing."""
    replaced: str
    """Keyed digest of what stood there before, by which it is recognised when it is sent again."""
    content: str
    """Keyed digest of what stands there since."""


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
    """In plain text, as versions before sealing wrote it; so is `note`."""
    unit: str | None = None
    note: str | None = None
    words: str | None = None
    """Actor, title and note, sealed under the dossier's data key."""
    begun_at: datetime | None = None
    expected_by: datetime | None = None
    recorded_at: datetime
    recorded_by: str
    withdraws: str | None = None
    """The key of a row that no longer stands since this one came; both stay."""
