"""The cells figures of ratings are summed from, each the sum of what its invitations contribute."""

from datetime import date

from sqlalchemy import Index
from sqlmodel import Field

from chassis.tables import Words
from contracts.vocabulary import Occasion
from services.rating.tables.base import Base


class RatingCell(Base, table=True):
    """Counters of one half-month, by where, what and how was rated."""

    __tablename__ = "rating_cell"

    procedure: str = Field(primary_key=True)
    """First of the key: cells of all procedures together (``""``) lie side by side."""
    bucket: date = Field(primary_key=True)
    """First day of the half-month in which the citizens could first rate."""
    agency: str = Field(primary_key=True)
    occasion: Occasion = Field(primary_key=True, sa_type=Words(Occasion))
    questionnaire: str = Field(primary_key=True)
    source: str = Field(primary_key=True)
    """``asked`` for what is counted of invitations, else the provenance of the ratings."""
    invited: int = 0
    declined: int = 0
    ignored: int = 0
    voided: int = 0
    rated: int = 0
    s1: int = 0
    s2: int = 0
    s3: int = 0
    s4: int = 0
    s5: int = 0
    positive: int = 0
    neutral: int = 0
    negative: int = 0

    __table_args__ = (Index("cells_of_an_agency", "agency", "bucket"),)


class RatingCellDay(Base, table=True):
    """The same of one day, for days at the edge of a period and invitations that are young."""

    __tablename__ = "rating_cell_day"

    procedure: str = Field(primary_key=True)
    day: date = Field(primary_key=True)
    agency: str = Field(primary_key=True)
    occasion: Occasion = Field(primary_key=True, sa_type=Words(Occasion))
    questionnaire: str = Field(primary_key=True)
    source: str = Field(primary_key=True)
    invited: int = 0
    declined: int = 0
    ignored: int = 0
    voided: int = 0
    rated: int = 0
    s1: int = 0
    s2: int = 0
    s3: int = 0
    s4: int = 0
    s5: int = 0
    positive: int = 0
    neutral: int = 0
    negative: int = 0

    __table_args__ = (Index("day_cells_of_an_agency", "agency", "day"),)


class AnswerCell(Base, table=True):
    """How often an option of a question other than the overall one was chosen in a half-month."""

    __tablename__ = "answer_cell"

    bucket: date = Field(primary_key=True)
    agency: str = Field(primary_key=True)
    occasion: Occasion = Field(primary_key=True, sa_type=Words(Occasion))
    questionnaire: str = Field(primary_key=True)
    question: str = Field(primary_key=True)
    option: str = Field(primary_key=True)
    chosen: int = 0


class OfficerCell(Base, table=True):
    """What citizens said in a quarter whose dossiers one officer of an agency handled."""

    __tablename__ = "officer_cell"

    quarter: date = Field(primary_key=True)
    """Its first day. There are no smaller cells, so that no two periods differ by a few ratings."""
    agency: str = Field(primary_key=True)
    officer: str = Field(primary_key=True)
    """A digest under the rating key of what the office calls the officer, never that itself; ``""`` where
    none was named."""
    rated: int = 0
    positive: int = 0
    neutral: int = 0
    negative: int = 0


AnyCell = RatingCell | RatingCellDay | AnswerCell | OfficerCell
"""Every kind of cell."""
