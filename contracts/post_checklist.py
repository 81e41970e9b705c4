"""What stands on the pickup checklist of an envelope (phiếu hồ sơ): no applicant, no address."""

from contracts.intake import DossierContents
from contracts.post_papers import OpeningView, PickupView
from contracts.vocabulary import Carrier, Leg
from contracts.wire import Instant, View


class ChecklistView(View):
    """What the postman counts at the door, and the counter on opening; empty where nothing is recorded."""

    issued_at: Instant
    shipment: str
    leg: Leg
    attempt: int
    carrier: Carrier
    item_code: str | None
    dossier: DossierContents
    pickup: PickupView | None
    opening: OpeningView | None
