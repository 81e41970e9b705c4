"""What an order would cost: asked of the carrier while the caller waits, and kept nowhere."""

import asyncio

from chassis.auth import Principal
from chassis.database import UnitOfWork
from chassis.running import Running
from contracts.postal import ShipmentOrder, ShipmentPrice
from contracts.problems import Conflict
from services.postal import orders
from services.postal.accounts import account_of
from services.postal.carriers import INTERFACES
from services.postal.carriers.base import CarrierUnavailable, TellsPrice
from services.postal.commands import reachable_dossier
from services.postal.jobs import CarrierLine
from services.postal.sending import content_of, order_of

SECONDS = 10.0
"""How long a caller waits for a carrier, access token included."""

AGAIN_AFTER = 30
"""Seconds after which a carrier that was away is worth asking again."""

NO_NUMBER = "price"
"""In place of an order's number: there is no order."""


class PriceNotTold(Conflict):
    """This carrier tells no price beforehand."""

    title_vi = "Bưu điện này không báo giá trước"


async def price_of(order: ShipmentOrder, caller: Principal, running: Running) -> ShipmentPrice:
    """What the carrier would take for an order.

    Raises `UnknownDossier`, `ItemCodeNeeded`, `PriceNotTold`, or what the carrier's interface raises.
    """
    uow = UnitOfWork(running.database)
    dossier = await reachable_dossier(order.dossier, caller, uow)
    interface = INTERFACES.get(order.carrier)
    if not isinstance(interface, TellsPrice):
        raise PriceNotTold("Ask the carrier itself.")
    wanted = order.model_copy(update={"from_pool": False})
    row = await orders.account_for(wanted, dossier.agency, uow)
    asked = order_of(NO_NUMBER, content_of(wanted))
    http = running.own(CarrierLine).http
    try:
        async with asyncio.timeout(SECONDS):
            amount = await interface.price(asked, account_of(row), http)
    except TimeoutError as slow:
        late = "The carrier did not answer in time."
        raise CarrierUnavailable(late, retry_after=AGAIN_AFTER) from slow
    except CarrierUnavailable as away:
        raise CarrierUnavailable(away.detail, retry_after=AGAIN_AFTER) from away
    return ShipmentPrice(carrier=order.carrier, account=row.name, amount=amount)
