"""How many events kpi absorbs in batches: one worker, and two side by side on one database."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import time
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

from benchmarks.city import AGENCIES, EACH, FIELDS
from benchmarks.places import Place, prepared
from benchmarks.results import Result
from chassis.bus import Parcel
from chassis.running import Running, opened
from chassis.settings import Settings
from contracts.envelope import Envelope
from suite.examples import EXAMPLES
from suite.services import SERVICES
from suite.together import own_verifier

BATCH = 500
FILED, PROGRESSED = EXAMPLES["dossier.filed"], EXAMPLES["dossier.progressed"]


def lives(count: int, run: str) -> list[Parcel]:
    """Dossiers of a city's agencies, fields and procedures: each is filed, and later done."""
    filed, done = [], []
    for n in range(count // 2):
        agency, field = n % AGENCIES, n // AGENCIES % FIELDS
        code = f"bench-{run}-{n:08d}"
        received = FILED.event.received_at + timedelta(days=n % 14)
        first = FILED.event.model_copy(
            update={
                "code": code,
                "agency": f"a{agency}",
                "field": f"f{field}",
                "procedure": f"p{field * 130 + (agency * EACH + n % EACH) % 130}",
                "received_at": received,
            }
        )
        after = PROGRESSED.event.model_copy(
            update={
                "code": code,
                "revision": 2,
                "received_at": received,
                "done_at": received + timedelta(days=n % 5),
            }
        )
        filed.append(_parcel(first, code))
        done.append(_parcel(after, code))
    return filed + done


def _parcel(event, subject: str) -> Parcel:
    envelope = Envelope.around(event, id=uuid4().hex, subject=subject, time=FILED.time)
    return Parcel(envelope.id, envelope.topic, envelope.model_dump_json())


async def _absorb(url: str, folder: Path, count: int, run: str) -> None:
    """Take everything in batches, from the moment somebody says so; print seconds and CPU."""
    settings = Settings(data=folder, database_url=url, limits=False)
    parcels = lives(count, run)
    async with opened(Running(SERVICES["kpi"], settings, own_verifier(settings))) as kpi:
        print("ready", flush=True)
        sys.stdin.readline()
        begun, used = time.perf_counter(), time.process_time()
        for first in range(0, count, BATCH):
            await kpi.consumer.take(parcels[first : first + BATCH])
        print(time.perf_counter() - begun, time.process_time() - used, flush=True)


def measure_absorbing(place: Place, count: int) -> list[Result]:
    """One worker, then two, each with as many events of dossiers of its own."""
    with place.databases() as url:
        settings = Settings(data=place.fresh(), database_url=url, limits=False)
        prepared(settings)
        _together(url, settings.data, ["w0"], BATCH * 2)
        [(one, cpu)] = _together(url, settings.data, ["w1"], count)
        two = _together(url, settings.data, ["w2", "w3"], count)
    alone, both = count / one, 2 * count / max(took for took, _ in two)
    return [
        Result(
            f"events absorbed by kpi, batches of {BATCH}, one worker",
            alone,
            5000,
            "events/s asked for",
            cpu_us=cpu / count * 1e6,
            target="≥ 5,000/s",
            reached=alone >= 5000,
        ),
        Result(
            "the same by two workers side by side",
            both,
            alone,
            "one worker",
            target="≥ 1.6 of one",
            reached=both / alone >= 1.6,
        ),
    ]


def _together(url: str, folder: Path, runs: list[str], count: int) -> list[tuple[float, float]]:
    command = [sys.executable, "-m", "benchmarks.absorbing", url, str(folder), str(count)]
    workers = [
        subprocess.Popen([*command, run], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        for run in runs
    ]
    for one in workers:
        assert one.stdout is not None
        one.stdout.readline()
    for one in workers:
        assert one.stdin is not None
        one.stdin.write("\n")
        one.stdin.flush()
    told = []
    for one in workers:
        out, _ = one.communicate(timeout=600)
        took, cpu = out.split()
        told.append((float(took), float(cpu)))
    return told


if __name__ == "__main__":
    _, address, where, how_many, whose = sys.argv
    asyncio.run(_absorb(address, Path(where), int(how_many), whose))
