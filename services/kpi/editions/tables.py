"""What closing a period leaves: editions in one chain, and what changed of closed periods afterwards."""

from datetime import date, datetime

from sqlalchemy import BigInteger, Index, Text
from sqlmodel import Field

from chassis.tables import BigSerial, Json, Words
from contracts.vocabulary import EditionKind, Structure
from services.kpi.tables import Base


class Edition(Base, table=True):
    """Figures of a period as they were closed or restated; rows are only ever added."""

    __tablename__ = "edition"

    place: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    """Its place in the chain of all editions, from 1."""
    kind: EditionKind = Field(sa_type=Words(EditionKind))
    key: str
    agency: str
    structure: Structure = Field(sa_type=Words(Structure))
    first: date
    end: date
    """Exclusive."""
    number: int
    """1 when the period was closed, then one more with each restatement."""
    cut_at: datetime
    body: str = Field(sa_type=Text)
    """All it holds, as canonical JSON: the text that was hashed."""
    previous: str
    """Hash of the edition before it in the chain."""
    hash: str

    __table_args__ = (
        Index("edition_of_period", "kind", "key", "agency", "structure", "number", unique=True),
        Index("edition_of_days", "agency", "structure", "first", "end"),
    )


class EditionChain(Base, table=True):
    """How often the chain of editions grew: whoever changes cells must have read the latest of it."""

    __tablename__ = "edition_chain"

    name: str = Field(primary_key=True)
    revision: int = Field(default=1, sa_type=BigInteger)


class Correction(Base, table=True):
    """A dossier whose contribution to a closed half-month changed afterwards (hồ sơ sửa sau khi chốt)."""

    __tablename__ = "correction"

    seq: int = Field(primary_key=True, sa_type=BigSerial)
    at: datetime
    code: str
    bucket: date
    agency: str
    field: str
    amounts: dict[str, int] = Field(sa_type=Json)
    """What was added to each measure, with its sign."""

    __table_args__ = (Index("correction_of_bucket", "agency", "bucket", "at"),)
