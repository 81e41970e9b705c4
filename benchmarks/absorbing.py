"""How many events kpi absorbs in batches: one worker, and two side by side on one database."""

from __future__ import annotations

import asyncio
import random
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import uvloop

from benchmarks.city import AGENCIES, EACH, FIELDS
from benchmarks.places import Place, backends, cpu_of, prepared
from benchmarks.results import Result
from chassis import telemetry
from chassis.bus import Parcel
from chassis.running import Running, opened
from chassis.settings import Settings
from contracts.envelope import Envelope, Event
from suite.examples import EXAMPLES
from suite.services import SERVICES
from suite.together import own_verifier

BATCH = 500
APART = 4_000
"""How far events of every kind are strewn: a batch then has some of each, and what follows may come first."""

FILED, PROGRESSED = EXAMPLES["dossier.filed"], EXAMPLES["dossier.progressed"]
ON_THE_WAY = {
    "shipment.moved": "ordered_at",
    "shipment.accepted": "accepted_at",
    "shipment.delivered": "delivered_at",
}


def lives(count: int, run: str) -> list[Parcel]:
    """Dossiers of a city's agencies, fields and procedures: each is filed, and later done."""
    filed, done = [], []
    for n in range(count // 2):
        received = FILED.event.received_at + timedelta(days=n % 14)
        filed.append(_parcel(_filed(n, run, received), _code(n, run)))
        after = _progressed(n, run, received, 2, done_at=received + timedelta(days=n % 5))
        done.append(_parcel(after, _code(n, run)))
    return filed + done


def all_kinds(count: int, run: str) -> list[Parcel]:
    """Events of every kind that kpi counts, eight or so of each dossier, strewn."""
    chance = random.Random(run)
    told: list[tuple[float, Parcel]] = []
    while len(told) < count:
        n = len(told)
        life = [_parcel(event, _code(n, run)) for event in _whole_life(n, run, chance)]
        told += [(n + chance.uniform(0, APART), parcel) for parcel in life]
    return [parcel for _, parcel in sorted(told, key=lambda one: one[0])][:count]


def _whole_life(n: int, run: str, chance: random.Random) -> Iterator[Event]:
    code = _code(n, run)
    received = FILED.event.received_at + timedelta(days=n % 40, minutes=n % 600)
    done = received + timedelta(days=chance.randrange(6))
    returned = done + timedelta(days=1)
    yield _filed(n, run, received)
    yield _progressed(n, run, received, 2)
    yield _progressed(n, run, received, 3, done_at=done)
    yield _progressed(n, run, received, 4, done_at=done, returned_at=returned)
    if chance.random() < 0.5:
        for topic, moment in ON_THE_WAY.items():
            told = {"dossier": code, "shipment": f"s-{code}", moment: returned}
            yield EXAMPLES[topic].event.model_copy(update=told)
    told = {"code": code, "synchronised_at": received + timedelta(hours=1)}
    yield EXAMPLES["national.synchronised"].event.model_copy(update=told)
    if chance.random() < 0.4:
        told = {"dossier": code, "submitted_at": returned, "score": chance.randint(1, 5)}
        yield EXAMPLES["rating.submitted"].event.model_copy(update=told)


def _code(n: int, run: str) -> str:
    return f"bench-{run}-{n:08d}"


def _filed(n: int, run: str, received) -> Event:
    agency, field = n % AGENCIES, n // AGENCIES % FIELDS
    told = {
        "code": _code(n, run),
        "agency": f"a{agency}",
        "field": f"f{field}",
        "procedure": f"p{field * 130 + (agency * EACH + n % EACH) % 130}",
        "received_at": received,
    }
    return FILED.event.model_copy(update=told)


def _progressed(n: int, run: str, received, revision: int, **moments) -> Event:
    told = {"done_at": None, "returned_at": None} | moments
    told |= {"code": _code(n, run), "revision": revision, "received_at": received}
    return PROGRESSED.event.model_copy(update=told)


def _parcel(event: Event, subject: str) -> Parcel:
    envelope = Envelope.around(event, id=uuid4().hex, subject=subject, time=FILED.time)
    return Parcel(envelope.id, envelope.topic, envelope.model_dump_json())


EVENTS: dict[str, Callable[[int, str], list[Parcel]]] = {"lives": lives, "all-kinds": all_kinds}


async def _absorb(url: str, folder: Path, which: str, count: int, run: str) -> None:
    """Take everything in batches, from the moment somebody says so; print seconds and CPU.

    In the same kind of loop as a worker, and with its memory settled as a worker's is.
    """
    settings = Settings(data=folder, database_url=url, limits=False)
    parcels = EVENTS[which](count, run)
    async with opened(Running(SERVICES["kpi"], settings, own_verifier(settings))) as kpi:
        telemetry.settle_memory()
        print("ready", flush=True)
        sys.stdin.readline()
        begun, used = time.perf_counter(), time.process_time()
        for first in range(0, count, BATCH):
            await kpi.consumer.take(parcels[first : first + BATCH])
        print(time.perf_counter() - begun, time.process_time() - used, flush=True)
        # Its connections are looked at before it leaves.
        sys.stdin.readline()


def measure_absorbing(place: Place, rounds: int, count: int) -> list[Result]:
    """One worker, then two, each with as many events of dossiers of its own."""
    with place.databases() as url:
        bench = _Bench(url, place.fresh())
        bench.together("lives", BATCH * 2, 1)
        ones, twos, mixed = [], [], []
        for _ in range(rounds):
            ones += bench.together("lives", count, 1)
            twos.append(bench.together("lives", count, 2))
            mixed += bench.together("all-kinds", count, 1)
    alone = count / statistics.median(took for took, _, _ in ones)
    both = 2 * count / statistics.median(max(took for took, _, _ in two) for two in twos)
    return [
        _of_one(f"events absorbed by kpi, batches of {BATCH}, one worker", ones, count),
        Result(
            "the same by two workers side by side",
            both,
            alone,
            "one worker",
            target="≥ 1.6 of one",
            reached=both / alone >= 1.6,
        ),
        _of_one("events of all kinds together, one worker", mixed, count),
    ]


def _of_one(path: str, told: list[tuple[float, float, float]], count: int) -> Result:
    took, own, server = map(statistics.median, zip(*told, strict=True))
    share = f"{server / count * 1e6:,.0f} µs of the CPU are the database's"
    return Result(
        f"{path} ({share})",
        count / took,
        5000,
        "events/s asked for",
        cpu_us=(own + server) / count * 1e6,
        target="≥ 5,000/s",
        reached=count / took >= 5000,
    )


class _Bench:
    """One database that workers absorb into, each run with dossiers of its own."""

    def __init__(self, url: str, folder: Path) -> None:
        self.url, self.folder, self.runs = url, folder, 0
        settings = Settings(data=folder, database_url=url, limits=False)
        prepared(settings)
        self.dsn = settings.database_for("kpi").replace("+asyncpg", "")

    def together(self, which: str, count: int, how_many: int) -> list[tuple[float, float, float]]:
        """Seconds, CPU of the worker, and its share of the database's, of workers side by side."""
        command = [sys.executable, "-m", "benchmarks.absorbing", self.url, str(self.folder)]
        workers = []
        for _ in range(how_many):
            self.runs += 1
            workers.append(
                subprocess.Popen(
                    [*command, which, str(count), f"w{self.runs}"],
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE,
                    text=True,
                )
            )
        for one in workers:
            one.stdout.readline()
        spent = cpu_of(asyncio.run(backends(self.dsn)))
        for one in workers:
            one.stdin.write("\n")
            one.stdin.flush()
        told = [tuple(map(float, one.stdout.readline().split())) for one in workers]
        served = cpu_of(asyncio.run(backends(self.dsn))) - spent
        for one in workers:
            one.communicate("\n", timeout=600)
        return [(took, own, served / how_many) for took, own in told]


if __name__ == "__main__":
    _, address, where, events, how_many, whose = sys.argv
    uvloop.run(_absorb(address, Path(where), events, int(how_many), whose))
