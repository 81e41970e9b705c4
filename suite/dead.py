"""Events that the broker gave up, taken in among those the services parked themselves."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from chassis.bus import Parcel, Undeliverable
from chassis.dead_letters import collect_dead
from chassis.running import Running
from chassis.settings import Settings

REASON = "delivered too often: its worker ended each time"


@dataclass(frozen=True)
class TakenIn:
    """What was taken in from the broker."""

    count: int
    trouble: str = ""
    """Why the broker's dead events are not, or not all, in the list; empty when they are."""


async def take_in_dead(settings: Settings, running: Sequence[Running]) -> TakenIn:
    """Take the broker's dead events into the parked events of these services; nothing without a broker."""
    if not settings.broker_url:
        return TakenIn(0)
    by_name = {one.service.name: one for one in running}

    async def bury(service: str, parcel: Parcel) -> None:
        await by_name[service].consumer.bury(parcel, REASON)

    try:
        found = await collect_dead(settings.broker, settings.broker_prefix, by_name, bury)
    except Undeliverable as away:
        return TakenIn(0, f"{away} What it gave up is not in this list.")
    queue = f"{settings.broker_prefix}.dead.v1"
    told = f"{found.left} events in {queue} are meant for no service of ours." if found.left else ""
    return TakenIn(found.taken, told)
