"""Incidents (sự cố bưu gửi): opened by the post's word or an officer's, closed by the issuing agency."""

import secrets
from dataclasses import dataclass

from chassis.auth import Principal
from chassis.database import ITSELF, UnitOfWork
from chassis.running import running_of
from contracts.incidents import IncidentClosed, IncidentClosing, IncidentOpened, IncidentReport
from contracts.problems import Conflict, FieldError, NotFound
from contracts.vocabulary import IncidentKind, IncidentState, ShipmentStatus
from services.postal import queries
from services.postal.domain import Position
from services.postal.tables import Incident, Shipment

LOSSES = {
    ShipmentStatus.LOST: IncidentKind.LOST,
    ShipmentStatus.DESTROYED: IncidentKind.DAMAGED,
}
"""Ends that are incidents by themselves."""


class UnknownIncident(NotFound):
    """No such incident is within your reach."""

    title_vi = "Không tìm thấy sự cố"


class IncidentSettled(Conflict):
    """The incident was closed before, with another outcome."""

    title_vi = "Sự cố đã được xử lý với kết quả khác"


@dataclass(frozen=True)
class Reported:
    """An incident, and whether it was open before it was reported."""

    incident: Incident
    repeated: bool


async def report(
    shipment: Shipment, told: IncidentReport, caller: Principal, uow: UnitOfWork
) -> Reported:
    """Take an officer's word that something went wrong with an item (báo sự cố).

    While an incident of the kind is open, the same word again gives that one.
    """
    if told.kind in shipment.incidents:
        found = await queries.open_incident(shipment.id, told.kind, uow)
        if found is not None:
            return Reported(found, repeated=True)
    incident = opened(shipment, told.kind, uow, by=caller.client, note=told.note)
    # The revision keeps two officers from opening one incident twice.
    shipment.revision += 1
    return Reported(incident, repeated=False)


async def close(
    incident_id: str, closing: IncidentClosing, caller: Principal, uow: UnitOfWork
) -> Incident:
    """Settle an incident (kết thúc xử lý sự cố): what the issuing agency did about it.

    The same closing again changes nothing. Raises `UnknownIncident`, `IncidentSettled`.
    """
    incident = await uow.get(Incident, incident_id)
    if incident is None or not await running_of(uow).tree.covers(caller, incident.agency):
        raise UnknownIncident("No incident of this id is within your reach.")
    if incident.state is IncidentState.CLOSED:
        if incident.outcome is closing.outcome:
            return incident
        detail = f"It was closed as {incident.outcome}: report a new incident."
        pointer = FieldError(pointer="/outcome", code="differs", detail=detail)
        raise IncidentSettled(detail, errors=[pointer])
    incident.state = IncidentState.CLOSED
    incident.outcome, incident.closing_note = closing.outcome, closing.note
    incident.closed_at, incident.closed_by = uow.now, caller.client
    incident.revision += 1
    shipment = await uow.get(Shipment, incident.shipment)
    if shipment is not None:
        shipment.incidents = [kind for kind in shipment.incidents if kind != incident.kind]
        shipment.revision += 1
    event = IncidentClosed.model_validate(_told(incident))
    uow.record(event, subject=incident.shipment, agency=incident.agency)
    return incident


def open_by_position(shipment: Shipment, before: Position, uow: UnitOfWork) -> None:
    """Open what the post's own word calls for: a confirmed loss, or an end that is contested."""
    lost = LOSSES.get(shipment.status)
    # A loss that is only claimed freezes nothing: anybody may claim one.
    if lost is not None and not shipment.provisional:
        again = before.status is shipment.status and not before.provisional
        if not again and lost not in shipment.incidents:
            opened(shipment, lost, uow)
    if shipment.contested and not before.contested:
        open_once(shipment, IncidentKind.MISDELIVERED, uow)


def open_once(shipment: Shipment, kind: IncidentKind, uow: UnitOfWork) -> None:
    """Open an incident of a kind unless one is open."""
    if kind not in shipment.incidents:
        opened(shipment, kind, uow)


def opened(
    shipment: Shipment,
    kind: IncidentKind,
    uow: UnitOfWork,
    *,
    by: str = ITSELF,
    note: str | None = None,
) -> Incident:
    """A new incident of a shipment, announced."""
    incident = Incident.of(
        id=secrets.token_hex(16),
        shipment=shipment.id,
        dossier=shipment.dossier,
        agency=shipment.agency,
        leg=shipment.leg,
        attempt=shipment.attempt,
        kind=kind,
        state=IncidentState.OPEN,
        opened_at=uow.now,
        opened_by=by,
        note=note,
    )
    uow.add(incident)
    shipment.incidents = [*shipment.incidents, kind.value]
    event = IncidentOpened.model_validate(_told(incident))
    uow.record(event, subject=shipment.id, agency=shipment.agency, by=by)
    return incident


def _told(incident: Incident) -> dict[str, object]:
    return incident.__dict__ | {"incident": incident.id}
