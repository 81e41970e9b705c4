"""Closing a period, and restating it: each adds an edition to the chain."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date
from typing import Any

from chassis.auth import Principal
from chassis.database import UnitOfWork
from chassis.running import Running
from contracts.problems import Conflict, Invalid, NotFound
from contracts.vocabulary import Structure
from services.kpi import views
from services.kpi.asking import asked_of, measured
from services.kpi.counted import Counted
from services.kpi.editions import queries
from services.kpi.editions.domain import (
    BEGINNING,
    FORMAT,
    Entry,
    canonical,
    entries_of,
    hash_of,
    missing_of,
    score_of,
    unlike,
)
from services.kpi.editions.periods import Period
from services.kpi.editions.queries import Marks
from services.kpi.editions.tables import Edition
from services.kpi.indicators import Indicator, Test
from services.kpi.opening import definitions_of

LOOKS = 5
"""How often figures that change while they are read are read again."""

TOTALS = ("received", "settled", "returned")
"""What an edition says it was counted from."""


class PeriodNotOver(Conflict):
    """The period is not over yet."""

    title_vi = "Kỳ số liệu chưa kết thúc"


class PeriodClosed(Conflict):
    """The period is closed, and its figures have changed since."""

    title_vi = "Kỳ số liệu đã chốt"


class PeriodNotClosed(NotFound):
    """The period is not closed."""

    title_vi = "Kỳ số liệu chưa chốt"


class PeriodOverlaps(Conflict):
    """The period has days of one that is closed."""

    title_vi = "Kỳ số liệu trùng với kỳ đã chốt"


class NothingToRestate(Conflict):
    """Every figure is as it was closed."""

    title_vi = "Số liệu không thay đổi so với bản chốt"


class FiguresUnderCheck(Conflict):
    """Figures are under check."""

    title_vi = "Số liệu đang kiểm tra"


class FiguresMoving(Conflict):
    """The period's figures change while they are read."""

    title_vi = "Số liệu của kỳ đang thay đổi"


class ReasonMissing(Invalid):
    """A restatement says why."""

    title_vi = "Thiếu lý do điều chỉnh"


@dataclass(frozen=True)
class Wish:
    """Whose period is to be closed or restated, and why."""

    period: Period
    agency: str | None
    structure: Structure
    reason: str | None = None


@dataclass(frozen=True)
class Standing:
    """A period as it stands at the instant of a unit of work."""

    asked: views.Asked
    entries: Sequence[Entry]
    counted: Counted
    editions: Sequence[Edition]
    marks: Marks | None = None
    """How far the period was before it was read, where it is to be closed so."""


async def close(
    wish: Wish, caller: Principal, here: Running, uow: UnitOfWork
) -> tuple[Edition, bool]:
    """Close a period (chốt số liệu); the edition, and whether it is new.

    Closing a period again whose figures are as they were closed changes nothing. Raises `PeriodNotOver`,
    `PeriodOverlaps`, `PeriodClosed`, `FiguresUnderCheck`, `FiguresMoving`, `UnknownAgency`.
    """
    stands = await _at_rest(wish, caller, here, uow)
    if not stands.asked.over:
        raise PeriodNotOver(
            f"Its last day is before {wish.period.span.end}: close it from then on."
        )
    if stands.editions:
        last = stands.editions[-1]
        if unlike(entries_of(json.loads(last.body)), stands.entries):
            raise PeriodClosed(
                "Figures have changed since: publish a restatement with its reason "
                "(POST .../restatements)."
            )
        return last, False
    await _refuse_overlap(wish.period, stands.asked, uow)
    return await _edition(wish, stands, caller, uow), True


async def restate(wish: Wish, caller: Principal, here: Running, uow: UnitOfWork) -> Edition:
    """Publish the figures of a closed period anew, with a reason (công bố điều chỉnh).

    The editions before it stay as they are. Raises `PeriodNotClosed`, `NothingToRestate`,
    `ReasonMissing`, `FiguresUnderCheck`, `FiguresMoving`, `UnknownAgency`.
    """
    if not (wish.reason or "").strip():
        raise ReasonMissing("Say in `reason` what was corrected, and by which document.")
    stands = await _at_rest(wish, caller, here, uow)
    if not stands.editions:
        raise PeriodNotClosed("Close it first (POST .../close).")
    if not unlike(entries_of(json.loads(stands.editions[-1].body)), stands.entries):
        raise NothingToRestate("The edition in force tells the same figures.")
    return await _edition(wish, stands, caller, uow)


