"""`DongBoHoSoMC`: dossiers are filed and updated, each entry for itself."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from typing import Any

import httpx

from contracts.intake import (
    DossierFiling,
    DossierParticulars,
    DossierRecord,
    DossierView,
    Progress,
    ProgressAnswer,
    ProgressRow,
    TimelineEntry,
)
from contracts.national import Kind, Remark
from contracts.vocabulary import DossierStatus
from gateway.dialect.answers import DialectRefusal, Outcome, Verdict, fields_told
from gateway.dialect.intake import Intake, in_path, refusal_of
from gateway.dialect.sessions import first_seen
from gateway.national import DossierReading, read_dossier
from gateway.national.values import remark

ROWS = 200
"""Rows of progress in one request to intake."""


@dataclass
class Standing:
    """A dossier as intake has it, before what a message tells of its position."""

    view: DossierView
    steps: Sequence[TimelineEntry] = field(default=())


async def sync_dossier(sent: object, intake: Intake, *, updating: bool) -> Outcome:
    """File or update one dossier; what became of it."""
    reading = read_dossier(sent, agency=intake.agency, hours=intake.hours)
    warnings = list(reading.warnings)
    try:
        filing = _expect_filing(reading)
        warnings += await _catalogue_differs(reading, filing, intake)
        found = await (_amended(reading, filing, intake) if updating else _filed(filing, intake))
        warnings += await _report(reading, filing, found, intake)
    except DialectRefusal as refused:
        return Outcome(refused.verdict, refused.message, reading.code, warnings)
    done = "Cập nhật hồ sơ thành công" if updating else "Thêm mới hồ sơ thành công"
    return Outcome(Verdict.DONE, done, reading.code, warnings)


async def report_rows(code: str, rows: Sequence[ProgressRow], intake: Intake) -> DossierStatus:
    """Report rows of progress; where the dossier stands then. Raises `DialectRefusal`."""
    status = DossierStatus.UNMAPPED
    for start in range(0, len(rows), ROWS):
        progress = Progress(items=list(rows[start : start + ROWS]))
        answer = await intake.ask(
            "POST",
            f"/v1/dossiers/{in_path(code)}/progress",
            json=progress.model_dump(mode="json", exclude_none=True),
        )
        if answer.status_code != httpx.codes.OK:
            raise refusal_of(answer)
        status = ProgressAnswer.model_validate_json(answer.content).status
    return status


async def record_of(code: str, intake: Intake) -> tuple[DossierRecord, str]:
    """A dossier whole, and its ETag. Raises `DialectRefusal`."""
    answer = await intake.ask("GET", f"/v1/dossiers/{in_path(code)}/record")
    if answer.status_code != httpx.codes.OK:
        raise refusal_of(answer)
    return DossierRecord.model_validate_json(answer.content), answer.headers.get("etag", "*")


async def amend(filing: DossierFiling, tag: str, intake: Intake) -> DossierView:
    """Replace what was filed of a dossier. Raises `DialectRefusal`."""
    answer = await intake.ask(
        "PUT",
        f"/v1/dossiers/{in_path(filing.code)}",
        json=_written(filing),
        headers={"If-Match": tag},
    )
    if answer.status_code == httpx.codes.PRECONDITION_FAILED:
        message = "Hồ sơ vừa được hệ thống khác cập nhật; hãy gửi lại."
        raise DialectRefusal(Verdict.AWAY, message)
    if answer.status_code != httpx.codes.OK:
        raise refusal_of(answer)
    return DossierView.model_validate_json(answer.content)


def _expect_filing(reading: DossierReading) -> DossierFiling:
    if reading.filing is None:
        raise DialectRefusal(Verdict.INVALID, fields_told(reading.refused))
    if "/" in reading.filing.code:
        raise DialectRefusal(Verdict.INVALID, "MaHoSo: không được chứa dấu /")
    return reading.filing


async def _catalogue_differs(
    reading: DossierReading, filing: DossierFiling, intake: Intake
) -> list[Remark]:
    """Where a dossier's own words for its procedure are not the catalogue's, which stand."""
    procedure = await intake.procedure(filing.procedure)
    if procedure is None:
        message = (
            f"MaTTHC {filing.procedure} chưa có trong danh mục thủ tục; hãy kiểm tra mã hoặc báo đơn vị "
            "vận hành công bố thủ tục."
        )
        raise DialectRefusal(Verdict.NOT_FOUND, message)
    known = {
        "TenTTHC": procedure.name,
        "MaLinhVuc": procedure.field,
        "TenLinhVuc": procedure.field_name or procedure.field,
    }
    return [
        remark(name, Kind.CONTRADICTORY, "khác với danh mục thủ tục; danh mục được dùng")
        for name, told in reading.catalogue.items()
        if told != known[name]
    ]


async def _filed(filing: DossierFiling, intake: Intake) -> Standing:
    exists = DialectRefusal(
        Verdict.EXISTS, f'Hồ sơ {filing.code} đã tồn tại; hãy gửi lại với isUpdating "True".'
    )
    there = await intake.ask("GET", f"/v1/dossiers/{in_path(filing.code)}")
    if there.status_code == httpx.codes.OK:
        raise exists
    if there.status_code != httpx.codes.NOT_FOUND:
        raise refusal_of(there)
    answer = await intake.ask("POST", "/v1/dossiers", json=_written(filing))
    if answer.status_code == httpx.codes.OK:
        raise exists
    if answer.status_code != httpx.codes.CREATED:
        raise refusal_of(answer)
    return Standing(DossierView.model_validate_json(answer.content))


async def _amended(reading: DossierReading, filing: DossierFiling, intake: Intake) -> Standing:
    record, tag = await record_of(filing.code, intake)
    if not reading.names_agency:
        # The message's agency is where a dossier is received that names none; this one was received.
        filing = filing.model_copy(update={"agency": record.filing.agency})
    view = await amend(kept_beside(filing, record.filing), tag, intake)
    return Standing(view, record.steps)


def kept_beside(filing: DossierFiling, earlier: DossierFiling) -> DossierFiling:
    """A filing of the dialect with what the dialect has no words for left as it was."""
    kept: dict[str, Any] = {
        "competent_agency": filing.competent_agency or earlier.competent_agency,
        "returning_agency": filing.returning_agency or earlier.returning_agency,
        "stages": earlier.stages,
        "components": earlier.components,
        "applicant": filing.applicant.model_copy(update={"address": earlier.applicant.address}),
    }
    if filing.flags.national_portal is None:
        told = {"national_portal": earlier.flags.national_portal}
        kept["flags"] = filing.flags.model_copy(update=told)
    before = earlier.particulars or DossierParticulars()
    if before.portal_code or before.portal_reference:
        now = filing.particulars or DossierParticulars()
        names = {"portal_code": before.portal_code, "portal_reference": before.portal_reference}
        kept["particulars"] = now.model_copy(update=names)
    return filing.model_copy(update=kept)


async def _report(
    reading: DossierReading, filing: DossierFiling, found: Standing, intake: Intake
) -> list[Remark]:
    """Report what a dossier's dates and status tell of its position; what was assumed."""
    code, warnings = filing.code, []
    rows = list(reading.rows)
    promised = reading.promise.due_at if reading.promise else None
    again = promised is not None and _is_promised(found.steps)
    if reading.promise is not None and not again:
        rows.insert(0, reading.promise)
    undated = _undated(reading, filing)
    known = {step.due_at for step in found.steps} | {found.view.due_at}
    anew = promised if again and promised not in known else None
    seen_at = None
    if undated is not None or anew is not None:
        seen_at = await intake.running.do(first_seen, _position_told(reading))
    status = await report_rows(code, rows, intake) if rows else found.view.status
    more: list[ProgressRow] = []
    if undated not in {None, status} and seen_at is not None and undated is not None:
        more.append(ProgressRow(status=undated, occurred_at=seen_at))
        detail = "không có thời điểm của trạng thái; đã lấy lúc nhận được lần đầu"
        warnings.append(remark("TrangThaiHoSo", Kind.ASSUMED, detail))
    if anew is not None and seen_at is not None:
        # A later day is a re-appointment, made when it was told.
        at = more[0].status if more else status
        more = [ProgressRow(status=at, occurred_at=seen_at, due_at=anew)]
    if more:
        await report_rows(code, more, intake)
    return warnings


