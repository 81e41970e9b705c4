"""`/nhanhsdvcqg`: a dossier that was filed on the national portal is handed to us."""

from collections.abc import Mapping
from typing import Any

import httpx
from fastapi import Response

from contracts.intake import DossierFiling, DossierParticulars
from gateway.dialect.answers import (
    DialectRefusal,
    Outcome,
    PortalVerdict,
    Verdict,
    answered,
    fields_told,
)
from gateway.dialect.dossiers import record_of
from gateway.dialect.envelope import Envelope
from gateway.dialect.intake import Intake, refusal_of
from gateway.dialect.sessions import is_known_message, remember_message
from gateway.national import read_dossier
from gateway.national.fields import DOSSIER
from gateway.national.values import Notes, token

_AS_FILED_THERE = {"TrangThaiHoSo": "1", "KenhThucHien": "2", "NoiNopHoSo": "1"}


async def receive_from_portal(envelope: Envelope, intake: Intake) -> Response:
    """Take a dossier in (tiếp nhận từ Cổng DVCQG), once for each reference."""
    try:
        reference = _reference(envelope)
        client = intake.client.id
        if await intake.running.do(is_known_message, client, reference):
            return _duplicate()
        filing, outcome = _filing(envelope, reference, intake)
        await _file_once(filing, reference, intake)
        if not await intake.running.do(remember_message, client, reference, filing.code):
            return _duplicate()
    except DialectRefusal as refused:
        return answered(PortalVerdict.REFUSED, refused.message)
    return answered(PortalVerdict.TAKEN, outcome.message, result=[outcome.shown()])


def _duplicate() -> Response:
    return answered(PortalVerdict.DUPLICATE, "duplicate refId")


def _reference(envelope: Envelope) -> str:
    reference = token(envelope.text("refId"), "refId", Notes())
    if reference is None:
        raise DialectRefusal(Verdict.INVALID, "refId: bắt buộc phải có.")
    return reference


def _filing(envelope: Envelope, reference: str, intake: Intake) -> tuple[DossierFiling, Outcome]:
    sent = _dossier(envelope)
    reading = read_dossier(sent, agency=intake.agency, hours=intake.hours)
    if reading.filing is None:
        raise DialectRefusal(Verdict.INVALID, fields_told(reading.refused))
    if "/" in reading.filing.code:
        raise DialectRefusal(Verdict.INVALID, "MaHoSo: không được chứa dấu /")
    names = {"portal_code": reading.filing.code, "portal_reference": reference}
    kept = reading.filing.particulars or DossierParticulars()
    filing = reading.filing.model_copy(update={"particulars": kept.model_copy(update=names)})
    message = "Tiếp nhận hồ sơ từ Cổng DVCQG thành công"
    return filing, Outcome(Verdict.DONE, message, filing.code, reading.warnings)


def _dossier(envelope: Envelope) -> dict[str, Any]:
    """The dossier of a message, in `data` or beside the envelope's own members, as filed on the portal."""
    sent: Any = envelope.own(*DOSSIER)
    if "data" in envelope.members:
        [sent, *more] = envelope.entries
        if more or not isinstance(sent, Mapping):
            raise DialectRefusal(Verdict.INVALID, "data: một hồ sơ mỗi lần gửi.")
    fixed = {name.lower() for name in _AS_FILED_THERE}
    kept = {name: value for name, value in sent.items() if str(name).lower() not in fixed}
    return kept | _AS_FILED_THERE


async def _file_once(filing: DossierFiling, reference: str, intake: Intake) -> None:
    """File a dossier that is not here; one that is here must have come under the same reference."""
    try:
        earlier, _ = await record_of(filing.code, intake)
    except DialectRefusal as refused:
        if refused.verdict is not Verdict.NOT_FOUND:
            raise
        await _file(filing, intake)
        return
    kept = earlier.filing.particulars
    if kept is None or kept.portal_reference != reference:
        raise DialectRefusal(Verdict.EXISTS, f"Hồ sơ {filing.code} đã tồn tại.")


async def _file(filing: DossierFiling, intake: Intake) -> None:
    told = filing.model_dump(mode="json", exclude_none=True)
    answer = await intake.ask("POST", "/v1/dossiers", json=told)
    if answer.status_code not in {httpx.codes.OK, httpx.codes.CREATED}:
        raise refusal_of(answer)
