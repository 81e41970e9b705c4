"""Which questionnaire new invitations ask, where an agency chose."""

from datetime import date, datetime

from sqlmodel import Field

from chassis.tables import Words
from contracts.vocabulary import Occasion
from services.rating.tables.base import Base


class QuestionnaireChoice(Base, table=True):
    """What an agency and those below it ask on an occasion, from a day on."""

    __tablename__ = "questionnaire_choice"

    agency: str = Field(primary_key=True)
    """By its own code."""
    occasion: Occasion = Field(primary_key=True, sa_type=Words(Occasion))
    valid_from: date = Field(primary_key=True)
    questionnaire: str | None = None
    """None where it went back to what is chosen above it."""
    chosen_at: datetime
    client: str
    """Who chose."""
    revision: int = 1
