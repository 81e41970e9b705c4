"""Telling what nobody reports: a dossier is soon due, overdue, or unanswered."""

from dataclasses import replace
from datetime import datetime

from chassis.database import ITSELF, UnitOfWork
from chassis.running import running_of
from contracts.envelope import Event
from contracts.intake import DossierDueSoon, DossierOverdue, DossierUnanswered
from services.intake import domain, queries
from services.intake.catalogue import Catalogue
from services.intake.clock import Office, rule_set_named
from services.intake.clock.watching import Watch, Watched, late_from, next_watch, telling
from services.intake.tables import Dossier

EVENTS: dict[Watch, type[Event]] = {
    Watch.DUE_SOON: DossierDueSoon,
    Watch.OVERDUE: DossierOverdue,
    Watch.UNANSWERED: DossierUnanswered,
}


async def tell_what_is_due(limit: int, uow: UnitOfWork) -> int:
    """Tell what is to be told by now of at most `limit` dossiers; return of how many it was looked at."""
    office = await running_of(uow).own(Catalogue).office()
    # One dossier that somebody changes meanwhile fails its whole batch: try fewer the next time.
    fewer = max(1, limit >> 2 * (uow.attempt - 1))
    dossiers = await queries.watched_until(uow.now, fewer, uow)
    for dossier in dossiers:
        _tell(dossier, office, uow)
    return len(dossiers)


async def watch(dossier: Dossier, uow: UnitOfWork) -> None:
    """Note when something is next to be told of a dossier whose position has just been folded."""
    set_watch(dossier, await running_of(uow).own(Catalogue).office(), uow)


def set_watch(dossier: Dossier, office: Office, uow: UnitOfWork) -> None:
    """Note when something is next to be told of a dossier, by an office that counts like this."""
    watched = watched_of(dossier)
    _note(dossier, late_from(watched), next_watch(watched, office, uow.now))


def watched_of(dossier: Dossier) -> Watched:
    """What a dossier is watched by."""
    return Watched(
        status=dossier.status,
        received_at=dossier.received_at,
        done_at=dossier.done_at,
        due_at=dossier.due_at,
        due_unit=dossier.limit_unit,
        asked_at=_asked_at(dossier),
        rules=rule_set_named(dossier.rule_set),
        told=frozenset(dossier.told),
    )


def _tell(dossier: Dossier, office: Office, uow: UnitOfWork) -> None:
    # What is to be told is asked anew: the calendar may have changed since it was noted.
    watched = watched_of(dossier)
    following = next_watch(watched, office, uow.now)
    if following is not None and following[0] <= uow.now:
        what = following[1]
        dossier.told = [*dossier.told, telling(what, _about(what, dossier))]
        # The revision keeps a second sweeper, and a step reported meanwhile, from not seeing this.
        dossier.revision += 1
        event = _event(what, dossier)
        uow.record(event, subject=dossier.code, agency=dossier.agency, by=ITSELF)
        watched = replace(watched, told=frozenset(dossier.told))
        following = next_watch(watched, office, uow.now)
    _note(dossier, late_from(watched), following)


def _note(
    dossier: Dossier, late_at: datetime | None, following: tuple[datetime, Watch] | None
) -> None:
    watch_at, watch_for = following or (None, None)
    dossier.change(late_at=late_at, watch_at=watch_at, watch_for=watch_for)


def _asked_at(dossier: Dossier) -> datetime | None:
    """Since when papers are awaited of the applicant; None when they are not."""
    return dossier.paused_since if dossier.status is domain.WAITING_SUPPLEMENT else None


def _about(what: Watch, dossier: Dossier) -> datetime:
    about = _asked_at(dossier) if what is Watch.UNANSWERED else dossier.due_at
    if about is None:
        raise ValueError(f"{dossier.code} is watched for {what} without its moment")
    return about


def _event(what: Watch, dossier: Dossier) -> Event:
    rules = rule_set_named(dossier.rule_set)
    known = dossier.__dict__ | {
        "due_unit": dossier.limit_unit,
        "answer_days": rules.answer_days,
        "asked_at": _asked_at(dossier),
    }
    kind = EVENTS[what]
    # Everything in the row passed the contract or the domain: it is not checked again.
    return kind.model_construct(**{name: known[name] for name in kind.model_fields})
