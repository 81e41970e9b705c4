"""Procedures and their versions."""

from datetime import date
from typing import Any

from sqlalchemy import Index
from sqlmodel import Field

from chassis.tables import Json, Stored, Words
from contracts.intake import BEGINNING
from contracts.vocabulary import OnlineService, RecipientRule
from services.intake.tables.base import Base


class Version(Stored):
    """What a version says of its procedure, whichever table keeps it."""

    name: str
    field: str
    field_name: str | None = None
    time_limit: dict[str, Any] | None = Field(default=None, sa_type=Json)
    time_limits: dict[str, Any] = Field(default_factory=dict, sa_type=Json)
    online_level: int = 2
    by_post: bool = False
    on_national_portal: bool = False
    online_service: OnlineService | None = Field(default=None, sa_type=Words(OnlineService))
    """None in rows older than this column: the level tells it then."""
    same_day: bool = False
    published_on: date | None = None
    decision: str | None = None
    retention: str | None = None
    """Its retention class; that of the setting when none."""
    recipient_rule: RecipientRule = Field(
        default=RecipientRule.ANYONE,
        sa_type=Words(RecipientRule),
        sa_column_kwargs={"server_default": "anyone"},
    )
    decided_on: date | None = None
    updated_on: date | None = None
    levels: list[str] = Field(
        default_factory=list, sa_type=Json, sa_column_kwargs={"server_default": "[]"}
    )
    agencies: list[str] = Field(
        default_factory=list, sa_type=Json, sa_column_kwargs={"server_default": "[]"}
    )
    posted_at_office: bool | None = None
    """None is not told, here and in the columns of its kind below."""
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
    version: int = 1
    """In the order of publication; a version keeps its number when its entry is corrected."""
    valid_from: date = BEGINNING


class Procedure(Version, Base, table=True):
    """A published administrative procedure (TTHC): of its versions the one with the latest day."""

    code: str = Field(primary_key=True)
    revision: int = 1
    """Grows with every change of any of its versions."""

    __table_args__ = (Index("procedure_by_field", "field", "code"),)


class EarlierVersion(Version, Base, table=True):
    """A version of a procedure with an earlier day than the one its `Procedure` holds."""

    __tablename__ = "earlier_version"

    code: str = Field(primary_key=True)
    version: int = Field(default=1, primary_key=True)
