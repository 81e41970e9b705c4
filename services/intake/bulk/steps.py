"""The steps that one row of a backlog tells of: its dates and its status, as rows of progress."""

from collections.abc import Iterator
from datetime import datetime

from contracts.intake import ImportReason, ImportRow, ProgressRow
from contracts.vocabulary import DossierStatus

DATED = {
    DossierStatus.ACCEPTED: "received_at",
    DossierStatus.REFUSED: "refused_at",
    DossierStatus.DONE: "done_at",
    DossierStatus.RETURNED: "returned_at",
}
"""Statuses that a figure hangs on: they need their own date, none is assumed."""

NOTABLE = frozenset(
    {DossierStatus.WAITING_SUPPLEMENT, DossierStatus.WITHDRAWN, DossierStatus.STOPPED}
)
"""Statuses whose moment changes what is counted, so that an assumed one is told."""


def lacking(row: ImportRow) -> list[ImportReason]:
    """The dates a row must have for what it says, and has not."""
    found: list[ImportReason] = []
    reported = {step.status for step in row.progress}
    needed = DATED.get(row.status) if row.status is not None else None
    if needed and getattr(row, needed) is None and row.status not in reported:
        detail = f"The status is {row.status}: say since when."
        found.append(ImportReason(code="missing", field=needed, detail=detail))
    undated = row.due_at is not None or (row.status is not None and needed is None)
    if undated and not found and _latest(row) is None and row.status is not DossierStatus.SUBMITTED:
        detail = "Say when it was received, or when it was submitted."
        found.append(ImportReason(code="missing", field="received_at", detail=detail))
    return found


def steps_of_row(row: ImportRow) -> list[ProgressRow]:
    """The steps a row tells of; the same row tells the same steps whenever it comes."""
    return [*_dated(row), *row.progress]


def assumed(row: ImportRow) -> list[ImportReason]:
    """What was assumed of a row because it does not say it."""
    if row.status not in NOTABLE or row.status_at is not None:
        return []
    detail = "Its moment is not told; the latest date of the row was taken."
    return [ImportReason(code="moment-assumed", field="status_at", detail=detail)]


def _dated(row: ImportRow) -> Iterator[ProgressRow]:
    if row.due_at is not None or row.unit is not None:
        if row.received_at is not None:
            yield _step(DossierStatus.ACCEPTED, row.received_at, row, row.due_at)
        elif row.submitted_at is not None:
            yield _step(DossierStatus.SUBMITTED, row.submitted_at, row, row.due_at)
    for status, at in (
        (DossierStatus.REFUSED, row.refused_at),
        (DossierStatus.DONE, row.done_at),
        (DossierStatus.RETURNED, row.returned_at),
    ):
        if at is not None:
            yield _step(status, at, row)
    if row.status is None or row.status in DATED or row.status is DossierStatus.SUBMITTED:
        return
    at = row.status_at or _latest(row)
    if at is not None:
        yield _step(row.status, at, row)


def _step(
    status: DossierStatus, at: datetime, row: ImportRow, due_at: datetime | None = None
) -> ProgressRow:
    # Every value passed the contract as part of the row.
    return ProgressRow.model_construct(
        status=status, occurred_at=at, actor=None, unit=row.unit, note=None, due_at=due_at
    )


def _latest(row: ImportRow) -> datetime | None:
    told = (row.submitted_at, row.received_at, row.refused_at, row.done_at, row.returned_at)
    moments = [at for at in (*told, *(step.occurred_at for step in row.progress)) if at is not None]
    return max(moments, default=None)
