"""`CapNhatTienDoHoSoMC` and `DongBoTrangThaiHoSo`: what happened to dossiers, each row for itself."""

from collections.abc import Sequence

from contracts.intake import DossierParticulars, ProgressRow
from gateway.dialect.answers import DialectRefusal, Outcome, Verdict, fields_told
from gateway.dialect.dossiers import amend, record_of, report_rows
from gateway.dialect.intake import Intake
from gateway.national import ProgressReading, StatusReading, read_portal_status, read_progress


async def sync_progress(sent: Sequence[object], intake: Intake) -> list[Outcome]:
    """Report rows of progress; rows of one dossier go together, what becomes of them in the order sent."""
    readings = [read_progress(one, hours=intake.hours) for one in sent]
    refusals: dict[str, DialectRefusal] = {}
    for code in dict.fromkeys(one.code for one in readings if one.row is not None):
        rows = [one.row for one in readings if one.row is not None and one.code == code]
        try:
            await report_rows(code, rows, intake)
        except DialectRefusal as refused:
            refusals[code] = refused
    return [_progress_outcome(one, refusals.get(one.code)) for one in readings]


async def sync_portal_status(sent: object, intake: Intake) -> Outcome:
    """Report where a dossier of the national portal stands, and keep what the portal calls it."""
    reading = read_portal_status(sent, hours=intake.hours)
    try:
        row = _expect_row(reading)
        await _keep_names(reading, intake)
        await report_rows(reading.code, [row], intake)
    except DialectRefusal as refused:
        return Outcome(refused.verdict, refused.message, reading.code, reading.warnings)
    return Outcome(Verdict.DONE, "Cập nhật trạng thái thành công", reading.code, reading.warnings)


def _expect_row(reading: StatusReading) -> ProgressRow:
    if reading.row is None:
        raise DialectRefusal(Verdict.INVALID, fields_told(reading.refused))
    return reading.row


def _progress_outcome(reading: ProgressReading, refused: DialectRefusal | None) -> Outcome:
    if reading.row is None:
        told = fields_told(reading.refused)
        return Outcome(Verdict.INVALID, told, reading.code, reading.warnings)
    if refused is not None:
        return Outcome(refused.verdict, refused.message, reading.code, reading.warnings)
    return Outcome(Verdict.DONE, "Cập nhật tiến độ thành công", reading.code, reading.warnings)


async def _keep_names(reading: StatusReading, intake: Intake) -> None:
    """Keep the portal's code, the owner's account there and the results, where they are news."""
    record, tag = await record_of(reading.code, intake)
    before = record.filing.particulars or DossierParticulars()
    known = {result.model_dump_json() for result in before.results}
    news = [one for one in reading.results if one.model_dump_json() not in known]
    told = {
        "portal_code": reading.portal_code or before.portal_code,
        "tech_id": reading.tech_id or before.tech_id,
        "results": [*before.results, *news][:100],
    }
    after = before.model_copy(update=told)
    if after != before:
        await amend(record.filing.model_copy(update={"particulars": after}), tag, intake)
