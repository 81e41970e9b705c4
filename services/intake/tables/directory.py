"""Agencies, procedures, and the operator's days."""

from datetime import date
from typing import Any

from sqlmodel import Field

from chassis.tables import Json, Words
from contracts.vocabulary import AgencyKind
from services.intake.tables.base import Base


class Agency(Base, table=True):
    """An agency of the directory (danh bạ cơ quan)."""

    code: str = Field(primary_key=True)
    name: str
    kind: AgencyKind = Field(sa_type=Words(AgencyKind))
    parent: str | None = None
    tree: str | None = None
    revision: int = 1


class Procedure(Base, table=True):
    """A published administrative procedure (TTHC) and the time the law allows it."""

    code: str = Field(primary_key=True)
    name: str
    field: str
    field_name: str | None = None
    time_limit: dict[str, Any] | None = Field(default=None, sa_type=Json)
    time_limits: dict[str, Any] = Field(default_factory=dict, sa_type=Json)
    online_level: int = 2
    by_post: bool = False
    on_national_portal: bool = False
    retention: str | None = None
    """Its retention class; that of the setting when none."""
    revision: int = 1


class CalendarDay(Base, table=True):
    """The operator's word on a single day, over the calendar shipped with the suite."""

    __tablename__ = "calendar_day"

    day: date = Field(primary_key=True)
    works: bool
    reason: str
    decision: str | None = None
    """The decision (quyết định) that says so."""
