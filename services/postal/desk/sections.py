"""What of the post waits for an operator, reason by reason; what no data is kept of is left out."""

from collections.abc import Mapping
from dataclasses import dataclass

from contracts.vocabulary import DeskState, ShipmentQueue
from services.postal.desk import queries
from services.postal.desk.queries import Listing, Summing


@dataclass(frozen=True)
class Section:
    """How items that wait for one reason are counted and listed."""

    count: Summing
    listed: Listing


QUEUES: Mapping[DeskState, ShipmentQueue] = {
    DeskState.CONTESTED: ShipmentQueue.CONTESTED,
    DeskState.PROVISIONAL: ShipmentQueue.UNCONFIRMED,
    DeskState.STALLED: ShipmentQueue.STALLED,
    DeskState.DISPUTED: ShipmentQueue.DISPUTED,
    DeskState.WITHOUT_PROOF: ShipmentQueue.WITHOUT_PROOF,
}
"""Reasons that are a queue of `GET /v1/shipments` as well: one definition for both."""

SECTIONS: Mapping[DeskState, Section] = {
    DeskState.ORPHAN: Section(queries.count_orphans, queries.orphans),
    **{
        state: Section(queries.summing(queue), queries.listing(queue))
        for state, queue in QUEUES.items()
    },
    DeskState.ORDER_PROBLEM: Section(queries.count_ended_orders, queries.ended_orders),
}
"""In the order in which they are shown; a further reason is one more line."""
