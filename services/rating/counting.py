"""Cells are kept by whoever changes an invitation or its rating, checked, and counted anew."""

import hashlib
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime

from chassis.database import Database, UnitOfWork
from contracts.vocabulary import VIETNAM, Provenance
from services.rating import queries_of_cells as cells
from services.rating.domain import counting
from services.rating.domain.counting import Contributions, Counted, Voice
from services.rating.tables import (
    AnswerCell,
    AnyCell,
    Invitation,
    OfficerCell,
    Rating,
    RatingCell,
    RatingCellDay,
)

CELLS: Mapping[counting.Place, type[AnyCell]] = {
    "half_month": RatingCell,
    "day": RatingCellDay,
    "answer": AnswerCell,
    "officer": OfficerCell,
}
Amounts = Counter[tuple[counting.Cell, str]]


def counted(invitation: Invitation | None, rating: Rating | None) -> Counted | None:
    """How an invitation and its rating stand now, as a value that a later change leaves as it is."""
    if invitation is None:
        return None
    return Counted(
        agency=invitation.agency,
        procedure=invitation.procedure,
        occasion=invitation.occasion,
        questionnaire=invitation.questionnaire,
        ratable_at=invitation.ratable_at,
        void=invitation.voided_at is not None,
        declined=invitation.declined_at is not None,
        ignored=invitation.ignored_at is not None,
        officer=invitation.officer,
        voice=_voice(rating) if rating is not None else None,
        voided_on=_day(rating.voided_at) if rating is not None and rating.voided_at else None,
    )


def recount(before: Counted | None, after: Counted | None, uow: UnitOfWork) -> None:
    """Move the cells by what a change of an invitation or its rating makes; None is none at all.

    Two changes at once must not both count from the same state: whoever calls this also raises the
    invitation's revision, whichever of the two rows is changed, or adds the invitation.
    """
    if before == after:
        return
    moved = counting.delta(counting.contributions(before), counting.contributions(after))
    for (place, key), amounts in moved.items():
        uow.increase(CELLS[place], key, amounts)


@contextmanager
def moving_cells(invitation: Invitation, rating: Rating | None, uow: UnitOfWork) -> Iterator[None]:
    """Move the cells by what changes inside of an invitation, of its rating, or of both."""
    before = counted(invitation, rating)
    yield
    recount(before, counted(invitation, rating), uow)


def _voice(rating: Rating) -> Voice:
    return Voice(
        questionnaire=rating.questionnaire,
        score=rating.score,
        option_class=rating.option_class,
        provenance=Provenance(rating.provenance),
        answers=tuple(sorted(rating.answers.items())),
        received_on=_day(rating.received_at),
    )


def _day(instant: datetime) -> date:
    return instant.astimezone(VIETNAM).date()


@dataclass(frozen=True)
class Compared:
    """Cells as they are kept beside their count from every invitation and rating, at one instant."""

    kept: Amounts
    wanted: Amounts

    @property
    def missing(self) -> Mapping[counting.Cell, Mapping[str, int]]:
        """What must be added to each kept cell to make it what is wanted."""
        found: dict[counting.Cell, dict[str, int]] = {}
        for cell, name in sorted(self.kept.keys() | self.wanted.keys(), key=str):
            difference = self.wanted[cell, name] - self.kept[cell, name]
            if difference:
                found.setdefault(cell, {})[name] = difference
        return found


def digest(amounts: Amounts) -> str:
    """SHA-256 of amounts: equal digests, equal cells."""
    told = hashlib.sha256()
    for (cell, name), amount in sorted(amounts.items(), key=str):
        if amount:
            told.update(f"{cell} {name} {amount}\n".encode())
    return told.hexdigest()


async def compare(database: Database) -> Compared:
    """Count every cell again beside those that are kept; neither sees what is committed meanwhile."""
    wanted: Amounts = Counter()
    async with database.snapshot() as ask:
        async for invitation, rating in cells.every_invitation(ask):
            _add(wanted, counting.contributions(counted(invitation, rating)))
        kept = Counter(
            {
                ((place, key), name): amount
                for place, table in CELLS.items()
                for key, name, amount in await cells.every_amount(ask, table)
            }
        )
    return Compared(kept, wanted)


async def rebuild(database: Database) -> int:
    """Make every cell equal to its count; returns how many had to change.

    The correction is added like any other difference, so ratings given meanwhile are not lost.
    """
    missing = (await compare(database)).missing
    for cell, amounts in missing.items():
        await database.run(_correct, cell, amounts)
    return len(missing)


async def _correct(cell: counting.Cell, amounts: Mapping[str, int], uow: UnitOfWork) -> None:
    place, key = cell
    uow.increase(CELLS[place], key, amounts)


def _add(into: Amounts, contributed: Contributions) -> None:
    for cell, amounts in contributed.items():
        for name, amount in amounts.items():
            into[cell, name] += amount
