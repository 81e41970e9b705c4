"""Papers: who opened them, and the PINs that were replaced."""

from datetime import datetime

from sqlmodel import Field

from chassis.tables import BigSerial
from services.intake.tables.base import Base


class PaperReading(Base, table=True):
    """Who was shown a paper or a part of the register (nhật ký truy cập); rows are only ever added."""

    __tablename__ = "paper_reading"

    id: int | None = Field(default=None, primary_key=True, sa_type=BigSerial)
    at: datetime
    client: str
    kind: str
    """A kind of paper, or ``register``."""
    agency: str
    """The agency of the dossier, or of the register."""
    dossier: str | None = None
    """None for the register."""
    shown: int
    """How many dossiers were on it."""
    request: str | None = None
    """The id of the request."""


class TrackingPin(Base, table=True):
    """How often the PIN of a dossier was replaced; no row means never."""

    __tablename__ = "tracking_pin"

    dossier: str = Field(primary_key=True)
    epoch: int
    issued_at: datetime
    issued_by: str
