"""Filing a dossier: through the service and through the gateway, on both engines, and in bulk."""

from __future__ import annotations

import asyncio
import json
import re
import sqlite3
import statistics
import subprocess
import time
from pathlib import Path

import asyncpg

from benchmarks.load import drive, request
from benchmarks.places import BEHIND, Place, Process, prepared, process
from benchmarks.results import Result
from chassis.auth import Principal
from chassis.database import UnitOfWork
from chassis.running import Running, opened
from chassis.settings import Settings
from contracts.intake import DossierFiling
from services.intake import commands
from suite.services import SERVICES
from suite.together import own_verifier

CONNECTIONS = 16
PGBENCH = """\\set n random(1, 2000000000)
\\set m random(1, 2000000000)
begin;
insert into dossier ({columns}) values ({values});
insert into outbox (event_id, topic, envelope, recorded_at) values (:n || '-' || :m, 'dossier.filed',
 repeat('x', 760), now());
commit;
"""


def body(number: int) -> bytes:
    """A filing as partners send them."""
    told = {
        "code": f"000.00.19.H29-200316-{number:06d}",
        "procedure": "1.001612",
        "agency": "000.00.19.H29",
        "channel": "counter",
        "return_mode": "counter",
        "received_at": "2020-03-16T09:00:00+07:00",
        "applicant": {"kind": "citizen", "name": "Nguyễn Văn A", "phone": "0900000000"},
    }
    return json.dumps(told).encode()


CATALOGUE = [
    ("/v1/agencies/H29", {"name": "Thành phố", "kind": "city"}),
    ("/v1/agencies/000.00.19.H29", {"name": "Sở", "kind": "department", "parent": "H29"}),
    (
        "/v1/procedures/1.001612",
        {
            "name": "Thành lập hộ kinh doanh",
            "field": "ho-kinh-doanh",
            "time_limit": {"amount": 3, "unit": "working_day"},
        },
    ),
]


class Numbers:
    """Dossier numbers, each used once."""

    def __init__(self) -> None:
        self.next = 0

    def filings(self, count: int, token: str) -> list[bytes]:
        first, self.next = self.next, self.next + count
        return [
            request("POST", "/v1/dossiers", token, body(n)) for n in range(first, first + count)
        ]


def catalogue(server: Process, token: str) -> None:
    """Put what a filing needs."""
    puts = [request("PUT", path, token, json.dumps(told).encode()) for path, told in CATALOGUE]
    for one in puts:
        drive(server.port, [one], 1)


