"""What the dialect needs remembered: sessions, messages of the portal, when something was first told."""

from datetime import datetime

from sqlmodel import Field

from gateway.tables.base import Base


class DialectSession(Base, table=True):
    """A session of a system that speaks the dialect (phiên làm việc); every gateway process knows it."""

    __tablename__ = "dialect_session"

    digest: str = Field(primary_key=True)
    """SHA-256 of a 256-bit random text, in hex."""
    client: str
    opened_at: datetime
    expires_at: datetime = Field(index=True)


class PortalMessage(Base, table=True):
    """A message by which the national portal handed over a dossier that was filed there (refId)."""

    __tablename__ = "portal_message"

    client: str = Field(primary_key=True)
    reference: str = Field(primary_key=True)
    dossier: str
    received_at: datetime


class DialectSighting(Base, table=True):
    """When a status or a promise that came without a time was first told, so that it is told once."""

    __tablename__ = "dialect_sighting"

    digest: str = Field(primary_key=True)
    """SHA-256, in hex, of what was told of a dossier's position; of no person."""
    seen_at: datetime = Field(index=True)
