"""An operator lets held items count."""

from collections import Counter

from chassis import telemetry
from chassis.auth import Principal
from chassis.database import UnitOfWork
from contracts.rating.kiosks import KioskOutcome
from services.rating.kiosks import proofs, queries
from services.rating.kiosks.commands.counting import count
from services.rating.kiosks.commands.standing import expect_kiosk
from services.rating.kiosks.tables import KioskItem, KioskKey

AT_ONCE = 200


async def release(
    kiosk: str, reason: str, caller: Principal, uow: UnitOfWork
) -> Counter[KioskOutcome]:
    """Count the held items of a kiosk, as they would have been then; how many were taken, and refused.

    Who released them, and why, is kept with each. Raises `UnknownKiosk`.
    """
    row = await expect_kiosk(kiosk, caller, uow)
    became: Counter[KioskOutcome] = Counter()
    for held in await queries.held_items(kiosk, AT_ONCE, uow):
        await count(await _item(held, uow), held, row, uow)
        held.released_at, held.released_by, held.release_reason = uow.now, caller.client, reason
        held.revision += 1
        became[held.outcome] += 1
        telemetry.KIOSK_ITEMS.labels(held.outcome).inc()
    return became


async def _item(held: KioskItem, uow: UnitOfWork) -> proofs.Item:
    named = proofs.key_named(held.signed, proofs.ITEM)
    key = await uow.get(KioskKey, named)
    if key is None:
        raise LookupError(f"The key of the item {held.id} is gone.")
    return proofs.read_item(held.signed, proofs.key_of(key.public_key), held.id)
