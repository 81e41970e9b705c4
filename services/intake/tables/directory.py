"""Agencies and the operator's days."""

from datetime import date, datetime

from sqlalchemy import Index
from sqlmodel import Field

from chassis.tables import Json, Words
from contracts.vocabulary import AgencyKind
from services.intake.tables.base import Base


class Agency(Base, table=True):
    """An agency of the directory (danh bạ cơ quan)."""

    code: str = Field(primary_key=True)
    """Its own code: dossiers, events and figures name it by this one, whichever was told."""
    name: str
    kind: AgencyKind = Field(sa_type=Words(AgencyKind))
    parent: str | None = None
    tree: str | None = None
    other_codes: list[str] = Field(default_factory=list, sa_type=Json)
    valid_from: date | None = None
    valid_to: date | None = None
    """Exclusive."""
    successors: list[str] = Field(default_factory=list, sa_type=Json)
    revision: int = 1

    __table_args__ = (Index("agency_by_parent", "parent", "code"),)


class AgencyCode(Base, table=True):
    """A code that means an agency, its own or another: the key lets no two agencies carry one."""

    __tablename__ = "agency_code"

    code: str = Field(primary_key=True)
    agency: str


class DeclaredDay(Base, table=True):
    """The operator's word on a single day, over the calendar shipped with the suite; words are only added."""

    __tablename__ = "declared_day"

    day: date = Field(primary_key=True)
    declared_at: datetime = Field(primary_key=True)
    """Promises made earlier stand as they were made; of two words the later one counts."""
    works: bool
    reason: str
    decision: str | None = None
    """The decision (quyết định) that says so."""
