"""Where a dossier stands after a change, and what is promised and announced of it."""

from datetime import datetime

from chassis.database import UnitOfWork
from chassis.running import running_of
from contracts.intake import (
    DossierFiled,
    DossierProgressed,
    DossierReturned,
    TimeLimit,
)
from contracts.vocabulary import TimeUnit
from services.intake import domain
from services.intake.catalogue import Catalogue
from services.intake.clock import due
from services.intake.domain.personal import closed_on
from services.intake.tables import Dossier, Step


async def reposition(dossier: Dossier, steps: list[Step], uow: UnitOfWork) -> None:
    """Fold the position anew from everything that is known, and tell what changed."""
    returned_before, received_before = dossier.returned_at, dossier.received_at
    position = domain.fold(
        [domain.Step(s.status, s.occurred_at, s.due_at, s.key) for s in steps],
        domain.Filed(dossier.submitted_at, dossier.filed_received_at),
    )
    dossier.status = position.status
    dossier.received_at = position.received_at
    dossier.done_at = position.done_at
    dossier.returned_at = position.returned_at
    dossier.closed_on = closed_on(position.status, steps)
    if dossier.received_at != received_before:
        promised = await promise(position, pinned_limit(dossier), dossier.submitted_at, uow)
        for name, value in promised.items():
            setattr(dossier, name, value)
    elif position.due_override is not None:
        # A promise stands as it was made, whatever the calendar says since; only a new appointment moves it.
        dossier.due_at = position.due_override
    dossier.revision += 1
    uow.record(_progressed(dossier), subject=dossier.code)
    if returned_before is None and dossier.returned_at is not None:
        uow.record(DossierReturned.model_validate(dossier), subject=dossier.code)


async def promise(
    position: domain.Position,
    limit: TimeLimit | None,
    submitted_at: datetime | None,
    uow: UnitOfWork,
) -> dict[str, object]:
    """What is promised of a dossier: nothing until it is accepted, but the rules it stands under."""
    catalogue = running_of(uow).own(Catalogue)
    office = await catalogue.office()
    started_at = position.received_at or submitted_at or uow.now
    promised = due(started_at, limit, office)
    accepted = position.received_at is not None
    return {
        "rule_set": promised.rule_set,
        "calendar": promised.calendar,
        "starts_on": promised.starts_on if accepted else None,
        "due_on": promised.due_on if accepted else None,
        "due_at": position.due_override or (promised.due_at if accepted else None),
    }


def pinned_limit(dossier: Dossier) -> TimeLimit | None:
    """The limit of the procedure's version a dossier was filed under."""
    if dossier.limit_amount is None or dossier.limit_unit is None:
        return None
    return TimeLimit(amount=dossier.limit_amount, unit=TimeUnit(dossier.limit_unit))


_FILED = tuple(name for name in DossierFiled.model_fields if name != "due_unit")


def told_of_filing(dossier: Dossier) -> DossierFiled:
    """What is announced of a new dossier."""
    # Everything in the row passed the contract or the domain: it is not checked again.
    inside = dossier.__dict__
    told = {name: inside[name] for name in _FILED}
    return DossierFiled.model_construct(**told, due_unit=inside["limit_unit"])


def _progressed(dossier: Dossier) -> DossierProgressed:
    return DossierProgressed.model_validate(dossier.__dict__ | {"due_unit": dossier.limit_unit})
