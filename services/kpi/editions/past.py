"""Figures as they stood: those of the edition that was in force then."""

import json
from datetime import datetime

from chassis.database import UnitOfWork
from contracts.kpi import FigureView
from contracts.problems import Invalid
from contracts.vocabulary import VIETNAM
from services.kpi.editions import queries, views
from services.kpi.editions.domain import entries_of
from services.kpi.indicators import Indicator
from services.kpi.views import Asked

NAMED = 5
"""Editions named to whoever asks for a past that no edition tells."""


class PastNotKept(Invalid):
    """No edition tells this figure as it stood then."""

    title_vi = "Chưa chốt số liệu của kỳ này tại thời điểm đó"


async def figure_as_of(
    indicator: Indicator, asked: Asked, at: datetime, uow: UnitOfWork
) -> FigureView:
    """A figure as the edition in force at an instant tells it. Raises `PastNotKept`."""
    for row in await queries.of_days(asked.agency, asked.structure, asked.period, at, uow):
        for entry in entries_of(json.loads(row.body)):
            if entry.indicator == indicator.id:
                return views.figure_of(indicator, entry, row, asked.library)
    raise PastNotKept(await _advice(asked, uow))


async def _advice(asked: Asked, uow: UnitOfWork) -> str:
    told = [
        f"{row.kind} {row.key} ({row.first} to before {row.end}, edition {row.number} of "
        f"{row.cut_at.astimezone(VIETNAM):%Y-%m-%d %H:%M})"
        for row in await queries.named(asked.agency, NAMED, uow)
    ]
    if not told:
        return (
            f"No period of {asked.agency} is closed: leave as_of out, or close the period "
            "(POST /v1/periods/{kind}/{key}/close) to keep its figures from now on."
        )
    return (
        f"Closed for {asked.agency}: {'; '.join(told)}. Ask for the days of one of them, as of its cut "
        "or later, or leave as_of out."
    )
