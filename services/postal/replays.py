"""Numbers of signed messages: each is taken with one content, for as long as it is remembered."""

from datetime import timedelta

from chassis.database import UnitOfWork
from contracts.problems import Invalid
from contracts.vocabulary import Carrier
from services.postal import queries
from services.postal.tables import CarrierMessage


class CarrierMessageIdReused(Invalid):
    """This number was used before for a message with another content."""

    title_vi = "Số của thông báo đã dùng cho nội dung khác"


async def remember(
    interface: Carrier, account: str, message_id: str | None, digest: str, uow: UnitOfWork
) -> None:
    """Note the number of a message that is taken; one without a number is let through.

    A thief of a key signs anew whatever he caught, with a fresh time, so time alone keeps nobody out. Raises
    `CarrierMessageIdReused` for a number that came with another content, by its `digest`.
    """
    if message_id is None:
        return
    earlier = await uow.get(CarrierMessage, interface, account, message_id)
    if earlier is None:
        uow.add(
            CarrierMessage.of(
                interface=interface,
                account=account,
                id=message_id,
                digest=digest,
                received_at=uow.now,
            )
        )
    elif earlier.digest != digest:
        raise CarrierMessageIdReused("Give every message a number of its own; keep it for retries.")


async def forget_numbers(before: timedelta, limit: int, uow: UnitOfWork) -> int:
    """Forget numbers that came longer ago than that; returns how many."""
    old = await queries.numbers_before(uow.now - before, limit, uow)
    for one in old:
        uow.remove(one)
    return len(old)
