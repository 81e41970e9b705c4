"""For tests: wait until every recorded event has had its effect everywhere it is heard."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping

from sqlalchemy import func, select

from chassis.running import Running


class NotSettled(AssertionError):
    """Events are still under way after the time allowed."""


async def settle(running: Mapping[str, Running], *, seconds: float = 20.0) -> None:
    """Return once every event is in the inbox of everybody who hears it, and nothing waits to be retried.

    Raises `NotSettled` naming what is missing. Works on both buses, because it asks the databases.
    """
    until = time.monotonic() + seconds
    quiet = 0
    while True:
        missing = await _missing(running)
        quiet = 0 if missing else quiet + 1
        if quiet == 2:  # noqa: PLR2004 - twice, since an effect may announce something itself
            return
        if time.monotonic() > until:
            raise NotSettled("; ".join(missing))
        await asyncio.sleep(0.01)


async def _missing(running: Mapping[str, Running]) -> list[str]:
    recorded: dict[str, int] = {}
    for one in running.values():
        outbox = one.database.metadata.tables["outbox"]
        counted = select(outbox.c.topic, func.count()).group_by(outbox.c.topic)
        for row in await one.database.select(counted):
            topic, count = tuple(row)
            recorded[topic] = recorded.get(topic, 0) + count
    missing = [
        f"{one.service.name} is still at work"
        for one in running.values()
        if any(getattr(made, "busy", False) for made in one.owned)
    ]
    for name, one in running.items():
        expected = sum(recorded.get(topic, 0) for topic in one.service.on.topics)
        inbox, delivery = (one.database.metadata.tables[t] for t in ("inbox", "delivery"))
        heard = (await one.database.select(select(func.count()).select_from(inbox)))[0][0]
        waiting = select(func.count()).where(delivery.c.parked_at.is_(None))
        retrying = (await one.database.select(waiting))[0][0]
        if heard < expected or retrying:
            missing.append(f"{name} heard {heard} of {expected}, {retrying} to retry")
    return missing
