"""What rating heard of dossiers, procedures and the post. Never the applicant."""

from datetime import datetime
from typing import Any

from sqlmodel import Field

from chassis.tables import Json, Words
from contracts.vocabulary import Channel, ReturnMode
from services.rating.tables.base import Base


class KnownDossier(Base, table=True):
    """A dossier as heard from intake: as it was filed, or last amended."""

    __tablename__ = "known_dossier"

    code: str = Field(primary_key=True)
    agency: str
    procedure: str
    channel: Channel = Field(sa_type=Words(Channel))
    return_mode: ReturnMode = Field(sa_type=Words(ReturnMode))
    revision: int = Field(default=1, sa_column_kwargs={"server_default": "1"})
    """Of whoever told it; 0 where only its return was told so far."""


class KnownProcedure(Base, table=True):
    """The name of a procedure as heard from the catalogue."""

    __tablename__ = "known_procedure"

    code: str = Field(primary_key=True)
    name: str
    revision: int


class PostedResult(Base, table=True):
    """How the result of a dossier stands, as far as its rating depends on it.

    Whoever hears news of a dossier changes this row, so that two who hear of one at once wait for each other.
    """

    __tablename__ = "posted_result"

    dossier: str = Field(primary_key=True)
    returned_at: datetime | None = None
    """When the office handed it over itself, where the post was not to bring it."""
    shipments: dict[str, Any] = Field(default_factory=dict, sa_type=Json)
    """By shipment, at its largest revision heard: when certainly delivered, and whether that is contested."""
    incidents: dict[str, Any] = Field(default_factory=dict, sa_type=Json)
    """By incident: whether it is closed."""
    withdrawn: bool = Field(default=False, sa_column_kwargs={"server_default": "0"})
    """Whether the dossier was withdrawn, by the last word of its progress."""
    progress_revision: int | None = None
    """Of that word."""
    revision: int = 1
