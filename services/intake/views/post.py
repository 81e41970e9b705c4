"""How intake shows what the post said of a dossier."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from contracts.intake import DossierIncidentView, LegDaysView, LegProofView, LegView
from contracts.vocabulary import VIETNAM, IncidentState, Leg
from services.intake.clock.post import leg_days, ready_before
from services.intake.commands.position import legs_of
from services.intake.domain.post import LegFacts
from services.intake.tables import Dossier


def by_post(row: Dossier) -> dict[str, Any]:
    """The fields of a dossier's view that come from the post."""
    incidents = [DossierIncidentView.model_validate(one) for one in row.incidents]
    frozen = any(
        one.state is IncidentState.OPEN and one.leg is Leg.OUTBOUND_RESULT for one in incidents
    )
    return {"legs": legs(row), "incidents": incidents, "result_frozen": frozen}


def legs(row: Dossier) -> list[LegView]:
    """A dossier's legs by post, instants in Vietnam's time."""
    told = legs_of(row)
    return [_leg(one, told, row) for one in told]


def _leg(leg: LegFacts, told: Sequence[LegFacts], row: Dossier) -> LegView:
    ready_at = ready_before(leg, told, row.done_at, row.received_at)
    days = leg_days(leg, ready_at=ready_at, due_on=row.due_on)
    return LegView(
        leg=leg.leg,
        attempt=leg.attempt,
        shipment=leg.shipment,
        status=leg.status,
        provisional=leg.provisional,
        contested=leg.contested,
        stalled=leg.stalled,
        ordered_at=_local(leg.ordered_at),
        accepted_at=_local(leg.accepted_at),
        status_at=_local(leg.status_at),
        delivered_at=_local(leg.confirmed_at),
        failed_attempts=leg.failed_attempts,
        superseded=any(one.leg is leg.leg and one.attempt > leg.attempt for one in told),
        days=LegDaysView.model_validate(days),
        proof=_proof(leg) if leg.confirmed_at is not None else None,
    )


def _proof(leg: LegFacts) -> LegProofView:
    return LegProofView.model_validate(leg.__dict__ | {"evidence": list(leg.evidence)})


def _local(instant: datetime | None) -> datetime | None:
    return instant.astimezone(VIETNAM) if instant else None
