"""How what is recorded of an envelope is shown."""

from typing import Any

from contracts.post_papers import CountDifference, OpeningView, PickupView
from contracts.vocabulary import VIETNAM
from services.postal.envelopes.differences import Count, differences
from services.postal.envelopes.recorded import Envelope
from services.postal.tables import Opening, Pickup


def pickup(row: Pickup) -> PickupView:
    """What the postman took."""
    here = {"collected_at": row.collected_at.astimezone(VIETNAM)}
    return PickupView.model_validate(row.__dict__ | here)


def opening(envelope: Envelope) -> OpeningView | None:
    """What the counter found, against what was picked up."""
    row = envelope.opening
    if row is None:
        return None
    found: dict[str, Any] = {"opened_at": row.opened_at.astimezone(VIETNAM), "differences": None}
    if envelope.pickup is not None:
        found["differences"] = [
            CountDifference.model_validate(one)
            for one in differences(_counts(envelope.pickup), _counts(row))
        ]
    return OpeningView.model_validate(row.__dict__ | found)


def told(envelope: Envelope | None) -> dict[str, PickupView | OpeningView | None]:
    """An envelope's part of a shipment's view."""
    if envelope is None:
        return {}
    return {
        "pickup": pickup(envelope.pickup) if envelope.pickup else None,
        "opening": opening(envelope),
    }


def _counts(row: Pickup | Opening) -> list[Count]:
    return [Count(**one) for one in row.counts]
