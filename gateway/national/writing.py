"""A dossier's record as the national portal is sent it: every field of the dialect, every scalar a text."""

from datetime import datetime
from typing import Any

from contracts.intake import DossierParticulars, DossierRecord, IdentityPaper, TimelineEntry
from contracts.labels import LABELS
from contracts.vocabulary import DossierStatus, PaidThrough
from gateway.national import fields, parts
from gateway.national.values import written, yes_no

PROCESSING = fields.CODE_OF_STATUS[DossierStatus.PROCESSING]
_ENDED = frozenset({DossierStatus.REFUSED, DossierStatus.STOPPED, DossierStatus.WITHDRAWN})
_OF_THE_WHOLE = frozenset({DossierStatus.ACCEPTED, DossierStatus.DONE, DossierStatus.RETURNED})
_ROW_TEXT = 4000


def dossier_fields(record: DossierRecord) -> dict[str, Any]:
    """The entry of `DongBoHoSoMC`: every field of the specification, empty where nothing is told."""
    kept = record.filing.particulars or DossierParticulars()
    return {
        **_catalogued(record),
        **_applicant(record),
        **_dates(record),
        **_flags(record, kept),
        "SoBienNhan": kept.receipt_number or "",
        "MaDoiTuong": kept.tech_id or "",
        "ThongTinKhac": kept.other or "",
        "Fax": kept.fax or "",
        "TrichYeuHoSo": (kept.abstract or "")[: fields.LONGEST_ABSTRACT],
        "ThongTinTra": kept.return_note or "",
        "GhiChu": kept.note or "",
        "DonViXuLy": kept.unit or record.competent_agency_name,
        "DinhDanhCHS": parts.shown(parts.IDENTITY, _identities(record, kept)),
        "DSKetNoiCSDL": [{"MaCSDL": code} for code in kept.databases],
        "TaiLieuNop": parts.shown(parts.FILE, kept.files),
        "DanhSachLePhi": parts.shown(parts.FEE, kept.fees),
        "DanhSachTepDinhKemKhac": parts.shown(parts.PAPER, kept.papers),
        "DanhSachHoSoBoSung": parts.shown(parts.SUPPLEMENT, kept.supplements),
        "DanhSachGiayToKetQua": parts.shown(parts.RESULT, kept.results),
    }


def progress_fields(record: DossierRecord) -> list[dict[str, str]]:
    """The rows of `CapNhatTienDoHoSoMC`, oldest first; reports of no known state are left out.

    Where nobody reported the receipt or the result, a row of its own tells it, as the portal expects.
    What a stage of an inter-agency dossier finished is told as processing of the whole.
    """
    rows = [_row(record, step) for step in record.steps if step.status in fields.CODE_OF_STATUS]
    reported = {step.status for step in record.steps if step.stage is None}
    for status, at in (
        (DossierStatus.ACCEPTED, record.view.received_at),
        (DossierStatus.DONE, record.view.done_at),
    ):
        if at is not None and status not in reported:
            told = TimelineEntry(
                status=status,
                occurred_at=at,
                recorded_at=at,
                actor=None,
                unit=None,
                note=None,
                due_at=None,
            )
            rows.append(_row(record, told))
    # Rows of one instant stand by their status, as the steps of a dossier do.
    return sorted(rows, key=lambda row: (row["ThoiDiemXuLy"], int(row["TrangThai"])))


def portal_status_fields(record: DossierRecord) -> dict[str, Any]:
    """The body of `DongBoTrangThaiHoSo` for a dossier that was filed on the portal: how it stands now."""
    kept = record.filing.particulars or DossierParticulars()
    status = record.view.status
    code = fields.CODE_OF_STATUS.get(status, "")
    last = [step for step in record.steps if step.status is status and step.stage is None][-1:]
    at = last[0].occurred_at if last else _since(record)
    return {
        "TrangThai": fields.PORTAL_REFUSAL if status is DossierStatus.REFUSED else code,
        "MaHoSo": kept.portal_code or record.filing.code,
        "MaHoSoDonVi": record.filing.code,
        "MaDoiTuong": kept.tech_id or "",
        "NoiDung": (last[0].note if last else None) or LABELS[DossierStatus][status][0],
        "NgayXuLy": written(at),
        "TaiLieuXuLy": parts.shown(parts.HANDLED_FILE, kept.results),
    }