def measure_postgres(place: Place, rounds: int, count: int) -> list[Result]:
    """The service on PostgreSQL against pgbench with the same two inserts, in turns."""
    numbers, ours, limits, cpu, halves = Numbers(), [], [], [], []
    with place.databases() as url:
        settings = Settings(data=place.fresh(), database_url=url)
        token = prepared(settings)
        dsn = settings.database_for("intake").replace("+asyncpg", "")
        script = settings.data / "filing.sql"
        script.write_text(asyncio.run(_same_inserts(dsn)))
        with process(settings, "serve", "intake") as server:
            catalogue(server, token)
            drive(server.port, numbers.filings(500, token), CONNECTIONS)
            for _ in range(rounds):
                begun = server.cpu_seconds()
                told = drive(server.port, numbers.filings(count, token), CONNECTIONS)
                cpu.append((server.cpu_seconds() - begun) / count * 1e6)
                ours.append(told)
                limits.append(pgbench(dsn, script))
                halves.append(drive(server.port, numbers.filings(count // 4, token), 2)["p99"])
    rate = statistics.median(one["rate"] for one in ours)
    limit = statistics.median(limits)
    return [
        Result(
            "file a dossier, service, PostgreSQL",
            rate,
            limit,
            "pgbench, same inserts",
            cpu_us=statistics.median(cpu),
            p50=statistics.median(one["p50"] for one in ours),
            p99=statistics.median(one["p99"] for one in ours),
            target="≥ 0.40 of pgbench",
            reached=rate / limit >= 0.40,
        )
    ]


async def _same_inserts(dsn: str) -> str:
    """A pgbench script that inserts a whole dossier row and its event."""
    connection = await asyncpg.connect(dsn)
    rows = await connection.fetch(
        "SELECT column_name, data_type FROM information_schema.columns WHERE table_name = 'dossier'"
    )
    await connection.close()
    sample = {"integer": "3", "date": "current_date", "timestamp with time zone": "now()"}
    values = {row[0]: sample.get(row[1], "'counter'") for row in rows}
    values |= {
        "code": ":n || '-' || :m",
        "applicant": "repeat('a', 80)",
        "flags": "repeat('f', 66)",
    }
    return PGBENCH.format(columns=", ".join(values), values=", ".join(values.values()))


def pgbench(dsn: str, script: Path) -> float:
    """Transactions a second of a script, 16 at once."""
    told = subprocess.run(
        [
            "pgbench",
            "-n",
            "-M",
            "prepared",
            "-c",
            "16",
            "-j",
            "2",
            "-T",
            "3",
            "-f",
            str(script),
            dsn,
        ],
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    found = re.search(r"tps = ([0-9.]+)", told)
    if found is None:
        raise RuntimeError(told)
    return float(found[1])


def measure_embedded(place: Place, rounds: int, count: int) -> list[Result]:
    """The whole suite in one process on SQLite, durable at every commit, through its public door."""
    numbers, ours, limits, cpu = Numbers(), [], [], []
    settings = Settings(data=place.fresh())
    token = prepared(settings)
    with process(settings, "serve", "intake") as server:
        catalogue(server, token)
        drive(server.port, numbers.filings(500, token), CONNECTIONS)
        for _ in range(rounds):
            begun = server.cpu_seconds()
            ours.append(drive(server.port, numbers.filings(count, token), CONNECTIONS))
            cpu.append((server.cpu_seconds() - begun) / count * 1e6)
            limits.append(_sqlite_loop(place.fresh() / "raw.db", count))
    rate = statistics.median(one["rate"] for one in ours)
    p99 = statistics.median(one["p99"] for one in ours)
    return [
        Result(
            "file a dossier, service, SQLite (FULL)",
            rate,
            statistics.median(limits),
            "raw inserts, 16 a commit",
            cpu_us=statistics.median(cpu),
            p50=statistics.median(one["p50"] for one in ours),
            p99=p99,
            target="≥ 1,500/s, p99 < 30 ms",
            reached=rate >= 1500 and p99 < 30,
        )
    ]


def _sqlite_loop(path: Path, count: int) -> float:
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=FULL")
    connection.execute("CREATE TABLE dossier (code TEXT PRIMARY KEY, told TEXT)")
    connection.execute(
        "CREATE TABLE outbox (id INTEGER PRIMARY KEY, event_id TEXT UNIQUE, told TEXT)"
    )
    begun = time.perf_counter()
    for first in range(0, count, CONNECTIONS):
        connection.execute("BEGIN IMMEDIATE")
        for n in range(first, first + CONNECTIONS):
            connection.execute("INSERT INTO dossier VALUES (?, ?)", (str(n), "d" * 500))
            connection.execute(
                "INSERT INTO outbox (event_id, told) VALUES (?, ?)", (str(n), "x" * 760)
            )
        connection.execute("COMMIT")
    rate = count / (time.perf_counter() - begun)
    connection.close()
    return rate


def measure_gateway(place: Place, rounds: int, count: int) -> list[Result]:
    """What the gateway adds to a request, as CPU time, in the same process and in front of another."""
    results: list[Result] = []
    settings = Settings(data=place.fresh())
    token = prepared(settings)
    with process(settings, "serve", "intake") as intake:
        numbers = Numbers()
        catalogue(intake, token)
        upstream = ",".join(f"{name}=http://127.0.0.1:{intake.port}" for name in BEHIND)
        split = settings.model_copy(update={"upstream_url": upstream})
        split.model_fields_set.add("upstream_url")
        with process(split, "serve", "gateway") as gateway:
            direct, through, added = [], [], []
            for _ in range(rounds):
                direct.append(
                    drive(intake.port, numbers.filings(count, token), CONNECTIONS)["rate"]
                )
                begun = gateway.cpu_seconds()
                told = drive(gateway.port, numbers.filings(count, token), CONNECTIONS)
                added.append((gateway.cpu_seconds() - begun) / count * 1e6)
                through.append(told)
            cpu = statistics.median(added)
            results.append(
                Result(
                    "file through the gateway, split",
                    statistics.median(one["rate"] for one in through),
                    statistics.median(direct),
                    "the service directly",
                    cpu_us=cpu,
                    p50=statistics.median(one["p50"] for one in through),
                    p99=statistics.median(one["p99"] for one in through),
                    target="adds < 1,500 µs CPU",
                    reached=cpu < 1500,
                )
            )
    return results


def measure_bulk(place: Place, rounds: int) -> list[Result]:
    """500 filings in one unit of work against COPY of the same rows."""
    ours, limits = [], []

    async def one_round(running: Running, number: int) -> None:
        caller = Principal("bench", "H29", frozenset(), 0)
        filings = [
            DossierFiling.model_validate_json(body(number * 500 + n), strict=True)
            for n in range(500)
        ]
        begun = time.perf_counter()
        uow = UnitOfWork(running.database)
        for filing in filings:
            await commands.file_dossier(filing, caller, uow)
        await running.database.commit(uow)
        ours.append(500 / (time.perf_counter() - begun))
        limits.append(await _copy(running))

    async def every_round(settings: Settings) -> None:
        async with opened(Running(SERVICES["intake"], settings, own_verifier(settings))) as running:
            for number in range(rounds * 4):
                await one_round(running, number)

    with place.databases() as url:
        settings = Settings(data=place.fresh(), database_url=url)
        token = prepared(settings)
        with process(settings, "serve", "intake") as server:
            catalogue(server, token)
        asyncio.run(every_round(settings))
    rate, limit = statistics.median(ours), statistics.median(limits)
    return [
        Result(
            "500 filings, one commit, PostgreSQL",
            rate,
            limit,
            "COPY of both tables",
            cpu_us=1e6 / rate,
            target="≥ 0.60 of COPY",
            reached=rate / limit >= 0.60,
        )
    ]


async def _copy(running: Running) -> float:
    """COPY the newest 500 dossiers and their events into tables of the same shape."""
    connection = await asyncpg.connect(
        running.settings.database_for("intake").replace("+asyncpg", "")
    )
    rows = {}
    for table in ("dossier", "outbox"):
        await connection.execute(
            f"CREATE TABLE IF NOT EXISTS copy_{table} (LIKE {table} INCLUDING ALL)"
        )
        await connection.execute(f"TRUNCATE copy_{table}")
        rows[table] = await connection.fetch(f"SELECT * FROM {table} LIMIT 500")
    begun = time.perf_counter()
    async with connection.transaction():
        for table, records in rows.items():
            await connection.copy_records_to_table(
                f"copy_{table}",
                records=[tuple(r) for r in records],
                columns=list(records[0].keys()),
            )
    rate = 500 / (time.perf_counter() - begun)
    await connection.close()
    return rate
