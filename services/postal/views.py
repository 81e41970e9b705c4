"""How postal shows what it remembers."""

from collections.abc import Sequence

from contracts.incidents import IncidentPage, IncidentView
from contracts.post_money import MoneyView
from contracts.postal import CarrierOrderView, ShipmentEventView, ShipmentView
from contracts.vocabulary import VIETNAM
from services.postal import s10
from services.postal.commands import Ordered
from services.postal.domain import withdrawn
from services.postal.envelopes import views as envelopes
from services.postal.envelopes.recorded import Envelope
from services.postal.incidents import Reported
from services.postal.money import Money, money_of
from services.postal.positions import event_of, told_of
from services.postal.tables import CarrierEventRow, CarrierOrder, Incident, Shipment


def shipment(
    row: Shipment,
    said: Sequence[CarrierEventRow],
    asked: CarrierOrder | None = None,
    envelope: Envelope | None = None,
) -> ShipmentView:
    """An item of the post and where it stands, with everything that counts for it, oldest first."""
    counted = told_of(row, said)
    told = sorted(counted, key=lambda one: (one.occurred_at or one.recorded_at, one.event_key))
    events = [event_of(one) for one in counted if not one.quarantined]
    gone = withdrawn(events)
    values = dict(row.__dict__)
    for name in ("accepted_at", "delivered_at", "asked_at", "heard_at", "stalled_at"):
        values[name] = values[name].astimezone(VIETNAM) if values[name] else None
    here = f"/v1/shipments/{row.id}"
    return ShipmentView.model_validate(
        values
        | envelopes.told(envelope)
        | {
            "order": _order(asked) if asked is not None else None,
            "suspect_number": _suspect(row.item_code),
            "money": [money(one) for one in money_of(events)],
            "events": [_event(one, gone.get(one.event_key)) for one in told],
            "links": {
                "self": here,
                "confirm": f"{here}/confirm",
                "corrections": f"{here}/corrections",
                "cancel": f"{here}/cancel",
                "reconcile": f"{here}/reconcile",
                "dossier": f"/v1/dossiers/{row.dossier}",
            },
        }
    )


def ordered(order: Ordered) -> tuple[int, ShipmentView]:
    """201 for a new shipment, 200 for one that was there."""
    return (200 if order.repeated else 201), _stands(order)


def confirmed(order: Ordered) -> tuple[int, ShipmentView]:
    """A shipment after an operator's proof."""
    return 200, _stands(order)


def _stands(order: Ordered) -> ShipmentView:
    return shipment(order.shipment, order.said, order.asked, order.envelope)


def money(one: Money) -> MoneyView:
    """What is known of the money of one purpose."""
    values = dict(one.__dict__)
    for name in ("collected_at", "remitted_at", "charged_at"):
        values[name] = values[name].astimezone(VIETNAM) if values[name] else None
    return MoneyView.model_validate(values)


def _event(row: CarrierEventRow, retracted_by: str | None) -> ShipmentEventView:
    kinds = sorted({one["kind"] for one in row.evidence})
    beside: dict[str, object] = {"evidence": kinds, "money": row.sums}
    beside |= {"retracted": retracted_by is not None, "retracted_by": retracted_by}
    return ShipmentEventView.model_validate(row.__dict__ | beside)


def _suspect(item_code: str | None) -> bool:
    return item_code is not None and s10.check(item_code) is s10.Verdict.BAD_CHECK_DIGIT


def incident(row: Incident) -> IncidentView:
    """An incident, instants in Vietnam's time."""
    here = f"/v1/incidents/{row.id}"
    instants = {
        "opened_at": row.opened_at.astimezone(VIETNAM),
        "closed_at": row.closed_at.astimezone(VIETNAM) if row.closed_at else None,
    }
    links = {
        "close": f"{here}/close",
        "shipment": f"/v1/shipments/{row.shipment}",
        "dossier": f"/v1/dossiers/{row.dossier}",
    }
    return IncidentView.model_validate(row.__dict__ | instants | {"links": links})


def reported(told: Reported) -> tuple[int, IncidentView]:
    """201 for a new incident, 200 for one that was open."""
    return (200 if told.repeated else 201), incident(told.incident)


def closed(row: Incident) -> tuple[int, IncidentView]:
    """An incident after it was closed."""
    return 200, incident(row)


def incident_page(rows: Sequence[Incident], limit: int) -> IncidentPage:
    """A page of at most `limit` incidents; one more tells that there is another page."""
    shown = [incident(row) for row in rows[:limit]]
    return IncidentPage(items=shown, next_cursor=shown[-1].id if len(rows) > limit else None)


def _order(asked: CarrierOrder) -> CarrierOrderView:
    made_at, try_at, cancelled_at = asked.made_at, asked.try_at, asked.cancelled_at
    return CarrierOrderView.model_validate(
        asked.__dict__
        | {
            "number": asked.shipment,
            "made_at": made_at.astimezone(VIETNAM) if made_at else None,
            "cancelled_at": cancelled_at.astimezone(VIETNAM) if cancelled_at else None,
            "next_try_at": try_at.astimezone(VIETNAM) if try_at else None,
        }
    )
