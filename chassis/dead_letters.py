"""The broker's own parking place: events it gave up because they were delivered too often.

They are taken over into the parked events of the service they were meant for, where `motcua dead` lists
and replays them with the rest: a second place to look would be looked at too late.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Awaitable, Callable, Collection
from dataclasses import dataclass

import aio_pika
from aio_pika.abc import AbstractIncomingMessage
from aio_pika.exceptions import ChannelNotFoundEntity

from chassis.bus import Parcel, Undeliverable
from chassis.rabbit import BROKEN, CONFIRM_TIMEOUT

Bury = Callable[[str, Parcel], Awaitable[None]]
"""Puts an event aside for a service; returns once that is committed."""


@dataclass(frozen=True)
class Collected:
    """What was found among the broker's dead events."""

    taken: int
    left: int
    """Events that name no queue of a service: they stay where they are."""


async def collect_dead(url: str, prefix: str, services: Collection[str], bury: Bury) -> Collected:
    """Hand every dead event to `bury`, then acknowledge it: it is in one place or the other, never in none.

    Raises `Undeliverable` when the broker does not answer, and what `bury` raises.
    """
    try:
        async with asyncio.timeout(CONFIRM_TIMEOUT):
            connection = await aio_pika.connect(url)
    except BROKEN as away:
        raise Undeliverable("The broker does not answer.") from away
    taken = left = 0
    async with connection:
        channel = await connection.channel()
        queue = await channel.get_queue(f"{prefix}.dead.v1", ensure=False)
        try:
            while (message := await queue.get(fail=False)) is not None:
                service = _meant_for(message, prefix)
                if service not in services:
                    # Not acknowledged, it goes back into the queue when the connection closes.
                    left += 1
                    continue
                await bury(service, _parcel(message))
                await message.ack()
                taken += 1
        except ChannelNotFoundEntity:
            # Nobody has worked on this broker yet.
            return Collected(0, 0)
        except BROKEN as away:
            raise Undeliverable("The broker went away.") from away
    return Collected(taken, left)


def _meant_for(message: AbstractIncomingMessage, prefix: str) -> str:
    """The service whose queue gave an event up, as the broker noted it (``x-death``, newest first)."""
    deaths = message.headers.get("x-death")
    newest = deaths[0] if isinstance(deaths, list) and deaths else None
    queue = str(newest.get("queue", "")) if isinstance(newest, dict) else ""
    return queue.removeprefix(f"{prefix}.").removesuffix(".v1")


def _parcel(message: AbstractIncomingMessage) -> Parcel:
    # An event without an id was not published by us; it must still be one row, however often it is seen.
    event_id = message.message_id or hashlib.sha256(message.body).hexdigest()[:32]
    return Parcel(
        event_id, message.routing_key or "", message.body.decode("utf-8", errors="replace")
    )
