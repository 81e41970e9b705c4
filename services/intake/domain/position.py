"""Where a dossier stands: the fold of its steps."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from contracts.vocabulary import DossierStatus
from services.intake.domain.statuses import ACCEPTED, DONE, ENDED, RETURNED, SUBMITTED
from services.intake.domain.walk import Filed, Passage, Step, first, in_order, walk


@dataclass(frozen=True)
class Position:
    """Where a dossier stands (tình trạng hồ sơ)."""

    status: DossierStatus
    received_at: datetime | None
    """When it was accepted: as the filing says, else the first `accepted` step."""
    done_at: datetime | None
    """When the result was first ready: as reported, or as the custody of the post shows, whichever is first;
    if neither is known, when it was first returned."""
    returned_at: datetime | None
    """When the result was first handed over."""
    ended_at: datetime | None
    """When it was refused, stopped or withdrawn, if that is how it stands."""
    holder: str
    """Which agency has it."""


def fold(rows: Iterable[Step], filed: Filed) -> Position:
    """The position of a dossier as a function of the set of its steps, however they arrive."""
    steps = list(rows)
    return position(walk(steps, filed), in_order(steps), filed)


def position(passages: Sequence[Passage], steps: Sequence[Step], filed: Filed) -> Position:
    """The position of a dossier, of its passages and its steps in order."""
    status = passages[-1].after if passages else SUBMITTED
    returned_at = first(RETURNED, steps)
    ready = [at for at in (first(DONE, steps), filed.handed_over_at) if at is not None]
    holders = [step.agency for step in steps if step.agency is not None]
    ends = [p.at for p in passages if p.moved and p.after is status]
    return Position(
        status=status,
        received_at=filed.received_at or first(ACCEPTED, steps),
        done_at=min(ready, default=returned_at),
        returned_at=returned_at,
        ended_at=ends[-1] if status in ENDED else None,
        holder=holders[-1] if holders else filed.agency,
    )


@dataclass(frozen=True)
class Holding:
    """A stretch of time in which one agency had the dossier (bàn giao hồ sơ)."""

    agency: str
    since: datetime
    until: datetime | None


def holdings(rows: Iterable[Step], filed: Filed) -> list[Holding]:
    """Which agencies had the dossier, one after the other: the history of its handing over."""
    told = [(s.agency, s.occurred_at) for s in in_order(rows) if s.agency is not None]
    start = filed.received_at or filed.submitted_at
    if start is not None and filed.agency:
        told = [(filed.agency, min(start, told[0][1]) if told else start), *told]
    changes = [one for place, one in enumerate(told) if place == 0 or one[0] != told[place - 1][0]]
    ends = [*(since for _, since in changes[1:]), None][: len(changes)]
    return [Holding(who, since, until) for (who, since), until in zip(changes, ends, strict=True)]
