"""How a result stands: who is invited to rate it and its delivery, and when an invitation is void."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from chassis.database import UnitOfWork
from contracts.envelope import Event
from contracts.incidents import IncidentClosed, IncidentOpened
from contracts.intake import DossierProgressed, DossierReturned
from contracts.postal import ShipmentContested, ShipmentDelivered, ShipmentMoved
from contracts.vocabulary import DossierStatus, Occasion, ShipmentStatus
from services.rating import commands, domain
from services.rating.counting import moving_cells
from services.rating.tables import Invitation, KnownDossier, PostedResult

PostNews = ShipmentContested | ShipmentDelivered | ShipmentMoved
IncidentNews = IncidentOpened | IncidentClosed


@dataclass(frozen=True)
class Delivery:
    """How the result of a dossier stands with the post, all its shipments taken together."""

    delivered_at: datetime | None
    """When it was first delivered, as far as that is certain now."""
    doubtful: bool
    """Whether a delivery is contested, or an incident is open: then nobody is asked."""


def delivery(shipments: Iterable[Mapping[str, Any]], closed: Iterable[bool]) -> Delivery:
    """How a result stands: of its shipments as they are remembered, and whether its incidents are closed."""
    told = list(shipments)
    certain = [datetime.fromisoformat(one["delivered_at"]) for one in told if one["delivered_at"]]
    doubtful = any(one["contested"] for one in told) or not all(closed)
    return Delivery(min(certain, default=None), doubtful)


def remember(row: PostedResult, event: Event) -> None:
    """Keep what an event says of a result; those of one shipment, or of progress, stand by their revision."""
    if isinstance(event, DossierProgressed):
        if row.progress_revision is None or event.revision > row.progress_revision:
            row.progress_revision = event.revision
            row.withdrawn = event.status is DossierStatus.WITHDRAWN
    elif not _concerns(event):
        return
    elif isinstance(event, DossierReturned):
        known = row.returned_at
        row.returned_at = min(known, event.returned_at) if known else event.returned_at
    elif isinstance(event, IncidentNews):
        was = bool(row.incidents.get(event.incident))
        closed = was or isinstance(event, IncidentClosed)
        row.incidents = {**row.incidents, event.incident: closed}
    elif isinstance(event, PostNews):
        before = row.shipments.get(event.shipment, _NOTHING)
        if event.revision >= before["revision"]:
            row.shipments = {**row.shipments, event.shipment: _told(before, event)}


async def settle(
    row: PostedResult,
    invitations: Mapping[Occasion, Invitation],
    known: KnownDossier | None,
    uow: UnitOfWork,
) -> None:
    """Invite the citizen who has the result, or void what no longer holds.

    An invitation that is used stays used. A void one is good again once the doubt is over, or the
    withdrawal is taken back.
    """
    stands = delivery(row.shipments.values(), row.incidents.values())
    for occasion, since in _ratable(row, stands, invitations).items():
        invitation = invitations.get(occasion)
        doubted = stands.doubtful and occasion is not Occasion.RECEIVED
        if since is None or doubted or row.withdrawn:
            if invitation is not None:
                _void(invitation, uow)
        elif invitation is None:
            by_post = stands.delivered_at is not None
            await commands.invite(row.dossier, occasion, since, uow, by_post=by_post, known=known)
        elif invitation.voided_at is not None and invitation.used_at is None:
            commands.renew(invitation, since, uow)


def _ratable(
    row: PostedResult, stands: Delivery, invitations: Mapping[Occasion, Invitation]
) -> dict[Occasion, datetime | None]:
    """Since when each occasion could be rated, were there no doubt; None where it has not come."""
    result, receipt = invitations.get(Occasion.RETURNED), invitations.get(Occasion.RECEIVED)
    office = row.returned_at or (result.ratable_at if result and not result.by_post else None)
    return {
        Occasion.RETURNED: stands.delivered_at or office,
        Occasion.DELIVERED: stands.delivered_at,
        Occasion.RECEIVED: receipt.ratable_at if receipt else None,
    }


def _void(invitation: Invitation, uow: UnitOfWork) -> None:
    if invitation.used_at is None and invitation.voided_at is None:
        with moving_cells(invitation, None, uow):
            invitation.voided_at = uow.now
            invitation.revision += 1


_NOTHING: Mapping[str, Any] = {"revision": -1, "delivered_at": None, "contested": False}


def _told(before: Mapping[str, Any], event: PostNews) -> dict[str, Any]:
    at: datetime | None
    if isinstance(event, ShipmentContested):
        return {**before, "revision": event.revision, "delivered_at": None, "contested": True}
    if isinstance(event, ShipmentDelivered):
        at, contested = event.delivered_at, False
    else:
        certain = not (event.provisional or event.contested)
        delivered = event.status is ShipmentStatus.DELIVERED and certain
        at, contested = (event.delivered_at if delivered else None), event.contested
    written = at.isoformat() if at else None
    return {"revision": event.revision, "delivered_at": written, "contested": contested}


def _concerns(event: Event) -> bool:
    if isinstance(event, DossierReturned):
        # What the post brought is told by the post itself, and taken back by it.
        return not event.by_post and domain.occasion_of_return(event.return_mode) is not None
    leg = getattr(event, "leg", None)
    return leg is not None and domain.occasion_of_delivery(leg) is not None
