"""Ratings of a file are entered: each ends where every rating does, and one that came before counts once."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from dataclasses import field as made
from datetime import datetime

from chassis.auth import Principal
from chassis.database import UnitOfWork
from chassis.running import running_of
from contracts.rating import RatingImportMapping, RatingImportReason, RatingImportRow
from contracts.vocabulary import Gathered, Occasion, Provenance, RatingImportOutcome
from services.rating import domain
from services.rating.commands import Told, take_rating
from services.rating.counting import counted, moving_cells, recount
from services.rating.importing.columns import Columns
from services.rating.importing.files import Table
from services.rating.importing.rows import Reading, Slip
from services.rating.links import Links
from services.rating.queries_imports import invitations_about
from services.rating.tables import ImportedRating, Invitation, KnownDossier, RatingToken

BATCH = 100
"""Rows that are entered together."""

PROVENANCE = {
    Gathered.PAPER: Provenance.PAPER,
    Gathered.POSTAL_CARD: Provenance.POSTAL_CARD,
    Gathered.ASSISTED: Provenance.ASSISTED,
    Gathered.OTHER_SOFTWARE: Provenance.PAPER,
}
"""Through whose hands each came: another way of asking, entered afterwards, counts as paper."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One row of a file, read: a rating and what it is found again by, or reasons against it."""

    number: int
    slip: Slip | None
    key: str
    reasons: Sequence[RatingImportReason] = ()


@dataclass(slots=True)
class Batch:
    """Rows that are entered together, of one file and for one caller."""

    digest: str
    """Of the file."""
    entries: Sequence[Entry]
    dry_run: bool
    taken_before: set[str] = made(default_factory=set)
    """Invitations that rows before these would have spent, where nothing is written."""
    said_before: dict[str, str] = made(default_factory=dict)
    """What those rows said, by what they are found again by."""


def entries_of(
    table: Table, mapping: RatingImportMapping, now: datetime
) -> tuple[list[Entry], list[RatingImportReason]]:
    """Every row as a rating or with reasons against it, and what concerns the whole file.

    Raises `MappingUnusable`, and `RatingFileUnusable` where two columns mean the same.
    """
    columns = Columns(table.header, mapping)
    times: Counter[str] = Counter()
    found: list[Entry] = []
    for row in table.rows:
        reading = Reading(row, columns, now)
        slip = reading.slip()
        if slip is None:
            found.append(Entry(row.number, None, "", reading.reasons))
            continue
        content = slip.content()
        found.append(Entry(row.number, slip, slip.key(times[content])))
        times[content] += 1
    return found, columns.warnings()


def batches_of(digest: str, entries: Sequence[Entry], *, dry_run: bool) -> Iterable[Batch]:
    """The rows of a file in batches that know of each other."""
    before: set[str] = set()
    said: dict[str, str] = {}
    for start in range(0, len(entries), BATCH):
        yield Batch(digest, entries[start : start + BATCH], dry_run, before, said)


async def take_rows(batch: Batch, caller: Principal, uow: UnitOfWork) -> list[RatingImportRow]:
    """Enter the ratings of a batch (ghi nhận đánh giá thu thập bằng hình thức khác); tell each row's outcome.

    On a dry run everything is looked up and nothing is written.
    """
    taking = Taking(batch, caller, uow)
    await taking.look_up()
    found = [await taking.take(entry) for entry in batch.entries]
    if batch.dry_run:
        batch.taken_before |= taking.spent
        batch.said_before |= taking.said
    return found


class NotTaken(Exception):
    """A row is not entered: its outcome, and the reason against it where there is one."""

    def __init__(self, outcome: RatingImportOutcome, *reasons: RatingImportReason) -> None:
        super().__init__(outcome)
        self.outcome, self.reasons = outcome, reasons


