"""What a summary of ratings is summed from: cells of whole half-months, and days at the edges."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, Table, func, literal, select
from sqlmodel import col

from chassis.database import UnitOfWork
from chassis.database.among import among
from contracts.periods import Cut, Span, bucket_of, cut
from contracts.rating.summary import SummaryBy
from contracts.vocabulary import Occasion
from services.rating.domain.counting import AMOUNTS, EVERY
from services.rating.tables import (
    AnswerCell,
    KnownProcedure,
    OfficerCell,
    RatingCell,
    RatingCellDay,
)

Sums = dict[tuple[str, str], Counter[str]]
"""By row and source: how much of each amount."""

COLUMNS: Mapping[SummaryBy, str] = {
    SummaryBy.AGENCY: "agency",
    SummaryBy.PROCEDURE: "procedure",
    SummaryBy.QUESTIONNAIRE: "questionnaire",
    SummaryBy.PROVENANCE: "source",
}
"""Which column tells rows apart; months are made of days, and nothing tells the total apart."""

WEEK = timedelta(days=7)

DATED = frozenset({SummaryBy.MONTH, SummaryBy.OFFICIAL_MONTH})


@dataclass(frozen=True, kw_only=True)
class CellsAsked:
    """Which cells are asked for."""

    agencies: frozenset[str] | None
    """None for all there are."""
    period: Span
    procedure: str | None = None
    occasion: Occasion | None = None


async def sums(asked: CellsAsked, by: SummaryBy, uow: UnitOfWork) -> Sums:
    """Amounts of a period, by row and source. Rows of months are named by the first day of the month."""
    found: Sums = {}
    parts: Cut = cut(asked.period)
    if parts.whole is not None:
        await _add(found, RatingCell.__table__, "bucket", parts.whole, asked, by, uow)
    for edge in parts.edges:
        await _add(found, RatingCellDay.__table__, "day", edge, asked, by, uow)
    return found


async def sums_of_days(asked: CellsAsked, by: SummaryBy, uow: UnitOfWork) -> Sums:
    """The same from the cells of days alone."""
    found: Sums = {}
    if asked.period.first < asked.period.end:
        await _add(found, RatingCellDay.__table__, "day", asked.period, asked, by, uow)
    return found


async def answers(asked: CellsAsked, uow: UnitOfWork) -> dict[tuple[str, str], Counter[str]]:
    """How often each option was chosen, by questionnaire and question, in whole half-months."""
    table: Table = AnswerCell.__table__
    keys = (table.c.questionnaire, table.c.question, table.c.option)
    conditions = [table.c.bucket >= asked.period.first, table.c.bucket < asked.period.end]
    conditions += _where(table, asked, postgres=uow.database.is_postgres)
    rows = await uow.select(
        select(*keys, func.sum(table.c.chosen)).where(*conditions).group_by(*keys)
    )
    found: dict[tuple[str, str], Counter[str]] = {}
    for questionnaire, question, option, chosen in map(tuple, rows):
        found.setdefault((questionnaire, question), Counter())[option] = int(chosen)
    return found


async def officers(agency: str, quarter: date, uow: UnitOfWork) -> list[OfficerCell]:
    """What was said of an agency's officers in a quarter."""
    mine = (col(OfficerCell.quarter) == quarter, col(OfficerCell.agency) == agency)
    return await uow.all(OfficerCell, *mine, order_by=(col(OfficerCell.officer),))


async def agency_names(codes: frozenset[str], uow: UnitOfWork) -> dict[str, str]:
    """What agencies are called, as far as the directory's news has come."""
    table = uow.database.metadata.tables["known_agency"]
    rows = await uow.select(select(table.c.code, table.c.name).where(table.c.code.in_(codes)))
    return {row.code: row.name for row in rows}


async def procedure_names(codes: frozenset[str], uow: UnitOfWork) -> dict[str, str]:
    """What procedures are called, as far as the catalogue's news has come."""
    rows = await uow.all(KnownProcedure, col(KnownProcedure.code).in_(codes))
    return {row.code: row.name for row in rows}


async def _add(  # noqa: PLR0917 - one question of the database, told whole
    into: Sums,
    table: Table,
    dated: str,
    span: Span,
    asked: CellsAsked,
    by: SummaryBy,
    uow: UnitOfWork,
) -> None:
    statement = _summed(table, dated, span, asked, by, postgres=uow.database.is_postgres)
    for told, source, *amounts in map(tuple, await uow.select(statement)):
        key = _month(told, by) if by in DATED else str(told)
        counted = {name: int(n) for name, n in zip(AMOUNTS, amounts, strict=True) if n}
        into.setdefault((key, str(source)), Counter()).update(counted)


def _summed(
    table: Table, dated: str, span: Span, asked: CellsAsked, by: SummaryBy, *, postgres: bool
) -> Select[tuple[Any, ...]]:
    key: ColumnElement[Any] = literal("")
    if by in DATED:
        key = table.c[dated]
    elif by in COLUMNS:
        key = table.c[COLUMNS[by]]
    conditions = [
        table.c[dated] >= span.first,
        table.c[dated] < span.end,
        *_where(table, asked, postgres=postgres),
    ]
    if asked.procedure is None and by is SummaryBy.PROCEDURE:
        conditions.append(table.c.procedure != EVERY)
    else:
        conditions.append(table.c.procedure == (asked.procedure or EVERY))
    amounts = [func.sum(table.c[name]) for name in AMOUNTS]
    grouped = [table.c.source] if by not in COLUMNS and by not in DATED else [key, table.c.source]
    return select(key, table.c.source, *amounts).where(*conditions).group_by(*grouped)


def _where(table: Table, asked: CellsAsked, *, postgres: bool) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if asked.agencies is not None:
        conditions.append(among(table.c.agency, asked.agencies, postgres=postgres))
    if asked.occasion is not None:
        conditions.append(table.c.occasion == asked.occasion)
    return conditions


def _month(day: date, by: SummaryBy) -> str:
    """The month a day counts in: of the calendar, or of official reports, which end on the 14th."""
    if by is SummaryBy.OFFICIAL_MONTH and bucket_of(day).day > 1:
        return f"{(day.replace(day=28) + WEEK):%Y-%m}"
    return f"{day:%Y-%m}"
