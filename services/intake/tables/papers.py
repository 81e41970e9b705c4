"""The PINs of receipts that were replaced."""

from datetime import datetime

from sqlmodel import Field

from services.intake.tables.base import Base


class TrackingPin(Base, table=True):
    """How often the PIN of a dossier was replaced; no row means never."""

    __tablename__ = "tracking_pin"

    dossier: str = Field(primary_key=True)
    epoch: int
    issued_at: datetime
    issued_by: str