class Taking:
    """Enters the rows of one batch."""

    def __init__(self, batch: Batch, caller: Principal, uow: UnitOfWork) -> None:
        self._batch = batch
        self._caller = caller
        self._uow = uow
        self._running = running_of(uow)
        self._links = self._running.own(Links)
        self.said: dict[str, str] = {}
        """What rows said that came before, by what they are found again by."""
        self._known: dict[str, KnownDossier] = {}
        self._invitations: dict[tuple[str, Occasion], Invitation] = {}
        self.spent = set(batch.taken_before)
        """Invitations that were spent, or would have been."""

    async def look_up(self) -> None:
        """Ask for everything the rows are about at once: asked for row by row it takes most of the time."""
        entries = [entry for entry in self._batch.entries if entry.slip is not None]
        codes = [one.slip.dossier for one in entries if one.slip and one.slip.dossier]
        rows = await self._uow.get_many(ImportedRating, [(entry.key,) for entry in entries])
        stored = {row.key: row.content for row in rows.values()}
        self.said = {**self._batch.said_before, **stored}
        known = await self._uow.get_many(KnownDossier, [(code,) for code in codes])
        self._known = {row.code: row for row in known.values()}
        self._invitations = await invitations_about(codes, self._uow)

    async def take(self, entry: Entry) -> RatingImportRow:
        """Enter a row, and tell what became of it."""
        if entry.slip is None:
            reasons = list(entry.reasons)
            invalid = RatingImportOutcome.INVALID
            return RatingImportRow(row=entry.number, outcome=invalid, reasons=reasons)
        try:
            await self._take(entry, entry.slip)
        except NotTaken as refused:
            reasons = list(refused.reasons)
            return RatingImportRow(row=entry.number, outcome=refused.outcome, reasons=reasons)
        return RatingImportRow(row=entry.number, outcome=RatingImportOutcome.TAKEN)

    async def _take(self, entry: Entry, slip: Slip) -> None:
        self._expect_new(entry, slip)
        known = await self._expect_reachable(slip)
        about = slip.dossier or domain.slip_code(entry.key)
        invitation = self._invitations.get((about, slip.occasion))
        number = invitation.id if invitation else self._links.invitation(about, slip.occasion)
        self._expect_usable(invitation, number)
        self.spent.add(number)
        self.said[entry.key] = slip.content()
        if self._batch.dry_run:
            return
        if invitation is None:
            invitation = await self._minted(slip, about, number, known)
        await self._enter(entry, slip, invitation)

    def _expect_new(self, entry: Entry, slip: Slip) -> None:
        earlier = self.said.get(entry.key)
        if earlier is None:
            return
        if earlier == slip.content():
            raise NotTaken(RatingImportOutcome.REPEATED)
        told = "Another slip of this number was entered with other answers."
        raise _invalid("slip-number-taken", "slip", told)

    async def _expect_reachable(self, slip: Slip) -> KnownDossier | None:
        tree = self._running.tree
        if slip.dossier is not None:
            known = self._known.get(slip.dossier)
            if known is None or not await tree.covers(self._caller, known.agency):
                told = "Name a dossier within your reach."
                raise _invalid("unknown-dossier", "dossier", told)
            return known
        whose = slip.agency or ""
        if not await tree.knows(whose) or not await tree.covers(self._caller, whose):
            raise _invalid("unknown-agency", "agency", "Name an agency within your reach.")
        return None

    def _expect_usable(self, invitation: Invitation | None, number: str) -> None:
        if number in self.spent or (invitation and invitation.used_at is not None):
            raise NotTaken(RatingImportOutcome.ALREADY_RATED)
        if invitation is not None and invitation.voided_at is not None:
            told = "Whether the citizen has the result is being looked into; enter it afterwards."
            raise _invalid("link-void", "dossier", told)

    async def _minted(
        self, slip: Slip, about: str, number: str, known: KnownDossier | None
    ) -> Invitation:
        now, days = self._uow.now, self._running.settings.rating_days
        own = await self._running.tree.canonical(known.agency if known else slip.agency or "")
        invitation = Invitation.of(
            id=number,
            dossier=about,
            occasion=slip.occasion,
            questionnaire=slip.questionnaire.id,
            agency=own,
            procedure=known.procedure if known else slip.procedure,
            minted_at=now,
            ratable_at=slip.submitted_at,
            expires_at=domain.expiry(slip.submitted_at, now, days),
        )
        self._uow.add(invitation)
        recount(None, counted(invitation, None), self._uow)
        if known is not None:
            # Whoever asks for the links of the dossier finds this one, used.
            self._uow.keep(
                RatingToken.of(
                    token_hash=domain.token_hash(self._links.token(invitation)),
                    invitation=number,
                    provenance=Provenance.SELF_LINK,
                    made_at=now,
                )
            )
        return invitation

    async def _enter(self, entry: Entry, slip: Slip, invitation: Invitation) -> None:
        # The slip asked what it asked, whatever the link would have.
        with moving_cells(invitation, None, self._uow):
            invitation.questionnaire = slip.questionnaire.id
        told = Told(
            answers=slip.answers,
            language=slip.language,
            provenance=PROVENANCE[slip.gathered],
            submitted_at=slip.submitted_at,
            comment=slip.comment,
        )
        await take_rating(invitation, told, self._uow)
        self._uow.add(
            ImportedRating.of(
                key=entry.key,
                content=slip.content(),
                invitation=invitation.id,
                gathered=slip.gathered,
                file=self._batch.digest,
                row=entry.number,
                client=self._caller.client,
                imported_at=self._uow.now,
            )
        )


def _invalid(code: str, field: str, detail: str) -> NotTaken:
    reason = RatingImportReason(code=code, field=field, detail=detail)
    return NotTaken(RatingImportOutcome.INVALID, reason)
