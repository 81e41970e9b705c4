"""Ratings that were gathered otherwise, by the row they came in."""

from datetime import datetime

from sqlmodel import Field

from chassis.tables import Words
from contracts.vocabulary import Gathered
from services.rating.tables.base import Base


class ImportedRating(Base, table=True):
    """A row of a file of ratings that was taken: the same row again counts once."""

    __tablename__ = "imported_rating"

    key: str = Field(primary_key=True)
    """SHA-256 of the slip's number, or of what the row says and how many like it stood before it."""
    content: str
    """SHA-256 of everything the row says."""
    invitation: str
    gathered: Gathered = Field(sa_type=Words(Gathered))
    file: str
    """SHA-256 of the file it came in first."""
    row: int
    """Where in the file it stood."""
    client: str
    """Who handed it in."""
    imported_at: datetime
