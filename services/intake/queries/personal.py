"""What intake looks up about personal data: keys, people's dossiers, and what is due to be purged."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime

from sqlalchemy import and_, exists, false, func, or_, select
from sqlalchemy.sql import ColumnElement
from sqlmodel import col

from chassis.database import Database, UnitOfWork
from services.intake.domain.personal import OVER, KeyPurpose
from services.intake.tables import DataKey, Dossier, LegalHold, Procedure, Step

Cutoffs = dict[str, date]
"""Of each retention class whose time can be over: the day before which a dossier must have ended."""


async def data_keys(ids: Sequence[tuple[str]], database: Database) -> list[DataKey]:
    """The data keys of these ids."""
    codec = database.codec("data_key")
    found = await database.fetch(codec, ids) if ids else []
    return [DataKey.of(**codec.load(record)) for record in found]


async def index_key_ids(database: Database) -> dict[str, str]:
    """The id of every agency's key of its blind index, by agency."""
    in_use = (col(DataKey.purpose) == KeyPurpose.INDEX, col(DataKey.retired_at).is_(None))
    asked = select(col(DataKey.agency), col(DataKey.id)).where(*in_use)
    return {row.agency: row.id for row in await database.select(asked)}


async def keys_of(agency: str, purpose: KeyPurpose, quarter: str, uow: UnitOfWork) -> list[DataKey]:
    """An agency's keys of a purpose and quarter, by generation."""
    return await uow.all(
        DataKey,
        col(DataKey.agency) == agency,
        col(DataKey.purpose) == purpose,
        col(DataKey.quarter) == quarter,
        order_by=(col(DataKey.generation),),
    )


async def keys_at_hand(uow: UnitOfWork) -> list[DataKey]:
    """Every data key that was not destroyed."""
    return await uow.all(DataKey, col(DataKey.wrapped).is_not(None), order_by=(col(DataKey.id),))


async def keys_wrapped_otherwise(kek: str, limit: int, uow: UnitOfWork) -> list[DataKey]:
    """Data keys that another key-encryption key wraps."""
    return await uow.all(
        DataKey,
        col(DataKey.kek) != kek,
        col(DataKey.wrapped).is_not(None),
        order_by=(col(DataKey.id),),
        limit=limit,
    )


async def emptied_keys(quarter: str, retired_before: datetime, uow: UnitOfWork) -> list[DataKey]:
    """Keys that seal nothing any more: of quarters before this one, or retired a while ago."""
    used = exists().where(col(Dossier.data_key) == col(DataKey.id))
    over = or_(col(DataKey.quarter) < quarter, col(DataKey.retired_at) < retired_before)
    return await uow.all(
        DataKey,
        col(DataKey.purpose) == KeyPurpose.SEAL,
        col(DataKey.wrapped).is_not(None),
        over,
        ~used,
        order_by=(col(DataKey.id),),
    )


async def sealed_counts(database: Database) -> dict[str | None, int]:
    """How many dossiers each data key seals; under None, how many stand in plain text."""
    counted = select(col(Dossier.data_key), func.count()).group_by(col(Dossier.data_key))
    with_person = or_(col(Dossier.data_key).is_not(None), col(Dossier.applicant).is_not(None))
    rows = map(tuple, await database.select(counted.where(with_person)))
    return {key: count for key, count in rows}  # noqa: C416 - tuples of any length, to the type checker


async def found_dossiers(
    what: str,
    digests: Iterable[str],
    agencies: Iterable[str],
    *,
    after: str | None,
    limit: int,
    uow: UnitOfWork,
) -> list[Dossier]:
    """Dossiers of these agencies that carry one of these digests of `what`, by code."""
    column = {"id_number": Dossier.id_number_digest, "phone": Dossier.phone_digest}[what]
    conditions: list[ColumnElement[bool]] = [
        col(column).in_(list(digests)),
        col(Dossier.agency).in_(list(agencies)),
    ]
    if after is not None:
        conditions.append(col(Dossier.code) > after)
    return await uow.all(Dossier, *conditions, order_by=(col(Dossier.code),), limit=limit)


async def dossiers_to_reseal(
    after: str, limit: int, *, everything: bool, uow: UnitOfWork
) -> list[Dossier]:
    """Dossiers whose personal data stand in plain text or under a retired key, by code."""
    plain_words = exists().where(
        col(Step.dossier) == col(Dossier.code),
        or_(col(Step.actor).is_not(None), col(Step.note).is_not(None)),
    )
    retired = col(Dossier.data_key).in_(
        select(col(DataKey.id)).where(col(DataKey.retired_at).is_not(None))
    )
    wanted: list[ColumnElement[bool]] = [col(Dossier.applicant).is_not(None), plain_words, retired]
    if everything:
        wanted.append(col(Dossier.data_key).is_not(None))
    order = (col(Dossier.code),)
    return await uow.all(
        Dossier, col(Dossier.code) > after, or_(*wanted), order_by=order, limit=limit
    )


async def steps_of_many(codes: Sequence[str], uow: UnitOfWork) -> dict[str, list[Step]]:
    """The steps of several dossiers."""
    found: dict[str, list[Step]] = {code: [] for code in codes}
    for step in await uow.all(Step, col(Step.dossier).in_(list(codes))):
        found[step.dossier].append(step)
    return found


async def ended_without_a_day(after: str, limit: int, uow: UnitOfWork) -> list[Dossier]:
    """Dossiers that are over but, being from an earlier version, do not say since when."""
    return await uow.all(
        Dossier,
        col(Dossier.code) > after,
        col(Dossier.status).in_(OVER),
        col(Dossier.closed_on).is_(None),
        order_by=(col(Dossier.code),),
        limit=limit,
    )


async def due_for_purge(
    cutoffs: Cutoffs, default: str, after: str, limit: int, uow: UnitOfWork
) -> list[Dossier]:
    """Dossiers whose retention is over and that nobody holds back, by code."""
    due = and_(_over(cutoffs, default), ~_held(), col(Dossier.code) > after)
    return await uow.all(Dossier, due, order_by=(col(Dossier.code),), limit=limit)


async def due_counts(
    cutoffs: Cutoffs, default: str, database: Database
) -> dict[str, tuple[int, int]]:
    """Of each class, how many dossiers are due to be purged, and how many more are held back."""
    named = func.coalesce(col(Procedure.retention), default)
    counted = (
        select(named, _held(), func.count())
        .select_from(Dossier)
        .join(Procedure, col(Procedure.code) == col(Dossier.procedure))
        .where(_over(cutoffs, default))
        .group_by(named, _held())
    )
    found: dict[str, tuple[int, int]] = {}
    for code, held, count in map(tuple, await database.select(counted)):
        due, kept = found.get(code, (0, 0))
        found[code] = (due, kept + count) if held else (due + count, kept)
    return found


def _held() -> ColumnElement[bool]:
    return exists().where(col(LegalHold.dossier) == col(Dossier.code))


def _over(cutoffs: Cutoffs, default: str) -> ColumnElement[bool]:
    # A dossier that is open is never over, whatever another version left in closed_on.
    over = [
        and_(_of_class(code, default), col(Dossier.closed_on) < before)
        for code, before in cutoffs.items()
    ]
    personal = or_(col(Dossier.data_key).is_not(None), col(Dossier.applicant).is_not(None))
    return and_(col(Dossier.status).in_(OVER), personal, or_(false(), *over))


def _of_class(code: str, default: str) -> ColumnElement[bool]:
    named = select(col(Procedure.code)).where(
        func.coalesce(col(Procedure.retention), default) == code
    )
    return col(Dossier.procedure).in_(named)
