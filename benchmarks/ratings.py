"""Ratings: one taken with its cells and its event in one transaction, and a summary of five million."""

from __future__ import annotations

import asyncio
import json
import statistics
import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256

import asyncpg

from benchmarks.filing import pgbench
from benchmarks.load import drive, request
from benchmarks.places import Place, backends, cpu_of, prepared, process
from benchmarks.results import Result
from chassis.settings import Settings
from gateway.keys import SigningKey

CONNECTIONS = 16
WIDE = "100000000/1"
AGENCIES, PROCEDURES, DAYS = 20, 20, 20
RATED = 5_000_000
"""Ratings of one year that a summary is told of."""

CITY, HALF_MONTHS, SOURCES = 200, 24, ("asked", "self_link", "self_qr", "kiosk", "assisted")
EACH = 60
"""Procedures in which an agency of the city has ratings in every half-month."""

COUNTERS = (
    "invited, declined, ignored, voided, rated, s1, s2, s3, s4, s5, positive, neutral, negative"
)

PGBENCH = """\\set n random(1, 2000000000)
\\set m random(1, 2000000000)
\\set i random({first}, {last})
\\set a random(1, {agencies})
\\set p random(1, {procedures})
\\set d random(1, {days})
begin;
select * from rating_token where token_hash = 'h' || :i;
select * from invitation where id = 'i' || :i;
update invitation set used_at = now(), revision = revision + 1 where id = 'i' || :i;
insert into rating (invitation, questionnaire, answers, score, option_class, provenance, language,
 submitted_at, received_at) values (:n || '-' || :m, 'overall-5/1', '{{"overall":"5"}}', 5, 'positive',
 'self_link', 'vi', now(), now());
{cells}
insert into outbox (event_id, topic, envelope, recorded_at) values (:n || '-' || :m, 'rating.submitted',
 repeat('x', 640), now());
commit;
"""

CELL = """insert into {table} (procedure, {dated}, agency, occasion, questionnaire, source, {counters})
 values ({procedure}, {day}, 'a' || :a, 'returned', 'overall-5/1', 'self_link',
 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 1, 0, 0)
 on conflict (procedure, {dated}, agency, occasion, questionnaire, source)
 do update set rated = {table}.rated + 1, s5 = {table}.s5 + 1, positive = {table}.positive + 1;"""

OFFICER = """insert into officer_cell (quarter, agency, officer, rated, positive, neutral, negative)
 values (date_trunc('quarter', current_date)::date, 'a' || :a, '', 1, 1, 0, 0)
 on conflict (quarter, agency, officer)
 do update set rated = officer_cell.rated + 1, positive = officer_cell.positive + 1;"""


@dataclass(frozen=True)
class Round:
    """One round of ratings."""

    rate: float
    cpu: float
    """Microseconds of the service's process for one rating."""
    server: float
    """The same of the processes that PostgreSQL serves it with."""
    p50: float
    p99: float


def measure_ratings(place: Place, rounds: int, count: int) -> list[Result]:
    """A rating by the service on PostgreSQL, against pgbench with the same statements, in turns."""
    told: list[Round] = []
    limits = []
    with place.databases() as url:
        settings = Settings(data=place.fresh(), database_url=url, limits=False)
        prepared(settings)
        dsn = settings.database_for("rating").replace("+asyncpg", "")
        ours = count * rounds + 500
        asyncio.run(_invite(dsn, ours))
        script = settings.data / "rating.sql"
        script.write_text(_same_statements(ours))
        with process(settings, "serve", "rating") as server:
            drive(server.port, _ratings(0, 500), CONNECTIONS)
            for number in range(rounds):
                serving = asyncio.run(backends(dsn))
                begun, spent = server.cpu_seconds(), cpu_of(serving)
                answered = drive(server.port, _ratings(500 + number * count, count), CONNECTIONS)
                took = server.cpu_seconds() - begun
                served = cpu_of(serving) - spent
                told.append(
                    Round(
                        answered["rate"],
                        took / count * 1e6,
                        served / count * 1e6,
                        answered["p50"],
                        answered["p99"],
                    )
                )
                limits.append(pgbench(dsn, script))
    rate, limit = statistics.median(one.rate for one in told), statistics.median(limits)
    cpu = statistics.median(one.cpu + one.server for one in told)
    of_server = statistics.median(one.server for one in told)
    return [
        Result(
            f"rate a result, service, PostgreSQL ({of_server:,.0f} µs of the CPU are the database's)",
            rate,
            limit,
            "pgbench, same statements",
            cpu_us=cpu,
            p50=statistics.median(one.p50 for one in told),
            p99=statistics.median(one.p99 for one in told),
            target="≥ 0.30 of pgbench, ≤ 2,000 µs",
            reached=rate / limit >= 0.30 and cpu <= 2000,
        )
    ]


