"""Tables that only the version before this one uses: declared for its sake, gone with the next version."""

from sqlalchemy import BigInteger, Column, Index, Integer, String, Table
from sqlmodel.sql.sqltypes import UTCDateTime

from chassis.tables import BigSerial
from services.intake.tables.base import Base

journal = Table(
    "journal",
    Base.metadata,
    Column("seq", BigSerial, primary_key=True, autoincrement=True),
    Column("place", BigInteger, unique=True),
    Column("event_id", String, nullable=False),
    Column("topic", String, nullable=False),
    Column("subject", String, nullable=False),
    Column("agency", String, nullable=False),
    Column("revision", Integer),
    Column("client", String, nullable=False),
    Column("at", UTCDateTime(), nullable=False),
    sqlite_autoincrement=True,
)
"""Intake's own journal of changes, before the gateway kept one for all services."""

_unplaced = journal.c.place.is_(None)
Index("journal_unplaced", journal.c.seq, postgresql_where=_unplaced, sqlite_where=_unplaced)
