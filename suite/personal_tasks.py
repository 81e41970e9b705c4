"""What an operator does about personal data: keys, retention, holds; batch by batch, so that it may stop."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

from rich.console import Console

from chassis.database import Overloaded
from chassis.running import Running
from chassis.secrets import put_in_front
from chassis.settings import Settings
from contracts.intake import LegalHoldOrder
from services.intake.commands import keys, retention
from services.intake.commands.audit import OPERATOR
from services.intake.keyring import KEK_FILE, Keyring
from services.intake.queries import personal as queries
from suite.demo.progress import Stage, stage
from suite.tasks import at_hand

BATCH = 200
"""Dossiers, or keys, in one unit of work."""

Batch = Callable[..., Awaitable[tuple[str, int] | None]]


@asynccontextmanager
async def intake_at_hand(settings: Settings) -> AsyncIterator[Running]:
    """Intake opened without its worker."""
    async with at_hand(settings, "intake") as (intake,):
        yield intake


async def keys_standing(settings: Settings) -> keys.KeysStanding:
    """The keys there are, and what they seal."""
    async with intake_at_hand(settings) as intake:
        return await keys.standing(intake)


async def rotate_keys(settings: Settings, *, new_key: bool) -> int:
    """Wrap every data key with a new key-encryption key, or with the one in use; how many were wrapped.

    Stopped half-way it is finished by running it again without a new key: the older ones stay at hand.
    """
    async with intake_at_hand(settings) as intake:
        if new_key:
            await asyncio.to_thread(put_in_front, settings.secrets, KEK_FILE)
            intake.own(Keyring).forget()
        standing = await keys.standing(intake)
        others = {k: n for k, n in standing.wrapped_by.items() if k != standing.kek_in_use}
        done = 0
        with stage("Data keys wrapped anew", sum(others.values()), Console()) as bar:
            while count := await intake.do(keys.rewrap, BATCH):
                done += count
                bar.advance(count)
        return done


async def retire_keys(settings: Settings, *, unreadable: bool) -> int:
    """Let data keys be followed by new ones; how many were retired."""

    async def retire(uow: Any) -> int:
        return await keys.retire(uow, unreadable_alone=unreadable)

    async with intake_at_hand(settings) as intake:
        count = await intake.do(retire)
        intake.own(Keyring).forget()
        return count


async def reseal(settings: Settings, *, everything: bool) -> tuple[int, int]:
    """Seal anew what waits for it: how many dossiers, and how many keys were destroyed thereafter."""
    async with intake_at_hand(settings) as intake:
        standing = await keys.standing(intake)
        total = (
            standing.sealed + standing.plain if everything else standing.waiting + standing.plain
        )
        with stage("Dossiers sealed anew", total, Console()) as bar:
            done = await _every_batch(intake, keys.reseal, bar, everything)
        return done, await intake.do(keys.destroy_emptied)


async def due_to_purge(settings: Settings) -> list[dict[str, Any]]:
    """Of each retention class: its years, the day before which it is over, how many are due and held."""
    async with intake_at_hand(settings) as intake:
        await _date_endings(intake)
        return await _due(intake)


async def purge(settings: Settings) -> tuple[int, int]:
    """Remove the personal data that are due: how many dossiers, and how many keys were destroyed."""
    async with intake_at_hand(settings) as intake:
        await _date_endings(intake)
        total = sum(line["due"] for line in await _due(intake))
        with stage("Dossiers purged", total, Console()) as bar:
            done = await _every_batch(intake, retention.purge, bar)
        return done, await intake.do(keys.destroy_emptied)


async def order_hold(settings: Settings, code: str, reason: str, *, held: bool) -> None:
    """Hold a dossier back from purging, or let it go again."""
    order = LegalHoldOrder(held=held, reason=reason)
    async with intake_at_hand(settings) as intake:
        await intake.do(retention.order_hold, code, order, OPERATOR)


async def _due(intake: Running) -> list[dict[str, Any]]:
    cutoffs = retention.cutoffs(intake)
    default = intake.settings.retention_class
    counts = await queries.due_counts(cutoffs, default, intake.database)
    return [
        {
            "class": code,
            "name": entry.name_vi,
            "years": entry.years,
            "ended_before": cutoffs[code].isoformat() if code in cutoffs else None,
            "due": counts.get(code, (0, 0))[0],
            "held": counts.get(code, (0, 0))[1],
            "default": code == default,
        }
        for code, entry in retention.schedule(intake).items()
    ]


async def _date_endings(intake: Running) -> None:
    after: str | None = ""
    while after is not None:
        after = await intake.do(retention.date_endings, after, BATCH)


async def _every_batch(intake: Running, batch: Batch, bar: Stage, *more: Any) -> int:
    done, after, size = 0, "", BATCH
    while True:
        try:
            told = await intake.do(batch, after, size, *more)
        except Overloaded:
            # Somebody works on these dossiers: fewer of them at once are seldom touched all the time.
            if size == 1:
                raise
            size = max(size // 4, 1)
            continue
        if told is None:
            return done
        after, count = told
        done += count
        bar.advance(count)
        size = min(size * 2, BATCH)
