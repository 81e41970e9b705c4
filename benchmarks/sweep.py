"""The sweep: telling what is due among a million open dossiers, against the same writes, raw."""

from __future__ import annotations

import asyncio
import sqlite3
import statistics
import time
from contextlib import closing

from benchmarks.backlog import fill
from benchmarks.places import Place
from benchmarks.results import Result
from chassis.database.sqlite import PRAGMAS
from chassis.running import Running, opened
from chassis.settings import Settings
from services.intake import service
from services.intake.sweep import sweep
from suite.together import migrate, own_verifier

OPEN, NEAR = 1_000_000, 5_000


def measure_sweep(place: Place, rounds: int) -> list[Result]:
    """Both engines, in turns with the raw statement over as many dossiers."""
    with place.databases() as url:
        settings = Settings(data=place.fresh(), database_url=url)
        results = asyncio.run(_measured(settings, rounds, "sweep, 1,000,000 open, PostgreSQL"))
    settings = Settings(data=place.fresh())
    return results + asyncio.run(_measured(settings, rounds, "sweep, 1,000,000 open, SQLite"))


async def _measured(settings: Settings, rounds: int, path: str) -> list[Result]:
    await asyncio.to_thread(migrate, settings, service.name)
    ours, raw, cpu = [], [], []
    async with opened(Running(service, settings, own_verifier(settings))) as intake:
        await fill(intake, OPEN)
        for number in range(rounds):
            await _bring_near(intake, 2 * number)
            used = time.process_time()
            ours.append(await _timed(sweep(intake)))
            cpu.append((time.process_time() - used) / NEAR * 1e6)
            await _bring_near(intake, 2 * number + 1)
            raw.append(await _timed(_raw(intake)))
        [[told]] = await intake.database.engine.execute("SELECT count(*) FROM outbox")
        if told != 2 * rounds * NEAR:
            raise RuntimeError(f"{told} were told, not {2 * rounds * NEAR}")
    took = statistics.median(ours)
    rate = NEAR / took
    return [
        Result(
            path,
            rate,
            NEAR / statistics.median(raw),
            "UPDATE ... RETURNING and an insert",
            cpu_us=statistics.median(cpu),
            target=f"5,000 near: < 2 s ({took:.2f} s)",
            reached=took < 2,
        ),
    ]


async def _timed(work) -> float:
    begun = time.perf_counter()
    await work
    return time.perf_counter() - begun


async def _bring_near(intake: Running, turn: int) -> None:
    """Let the moment of the next 5,000 dossiers come: none that a turn before has told of."""
    past = intake.database.codec("dossier").bind("watch_at", intake.database.now())
    first, last = (f"bench-{n:08d}" for n in (turn * NEAR + 1, (turn + 1) * NEAR))
    one, two, three = ("$1", "$2", "$3") if intake.database.is_postgres else ("?1", "?2", "?3")
    await intake.database.engine.execute(
        f"UPDATE dossier SET watch_at = {one}, due_at = {one}, late_at = {one} "
        f"WHERE code BETWEEN {two} AND {three}",
        past,
        first,
        last,
    )


async def _raw(intake: Running) -> None:
    """What must be written, without asking whether or what, nor making the events."""
    now = "now()" if intake.database.is_postgres else "strftime('%Y-%m-%d %H:%M:%f000', 'now')"
    envelope = "x" * 600
    due = f"SELECT code FROM dossier WHERE watch_at <= {now} ORDER BY watch_at LIMIT {NEAR}"
    update = (
        "UPDATE dossier SET told = '[\"due_soon 2026-01-01T10:00:00+00:00\"]', watch_at = NULL, "
        f"revision = revision + 1 WHERE code IN ({due}) RETURNING code, agency"
    )
    outbox = (
        "INSERT INTO outbox (event_id, topic, envelope, recorded_at) "
        f"SELECT 'raw' || code, 'dossier.due_soon', '{envelope}', {now} FROM "
    )
    if intake.database.is_postgres:
        told = f"WITH told AS ({update}) {outbox} told"
        await intake.database.engine.execute(told)
        return
    # SQLite has no writes inside WITH: one transaction of two statements instead.
    span = f"(SELECT * FROM dossier WHERE watch_at <= {now} ORDER BY watch_at LIMIT {NEAR})"
    path = intake.database.url.database
    await asyncio.to_thread(_in_one, path, outbox + span, update)


def _in_one(path: str, *statements: str) -> None:
    with closing(sqlite3.connect(path, isolation_level=None)) as writer:
        for pragma in PRAGMAS:
            writer.execute(pragma)
        for statement in ("BEGIN IMMEDIATE", *statements, "COMMIT"):
            writer.execute(statement).fetchall()
