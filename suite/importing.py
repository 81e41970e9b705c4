"""`motcua import FILE`: a file of dossiers, gone through in its place on behalf of the operator."""

from __future__ import annotations

import asyncio
import hashlib
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from chassis.auth import Principal
from chassis.running import Running
from chassis.settings import Settings
from contracts.intake import ImportView
from contracts.vocabulary import ImportState
from services.intake.bulk.files import HEAD_BYTES, expect_kind, format_of_name
from services.intake.bulk.results import as_csv
from services.intake.bulk.work import Told, perform
from services.intake.commands.imports import Handed, Overtaken, begun_import, open_import
from services.intake.tables import ImportJob
from services.intake.views import imports as shown
from suite.tasks import at_hand

OPERATOR = Principal("operator", None, frozenset(), float("inf"))
"""Whoever can run commands here may file for every agency."""

PIECE = 1024 * 1024
SAY_EVERY = 10_000
"""Rows between two lines where nobody watches a terminal."""


@dataclass(frozen=True, kw_only=True)
class Wish:
    """What an operator asks for."""

    file: Path
    agency: str | None
    dry_run: bool
    again: bool
    resume: bool
    """Only go on with an import that was begun and is not at its end."""
    results: Path
    """Where the results are written."""


class NothingToResume(RuntimeError):
    """No import of this file was begun that is not at its end."""


class AnotherAtWork(RuntimeError):
    """Another process imports into the same data."""


async def gone_through(settings: Settings, wish: Wish) -> ImportView:
    """Import a file from where it stopped, write its results, and tell how it ended.

    The file is read where it is. Raises `NothingToResume`, `UnknownAgency`, `FileOfAnotherType`.
    """
    handed = await asyncio.to_thread(_handed, wish)
    async with at_hand(settings, "intake") as (intake,):
        if wish.resume and await intake.do(begun_import, handed, OPERATOR) is None:
            raise NothingToResume("This file is not half done; leave --resume out.")
        job, _ = await intake.do(open_import, handed, wish.again, OPERATOR)
        if job.state not in {ImportState.DONE, ImportState.FAILED}:
            job = await _to_its_end(job, wish.file, intake)
        await _write(as_csv(job.id, intake.database), wish.results)
        return shown.one(job)


async def _to_its_end(job: ImportJob, file: Path, intake: Running) -> ImportJob:
    async with intake.database.lock("operator-import") as held:
        if held is None:
            raise AnotherAtWork("Another `motcua import` is at work on this data; wait for it.")
        with _shown(job, sys.stderr.isatty()) as told:
            try:
                return await perform(job, file, intake, told)
            except Overtaken:
                raise AnotherAtWork("Somebody else goes through this file; look again.") from None


def _handed(wish: Wish) -> Handed:
    kind = format_of_name(wish.file)
    digest = hashlib.sha256()
    with wish.file.open("rb") as file:
        expect_kind(file.read(HEAD_BYTES), kind)
        file.seek(0)
        while piece := file.read(PIECE):
            digest.update(piece)
    return Handed(
        digest=digest.hexdigest(),
        format=kind,
        size=wish.file.stat().st_size,
        dry_run=wish.dry_run,
        default_agency=wish.agency,
        file=None,
    )


async def _write(pieces: AsyncIterator[bytes], path: Path) -> None:
    with path.open("wb") as file:
        async for piece in pieces:
            file.write(piece)


@contextmanager
def _shown(job: ImportJob, watched: bool) -> Iterator[Told]:
    """How far it is: a bar for who watches a terminal, plain lines otherwise."""
    if not watched:
        yield _lines(job)
        return
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[rate]} rows/s"),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=Console(stderr=True)) as progress:
        task = progress.add_task("import", total=None, completed=job.rows_done, rate="-")

        def told(at: ImportJob) -> None:
            share = (at.done_permille or 0) / 1000
            total = max(at.rows_done, round(at.rows_done / share)) if share else None
            rate = f"{at.rows_done * 1000 // at.work_ms:,}" if at.work_ms else "-"
            progress.update(task, completed=at.rows_done, total=total, rate=rate)

        yield told


def _lines(job: ImportJob) -> Callable[[ImportJob], None]:
    said = job.rows_done
    if said:
        print(f"motcua: goes on after row {said:,}", file=sys.stderr, flush=True)

    def told(at: ImportJob) -> None:
        nonlocal said
        if at.rows_done - said >= SAY_EVERY:
            said = at.rows_done
            print(f"motcua: {said:,} rows", file=sys.stderr, flush=True)

    return told
