"""What is looked up of agencies and procedures by more than a key."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from sqlalchemy import or_, select
from sqlalchemy.sql import ColumnElement
from sqlmodel import col

from chassis.database import UnitOfWork
from contracts.vocabulary import AgencyKind
from services.intake.tables import Agency, CatalogueField, Dossier, EarlierVersion, Procedure


@dataclass(frozen=True, kw_only=True)
class AgencyQuestion:
    """Which agencies are asked for; None means any."""

    tree: str | None = None
    parent: str | None = None
    """Only those directly below it."""
    kind: AgencyKind | None = None
    valid_on: date | None = None
    """Only those that existed on this day."""
    after: str | None = None
    """Only those with a greater code: where the page before ended."""


async def agencies(question: AgencyQuestion, limit: int, uow: UnitOfWork) -> list[Agency]:
    """The first agencies that answer a question, in the order of their codes."""
    conditions: list[ColumnElement[bool]] = []
    equal = (
        (Agency.tree, question.tree),
        (Agency.parent, question.parent),
        (Agency.kind, question.kind),
    )
    conditions += [col(column) == wanted for column, wanted in equal if wanted is not None]
    if question.valid_on is not None:
        begun, ended = col(Agency.valid_from), col(Agency.valid_to)
        conditions.append(or_(begun.is_(None), begun <= question.valid_on))
        conditions.append(or_(ended.is_(None), ended > question.valid_on))
    if question.after is not None:
        conditions.append(col(Agency.code) > question.after)
    return await uow.all(Agency, *conditions, order_by=(col(Agency.code),), limit=limit)


async def directly_below(codes: Iterable[str], uow: UnitOfWork) -> list[Agency]:
    """The agencies whose parent is one of these."""
    return await uow.all(Agency, col(Agency.parent).in_(list(codes)))


async def receives_dossiers(agency: str, uow: UnitOfWork) -> bool:
    """Whether a dossier was filed with an agency."""
    return bool(await uow.all(Dossier, col(Dossier.agency) == agency, limit=1))


async def earlier_versions(codes: Iterable[str], uow: UnitOfWork) -> list[EarlierVersion]:
    """The versions of these procedures with an earlier day than the newest, oldest first."""
    earlier = EarlierVersion
    order = (col(earlier.code), col(earlier.valid_from))
    return await uow.all(earlier, col(earlier.code).in_(list(codes)), order_by=order)


async def fields_after(after: str | None, limit: int, uow: UnitOfWork) -> list[CatalogueField]:
    """The first fields that have been entered, in the order of their codes."""
    field = CatalogueField
    conditions = [] if after is None else [col(field.code) > after]
    return await uow.all(field, *conditions, order_by=(col(field.code),), limit=limit)


async def procedures(
    field: str | None, after: str | None, limit: int, uow: UnitOfWork
) -> list[Procedure]:
    """The first procedures, in the order of their codes, of which some version is of a field."""
    conditions: list[ColumnElement[bool]] = []
    if field is not None:
        once = select(col(EarlierVersion.code)).where(col(EarlierVersion.field) == field)
        conditions.append(or_(col(Procedure.field) == field, col(Procedure.code).in_(once)))
    if after is not None:
        conditions.append(col(Procedure.code) > after)
    return await uow.all(Procedure, *conditions, order_by=(col(Procedure.code),), limit=limit)
