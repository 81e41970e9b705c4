"""All cells compared with their count from the facts, and corrected by the difference."""

import asyncio
import hashlib
from collections.abc import Callable, Coroutine, Iterable, Mapping, Sequence
from datetime import date
from typing import Any, TypeVar

from sqlalchemy import Table, func, select

from chassis.database import Bench
from services.kpi.recount import queries_of_differences as queries
from services.kpi.recount.digests import EMPTY, Bucket, Cells, Comparison, Key
from services.kpi.recount.queries import KINDS, Kind, keys_of
from services.kpi.tables import DossierFact

T = TypeVar("T")

Told = Callable[[str, int, int], None]
"""Hears what is being done, how many steps of it are done, and of how many."""

SHOWN = 1_000
"""Cells of a kind that are told by name when they differ; the others are counted."""

AT_ONCE = 5_000
"""Cells corrected in one commit."""

STEPS = 4
"""Of each kind: count, compare, number what differs, and make digests."""


async def compared(benches: Sequence[Bench], told: Told, *, shown: int = SHOWN) -> Comparison:
    """Every half-month of every kind of cells beside its count from the facts, at one instant.

    The kinds are shared out among the benches, whose tables of what differs `corrected` takes up.
    """
    done = 0

    def step() -> None:
        nonlocal done
        told("counting", done, len(KINDS) * STEPS)
        done += 1

    found = await _by_kind(benches, lambda bench, kind: _buckets(bench, kind, step, shown))
    [[facts]] = await benches[0].ask(select(func.count()).select_from(DossierFact.__table__))
    return Comparison(tuple(one for kind in KINDS for one in found[kind]), int(facts))


async def corrected(
    benches: Sequence[Bench], found: Comparison, told: Told, *, at_once: int = AT_ONCE
) -> None:
    """Add to every cell what `compared` found missing, so many in a commit."""
    done = 0

    async def correct(bench: Bench, kind: Kind) -> None:
        nonlocal done
        wrong = sum(one.differing for one in found.buckets if one.kind == kind.__table__.name)
        for first in range(1, wrong + 1, at_once):
            last = min(first + at_once - 1, wrong)
            told("correcting", done, found.cells)
            postgres = bench.is_postgres
            await bench.change(*queries.corrections(kind, first, last, postgres=postgres))
            done += last - first + 1

    for bench in benches:
        await bench.let_go()
    await _by_kind(benches, correct)


async def _by_kind(
    benches: Sequence[Bench], work: Callable[[Bench, Kind], Coroutine[Any, Any, T]]
) -> Mapping[Kind, T]:
    """The work of each kind, done side by side by several benches, by each one thing after the other."""
    found: dict[Kind, T] = {}

    async def of(bench: Bench, kinds: Sequence[Kind]) -> None:
        for kind in kinds:
            found[kind] = await work(bench, kind)

    how_many = len(benches)
    shares = [list(KINDS)[number::how_many] for number in range(how_many)]
    told = await asyncio.gather(*map(of, benches, shares), return_exceptions=True)
    for failed in told:
        # Only now, when no connection is at work any more.
        if failed is not None:
            raise failed
    return found


async def _buckets(
    bench: Bench, kind: Kind, step: Callable[[], None], shown: int
) -> Sequence[Bucket]:
    for sql in queries.making(kind, postgres=bench.is_postgres):
        step()
        await bench.make(sql)
    step()
    differing: dict[date, int] = dict(map(tuple, await bench.ask(queries.how_many_differ(kind))))
    missing = await _missing(bench, kind, shown)
    kept = await _digests(bench, kind, kind.__table__, None)
    counted = dict(kept)
    if differing:
        counted |= dict.fromkeys(differing, EMPTY)
        counted |= await _digests(bench, kind, queries.anew(kind), differing)
    return [
        Bucket(
            kind.__table__.name,
            *(first, kept.get(first, EMPTY), counted[first]),
            *(differing.get(first, 0), missing.get(first, {})),
        )
        for first in sorted(counted)
    ]


async def _missing(bench: Bench, kind: Kind, shown: int) -> Mapping[date, Cells]:
    """What is missing in the first cells that differ, by half-month."""
    found: dict[date, dict[Key, dict[str, int]]] = {}
    keys = len(keys_of(kind))
    for row in await bench.ask(queries.first_differing(kind, shown)):
        key, amounts = tuple(row[:keys]), zip(KINDS[kind], row[keys:], strict=True)
        found.setdefault(key[0], {})[key] = {name: amount for name, amount in amounts if amount}
    return found


async def _digests(
    bench: Bench, kind: Kind, table: Table, buckets: Iterable[date] | None
) -> dict[date, str]:
    """SHA-256 of the cells of each half-month that has any."""
    found: dict[date, Any] = {}
    asked = queries.texts(kind, table, buckets, postgres=bench.is_postgres)
    async for row in bench.each(asked):
        bucket, text = tuple(row)
        found.setdefault(bucket, hashlib.sha256()).update(text.encode())
    return {bucket: digest.hexdigest() for bucket, digest in found.items()}
