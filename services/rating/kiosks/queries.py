"""What is asked of kiosks by more than a key of its own."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlmodel import col

from chassis.database import Database, UnitOfWork
from contracts.rating.kiosks import KioskOutcome
from services.rating.kiosks.tables import Kiosk, KioskItem, KioskKey, KioskStanding


async def kiosks_within(
    agencies: Collection[str] | None, after: str, limit: int, uow: UnitOfWork
) -> list[Kiosk]:
    """Kiosks of these agencies, all where None, by their ids."""
    where = [col(Kiosk.id) > after]
    if agencies is not None:
        where.append(col(Kiosk.agency).in_(sorted(agencies)))
    return await uow.all(Kiosk, *where, order_by=(col(Kiosk.id),), limit=limit)


async def keys_end(kiosks: Sequence[str], uow: UnitOfWork) -> Mapping[str, datetime]:
    """Until when the newest key of each kiosk is taken."""
    rows = await uow.all(KioskKey, col(KioskKey.kiosk).in_(kiosks))
    found: dict[str, datetime] = {}
    for key in rows:
        found[key.kiosk] = max(key.ends_at, found.get(key.kiosk, key.ends_at))
    return found


async def counts_of(kiosks: Sequence[str], uow: UnitOfWork) -> Mapping[tuple[str, str], int]:
    """How many items of each kiosk are held, and refused."""
    counted = (KioskOutcome.HELD, KioskOutcome.REFUSED)
    rows: Sequence[Any] = await uow.select(
        select(col(KioskItem.kiosk), col(KioskItem.outcome), func.count())
        .where(col(KioskItem.kiosk).in_(kiosks), col(KioskItem.outcome).in_(counted))
        .group_by(col(KioskItem.kiosk), col(KioskItem.outcome))
    )
    return {(kiosk, str(outcome)): int(number) for kiosk, outcome, number in rows}


async def taps_between(
    kiosk: str, first: datetime, last: datetime, uow: UnitOfWork
) -> list[datetime]:
    """When citizens tapped at a kiosk, within a span."""
    rows = await uow.select(
        select(col(KioskItem.tapped_at)).where(
            col(KioskItem.kiosk) == kiosk, col(KioskItem.tapped_at).between(first, last)
        )
    )
    return [row[0] for row in rows]


async def numbers_taken(kiosk: str, numbers: Iterable[int], uow: UnitOfWork) -> set[int]:
    """Which of these numbers items of a kiosk have."""
    rows = await uow.select(
        select(col(KioskItem.seq)).where(
            col(KioskItem.kiosk) == kiosk, col(KioskItem.seq).in_(sorted(set(numbers)))
        )
    )
    return {int(row[0]) for row in rows}


async def held_items(kiosk: str, limit: int, uow: UnitOfWork) -> list[KioskItem]:
    """Items of a kiosk that wait for an operator, in the order of their numbers."""
    mine = (col(KioskItem.kiosk) == kiosk, col(KioskItem.outcome) == KioskOutcome.HELD)
    return await uow.all(KioskItem, *mine, order_by=(col(KioskItem.seq),), limit=limit)


async def silent_kiosks(before: datetime, limit: int, uow: UnitOfWork) -> list[str]:
    """Kiosks in use that told nothing since an instant, and of which that was not said yet."""
    rows = await uow.select(
        select(col(KioskStanding.kiosk))
        .join(Kiosk, col(Kiosk.id) == col(KioskStanding.kiosk))
        .where(
            col(Kiosk.revoked_at).is_(None),
            col(KioskStanding.silent_since).is_(None),
            func.coalesce(col(KioskStanding.heard_at), col(Kiosk.enrolled_at)) < before,
        )
        .limit(limit)
    )
    return [str(row[0]) for row in rows]


async def forget_used(before: datetime, window: int, database: Database) -> None:
    """Forget enrolment codes that ended before an instant, and proofs that were used before it.

    The last of each kiosk stay: what lies further back is refused by its number.
    """
    told = database.codec("kiosk_proof").bind("used_at", before)
    mark = "$1" if database.is_postgres else "?"
    last = "(SELECT last_seq FROM kiosk_standing WHERE kiosk = kiosk_proof.kiosk)"
    old = f"DELETE FROM kiosk_proof WHERE used_at < {mark} AND seq <= {last} - {window:d}"  # noqa: S608 - names of ours
    await database.engine.execute(old, told)
    await database.engine.execute(f"DELETE FROM kiosk_enrolment WHERE expires_at < {mark}", told)  # noqa: S608 - as above
