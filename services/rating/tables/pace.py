"""How a dossier went, as far as criteria are reckoned from it."""

from datetime import date, datetime

from sqlmodel import Field

from chassis.tables import Words
from contracts.vocabulary import TimeUnit
from services.rating.tables.base import Base


class DossierPace(Base, table=True):
    """When a dossier came, was due and was done; the largest revision heard stands."""

    __tablename__ = "dossier_pace"

    code: str = Field(primary_key=True)
    received_at: datetime | None = None
    due_at: datetime | None = None
    due_unit: TimeUnit | None = Field(default=None, sa_type=Words(TimeUnit))
    done_at: datetime | None = None
    done_on: date | None = Field(default=None, index=True)
    """The Vietnamese day of `done_at`."""
    time_points: int | None = None
    """Of criterion 1; None where it is not known."""
    stage_points: int | None = None
    """Of criterion 2; None where it is not known."""
    revision: int
