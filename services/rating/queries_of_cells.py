"""What is asked of the cells of ratings, and of the invitations they are counted from."""

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from typing import Any

from sqlalchemy import Executable, Row, Table, select

from services.rating.tables import AnyCell, Invitation, Rating

Ask = Callable[[Executable], Awaitable[Sequence[Row[Any]]]]
CHUNK = 2_000
"""Invitations read at a time, so that memory does not grow with the city."""

OF_INVITATION = (
    *("id", "agency", "procedure", "occasion", "questionnaire"),
    *("ratable_at", "voided_at", "declined_at", "ignored_at", "officer"),
)
OF_RATING = (
    "questionnaire",
    "answers",
    "score",
    "option_class",
    "provenance",
    "received_at",
    "voided_at",
)
"""The columns that counting looks at."""


async def every_invitation(ask: Ask) -> AsyncIterator[tuple[Invitation, Rating | None]]:
    """Every invitation with its rating, a chunk at a time, within one snapshot."""
    asked: Table = Invitation.__table__
    rated: Table = Rating.__table__
    wanted = select(
        *(asked.c[name] for name in OF_INVITATION),
        rated.c.invitation,
        *(rated.c[name].label(f"rating_{name}") for name in OF_RATING),
    ).select_from(asked.outerjoin(rated, rated.c.invitation == asked.c.id))
    after = ""
    while True:
        rows = await ask(wanted.where(asked.c.id > after).order_by(asked.c.id).limit(CHUNK))
        for row in rows:
            yield _invitation(row), _rating(row)
        if len(rows) < CHUNK:
            return
        after = rows[-1].id


async def every_amount(
    ask: Ask, kind: type[AnyCell]
) -> Iterator[tuple[tuple[object, ...], str, int]]:
    """Every amount of every cell of a kind that is not zero: the cell's key, the amount's name, it."""
    table: Table = kind.__table__
    keys = [column.name for column in table.primary_key.columns]
    rows = await ask(select(table))
    return (
        (tuple(told[key] for key in keys), name, amount)
        for told in (row._mapping for row in rows)  # noqa: SLF001 - SQLAlchemy's own name for the public mapping
        for name, amount in told.items()
        if name not in keys and amount
    )


def _invitation(row: Row[Any]) -> Invitation:
    told = row._mapping  # noqa: SLF001 - as above
    return Invitation.of(**{name: told[name] for name in OF_INVITATION})


def _rating(row: Row[Any]) -> Rating | None:
    told = row._mapping  # noqa: SLF001 - as above
    if told["invitation"] is None:
        return None
    return Rating.of(**{name: told[f"rating_{name}"] for name in OF_RATING})
