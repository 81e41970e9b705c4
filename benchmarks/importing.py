"""Importing a file of dossiers with `motcua import`, on both engines, beside the same rows raw."""

from __future__ import annotations

import asyncio
import json
import os
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import asyncpg

from benchmarks.filing import body, catalogue
from benchmarks.places import Place, prepared, process
from benchmarks.results import Result
from chassis.settings import Settings

BATCH = 500
RUN = """
import resource, sys
from suite.cli import app
sys.argv[0] = "motcua"
try:
    app()
finally:
    # Not ru_maxrss, which begins with the size of whoever started the process.
    status = dict(line.split(":", 1) for line in open("/proc/self/status"))
    sys.stderr.write(f"peak {int(status['VmHWM'].split()[0]) // 1024}\\n")
    used = resource.getrusage(resource.RUSAGE_SELF)
    sys.stderr.write(f"cpu {used.ru_utime + used.ru_stime}\\n")
"""
LIFE = {
    "status": "returned",
    "due_at": "2020-03-20T17:00:00+07:00",
    "done_at": "2020-03-18T10:00:00+07:00",
    "returned_at": "2020-03-19T08:00:00+07:00",
}


def measure_import(place: Place, rows: int) -> list[Result]:
    """Files of filings, and of dossiers that are returned already, on both engines."""
    results: list[Result] = []
    with place.databases() as url:
        settings = Settings(data=place.fresh(), database_url=url)
        results += _measure(place, settings, rows, "PostgreSQL", 3000)
    results += _measure(place, Settings(data=place.fresh()), rows, "SQLite (FULL)", 2000)
    return results


def _measure(
    place: Place, settings: Settings, rows: int, engine: str, target: int
) -> Iterator[Result]:
    token = prepared(settings)
    with process(settings, "serve", "intake") as server:
        catalogue(server, token)
    folder = place.fresh()
    for number, (what, more) in enumerate((("filings", {}), ("returned already", LIFE))):
        file = folder / f"{number}.ndjson"
        with file.open("wb") as written:
            for n in range(number * rows, (number + 1) * rows):
                told = json.loads(body(n)) | more
                written.write(json.dumps(told, ensure_ascii=False).encode() + b"\n")
        told, peak, cpu = _imported(settings, file)
        limit = _raw(settings, folder, rows)
        yield Result(
            f"import {rows:,} {what}, {engine}",
            told["rows_per_second"],
            limit,
            "the same rows raw",
            cpu_us=cpu / rows * 1e6,
            target=f"≥ {target:,}/s, < 250 MB" if not more else "< 250 MB",
            reached=peak < 250 and (bool(more) or told["rows_per_second"] >= target),
        )
        print(f"  import {what}, {engine}: peak {peak} MB", flush=True)


def _imported(settings: Settings, file: Path) -> tuple[dict, int, float]:
    """The import as it ended, its peak of memory in MB, and its seconds of CPU."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith("MOTCUA_")}
    for name in settings.model_fields_set:
        kept[f"MOTCUA_{name.upper()}"] = str(getattr(settings, name))
    command = [sys.executable, "-c", RUN, "import", str(file), "--json"]
    done = subprocess.run(command, env=kept, capture_output=True, text=True, check=True)
    words = dict(line.split() for line in done.stderr.splitlines() if line[:4] in {"peak", "cpu "})
    return json.loads(done.stdout), int(words["peak"]), float(words["cpu"])


def _raw(settings: Settings, folder: Path, rows: int) -> float:
    if settings.database_url:
        return asyncio.run(_copied(settings.database_for("intake").replace("+asyncpg", ""), rows))
    return _inserted(settings.data / "intake.db", folder / "raw.db", rows)


async def _copied(dsn: str, rows: int) -> float:
    """COPY dossiers, steps and events as the import left them, a batch to a transaction."""
    connection = await asyncpg.connect(dsn)
    kept: dict[str, list] = {}
    for table, order in (("dossier", "code"), ("step", "dossier"), ("outbox", "id")):
        await connection.execute(f"DROP TABLE IF EXISTS raw_{table}")
        await connection.execute(f"CREATE TABLE raw_{table} (LIKE {table} INCLUDING ALL)")
        found = await connection.fetch(f"SELECT * FROM {table} ORDER BY {order} DESC")
        kept[table] = found[: len(found) if table != "dossier" else rows]
    batches = range(0, rows, BATCH)
    begun = time.perf_counter()
    for first in batches:
        async with connection.transaction():
            for table, records in kept.items():
                share = len(records) * BATCH // rows
                begin = len(records) * first // rows
                part = [tuple(r) for r in records[begin : begin + share]]
                if part:
                    columns = list(records[0].keys())
                    await connection.copy_records_to_table(
                        f"raw_{table}", records=part, columns=columns
                    )
    rate = rows / (time.perf_counter() - begun)
    await connection.close()
    return rate


def _inserted(source: Path, target: Path, rows: int) -> float:
    """Insert the rows as the import left them into tables alike, durable at every batch."""
    target.unlink(missing_ok=True)
    connection = sqlite3.connect(target, isolation_level=None)
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=FULL")
    with sqlite3.connect(source) as ours:
        kept = {}
        for table in ("dossier", "step", "outbox"):
            [(sql,)] = ours.execute("SELECT sql FROM sqlite_master WHERE name = ?", (table,))
            connection.execute(sql)
            cursor = ours.execute(f"SELECT * FROM {table} ORDER BY rowid DESC")
            kept[table] = list(islice(cursor, rows) if table == "dossier" else cursor)
    begun = time.perf_counter()
    for first in range(0, rows, BATCH):
        connection.execute("BEGIN IMMEDIATE")
        for table, records in kept.items():
            share = len(records) * BATCH // rows
            begin = len(records) * first // rows
            part = records[begin : begin + share]
            if part:
                marks = ", ".join("?" * len(part[0]))
                connection.executemany(f"INSERT INTO {table} VALUES ({marks})", part)
        connection.execute("COMMIT")
    rate = rows / (time.perf_counter() - begun)
    connection.close()
    return rate
