"""What the gateway remembers: the register of partners."""

from datetime import datetime

from sqlalchemy.orm import registry
from sqlmodel import Field

from chassis.tables import Stored


class Base(Stored, registry=registry()):
    """The gateway's tables live in the gateway's own database."""


class Client(Base, table=True):
    """A partner's system that may ask for tokens (hệ thống kết nối)."""

    id: str = Field(primary_key=True)
    name: str
    agency: str
    """The agency whose subtree it may speak for."""
    scopes: str
    """Blank-separated."""
    secret_hash: str
    """SHA-256 of a 256-bit random secret, in hex: nothing to guess, so nothing to slow down."""
    added_at: datetime
    disabled_at: datetime | None = None
    revision: int = 1