def _catalogued(record: DossierRecord) -> dict[str, str]:
    filing = record.filing
    return {
        "MaHoSo": filing.code,
        "MaTTHC": filing.procedure,
        "TenTTHC": record.procedure_name,
        "MaLinhVuc": record.field,
        "TenLinhVuc": record.field_name or record.field,
        "KenhThucHien": fields.CODE_OF_CHANNEL[filing.channel],
        # A result that is fetched online is not handed over by post.
        "HinhThuc": fields.CODE_OF_RETURN_MODE.get(filing.return_mode, "0"),
        "TrangThaiHoSo": fields.CODE_OF_STATUS.get(record.view.status, ""),
    }


def _applicant(record: DossierRecord) -> dict[str, str]:
    applicant = record.filing.applicant
    return {
        "LoaiDoiTuong": fields.CODE_OF_APPLICANT[applicant.kind],
        "ChuHoSo": "" if applicant.name == fields.NAMELESS else applicant.name,
        "SoGiayToChuHoSo": applicant.id_number or "",
        "Email": applicant.email or "",
        "SoDienThoai": applicant.phone or "",
    }


def _dates(record: DossierRecord) -> dict[str, str]:
    filing, view = record.filing, record.view
    refused = view.status is DossierStatus.REFUSED
    # The field is required: of a dossier that was not taken in, it says when it was handed in.
    received_at = view.received_at or filing.received_at or view.submitted_at
    return {
        "NgayNopHoSo": written(filing.submitted_at),
        "NgayTiepNhan": written(received_at),
        "NgayHenTra": written(view.due_at),
        "NgayTuChoi": written(view.ended_at if refused else None),
        "NgayKetThucXuLy": written(view.done_at or (None if refused else view.ended_at)),
        "NgayTra": written(view.returned_at),
    }


def _flags(record: DossierRecord, kept: DossierParticulars) -> dict[str, str]:
    flags = record.filing.flags
    portal = flags.national_portal
    return {
        "NoiNopHoSo": "" if portal is None else fields.CODE_OF_PORTAL[portal],
        "HoSoCoThanhPhanSoHoa": yes_no(flags.digitised),
        "TaiKhoanDuocXacThucVoiVNeID": yes_no(flags.verified_identity),
        "DuocThanhToanTrucTuyen": _paid_through(record, kept),
    }


def _paid_through(record: DossierRecord, kept: DossierParticulars) -> str:
    if kept.paid_through is not None:
        return fields.CODE_OF_PAID_THROUGH[kept.paid_through]
    flags = record.filing.flags
    if not flags.paid_online:
        return fields.CODE_OF_PAID_THROUGH[PaidThrough.NOT_ONLINE]
    way = PaidThrough.NATIONAL if flags.national_portal else PaidThrough.LOCAL
    return fields.CODE_OF_PAID_THROUGH[way]


def _identities(record: DossierRecord, kept: DossierParticulars) -> list[IdentityPaper]:
    """The owner's papers; the number on the dossier where it is a citizen's and no paper is told."""
    applicant = record.filing.applicant
    if kept.identities or applicant.id_number is None:
        return kept.identities
    if applicant.id_kind not in fields.CODE_OF_IDENTITY:
        return []
    return [IdentityPaper(kind=applicant.id_kind, number=applicant.id_number)]


def _row(record: DossierRecord, step: TimelineEntry) -> dict[str, str]:
    of_a_stage = step.stage is not None and step.status in _OF_THE_WHOLE | _ENDED
    officer = step.actor or step.unit or record.competent_agency_name
    return {
        "MaHoSo": record.filing.code,
        "NguoiXuLy": officer[: fields.LONGEST_OFFICER],
        "ChucDanh": step.title or "",
        "ThoiDiemXuLy": written(step.occurred_at),
        "PhongBanXuLy": step.unit or "",
        "NoiDungXuLy": (step.note or LABELS[DossierStatus][step.status][0])[:_ROW_TEXT],
        "TrangThai": PROCESSING if of_a_stage else fields.CODE_OF_STATUS[step.status],
        "NgayBatDau": written(step.begun_at),
        "NgayKetThucTheoQuyDinh": written(step.expected_by),
    }


def _since(record: DossierRecord) -> datetime | None:
    view = record.view
    told = (view.submitted_at, view.received_at, view.done_at, view.returned_at, view.ended_at)
    return max((at for at in told if at is not None), default=None)
