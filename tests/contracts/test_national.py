"""The national dialect, read into our words: every code, and the order of events that codes imply."""

from types import NoneType
from typing import get_args

import pytest

from contracts import national
from contracts.intake import ImportRow
from contracts.vocabulary import (
    ApplicantKind,
    Channel,
    DossierStatus,
    IdentityKind,
    PaidThrough,
    ReturnMode,
)
from services.intake.bulk.columns import OWN
from services.intake.domain import NATIONAL_STATUSES


def test_the_dialects_statuses_are_those_the_domain_knows():
    assert {int(code): status for code, status in national.STATUSES.items()} == NATIONAL_STATUSES


def test_every_national_field_lands_in_a_field_that_is_there():
    for path in national.FIELDS.values():
        assert path in OWN
    for path in OWN:
        model = ImportRow
        for step in path:
            assert step in model.model_fields, path
            told = model.model_fields[step].annotation
            model = next((one for one in get_args(told) if one is not NoneType), told)
    nested = {"applicant", "flags", "progress", "stages", "components", "particulars"}
    scalars = set(ImportRow.model_fields) - nested
    assert scalars == {path[0] for path in OWN if len(path) == 1}


@pytest.mark.parametrize(
    ("field", "code", "path", "value"),
    [
        ("KenhThucHien", "3", ("channel",), Channel.POST),
        ("KenhThucHien", "", ("channel",), Channel.COUNTER),
        ("HinhThuc", "1", ("return_mode",), ReturnMode.POST),
        ("LoaiDoiTuong", "3", ("applicant", "kind"), ApplicantKind.STATE_AGENCY),
        ("DuocThanhToanTrucTuyen", "2", ("flags", "paid_online"), True),
        ("DuocThanhToanTrucTuyen", "3", ("flags", "paid_online"), False),
        ("DuocThanhToanTrucTuyen", "2", ("particulars", "paid_through"), PaidThrough.LOCAL),
        ("DuocThanhToanTrucTuyen", "0", ("particulars", "paid_through"), PaidThrough.NOT_ONLINE),
        ("NoiNopHoSo", "1", ("flags", "national_portal"), True),
        ("NoiNopHoSo", "2", ("flags", "national_portal"), False),
        ("TrichYeuHoSo", "Cấp mới", ("particulars", "abstract"), "Cấp mới"),
        ("SoBienNhan", "17", ("particulars", "receipt_number"), "17"),
        ("MaDoiTuong", "abc", ("particulars", "tech_id"), "abc"),
        ("HoSoCoThanhPhanSoHoa", "True", ("flags", "digitised"), True),
        ("TrangThaiHoSo", "10", ("status",), DossierStatus.RETURNED),
        ("TrangThaiHoSo", "04", ("status",), DossierStatus.PROCESSING),
    ],
)
def test_a_code_is_read_as_the_national_portal_means_it(field, code, path, value):
    told = national.read_dossier({field: code}).told
    for step in path:
        told = told[step]
    assert told == value


@pytest.mark.parametrize("code", ["0", "11", "00", "x", "-1", "1.0"])
def test_a_status_nobody_knows_is_left_unmapped_and_told(code):
    reading = national.read_dossier({"TrangThaiHoSo": code, "MaHoSo": "A"})
    assert "status" not in reading.told
    assert [note.kind for note in reading.noted] == ["unmapped-status"]
    assert reading.told["code"] == "A"


@pytest.mark.parametrize("field", sorted(national.WORDS))
def test_a_code_that_is_not_in_its_list_is_named_with_the_list(field):
    [remark] = national.read_dossier({field: "99"}).refused
    assert (remark.field, remark.kind) == (field, "unknown-code")
    assert "99" not in remark.detail


@pytest.mark.parametrize(
    ("status", "moment"),
    [("3", "refused_at"), ("7", "status_at"), ("8", "status_at"), ("9", "done_at")],
)
def test_the_end_of_processing_is_a_result_only_where_there_is_one(status, moment):
    told = national.read_dossier(
        {"TrangThaiHoSo": status, "NgayKetThucXuLy": "20200318100000"}
    ).told
    assert told[moment].isoformat() == "2020-03-18T10:00:00+07:00"
    assert ("done_at" in told) is (status == "9")


def test_a_citizens_number_tells_its_paper_and_others_do_not():
    def paper(kind, number):
        sent = {"LoaiDoiTuong": kind, "SoGiayToChuHoSo": number}
        return national.read_dossier(sent).told["applicant"].get("id_kind")

    assert paper("1", "079012345678") is IdentityKind.CITIZEN_ID
    assert paper("1", "012345678") is IdentityKind.OLD_ID
    assert paper("1", "B1234567") is None
    assert paper("2", "079012345678") is None