def _is_promised(steps: Iterable[TimelineEntry]) -> bool:
    """Whether a promise of the receipt is on record, so that another day is a new appointment."""
    return any(step.due_at is not None for step in steps)


def _undated(reading: DossierReading, filing: DossierFiling) -> DossierStatus | None:
    """The status a dossier is said to have, where none of its dates says so."""
    dated = {row.status for row in reading.rows}
    if filing.received_at is not None:
        dated.add(DossierStatus.ACCEPTED)
    dated.add(DossierStatus.SUBMITTED)
    return reading.status if reading.status not in dated else None


def _position_told(reading: DossierReading) -> str:
    """A digest of what a message says of a dossier's position, and of nobody: equal for a repeated one."""
    filing = reading.filing
    kept = filing.particulars if filing else None
    supplements = kept.supplements if kept else []
    told = [
        reading.code,
        reading.status,
        *(row.model_dump(mode="json", exclude_none=True) for row in reading.all_rows),
        *([one.id, one.status, _at(one.asked_at), _at(one.received_at)] for one in supplements),
        [len(kept.files), len(kept.fees), len(kept.results)] if kept else [],
    ]
    return sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()


def _at(at: datetime | None) -> str | None:
    return at.isoformat() if at else None


def _written(filing: DossierFiling) -> dict[str, Any]:
    told: dict[str, Any] = filing.model_dump(mode="json", exclude_none=True)
    return told