async def standing(  # noqa: PLR0917 - the parts of a question, all named at the call
    period: Period,
    agency: str | None,
    structure: Structure,
    caller: Principal,
    here: Running,
    uow: UnitOfWork,
) -> Standing:
    """The figures of a period as they stand now, and its editions. Raises `UnknownAgency`."""
    asked = await asked_of(agency, period.span, caller, here, uow, structure)
    targets = period.targets(definitions_of(here))
    counted = await measured(asked, [one for one, _ in targets], here, uow)
    entries = [
        _entry(indicator, target, views.read(indicator, target, counted, asked))
        for indicator, target in targets
    ]
    editions = await queries.editions_of(period.kind, period.key, asked.agency, structure, uow)
    return Standing(asked, entries, counted, editions)


async def _at_rest(wish: Wish, caller: Principal, here: Running, uow: UnitOfWork) -> Standing:
    """The figures of one instant. Raises `FiguresMoving`.

    They are read by several statements; what was the same twice in a row stood so between the two. Until the
    edition is stored no cell may change any more: `_edition` expects that.
    """
    asked = (wish.period, wish.agency, wish.structure, caller, here, uow)
    stands = await standing(*asked)
    for _ in range(LOOKS):
        marks = await queries.marks(wish.period.span, uow)
        again = await standing(*asked)
        if again.counted.digest == stands.counted.digest:
            return replace(again, marks=marks)
        stands = again
    raise FiguresMoving(
        "Dossiers of the period are being corrected just now: close it again later."
    )


def _entry(indicator: Indicator, target: Test | None, reading: views.Reading) -> Entry:
    figure = reading.figure
    return Entry(
        indicator=indicator.id,
        kind=str(figure.kind),
        count=figure.count,
        among=figure.among,
        value=reading.value,
        state=str(figure.state),
        verdict=str(reading.verdict),
        operator=str(target.operator) if target else None,
        target=target.target if target else None,
        unknown=figure.unknown,
        unplaced=figure.unplaced,
        missing=tuple(figure.missing),
        of=figure.of,
        definition_version=indicator.version,
        definition_digest=indicator.digest,
    )


async def _refuse_overlap(period: Period, asked: views.Asked, uow: UnitOfWork) -> None:
    # Plans may ask for the same days: each is closed for itself.
    if period.kind is period.kind.PLAN:
        return
    found = await queries.overlapping(
        period.kind, period.key, asked.agency, asked.structure, period.span, uow
    )
    if found is not None:
        raise PeriodOverlaps(
            f"{found.kind} {found.key} is closed and has days from {found.first} to before "
            f"{found.end}: choose days beside it."
        )


async def _edition(wish: Wish, stands: Standing, caller: Principal, uow: UnitOfWork) -> Edition:
    if stands.asked.under_check:
        raise FiguresUnderCheck(
            "The last check found cells that differ from their count from the facts: run "
            "`motcua kpi rebuild`, then close."
        )
    place, head = await queries.head(uow)
    previous = head or BEGINNING
    number = len(stands.editions) + 1
    body = canonical(_body(wish, stands, caller, number, uow))
    row = Edition.of(
        place=place + 1,
        kind=wish.period.kind,
        key=wish.period.key,
        agency=stands.asked.agency,
        structure=wish.structure,
        first=wish.period.span.first,
        end=wish.period.span.end,
        number=number,
        cut_at=uow.now,
        body=body,
        previous=previous,
        hash=hash_of(previous, body),
    )
    uow.add(row)
    # Who is changing cells just now and took the period for open has to look again, and remembers then.
    await queries.grow_chain(uow)
    if stands.marks is not None:
        queries.expect_marks(wish.period.span, stands.marks, uow)
    return row


def _body(
    wish: Wish, stands: Standing, caller: Principal, number: int, uow: UnitOfWork
) -> dict[str, Any]:
    met, due = score_of(stands.entries)
    cells = stands.counted.cells().values()
    first: date = wish.period.span.first
    return {
        "format": FORMAT,
        "kind": str(wish.period.kind),
        "key": wish.period.key,
        "agency": stands.asked.agency,
        "structure": str(wish.structure),
        "first": first.isoformat(),
        "end": wish.period.span.end.isoformat(),
        "number": number,
        "cut_at": uow.now.isoformat(),
        "closed_by": caller.client,
        "reason": wish.reason,
        "cells_digest": stands.counted.digest,
        "corrections": stands.marks.corrections if stands.marks else None,
        "counted": {name: sum(one.get(name, 0) for one in cells) for name in TOTALS},
        "missing": missing_of(stands.entries),
        "met": met,
        "due": due,
        "entries": [asdict(one) for one in stands.entries],
    }
