"""The dialect and intake's contract say the same: nothing is lost, nothing dirty makes the reading fail."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contracts.national import Kind
from contracts.vocabulary import Channel, DossierStatus, IdentityKind, PaidThrough
from gateway.national import (
    Hours,
    dossier_fields,
    portal_status_fields,
    progress_fields,
    read_dossier,
    read_portal_status,
    read_progress,
)
from gateway.national.fields import DOSSIER, PROGRESS_ROW, SENTENCES
from tests.gateway.national import words

AGENCY = "000.00.19.H29"
TIDY = {
    "MaHoSo": "000.00.19.H29-260316-0001",
    "MaTTHC": "1.001612",
    "TenTTHC": "Thành lập hộ kinh doanh",
    "MaLinhVuc": "ho-kinh-doanh",
    "TenLinhVuc": "Hộ kinh doanh",
    "KenhThucHien": "2",
    "ChuHoSo": "Nguyễn Văn A",
    "LoaiDoiTuong": "1",
    "HinhThuc": "0",
    "DonViXuLy": "Phòng Đăng ký",
    "NgayTiepNhan": "20260316090000",
    "NgayNopHoSo": "20260316080000",
    "NgayHenTra": "20260319170000",
    "TrangThaiHoSo": "4",
}


def kinds(reading) -> dict[str, str]:
    return {remark.field: remark.kind.value for remark in reading.warnings}


def read(**changes):
    return read_dossier({**TIDY, **changes}, agency=AGENCY)


@settings(max_examples=300, deadline=None)
@given(words.dossiers())
def test_a_tidy_dossier_comes_back_as_it_was_sent(sent):
    reading = read_dossier(sent, agency=AGENCY)
    assert reading.filing is not None, reading.refused
    assert reading.warnings == ()
    assert reading.filing.agency == AGENCY
    # Stored as JSON in between, as intake does.
    kept = type(reading.filing).model_validate_json(reading.filing.model_dump_json())
    assert kept == reading.filing
    written = dossier_fields(words.record(reading, **reading.catalogue))
    assert {name: written[name] for name in sent} == sent
    assert set(written) == set(sent) == DOSSIER - {"MaDonVi"}


@settings(max_examples=200, deadline=None)
@given(words.dossiers(), st.lists(words.rows, max_size=6))
def test_tidy_rows_of_progress_come_back_as_they_were_sent(dossier, sent):
    reading = read_dossier(dossier, agency=AGENCY)
    sent = [row | {"MaHoSo": dossier["MaHoSo"]} for row in sent]
    readings = [read_progress(row) for row in sent]
    assert [(one.code, one.warnings, one.refused) for one in readings] == [
        (dossier["MaHoSo"], (), ())
    ] * len(sent)
    written = progress_fields(words.record(reading, steps=[one.row for one in readings]))
    for row in sent:
        assert row in written
        written.remove(row)
    # What is left tells the receipt and the result that no row told.
    assert {row["TrangThai"] for row in written} <= {"2", "9"}
    assert {row["TrangThai"] for row in written}.isdisjoint(
        row["TrangThai"] for row in sent if row["TrangThai"] in {"2", "9"}
    )


_scalars = st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=30))
_anything = st.recursive(
    _scalars,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3), st.dictionaries(st.text(max_size=10), inner, max_size=3)
    ),
    max_leaves=8,
)
_entries = st.lists(
    st.one_of(
        _anything,
        st.dictionaries(
            st.sampled_from(
                [
                    *("TenGiayTo", "Gia", "NgayBoSung", "SoLuong", "IsDeleted", "SoDinhDanh"),
                    *("DanhSachGiayToBoSung", "TenPhiLePhi", "TenTepDinhKem", "MaCSDL"),
                ]
            ),
            _anything,
        ),
    ),
    max_size=3,
)
_dirty = st.dictionaries(
    st.one_of(st.sampled_from(sorted(DOSSIER | PROGRESS_ROW)), st.text(max_size=20)),
    st.one_of(_anything, _entries),
    max_size=25,
)


@settings(max_examples=400, deadline=None)
@given(_dirty, words.dossiers())
def test_nothing_that_is_sent_makes_the_reading_fail(dirty, tidy):
    for sent in (dirty, tidy | dirty, [dirty], json.dumps(dirty), None):
        for reading in (
            read_dossier(sent, agency=AGENCY),
            read_progress(sent),
            read_portal_status(sent),
        ):
            for remark in (*reading.warnings, *reading.refused):
                assert remark.field
                assert remark.detail.encode()
        reading = read_dossier(sent, agency=AGENCY)
        assert (reading.filing is None) == bool(reading.refused)
        if reading.filing is not None:
            reading.filing.model_dump_json().encode()
            json.dumps(dossier_fields(words.record(reading))).encode()


@settings(max_examples=200, deadline=None)
@given(st.sampled_from(sorted(DOSSIER)), _anything)
def test_a_field_that_is_not_kept_is_told(name, value):
    """Whatever stands in a field comes back, or a warning names the field."""
    reading = read(**{name: value})
    told = {remark.field.split("[")[0] for remark in (*reading.warnings, *reading.refused)}
    if reading.filing is None or name in told or name == "MaDonVi":
        return
    written = dossier_fields(words.record(reading, **reading.catalogue))
    if isinstance(value, str):
        assert words.plainly(written[name]) == words.plainly(value) or name in {
            *("KenhThucHien", "DuocThanhToanTrucTuyen", "HoSoCoThanhPhanSoHoa"),
            *("TaiKhoanDuocXacThucVoiVNeID", "NgayTiepNhan", "TrangThaiHoSo", "DonViXuLy"),
        }


def test_a_field_that_is_missing_is_told_and_the_dossier_filed():
    reading = read(KenhThucHien=None, TenTTHC="", ChuHoSo="", LoaiDoiTuong=None, HinhThuc="")
    assert reading.filing is not None
    assert reading.filing.channel is Channel.COUNTER
    assert kinds(reading) == {
        "KenhThucHien": "assumed",
        "TenTTHC": "missing",
        "ChuHoSo": "missing",
        "LoaiDoiTuong": "assumed",
        "HinhThuc": "assumed",
    }
    assert dossier_fields(words.record(reading))["ChuHoSo"] == ""


@pytest.mark.parametrize("code", ["0", "11", "x", "99"])
def test_a_status_nobody_knows_is_kept_and_moves_nothing(code):
    reading = read(TrangThaiHoSo=code)
    assert reading.status is None
    [row] = reading.rows
    assert (row.status, row.note) == (DossierStatus.UNMAPPED, f"TrangThaiHoSo {code}")
    assert row.occurred_at.isoformat() == "2026-03-16T09:00:00+07:00"
    assert kinds(reading) == {"TrangThaiHoSo": "unmapped-status"}
    # Not a row of the portal's ten statuses.
    assert [row["TrangThai"] for row in progress_fields(words.record(reading))] == ["2"]


def test_a_day_without_a_time_gets_the_hours_of_the_office():
    reading = read_dossier(
        {**TIDY, "NgayTiepNhan": "20260316", "NgayHenTra": "20260319"},
        agency=AGENCY,
        hours=Hours(),
    )
    assert reading.filing.received_at.isoformat() == "2026-03-16T07:00:00+07:00"
    assert reading.promise.due_at.isoformat() == "2026-03-19T17:00:00+07:00"
    assert kinds(reading) == {"NgayTiepNhan": "day-only", "NgayHenTra": "day-only"}


@pytest.mark.parametrize(
    ("told", "amount"),
    [
        *(("50.000", 50000), ("50,000", 50000), ("1.250.000 đ", 1250000), ("50000.00", 50000)),
        *(("50.000VNĐ", 50000), ("50000", 50000), (50000, 50000), ("0", 0)),
    ],
)
def test_a_sum_with_points_and_units_is_read_and_told(told, amount):
    reading = read(DanhSachLePhi=[{"TenPhiLePhi": "Lệ phí", "Gia": told}])
    assert reading.filing.particulars.fees[0].amount == amount
    expected = {} if str(told) == str(amount) else {"DanhSachLePhi[0].Gia": "money-grouped"}
    assert kinds(reading) == expected


@pytest.mark.parametrize("told", ["50.00.0", "năm mươi", "-5", "1e5", "5.5", "9" * 20])
def test_a_sum_that_is_none_is_left_out_and_told(told):
    reading = read(DanhSachLePhi=[{"TenPhiLePhi": "Lệ phí", "Gia": told}])
    assert reading.filing.particulars.fees[0].amount is None
    assert kinds(reading) == {"DanhSachLePhi[0].Gia": "unfit"}


def test_contacts_that_are_none_are_left_out_and_told_without_repeating_them():
    reading = read(Email="không có", SoDienThoai="gọi sau", Fax="0912345678")
    assert reading.filing.applicant.email is None
    assert reading.filing.applicant.phone is None
    assert reading.filing.particulars.fax == "0912345678"
    assert kinds(reading) == {"Email": "unfit", "SoDienThoai": "unfit"}
    assert all("gọi" not in remark.detail for remark in reading.warnings)


def test_a_number_that_is_no_code_is_kept_among_the_identities():
    reading = read(SoGiayToChuHoSo="079 012 345 678")
    assert reading.filing.applicant.id_number is None
    assert [one.number for one in reading.filing.particulars.identities] == ["079 012 345 678"]
    assert kinds(reading) == {"SoGiayToChuHoSo": "moved"}


def test_an_abstract_is_cut_at_a_thousand_characters():
    reading = read(TrichYeuHoSo="ệ" * 1500)
    assert len(reading.filing.particulars.abstract) == 1000
    assert kinds(reading) == {"TrichYeuHoSo": "cut"}


def test_names_of_fields_are_known_in_any_case_and_others_are_told():
    sent = {name.lower(): value for name, value in TIDY.items()} | {"MauSac": "xanh", "La": ""}
    reading = read_dossier(sent, agency=AGENCY)
    assert reading.filing.code == TIDY["MaHoSo"]
    assert kinds(reading) == {"MauSac": "unknown-field"}


@pytest.mark.parametrize(
    ("field", "value"),
    [("MaHoSo", ""), ("MaHoSo", "hồ sơ 1"), ("MaTTHC", None), ("MaHoSo", {"a": 1})],
)
def test_without_a_code_or_a_procedure_there_is_no_dossier(field, value):
    reading = read(**{field: value})
    assert reading.filing is None
    assert [remark.field for remark in reading.refused] == [field]


def test_the_agency_is_the_dossiers_own_before_that_of_the_message():
    assert read(MaDonVi="H29.7").filing.agency == "H29.7"
    refused = read_dossier(TIDY).refused
    assert [remark.field for remark in refused] == ["madonvi"]


@pytest.mark.parametrize("status", ["1", "3"])
def test_a_dossier_that_was_not_taken_in_has_no_receipt(status):
    reading = read(TrangThaiHoSo=status, NgayNopHoSo="", NgayTuChoi="20260317100000")
    assert reading.filing.received_at is None
    assert reading.filing.submitted_at.isoformat() == "2026-03-16T09:00:00+07:00"


def test_a_listed_identity_is_made_of_the_owners_number_where_none_was_told():
    reading = read(SoGiayToChuHoSo="079012345678")
    assert reading.filing.applicant.id_kind is IdentityKind.CITIZEN_ID
    written = dossier_fields(words.record(reading))
    assert written["DinhDanhCHS"] == [{"SoDinhDanh": "079012345678", "LoaiDinhDanh": "1"}]


def test_how_fees_were_paid_is_kept_and_guessed_only_where_nobody_said():
    assert read(DuocThanhToanTrucTuyen="3").filing.particulars.paid_through is PaidThrough.OTHER
    assert read(DuocThanhToanTrucTuyen="3").filing.flags.paid_online is False
    filing = read().filing
    flags = filing.flags.model_copy(update={"paid_online": True})
    told = read()
    record = words.record(told)
    record = record.model_copy(update={"filing": filing.model_copy(update={"flags": flags})})
    assert dossier_fields(record)["DuocThanhToanTrucTuyen"] == "2"


def test_invisible_characters_are_taken_out_and_told():
    reading = read(ChuHoSo="Nguyễn\u200b Văn\x07 A", GhiChu="a\u202eb")
    assert reading.filing.applicant.name == "Nguyễn Văn A"
    assert reading.filing.particulars.note == "ab"
    assert kinds(reading) == {"ChuHoSo": "cleaned", "GhiChu": "cleaned"}


@pytest.mark.parametrize(
    ("told", "name"),
    [
        ("Nguyễn\u200bVăn A", "Nguyễn Văn A"),
        ("Nguyễn\u200b\u200b Văn\u200bA\u200b", "Nguyễn Văn A"),
        ("Nguye\u0302\u0303n\u200bVăn\u200bA", "Nguyễn Văn A"),
        ("Nguyễn Văn A (1\u200b9\u200b70)", "Nguyễn Văn A (1970)"),
        ("\ufeffNguy\u00adễn V\u2060ăn A", "Nguyễn Văn A"),
    ],
)
def test_a_blank_without_width_between_two_words_keeps_them_apart(told, name):
    reading = read(ChuHoSo=told)
    assert reading.filing.applicant.name == name
    assert kinds(reading) == {"ChuHoSo": "cleaned"}


def test_a_row_without_a_moment_is_refused_and_an_unknown_status_kept():
    row = {"MaHoSo": "A-1", "NguoiXuLy": "B", "NoiDungXuLy": "C", "TrangThai": "0"}
    assert [r.field for r in read_progress(row).refused] == ["ThoiDiemXuLy"]
    reading = read_progress(row | {"ThoiDiemXuLy": "20260316"})
    assert reading.row.status is DossierStatus.UNMAPPED
    assert kinds(reading) == {"TrangThai": "unmapped-status", "ThoiDiemXuLy": "day-only"}


def test_a_refusal_of_a_dossier_filed_on_the_portal_is_eleven():
    reading = read(TrangThaiHoSo="3", NgayTuChoi="20260317100000", MaDoiTuong="T1")
    told = portal_status_fields(words.record(reading))
    assert told == {
        "TrangThai": "11",
        "MaHoSo": TIDY["MaHoSo"],
        "MaHoSoDonVi": TIDY["MaHoSo"],
        "MaDoiTuong": "T1",
        "NoiDung": "Không được tiếp nhận",
        "NgayXuLy": "20260317100000",
        "TaiLieuXuLy": [],
    }
    back = read_portal_status(told)
    assert back.row.status is DossierStatus.REFUSED
    assert (back.code, back.tech_id, back.warnings) == (TIDY["MaHoSo"], "T1", ())
    done = portal_status_fields(words.record(read(TrangThaiHoSo="4")))
    assert (done["TrangThai"], done["NgayXuLy"]) == ("4", "20260316090000")


def test_what_a_stage_finished_is_processing_of_the_whole():
    reading = read()
    step = reading.promise.model_copy(update={"status": DossierStatus.DONE, "stage": "a"})
    record = words.record(reading, steps=[step])
    assert [row["TrangThai"] for row in progress_fields(record)] == ["2", "4"]


def test_an_officer_that_nobody_named_is_the_office():
    [row] = progress_fields(words.record(read()))
    assert (row["NguoiXuLy"], row["NoiDungXuLy"]) == ("Sở", "Được tiếp nhận")


def test_every_kind_of_warning_has_its_sentence():
    assert set(SENTENCES) == set(Kind)
