"""What kpi remembers: one fact per dossier, and the cells counted from them."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import BigInteger, Index
from sqlalchemy.orm import registry
from sqlmodel import Field, col

from chassis.database.shapes import CONTENDED
from chassis.tables import Json, Stored, Words
from contracts.intake import BEGINNING
from contracts.vocabulary import (
    Channel,
    DossierStatus,
    DurationKind,
    OnlineService,
    OptionClass,
    Provenance,
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
    filing_revision: int | None = None
    """None also in rows older than this column, whose dossiers were never amended."""
    received_at: datetime | None = None
    due_at: datetime | None = None
    due_unit: TimeUnit | None = Field(default=None, sa_type=Words(TimeUnit))
    status: DossierStatus | None = Field(default=None, sa_type=Words(DossierStatus))
    progress_revision: int | None = None
    done_at: datetime | None = None
    returned_at: datetime | None = None
    ended_at: datetime | None = None
    settled_at: datetime | None = None
    paused_since: datetime | None = None
    inbound_accepted_at: datetime | None = None
    outbound_accepted_at: datetime | None = None
    outbound_delivered_at: datetime | None = None
    inbound_ordered_at: datetime | None = None
    outbound_ordered_at: datetime | None = None
    post: list[dict[str, Any]] = Field(
        default_factory=list, sa_type=Json, sa_column_kwargs={"server_default": "[]"}
    )
    """Its items of the post (`services.kpi.post.Parcel`); empty in rows older than this column."""
    online_service: OnlineService | None = Field(default=None, sa_type=Words(OnlineService))
    digitised: bool | None = None
    reused: bool | None = None
    verified_identity: bool | None = None
    connected_data: bool | None = None
    fee_due: bool | None = None
    paid_online: bool | None = None
    electronic_result: bool | None = None
    certified_copy: bool | None = None
    national_portal: bool | None = None
    statistical_due_at: datetime | None = None
    supplement_requested_at: datetime | None = None
    supplement_waited_until: datetime | None = None
    supplement_again_at: datetime | None = None
    agency_days: int | None = None
    left_at: datetime | None = None
    """Derived, so that what was open at an instant is found by an index."""
    synchronised_at: datetime | None = None
    missed_at: datetime | None = None
    rating_option: str | None = None
    rating_score: int | None = None
    rating_class: OptionClass | None = Field(default=None, sa_type=Words(OptionClass))
    rated_at: datetime | None = None
    rating_provenance: Provenance | None = Field(default=None, sa_type=Words(Provenance))
    rating_version: int | None = None
    rating_void: int | None = None
    answered_contacts: int | None = None
    answered_agencies: int | None = None
    answered_publication: int | None = None
    answered_complaint: bool | None = None
    unrated_since: datetime | None = None
    """Derived, so that dossiers which were given little time to be rated are counted from an index."""
    revision: int = 1

    __table_args__ = (
        Index("fact_by_receipt", "received_at"),
        Index("fact_by_leaving", "agency", "left_at", "received_at"),
    )


def _where_known(
    name: str, moment: str, *, after: Sequence[str] = (), before: Sequence[str] = ()
) -> None:
    """An index over the facts that have a moment: the others, which are most, have no entry to be written."""
    known = col(getattr(DossierFact, moment)).is_not(None)
    columns = (*after, moment, *before)
    Index(
        name,
        *(col(getattr(DossierFact, column)) for column in columns),
        postgresql_where=known,
        sqlite_where=known,
    )


_where_known("fact_by_result", "done_at")
_where_known("fact_by_return", "returned_at")
_where_known("fact_by_end", "ended_at")
_where_known("fact_by_custody", "outbound_accepted_at")
_where_known("fact_by_rating", "rated_at")
_where_known("fact_by_order_in", "inbound_ordered_at")
_where_known("fact_by_order_out", "outbound_ordered_at")
_where_known("fact_unrated", "unrated_since", after=("agency",), before=("field",))


class Cell(Base, table=True):
    """Measures of one half-month, agency and field, as the sum of their facts' contributions."""

    bucket: date = Field(primary_key=True)
    """First day of the half-month."""
    agency: str = Field(primary_key=True)
    field: str = Field(primary_key=True)
    received: int = 0
    received_online: int = 0
    received_by_post: int = 0
    synchronised: int = 0
    settled: int = 0
    settled_online: int = 0
    on_time: int = 0
    returned: int = 0
    returned_by_post: int = 0
    ratable: int = 0
    rated: int = 0
    satisfied: int = 0
    assisted: int = Field(default=0, sa_column_kwargs={"server_default": "0"})
    """Ratings that an officer entered: in none of the others."""
    s1: int = 0
    s2: int = 0
    s3: int = 0
    s4: int = 0
    s5: int = 0
    inbound_not_accepted: int = Field(default=0, sa_column_kwargs={"server_default": "0"})
    outbound_not_accepted: int = Field(default=0, sa_column_kwargs={"server_default": "0"})
    received_counter: int = Field(default=0, sa_column_kwargs={"server_default": "0"})
    received_post: int = Field(default=0, sa_column_kwargs={"server_default": "0"})
    received_full_online: int = Field(default=0, sa_column_kwargs={"server_default": "0"})
    received_partial_online: int = Field(default=0, sa_column_kwargs={"server_default": "0"})
    received_national_portal: int = Field(default=0, sa_column_kwargs={"server_default": "0"})
    received_elsewhere: int = Field(default=0, sa_column_kwargs={"server_default": "0"})
    digitised: int = Field(default=0, sa_column_kwargs={"server_default": "0"})
    reused: int = Field(default=0, sa_column_kwargs={"server_default": "0"})
    verified_identity: int = Field(default=0, sa_column_kwargs={"server_default": "0"})
    connected_data: int = Field(default=0, sa_column_kwargs={"server_default": "0"})
    fee_due: int = Field(default=0, sa_column_kwargs={"server_default": "0"})
    paid_online: int = Field(default=0, sa_column_kwargs={"server_default": "0"})
    early: int = Field(default=0, sa_column_kwargs={"server_default": "0"})
    late: int = Field(default=0, sa_column_kwargs={"server_default": "0"})
    electronic_result: int = Field(default=0, sa_column_kwargs={"server_default": "0"})
    certified_copy: int = Field(default=0, sa_column_kwargs={"server_default": "0"})
    settled_a: int = Field(default=0, sa_column_kwargs={"server_default": "0"})
    on_time_a: int = Field(default=0, sa_column_kwargs={"server_default": "0"})
    settled_b: int = Field(default=0, sa_column_kwargs={"server_default": "0"})
    on_time_b: int = Field(default=0, sa_column_kwargs={"server_default": "0"})
    settled_c: int = Field(default=0, sa_column_kwargs={"server_default": "0"})
    on_time_c: int = Field(default=0, sa_column_kwargs={"server_default": "0"})
    settled_d: int = Field(default=0, sa_column_kwargs={"server_default": "0"})
    on_time_d: int = Field(default=0, sa_column_kwargs={"server_default": "0"})
    late_d: int = Field(default=0, sa_column_kwargs={"server_default": "0"})
    early_d: int = Field(default=0, sa_column_kwargs={"server_default": "0"})
    refused: int = Field(default=0, sa_column_kwargs={"server_default": "0"})
    withdrawn: int = Field(default=0, sa_column_kwargs={"server_default": "0"})
    stopped: int = Field(default=0, sa_column_kwargs={"server_default": "0"})
    ratable_online: int = Field(default=0, sa_column_kwargs={"server_default": "0"})
    rated_online: int = Field(default=0, sa_column_kwargs={"server_default": "0"})
    satisfied_online: int = Field(default=0, sa_column_kwargs={"server_default": "0"})


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
    received_online: int = Field(default=0, sa_column_kwargs={"server_default": "0"})
    settled: int = Field(default=0, sa_column_kwargs={"server_default": "0"})
    settled_online: int = Field(default=0, sa_column_kwargs={"server_default": "0"})
    on_time: int = Field(default=0, sa_column_kwargs={"server_default": "0"})
    fee_due: int = Field(default=0, sa_column_kwargs={"server_default": "0"})
    paid_online: int = Field(default=0, sa_column_kwargs={"server_default": "0"})