def _token(number: int) -> str:
    return f"bench-{number:014}"


def _ratings(first: int, count: int) -> list[bytes]:
    bodies = (
        json.dumps({"token": _token(n), "answers": {"overall": str(1 + n % 5)}}).encode()
        for n in range(first, first + count)
    )
    return [request("POST", "/v1/ratings", body=body) for body in bodies]


async def _invite(dsn: str, ours: int) -> None:
    """Invitations of the last days, spread over agencies and procedures as a province's are.

    As many again, found by hashes of their own, are pgbench's.
    """
    count = 2 * ours
    now = datetime.now(UTC)
    connection = await asyncpg.connect(dsn)
    await connection.copy_records_to_table(
        "rating_token",
        records=[
            (
                sha256(_token(n).encode()).hexdigest() if n < ours else f"h{n}",
                *(f"i{n}", "self_link", now),
            )
            for n in range(count)
        ],
        columns=["token_hash", "invitation", "provenance", "made_at"],
    )
    asked = [
        (
            *(f"i{n}", f"d{n}", "returned", "overall-5/1"),
            *(f"a{n % AGENCIES}", f"p{n // AGENCIES % PROCEDURES}"),
            *(now, now - timedelta(days=n % DAYS), now + timedelta(days=30), 1),
        )
        for n in range(count)
    ]
    columns = "id dossier occasion questionnaire agency procedure minted_at ratable_at expires_at revision"
    await connection.copy_records_to_table("invitation", records=asked, columns=columns.split())
    await connection.execute("ANALYZE")
    await connection.close()


def _same_statements(ours: int) -> str:
    day, bucket = "current_date - :d::int", "date_trunc('month', current_date - :d::int)::date"
    cells = [
        CELL.format(table=table, dated=dated, day=on, procedure=procedure, counters=COUNTERS)
        for table, dated, on in (("rating_cell", "bucket", bucket), ("rating_cell_day", "day", day))
        for procedure in ("''", "'p' || :p")
    ]
    return PGBENCH.format(
        first=ours,
        last=2 * ours - 1,
        agencies=AGENCIES,
        procedures=PROCEDURES,
        days=DAYS,
        cells="\n".join([*cells, OFFICER]),
    )


