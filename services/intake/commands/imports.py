"""Importing a file of dossiers: handing it over, its batches, its end."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256

from chassis.auth import Principal
from chassis.database import UnitOfWork
from chassis.running import running_of
from contracts.intake import ImportReason
from contracts.problems import NotFound
from contracts.vocabulary import ImportFormat, ImportOutcome, ImportState
from services.intake.bulk.batches import Judged, file_rows
from services.intake.bulk.rows import Row
from services.intake.commands.reach import expect_reachable
from services.intake.queries.imports import import_finished_before
from services.intake.tables import ImportJob, ImportPart

ATTEMPTS = 5
"""How often a file is begun without getting anywhere before it is given up."""


class UnknownImport(NotFound):
    """No such import is within your reach."""

    title_vi = "Không tìm thấy lần nhập này"


class Overtaken(Exception):
    """Somebody else goes through this file: what was to be stored is stored, or will be."""


@dataclass(frozen=True, kw_only=True)
class Handed:
    """A file as it was handed over."""

    digest: str
    format: ImportFormat
    size: int
    dry_run: bool
    default_agency: str | None
    file: str | None
    """Its name among the received files; none where it is read in its place."""


@dataclass(frozen=True, kw_only=True)
class Batch:
    """Rows that are filed together."""

    rows: Sequence[Row]
    share: float | None
    """How much of the file is read with them."""
    seconds: float
    """How long they have taken so far."""
    results: Sequence[Judged] = ()
    """What became of them, where that is known beforehand."""


async def open_import(
    handed: Handed, again: bool, caller: Principal, uow: UnitOfWork
) -> tuple[ImportJob, bool]:
    """An import of a file, and whether it is new: the same file again is the import it was.

    A new one is made for a file that failed as a whole, and `again` when the earlier one is done.
    Raises `UnknownAgency` for a default agency beyond the caller's reach.
    """
    if handed.default_agency is not None:
        await expect_reachable(handed.default_agency, caller, running_of(uow).tree)
    earlier, run = await _latest(handed, caller, uow)
    if earlier is not None:
        over = earlier.state is ImportState.DONE
        if earlier.state is not ImportState.FAILED and not (again and over):
            return earlier, False
    job = ImportJob.of(
        id=_id_of(handed, caller, run + 1),
        **{name: getattr(handed, name) for name in _HANDED},
        client=caller.client,
        agency=caller.agency,
        state=ImportState.QUEUED,
        created_at=uow.now,
    )
    uow.add(job)
    return job, True


async def begun_import(handed: Handed, caller: Principal, uow: UnitOfWork) -> ImportJob | None:
    """The import of a file that was begun and is not at its end, if there is one."""
    earlier, _ = await _latest(handed, caller, uow)
    is_open = earlier is not None and earlier.state not in {ImportState.DONE, ImportState.FAILED}
    return earlier if is_open else None


async def reachable_import(job_id: str, caller: Principal, uow: UnitOfWork) -> ImportJob:
    """An import of the caller's agency or one below it. Raises `UnknownImport`."""
    job = await uow.get(ImportJob, job_id)
    if job is not None:
        of_all = caller.agency is None
        if of_all or (job.agency and await running_of(uow).tree.covers(caller, job.agency)):
            return job
    raise UnknownImport("No import of this id is within your reach.")


async def begin_import(job_id: str, warnings: Sequence[ImportReason], uow: UnitOfWork) -> ImportJob:
    """Begin an import, or go on with it. One that never gets anywhere is given up."""
    job = await _open_job(job_id, uow)
    job.attempts += 1
    job.revision += 1
    job.warnings = [reason.model_dump() for reason in warnings]
    if job.attempts > ATTEMPTS:
        reason = ImportReason(code="given-up", detail="Tell the operator this import's id.")
        _end(job, ImportState.FAILED, uow, reason)
        return job
    job.state = ImportState.RUNNING
    job.started_at = job.started_at or uow.now
    return job


async def import_batch(
    job_id: str, begins: int, batch: Batch, caller: Principal, uow: UnitOfWork
) -> ImportJob:
    """File a batch of an import's rows and keep their results, together or not at all.

    Raises `Overtaken` unless the import stands at the row the batch begins with.
    """
    job = await _open_job(job_id, uow)
    if job.rows_done != begins:
        raise Overtaken
    # A dry run does everything, and lets go of it.
    work = UnitOfWork(uow.database, attempt=uow.attempt) if job.dry_run else uow
    results = batch.results or await file_rows(batch.rows, caller, work)
    job.parts += 1
    uow.add(ImportPart.of(job=job_id, number=job.parts, rows=[_told(one) for one in results]))
    for outcome in ImportOutcome:
        count = sum(one.outcome is outcome for one in results)
        setattr(job, outcome.value, getattr(job, outcome.value) + count)
    job.rows_done += len(results)
    job.done_permille = None if batch.share is None else round(batch.share * 1000)
    job.work_ms += round(batch.seconds * 1000)
    job.attempts = 0
    job.revision += 1
    return job


async def finish_import(job_id: str, begins: int, uow: UnitOfWork) -> ImportJob:
    """Say that every row was read. Raises `Overtaken`."""
    job = await _open_job(job_id, uow)
    if job.rows_done != begins:
        raise Overtaken
    job.done_permille = 1000
    _end(job, ImportState.DONE, uow)
    return job


async def fail_import(job_id: str, reason: ImportReason, uow: UnitOfWork) -> ImportJob:
    """Say why a file cannot be read, or not further; what was filed stays. Raises `Overtaken`."""
    job = await _open_job(job_id, uow)
    _end(job, ImportState.FAILED, uow, reason)
    return job


async def forget_import(uow: UnitOfWork) -> bool:
    """Take away an import that was over long ago, with its results; whether there was one."""
    keep = timedelta(days=running_of(uow).settings.import_keep_days)
    job = await import_finished_before(uow.now - keep, uow)
    if job is None:
        return False
    for number in range(1, job.parts + 1):
        uow.strike("import_part", job.id, number)
    uow.remove(job)
    return True


_HANDED = ("digest", "format", "size", "dry_run", "default_agency", "file")


def _id_of(handed: Handed, caller: Principal, run: int) -> str:
    told = (handed.digest, handed.format.value, handed.dry_run, handed.default_agency)
    return sha256(repr((*told, caller.client, caller.agency, run)).encode()).hexdigest()[:32]


async def _latest(
    handed: Handed, caller: Principal, uow: UnitOfWork
) -> tuple[ImportJob | None, int]:
    """The latest import of a file, and how many there were."""
    latest: ImportJob | None = None
    run = 0
    while (found := await uow.get(ImportJob, _id_of(handed, caller, run + 1))) is not None:
        latest, run = found, run + 1
    return latest, run


async def _open_job(job_id: str, uow: UnitOfWork) -> ImportJob:
    job = await uow.get(ImportJob, job_id)
    if job is None or job.state in {ImportState.DONE, ImportState.FAILED}:
        raise Overtaken
    return job


def _end(
    job: ImportJob, state: ImportState, uow: UnitOfWork, reason: ImportReason | None = None
) -> None:
    job.state = state
    job.reason = reason.model_dump() if reason is not None else None
    job.started_at = job.started_at or uow.now
    job.finished_at = uow.now
    job.revision += 1


def _told(result: Judged) -> list[object]:
    """A result as it is kept: few bytes, because there is one for every row."""
    reasons = [[reason.code, reason.field, reason.detail] for reason in result.reasons]
    return [result.line, result.code, result.outcome.value, reasons]
