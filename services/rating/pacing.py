"""How dossiers go, kept as intake tells it: each news is a whole position, the largest revision stands."""

from collections.abc import Iterable

from chassis.database import UnitOfWork
from contracts.intake import DossierFiled, DossierProgressed
from contracts.vocabulary import VIETNAM
from services.rating.criteria import stage_points, time_points
from services.rating.tables import DossierPace

Position = DossierFiled | DossierProgressed


def keep(events: Iterable[Position], uow: UnitOfWork) -> None:
    """Keep when dossiers came, were due and were done, and what criteria 1 and 2 make of it."""
    for event in events:
        uow.put(pace_of(event))


def pace_of(event: Position) -> DossierPace:
    """The row of a position."""
    done_at = event.done_at if isinstance(event, DossierProgressed) else None
    return DossierPace.of(
        code=event.code,
        received_at=event.received_at,
        due_at=event.due_at,
        due_unit=event.due_unit,
        done_at=done_at,
        done_on=done_at.astimezone(VIETNAM).date() if done_at else None,
        time_points=time_points(event.received_at, event.due_at, event.due_unit, done_at),
        stage_points=stage_points(event.breaches) if done_at else None,
        revision=event.revision,
    )