def measure_summaries(place: Place, rounds: int) -> list[Result]:
    """A year of a city's ratings summed from its cells, beside the bare statement that sums them."""
    asked = {
        "the total": "",
        "by agency": "&by=agency",
        "by official month": "&by=official_month",
        "by procedure": "&by=procedure",
    }
    results = []
    with place.databases() as url:
        settings = Settings(data=place.fresh(), database_url=url, limits=False)
        prepared(settings)
        dsn = settings.database_for("rating").replace("+asyncpg", "")
        cells = asyncio.run(_fill(dsn))
        token = _reader(settings)
        with process(settings, "serve", "rating") as server:
            for name, by in asked.items():
                path = f"/v1/ratings/summary?from=2020-01-01&to=2021-01-01{by}"
                sent = [request("GET", path, token)] * (20 if "procedure" in by else 100)
                drive(server.port, sent[:5], 1)
                told, bare, cpu = [], [], []
                for _ in range(rounds):
                    begun = server.cpu_seconds()
                    told.append(drive(server.port, sent, 1))
                    cpu.append((server.cpu_seconds() - begun) / len(sent) * 1e6)
                    bare.append(asyncio.run(_bare(dsn, by)))
                p50 = statistics.median(one["p50"] for one in told)
                results.append(
                    Result(
                        f"summary of {RATED:,} ratings, {name}, from {cells:,} cells",
                        p50,
                        statistics.median(bare),
                        "ms, the bare statement",
                        "ms",
                        cpu_us=statistics.median(cpu),
                        p50=p50,
                        p99=statistics.median(one["p99"] for one in told),
                        target="" if "procedure" in by else "< 20 ms",
                        reached=None if "procedure" in by else p50 < 20,
                    )
                )
    return results


def _reader(settings: Settings) -> str:
    return SigningKey(settings).token("bench", "H29", ["ratings:read"])


async def _fill(dsn: str) -> int:
    """Cells of a city whose agencies have all been rated in every half-month of a year."""
    connection = await asyncpg.connect(dsn, command_timeout=600)
    await connection.execute(
        "INSERT INTO known_agency (code, parent, name, kind, tree, other_codes, successors, revision) "
        "SELECT 'H29', NULL, 'Thành phố', 'city', NULL, '[]', '[]', 1 UNION ALL SELECT 'a' || a, 'H29', "
        "'Phường ' || a, 'ward', NULL, '[]', '[]', 1 FROM generate_series(1, $1) a",
        CITY,
    )
    spread = CITY * HALF_MONTHS * (len(SOURCES) - 1)
    for procedures in (1, EACH):
        each = -(-RATED // spread // procedures)
        procedure = "''" if procedures == 1 else "'p' || p"
        await connection.execute(
            "INSERT INTO rating_cell (procedure, bucket, agency, occasion, questionnaire, source, "
            f"{COUNTERS}) "
            f"SELECT {procedure}, make_date(2020, h / 2 + 1, h % 2 * 14 + 1), 'a' || a, 'returned', "
            "'overall-5/1', s, n * 4, 0, 0, 0, n, n / 20, n / 20, n / 20, n / 4, n - n / 20 * 3 - n / 4, "
            "n - n / 20 * 3, n / 20, n / 20 * 2 "
            "FROM generate_series(1, $1::int) p, generate_series(0, $2::int - 1) h, "
            f"generate_series(1, $3::int) a, unnest($4::text[]) s, (SELECT {each}) one(n)",
            *(procedures, HALF_MONTHS, CITY, list(SOURCES)),
        )
    await connection.execute("VACUUM ANALYZE rating_cell")
    cells = await connection.fetchval("SELECT count(*) FROM rating_cell")
    await connection.close()
    return int(cells)


async def _bare(dsn: str, by: str) -> float:
    """Milliseconds of the statement that sums the same cells, at best."""
    key = {
        "&by=agency": "agency, ",
        "&by=official_month": "bucket, ",
        "&by=procedure": "procedure, ",
    }
    keys = f"{key.get(by, '')}source"
    sums = ", ".join(f"sum({name})" for name in COUNTERS.split(", "))
    every = "procedure <> ''" if "procedure" in by else "procedure = ''"
    connection = await asyncpg.connect(dsn, command_timeout=60)
    statement = await connection.prepare(
        f"SELECT {keys}, {sums} FROM rating_cell WHERE {every} AND bucket >= '2020-01-01' "
        f"AND bucket < '2021-01-01' GROUP BY {keys}"
    )
    took = []
    for _ in range(5):
        begun = time.perf_counter()
        await statement.fetch()
        took.append((time.perf_counter() - begun) * 1000)
    await connection.close()
    return min(took)