class DurationCell(Base, table=True):
    """How many dossiers of one half-month, agency and field took so many days, by their result."""

    __tablename__ = "duration_cell"

    bucket: date = Field(primary_key=True)
    agency: str = Field(primary_key=True)
    field: str = Field(primary_key=True)
    kind: DurationKind = Field(primary_key=True, sa_type=Words(DurationKind))
    days: int = Field(primary_key=True)
    n: int = 0


FACTS_MOVED = date.min
"""The row of `CellEdition` that counts changes of any fact, also of those that change no cell."""


class CellEdition(Base, table=True):
    """How often the cells of a half-month have changed: while it stays the same, so do their sums."""

    __tablename__ = "cell_edition"
    __table_args__ = ({"info": {CONTENDED: True}},)

    bucket: date = Field(primary_key=True)
    edition: int = Field(default=0, sa_type=BigInteger)


class HeardDay(Base, table=True):
    """A day on which an agency's dossiers were told of: the last of them says how old its news is."""

    __tablename__ = "heard_day"

    agency: str = Field(primary_key=True)
    day: date = Field(primary_key=True)
    """In Vietnam, when kpi heard it."""


class Told(Stored):
    """What a version says of its procedure. None is not told, which is never counted as no."""

    field: str
    online_level: int
    by_post: bool
    on_national_portal: bool
    online_service: OnlineService | None = Field(default=None, sa_type=Words(OnlineService))
    published_on: date | None = None
    decided_on: date | None = None
    updated_on: date | None = None
    published_on_time: bool | None = None
    updated_on_time: bool | None = None
    levels: list[str] = Field(
        default_factory=list, sa_type=Json, sa_column_kwargs={"server_default": "[]"}
    )
    agencies: list[str] = Field(
        default_factory=list, sa_type=Json, sa_column_kwargs={"server_default": "[]"}
    )
    posted_at_office: bool | None = None
    posted_online: bool | None = None
    content_complete: bool | None = None
    iso: bool | None = None
    electronic_dossiers: bool | None = None
    eligible_online: bool | None = None
    fees_due: bool | None = None
    online_payment: bool | None = None
    payment_integrated: bool | None = None
    abolished_on: date | None = None
    successors: list[str] = Field(
        default_factory=list, sa_type=Json, sa_column_kwargs={"server_default": "[]"}
    )
    revision: int = 1


