"""How far the national portal (Cổng Dịch vụ công quốc gia) has been told of dossiers."""

from datetime import date
from enum import StrEnum
from typing import Annotated, Self

from pydantic import Field, model_validator

from contracts.envelope import Event
from contracts.wire import Code, Day, Instant, Reckoned, View, Wire


class SyncState(StrEnum):
    """How far the portal has been told of a dossier (trạng thái đồng bộ)."""

    WAITING = "waiting"
    """A change has yet to be told, for the first time or again."""
    SENT = "sent"
    """The portal has the latest change that was heard of."""
    PARKED = "parked"
    """A person must look: the portal refuses it, or failed too often."""
    PURGED = "purged"
    """Its personal data were removed, so nothing can be told any more."""
    LEFT_OUT = "left_out"
    """Its agency is for trying things out: the portal is never told."""


class Difference(StrEnum):
    """How a dossier here and at the portal compare on a day (kết quả đối soát)."""

    SAME = "same"
    NOT_YET_SENT = "not_yet_sent"
    """A change still waits here."""
    PARKED = "parked"
    """It is put aside here."""
    MISSING_THERE = "missing_there"
    """It was told, and the portal does not find it."""
    STATUS_DIFFERS = "status_differs"
    NOT_COMPARED = "not_compared"
    """The portal's answer could not be read, or holds no status."""
    UNKNOWN_HERE = "unknown_here"
    """Intake has it, and the gateway has heard of no change of it."""


class DossierSynchronised(Event):
    """The national portal has a dossier (hồ sơ đã đồng bộ): it acknowledged it, or was found to have it.

    Told once for each, and again after a `DossierMissed`. Of these two the latest instant stands.
    """

    topic = "national.synchronised"
    publisher = "gateway"

    code: str
    agency: str | None = None
    synchronised_at: Reckoned
    revision: int
    """The dossier's revision that the portal was told; 0 where it has it by another way."""


class DossierMissed(Event):
    """The national portal does not have a dossier that it had acknowledged (hồ sơ không còn trên Cổng).

    A comparison found so. Of this and `DossierSynchronised` the latest instant stands; of one instant that
    it has it.
    """

    topic = "national.missed"
    publisher = "gateway"

    code: str
    agency: str | None = None
    missed_at: Reckoned
    """When the portal was asked."""


class SyncAttempt(View):
    """One attempt to tell the portal of a dossier."""

    at: Instant
    call: str
    """The portal's service that was called last."""
    outcome: str
    """What became of it: ``done``, ``refused``, ``try-again``..."""
    words: str | None = None
    """The portal's words, without personal data."""


class SyncView(View):
    """How far the portal has been told of one dossier."""

    code: str
    agency: str | None
    state: SyncState
    wanted_revision: int
    """The dossier's revision the portal is to have."""
    sent_revision: int
    """The one it has; 0 for none."""
    waiting_since: Instant | None
    first_sent_at: Instant | None
    """Since when the portal is known to have it; empty again once a comparison does not find it there."""
    sent_at: Instant | None
    next_try_at: Instant | None
    failed_attempts: int
    reason: str | None
    """Why the last attempt failed; ``not-configured`` where no portal is set up, and changes only wait."""
    words: str | None
    progress_rows_sent: int
    """Rows of progress the portal has acknowledged."""
    attempts: list[SyncAttempt] = []
    """The last ones, oldest first."""


class SyncPage(View):
    """A page of dossiers in the order of their codes."""

    items: list[SyncView]
    next_cursor: str | None = None


class Resending(Wire):
    """Which dossiers are told to the portal again: these, those of some days, or those put aside."""

    codes: Annotated[list[Code], Field(min_length=1, max_length=1000)] | None = None
    from_: Annotated[Day | None, Field(alias="from")] = None
    """Dossiers whose last change was heard of on this Vietnamese day or later."""
    to: Day | None = None
    """Exclusive."""
    parked: bool = False
    """Only those that are put aside; by itself all of them."""
    reason: Annotated[str, Field(min_length=1, max_length=100)] | None = None
    """Only those put aside for this reason, e.g. ``refused``."""
    agency: Code | None = None
    """It and everything below it; everything within the caller's reach when left out."""

    @model_validator(mode="after")
    def _says_which(self) -> Self:
        if self.reason is not None and not self.parked:
            raise ValueError("give parked with a reason: others have none")
        if self.codes is not None and (self.from_ or self.to or self.parked or self.agency):
            raise ValueError("give codes, or what to choose by, not both")
        if self.codes is None and not self.parked and (self.from_ is None or self.to is None):
            raise ValueError("give codes, from and to, or parked")
        if self.from_ is not None and self.to is not None and self.from_ >= self.to:
            raise ValueError("ends before it begins: to is exclusive")
        return self


class ResentView(View):
    """How many dossiers will be told again."""

    resent: int
    more: bool = False
    """Whether there are more than one call takes: call again."""
    unknown: list[str] = []
    """Codes of no dossier within the caller's reach that can be told."""


class DifferenceCount(View):
    """How many dossiers of an agency compare in one way."""

    agency: str
    difference: Difference
    count: int


class DifferingDossier(View):
    """A dossier that is not the same on both sides."""

    code: str
    agency: str
    difference: Difference
    ours: str | None = None
    """The status here."""
    theirs: str | None = None
    """The portal's TrangThaiHoSo."""


class ReconciliationView(View):
    """A day's dossiers here against the portal's (đối soát trong ngày)."""

    date: date
    state: str
    """``running``, ``complete``; ``none`` for a day nobody has compared."""
    begun_at: Instant | None = None
    completed_at: Instant | None = None
    ours: int = 0
    """Dossiers received here that day."""
    theirs: int = 0
    """Those of them the portal has."""
    by_agency: list[DifferenceCount] = []
    differing: list[DifferingDossier] = []
    """The first 500 that differ, by code."""
