"""How an import is shown."""

from datetime import datetime

from contracts.intake import ImportCounts, ImportReason, ImportView
from contracts.vocabulary import VIETNAM, ImportState
from services.intake.tables import ImportJob


def one(job: ImportJob) -> ImportView:
    """An import where it stands, instants in Vietnam's time."""
    here = f"/v1/imports/{job.id}"
    return ImportView(
        id=job.id,
        state=job.state,
        format=job.format,
        dry_run=job.dry_run,
        agency=job.default_agency,
        digest=job.digest,
        size=job.size,
        rows_done=job.rows_done,
        rows_total=job.rows_done if job.state is ImportState.DONE else None,
        share_done=None if job.done_permille is None else job.done_permille / 1000,
        counts=ImportCounts.model_validate(job),
        rows_per_second=round(job.rows_done / job.work_ms * 1000, 1) if job.work_ms else None,
        warnings=[ImportReason.model_validate(told) for told in job.warnings],
        reason=ImportReason.model_validate(job.reason) if job.reason else None,
        created_at=job.created_at.astimezone(VIETNAM),
        started_at=_local(job.started_at),
        finished_at=_local(job.finished_at),
        links={"self": here, "results": f"{here}/results"},
    )


def _local(instant: datetime | None) -> datetime | None:
    return instant.astimezone(VIETNAM) if instant is not None else None
