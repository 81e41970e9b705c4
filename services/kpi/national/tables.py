"""What kpi remembers of the national portal: its answers as they came, and whom its departments mean."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import Index, Text
from sqlmodel import Field

from chassis.tables import Json, Words
from contracts.vocabulary import Evaluation
from services.kpi.tables import Base


class NationalEvaluation(Base, table=True):
    """An answer of the portal, and what was read in it; rows are only ever added."""

    __tablename__ = "national_evaluation"

    question: str = Field(primary_key=True)
    """Digest of whose answer it is and what was asked."""
    number: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    """Of the answers to this question, the how manieth; the last one is in force."""
    id: str = Field(unique=True)
    agency: str
    evaluation: Evaluation = Field(sa_type=Words(Evaluation))
    first: date
    end: date
    """Exclusive."""
    root_department: str
    asked: dict[str, Any] = Field(sa_type=Json)
    answer: str = Field(sa_type=Text)
    """The bytes of the answer, as text."""
    sha256: str
    size: int
    mapping: dict[str, Any] = Field(sa_type=Json)
    """The places it was read at (`contracts.national_evaluations.AnswerMapping`)."""
    shipped: bool
    """Whether they are those that are shipped."""
    figures: list[dict[str, Any]] = Field(sa_type=Json)
    """What was read (`services.kpi.national.reading.NationalFigure`)."""
    stored_at: datetime
    stored_by: str

    __table_args__ = (
        Index("national_evaluation_of_days", "first", "end", "agency"),
        Index("national_evaluation_latest", "stored_at", "id"),
    )


class NationalDepartment(Base, table=True):
    """The agency that a department of the portal means, as an operator said."""

    __tablename__ = "national_department"

    department: str = Field(primary_key=True)
    """The portal's own id."""
    agency: str
    by: str
    at: datetime
    revision: int = 1
