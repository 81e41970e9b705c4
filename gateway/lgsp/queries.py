"""What is asked of the pushes to the bus."""

from collections.abc import Collection

from sqlmodel import col

from chassis.database import UnitOfWork
from gateway.tables import LgspPush


async def pushes_of(
    month: str, agencies: Collection[str] | None, uow: UnitOfWork
) -> list[LgspPush]:
    """The pushes of a month, of these agencies or of all."""
    where = [col(LgspPush.month) == month]
    if agencies is not None:
        where.append(col(LgspPush.agency).in_(agencies))
    return await uow.all(LgspPush, *where, order_by=(col(LgspPush.agency), col(LgspPush.kind)))


async def pushes_due(limit: int, uow: UnitOfWork) -> list[LgspPush]:
    """The pushes that are to be sent now, the longest waiting first."""
    turn = col(LgspPush.try_at)
    return await uow.all(LgspPush, turn <= uow.now, order_by=(turn,), limit=limit)
