"""What guards personal data: keys, holds, and the trace of whoever opened it."""

from datetime import datetime

from sqlalchemy import Index, UniqueConstraint
from sqlmodel import Field

from chassis.tables import BigSerial, Words
from services.intake.domain.personal import KeyPurpose
from services.intake.tables.base import Base


class DataKey(Base, table=True):
    """A data key of one agency, wrapped; without one of these rows what it sealed is lost."""

    __tablename__ = "data_key"

    id: str = Field(primary_key=True)
    agency: str
    purpose: KeyPurpose = Field(sa_type=Words(KeyPurpose))
    quarter: str
    """The quarter it seals in, e.g. ``2026Q4``; empty for the key of a blind index."""
    generation: int
    """1, and one more each time it was retired within its quarter."""
    wrapped: str | None
    """Nothing once it was destroyed."""
    kek: str
    """Which key-encryption key wraps it."""
    created_at: datetime
    retired_at: datetime | None = None
    """Since when nothing new is sealed with it; what it sealed waits to be sealed anew."""
    destroyed_at: datetime | None = None

    __table_args__ = (UniqueConstraint("agency", "purpose", "quarter", "generation"),)


class LegalHold(Base, table=True):
    """A dossier that must not be purged, whatever its retention class (giữ lại theo yêu cầu pháp lý)."""

    __tablename__ = "legal_hold"

    dossier: str = Field(primary_key=True, foreign_key="dossier.code")
    reason: str
    set_at: datetime
    set_by: str


class Audit(Base, table=True):
    """Who opened or changed the handling of whose personal data; rows are only ever added."""

    seq: int = Field(primary_key=True, sa_type=BigSerial)
    at: datetime
    client: str
    agency: str | None = None
    """The agency the client spoke for; none for the operator of the installation."""
    action: str
    object: str
    """The dossier's code, or what was asked by; never a person."""
    reason: str | None = None
    request_id: str | None = None

    __table_args__ = (Index("audit_by_object", "object", "seq"),)
