"""What can be done with a sealed envelope: record that it was picked up, record that it was opened."""

from dataclasses import dataclass
from datetime import datetime

from chassis.auth import Principal
from chassis.database import UnitOfWork
from contracts.post_papers import OpeningReport, PickupReport
from contracts.problems import Conflict, FieldError, Invalid
from services.postal import commands, queries
from services.postal.domain import INBOUND, plausible
from services.postal.envelopes.recorded import Envelope, envelope_of
from services.postal.tables import CarrierEventRow, CarrierOrder, Opening, Pickup, Shipment


class LegNotInbound(Conflict):
    """Only what a citizen sends to an office is picked up and opened."""

    title_vi = "Chỉ ghi nhận thu gom, mở niêm phong với bưu gửi đến cơ quan"


class PickupTaken(Conflict):
    """This pickup is recorded already, otherwise."""

    title_vi = "Lần thu gom này đã được ghi nhận với nội dung khác"


class OpeningTaken(Conflict):
    """This opening is recorded already, otherwise."""

    title_vi = "Lần mở niêm phong này đã được ghi nhận với nội dung khác"


class NotYetHappened(Invalid):
    """What is reported lies in the future."""

    title_vi = "Thời điểm được báo còn ở tương lai"


@dataclass(frozen=True)
class Reported:
    """A shipment after a report about its envelope."""

    shipment: Shipment
    said: list[CarrierEventRow]
    asked: CarrierOrder | None
    envelope: Envelope
    repeated: bool


async def record_pickup(
    shipment_id: str, report: PickupReport, caller: Principal, uow: UnitOfWork
) -> Reported:
    """Record what the postman took from a citizen (phiếu hồ sơ). It moves the item nowhere.

    The same report again is the same pickup. Raises `UnknownShipment`, `LegNotInbound`, `NotYetHappened`,
    `PickupTaken`.
    """
    shipment = await _inbound(shipment_id, caller, uow)
    expect_past(report.collected_at, "/collected_at", uow)
    earlier = await uow.get(Pickup, shipment_id)
    told = report.model_dump()
    if earlier is None:
        uow.add(Pickup.of(shipment=shipment_id, **told, **_recorded(caller, uow)))
        shipment.revision += 1
    else:
        _refuse_other(PickupTaken, earlier, told)
    return await _reported(shipment, repeated=earlier is not None, uow=uow)


async def record_opening(
    shipment_id: str, report: OpeningReport, caller: Principal, uow: UnitOfWork
) -> Reported:
    """Record what the counter found in an envelope (mở niêm phong). It moves the item nowhere.

    Raises `UnknownShipment`, `LegNotInbound`, `NotYetHappened`, `OpeningTaken`.
    """
    shipment = await _inbound(shipment_id, caller, uow)
    opened_at = report.opened_at or uow.now
    expect_past(opened_at, "/opened_at", uow)
    earlier = await uow.get(Opening, shipment_id)
    told = report.model_dump()
    if earlier is None:
        told["opened_at"] = opened_at
        uow.add(Opening.of(shipment=shipment_id, **told, **_recorded(caller, uow)))
        shipment.revision += 1
    else:
        if report.opened_at is None:
            told.pop("opened_at")
        _refuse_other(OpeningTaken, earlier, told)
    return await _reported(shipment, repeated=earlier is not None, uow=uow)


def expect_past(moment: datetime, pointer: str, uow: UnitOfWork) -> None:
    """Refuse a moment that has not come yet, clocks that run ahead aside. Raises `NotYetHappened`."""
    if not plausible(moment, uow.now, None):
        detail = "Send the moment when it happened, with its offset."
        raise NotYetHappened(
            detail, errors=[FieldError(pointer=pointer, code="future", detail=detail)]
        )


async def _inbound(shipment_id: str, caller: Principal, uow: UnitOfWork) -> Shipment:
    shipment = await commands.reachable_shipment(shipment_id, caller, uow)
    if shipment.leg not in INBOUND:
        raise LegNotInbound(f"This leg is `{shipment.leg}`: hand it over with a manifest.")
    return shipment


def _recorded(caller: Principal, uow: UnitOfWork) -> dict[str, object]:
    return {"recorded_at": uow.now, "recorded_by": caller.client}


def _refuse_other(kind: type[Conflict], earlier: Pickup | Opening, told: dict[str, object]) -> None:
    differing = [name for name, value in told.items() if getattr(earlier, name) != value]
    if differing:
        errors = [FieldError(pointer=f"/{n}", code="differs", detail="Differs.") for n in differing]
        detail = (
            "It was signed as it stands: note a correction with `confirm`, or in your own file."
        )
        raise kind(detail, errors=errors)


async def _reported(shipment: Shipment, *, repeated: bool, uow: UnitOfWork) -> Reported:
    said = await queries.events_of_shipment(shipment, uow)
    asked = await uow.get(CarrierOrder, shipment.id)
    envelope = await envelope_of(shipment, uow)
    return Reported(shipment, said, asked, envelope, repeated)
