"""Who looked at the dossiers behind figures."""

from datetime import datetime

from sqlalchemy import Index
from sqlmodel import Field

from chassis.tables import BigSerial
from services.kpi.tables import Base


class Audit(Base, table=True):
    """Who asked for the dossiers behind which figure (nhật ký truy cập); rows are only ever added."""

    seq: int = Field(primary_key=True, sa_type=BigSerial)
    at: datetime
    client: str
    agency: str | None = None
    """The agency the client spoke for; none for the operator of the installation."""
    action: str
    object: str
    """The indicator, and whose dossiers of which days were asked for."""
    reason: str | None = None
    request_id: str | None = None

    __table_args__ = (Index("audit_by_object", "object", "seq"),)
