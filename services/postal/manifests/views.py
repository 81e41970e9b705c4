"""How a manifest is shown."""

from contracts.post_papers import ManifestAgency, ManifestRow, ManifestView
from contracts.vocabulary import VIETNAM
from services.postal.manifests.commands import Manifest
from services.postal.tables import Shipment


def manifest(made: Manifest) -> ManifestView:
    """A part of a manifest, instants in Vietnam's time."""
    return ManifestView(
        agency=ManifestAgency(code=made.agency, name=made.agency_name or made.agency),
        account=made.wanted.account,
        date=made.wanted.day,
        state=made.wanted.state,
        issued_at=made.issued_at.astimezone(VIETNAM),
        totals=list(made.totals),
        items=[_row(number, one, made) for number, one in enumerate(made.lines, made.first_number)],
        next_cursor=made.next_cursor,
    )


def _row(number: int, shipment: Shipment, made: Manifest) -> ManifestRow:
    accepted = shipment.accepted_at
    return ManifestRow(
        number=number,
        shipment=shipment.id,
        item_code=shipment.item_code,
        dossier=shipment.dossier,
        leg=shipment.leg,
        attempt=shipment.attempt,
        carrier=shipment.carrier,
        account=shipment.account,
        ordered_at=shipment.ordered_at.astimezone(VIETNAM),
        accepted_at=accepted.astimezone(VIETNAM) if accepted else None,
        slip_number=made.slips.get(shipment.id),
    )
