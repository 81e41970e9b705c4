"""How far the national portal has been told of dossiers."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import Index
from sqlmodel import Field

from chassis.tables import Json, Words
from contracts.catalogue import CatalogueImportState
from contracts.syncing import Difference, SyncState
from gateway.tables.base import Base


class NationalSync(Base, table=True):
    """What the portal is to have of one dossier, and what it has (đồng bộ hồ sơ)."""

    __tablename__ = "national_sync"

    code: str = Field(primary_key=True)
    agency: str | None = None
    """Unheard until the filing is."""
    state: SyncState = Field(sa_type=Words(SyncState))
    wanted: int
    """The largest revision that was heard of."""
    heard_at: datetime
    """When the latest change was heard of."""
    wanted_since: datetime | None = None
    """Since when something is to be told that has not been."""
    sent: int = 0
    """The revision the portal has."""
    sent_at: datetime | None = None
    first_sent_at: datetime | None = None
    """Since when the portal has it, as was announced; none where it was announced that it has not."""
    content: int = 0
    """The revision whose fields the portal has; 0 where they are to be sent whatever they are."""
    known: bool | None = None
    """Whether the portal has the dossier, as far as it was told or told us."""
    filed_there: bool = False
    """Whether it was filed on the portal, which has it under a code of its own."""
    rows: list[Any] = Field(default_factory=list, sa_type=Json)
    """Keys of the rows of progress the portal has acknowledged; emptied when the dossier is purged."""
    rows_sent: int = 0
    try_at: datetime | None = Field(default=None, index=True)
    """When it is told next; while a worker has it, when others may take it."""
    held: bool = False
    """Whether a worker has it; one that never comes back has it until `try_at`."""
    again: bool = False
    """Whether it is to be told once more after the attempt under way."""
    turn: int = 0
    """Grows whenever a worker takes it: what an earlier one still says counts no more."""
    attempts: int = 0
    """Attempts that failed since the last one that did not."""
    reason: str | None = None
    words: str | None = None
    history: list[Any] = Field(default_factory=list, sa_type=Json)
    """The last attempts, oldest first."""
    revision: int = 1

    __table_args__ = (
        Index("national_sync_waiting", "state", "wanted_since"),
        Index("national_sync_listed", "state", "agency", "code"),
        Index("national_sync_heard", "heard_at"),
    )


class NationalDay(Base, table=True):
    """A day's dossiers compared with the portal's (đối soát)."""

    __tablename__ = "national_day"

    day: date = Field(primary_key=True)
    begun_at: datetime
    completed_at: datetime | None = None
    cursor: str | None = None
    """Up to which dossier it has come, while it is not complete."""
    run: int = 1
    """Which comparison of this day it is; what an earlier one found is gone."""
    revision: int = 1


class NationalTally(Base, table=True):
    """How many dossiers of a day and agency compare in one way."""

    __tablename__ = "national_tally"

    day: date = Field(primary_key=True)
    run: int = Field(primary_key=True)
    agency: str = Field(primary_key=True)
    difference: Difference = Field(sa_type=Words(Difference), primary_key=True)
    count: int = 0
    there: int = 0
    """How many of them the portal has."""


class NationalDifference(Base, table=True):
    """A dossier that was not the same on both sides when its day was compared."""

    __tablename__ = "national_difference"

    day: date = Field(primary_key=True)
    code: str = Field(primary_key=True)
    run: int
    agency: str
    difference: Difference = Field(sa_type=Words(Difference))
    ours: str | None = None
    theirs: str | None = None


class CatalogueImport(Base, table=True):
    """The portal's catalogue against ours: how far it was read, what differs, what became of it."""

    # Its name of before: what runs one version behind on this schema finds it still.
    __tablename__ = "catalogue_diff"

    id: str = Field(primary_key=True)
    state: CatalogueImportState = Field(sa_type=Words(CatalogueImportState))
    agency: str | None = None
    """Whose procedures are asked for; None for all."""
    made_at: datetime
    asked_by: str
    codes: list[Any] | None = Field(default=None, sa_type=Json, nullable=True)
    """What the portal lists, in its order; None until it has told."""
    compared: int = 0
    """How many of these codes have been compared."""
    compared_at: datetime | None = None
    entries: list[Any] = Field(default_factory=list, sa_type=Json)
    """One for each procedure that differs, with what of ours it rests on."""
    written: int = 0
    applied_by: str | None = None
    applied_at: datetime | None = None
    try_at: datetime | None = Field(default=None, index=True)
    """When a worker takes it next; while one has it, when others may take it."""
    turn: int = 0
    """Grows whenever it is taken: what an earlier worker still says counts no more."""
    attempts: int = 0
    """How often it was taken since it last came further."""
    reason: str | None = None
    words: str | None = None
    revision: int = 1
