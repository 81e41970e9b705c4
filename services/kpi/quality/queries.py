"""What of criteria is counted from the dossiers themselves."""

from datetime import datetime, time

from sqlalchemy import func, or_, select

from chassis.database import UnitOfWork
from contracts.periods import Span
from contracts.vocabulary import VIETNAM, Channel, Provenance
from services.kpi.facts.timeliness import is_over, is_past
from services.kpi.quality import scoring
from services.kpi.tables import DossierFact

Fact = DossierFact
DATES = 4
"""The columns that criterion 1 is read from, before the answers."""


async def time_points(agency: str, period: Span, uow: UnitOfWork) -> list[int | None]:
    """Points of criterion 1 of every dossier with a result in a period."""
    first, end = _instants(period)
    told = Fact.__table__.c
    rows = await uow.select(
        select(told.received_at, told.due_at, told.due_unit, told.done_at).where(
            told.agency == agency, told.done_at >= first, told.done_at < end
        )
    )
    return [scoring.time_points(*told) for told in map(tuple, rows)]


async def answers(agency: str, period: Span, uow: UnitOfWork) -> list[scoring.Answers]:
    """What citizens answered of dossiers with a result in a period, but for what an officer entered."""
    first, end = _instants(period)
    told = Fact.__table__.c
    answered = (told.answered_contacts, told.answered_agencies, told.answered_publication)
    rows = await uow.select(
        select(
            *(told.received_at, told.due_at, told.due_unit, told.done_at),
            *(*answered, told.answered_complaint),
        ).where(
            told.agency == agency,
            told.done_at >= first,
            told.done_at < end,
            told.rated_at.is_not(None),
            func.coalesce(told.rating_version, 1) > func.coalesce(told.rating_void, 0),
            told.rating_provenance != Provenance.ASSISTED,
            or_(*(one.is_not(None) for one in (*answered, told.answered_complaint))),
        )
    )
    return [
        scoring.Answers(scoring.time_points(*row[:DATES]), *row[DATES:]) for row in map(tuple, rows)
    ]


async def late_online(agency: str, period: Span, uow: UnitOfWork) -> int:
    """Dossiers filed online and received in a period that were late by its end, or by now.

    Settled late, or over the limit and not settled.
    """
    first, end = _instants(period)
    told = Fact.__table__.c
    left = func.coalesce(told.done_at, told.ended_at)
    rows = await uow.select(
        select(told.due_at, told.due_unit, left).where(
            told.agency == agency,
            told.channel == Channel.ONLINE,
            told.received_at >= first,
            told.received_at < end,
            told.due_at.is_not(None),
            # What left by its promise was not late; the rest is looked at.
            or_(left.is_(None), left > told.due_at),
        )
    )
    by = min(end, uow.now)
    return sum(
        is_past(gone, due_at, unit) if gone is not None and gone < by else is_over(by, due_at, unit)
        for due_at, unit, gone in map(tuple, rows)
    )


def _instants(period: Span) -> tuple[datetime, datetime]:
    return (
        datetime.combine(period.first, time.min, VIETNAM),
        datetime.combine(period.end, time.min, VIETNAM),
    )