class KnownProcedure(Told, Base, table=True):
    """A procedure as heard from the catalogue: of its versions the one that was published last."""

    __tablename__ = "known_procedure"

    code: str = Field(primary_key=True)
    name: str
    field_name: str | None = None
    valid_from: date = BEGINNING


class KnownVersion(Told, Base, table=True):
    """What a version of a procedure said, from its first day until that of the next version."""

    __tablename__ = "known_version"

    code: str = Field(primary_key=True)
    valid_from: date = Field(primary_key=True)


class KnownField(Base, table=True):
    """A field of administration as heard from the catalogue (lĩnh vực)."""

    __tablename__ = "known_field"

    code: str = Field(primary_key=True)
    name: str
    name_en: str | None = None
    valid_from: date | None = None
    abolished_on: date | None = None
    successors: list[str] = Field(default_factory=list, sa_type=Json)
    revision: int = 1


class FiguresCheck(Base, table=True):
    """What the last check of the cells against the facts found (kiểm tra số liệu)."""

    __tablename__ = "figures_check"

    name: str = Field(primary_key=True)
    checked_at: datetime
    facts: int = Field(sa_type=BigInteger)
    differing: int
    """Cells that were not what the facts give; while there are any, figures are told as under check."""
    digest: str
    """SHA-256 of all cells as the facts give them."""
    revision: int = 1
