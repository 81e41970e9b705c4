"""Going through a file of dossiers: from the row where it stopped to its end, batch by batch."""

import asyncio
import time
from collections.abc import Callable
from pathlib import Path

from chassis.auth import Principal
from chassis.database import Unstorable
from chassis.running import Running
from chassis.service import Job
from contracts.intake import ImportReason
from contracts.vocabulary import ImportOutcome, ImportState
from services.intake.bulk.batches import Judged
from services.intake.bulk.files import FileUnusable
from services.intake.bulk.rows import Reading, Row, Source
from services.intake.bulk.spool import Spool
from services.intake.commands.imports import (
    Batch,
    Overtaken,
    begin_import,
    fail_import,
    finish_import,
    forget_import,
    import_batch,
)
from services.intake.queries.imports import files_in_use, next_import
from services.intake.tables import ImportJob

Told = Callable[[ImportJob], None]
LOOK_EVERY = 1.0
"""Seconds between two looks for a file that was handed over."""

SWEEP_EVERY = 3600.0


class Sweeping:
    """When what is old was last swept away."""

    def __init__(self) -> None:
        self.at = float("-inf")


async def open_sweeping(_: Running) -> Sweeping:
    """Nothing swept yet."""
    return Sweeping()


async def run_imports(running: Running) -> None:
    """Go through every file that was handed over, the oldest first."""
    spool = Spool(running.settings)
    while job := await running.do(next_import):
        path = spool.path(job.file or "")
        try:
            if not path.is_file():
                detail = "The file is gone from the folder of received files; send it again."
                await running.do(fail_import, job.id, ImportReason(code="gone", detail=detail))
                continue
            await perform(job, path, running)
        except Overtaken:
            return
        spool.drop(job.file)
    await _sweep(running, spool)


async def perform(
    job: ImportJob, path: Path, running: Running, told: Told | None = None
) -> ImportJob:
    """Import a file from the row where it stopped to its end; the import as it ended.

    `told` hears of every batch. Raises `Overtaken` when somebody else goes through the same file.
    """
    how = await _reading(job, running)
    try:
        source = await asyncio.to_thread(Source, path, job.format, how)
    except FileUnusable as unusable:
        return await running.do(fail_import, job.id, _reason(unusable))
    try:
        job = await running.do(begin_import, job.id, source.warnings)
        if job.state is ImportState.RUNNING:
            await asyncio.to_thread(source.skip, job.rows_done)
            job = await _every_batch(job, source, running, told)
    except FileUnusable as unusable:
        job = await running.do(fail_import, job.id, _reason(unusable))
    finally:
        source.close()
    return job


async def _every_batch(
    job: ImportJob, source: Source, running: Running, told: Told | None
) -> ImportJob:
    caller = Principal(job.client, job.agency, frozenset(), float("inf"))
    begun = time.monotonic()
    following = asyncio.create_task(_next_batch(source))
    try:
        while True:
            rows, share = await following
            if not rows:
                return await running.do(finish_import, job.id, job.rows_done)
            # The next rows are read while these are stored.
            following = asyncio.create_task(_next_batch(source))
            now = time.monotonic()
            batch = Batch(rows=rows, share=share, seconds=now - begun)
            begun = now
            job = await _store(job, batch, caller, running)
            if told is not None:
                told(job)
    finally:
        # The file is closed only when nobody reads it.
        await asyncio.gather(following, return_exceptions=True)


async def _next_batch(source: Source) -> tuple[list[Row], float | None]:
    rows = await asyncio.to_thread(source.batch)
    return rows, source.share()


async def _store(job: ImportJob, batch: Batch, caller: Principal, running: Running) -> ImportJob:
    """File a batch; where the engine cannot hold a value, find its row by halves."""
    try:
        return await running.do(import_batch, job.id, job.rows_done, batch, caller)
    except Unstorable:
        if len(batch.rows) > 1:
            middle = len(batch.rows) // 2
            for rows in (batch.rows[:middle], batch.rows[middle:]):
                half = Batch(rows=rows, share=batch.share, seconds=batch.seconds / 2)
                job = await _store(job, half, caller, running)
            return job
        detail = "Remove characters or numbers that a database cannot hold."
        [row] = batch.rows
        reason = ImportReason(code="value-not-storable", detail=detail)
        result = Judged(row.line, row.code, ImportOutcome.INVALID, (reason,))
        told = Batch(rows=(), share=batch.share, seconds=batch.seconds, results=(result,))
        return await running.do(import_batch, job.id, job.rows_done, told, caller)


async def _reading(job: ImportJob, running: Running) -> Reading:
    settings = running.settings
    return Reading(
        agency=job.default_agency,
        agencies=await running.tree.below(None),
        opens=settings.morning_opens,
        closes=settings.afternoon_closes,
        max_unpacked=settings.import_max_unpacked_bytes,
    )


async def _sweep(running: Running, spool: Spool) -> None:
    sweeping = running.own(Sweeping)
    if time.monotonic() - sweeping.at < SWEEP_EVERY:
        return
    sweeping.at = time.monotonic()
    spool.drop_orphans(await files_in_use(running.database))
    forgotten = True
    while forgotten:
        forgotten = await running.do(forget_import)


def _reason(unusable: FileUnusable) -> ImportReason:
    return ImportReason(code=unusable.code, field=unusable.field, detail=unusable.detail)


import_job = Job(name="import", every=lambda _: LOOK_EVERY, run=run_imports)
"""The worker's part: files that were handed over are gone through, one after the other."""
