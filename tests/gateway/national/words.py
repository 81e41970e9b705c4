"""The dialect as a tidy system writes it, made up by Hypothesis; and a record as intake would keep it."""

from datetime import datetime

from hypothesis import strategies as st

from contracts.intake import ClockView, DossierRecord, DossierView, TimelineEntry
from contracts.vocabulary import VIETNAM, DossierStatus
from gateway.national.reading import DossierReading

EARLY, LATE = datetime(1990, 1, 1), datetime(2190, 1, 1)  # noqa: DTZ001 - Vietnam's, as written
LETTERS = "aăâbcdđeêghiklmnoôơpqrstuưvxyáàảãạếềểễệốồổỗộứừửữựýỳỷỹỵAĂÂBCĐEÊ 0123456789.,-/()"
plain = st.text(LETTERS, max_size=60).map(lambda told: " ".join(told.split()))
several = st.lists(plain, max_size=3).map(lambda lines: "\n".join(lines).strip())
codes = st.from_regex(r"[A-Z0-9][A-Za-z0-9._/-]{0,30}", fullmatch=True)
maybe_codes = st.one_of(st.just(""), codes)
YES_NO = st.sampled_from(["0", "1"])
PERHAPS = st.sampled_from(["", "0", "1"])


def moments(earliest: datetime = EARLY) -> st.SearchStrategy[str]:
    return st.datetimes(earliest, LATE).map(lambda at: at.strftime("%Y%m%d%H%M%S"))


maybe_moments = st.one_of(st.just(""), moments())


def named_entries(**fields: st.SearchStrategy) -> st.SearchStrategy:
    """Entries of a list of which at least the first field says something."""
    return st.lists(st.fixed_dictionaries(fields), max_size=3)


names = plain.filter(bool)
numbers = st.integers(0, 10**12).map(str)
papers = named_entries(
    TenGiayTo=names, SoLuong=st.one_of(st.just(""), st.integers(0, 999).map(str)), LoaiGiayTo=plain
)
fees = named_entries(
    TenPhiLePhi=names, MaPhiLePhi=plain, HinhThucThu=plain, Gia=numbers, LoaiPhiLePhi=plain
)
files = named_entries(
    TenTepDinhKem=names,
    TepDinhKemId=plain,
    IsDeleted=st.sampled_from(["True", "False"]),
    MaThanhPhanHoSo=plain,
    DuongDanTaiTepTin=plain,
    DuocSoHoa=PERHAPS,
    DuocTaiSuDung=st.sampled_from(["", "0", "1", "2"]),
    DuocLayTuKhoDMQG=PERHAPS,
    MaKetQuaThayThe=plain,
)
results = named_entries(
    TenGiayTo=names,
    MaThanhPhanHoSo=plain,
    GiayToId=plain,
    DuongDanTepTinKetQua=plain,
    MaGiayToKetQua=plain,
)
supplements = named_entries(
    HoSoBoSungId=names,
    NguoiYeuCauBoSung=plain,
    NoiDungBoSung=several,
    NgayBoSung=maybe_moments,
    NguoiTiepNhanBoSung=plain,
    ThongTinTiepNhan=several,
    NgayTiepNhanBoSung=maybe_moments,
    TrangThaiBoSung=plain,
    DanhSachGiayToBoSung=papers,
    DanhSachLePhiBoSung=fees,
    NgayHenTraTruoc=maybe_moments,
    NgayHenTraMoi=maybe_moments,
)
identities = named_entries(SoDinhDanh=names, LoaiDinhDanh=st.sampled_from(["1", "2", ""]))

_ends = {"3": ["NgayTuChoi"], "7": ["NgayKetThucXuLy"], "8": ["NgayKetThucXuLy"]}
_ends |= {"9": ["NgayKetThucXuLy"], "10": ["NgayKetThucXuLy", "NgayTra"]}


@st.composite
def dossiers(draw) -> dict:
    """A dossier with every field of the specification, its dates as its status has them."""
    status = draw(st.sampled_from([str(code) for code in range(1, 11)]))
    told = draw(
        st.fixed_dictionaries(
            {
                **dict.fromkeys(("MaHoSo", "MaTTHC"), codes),
                **dict.fromkeys(("TenTTHC", "MaLinhVuc", "TenLinhVuc", "ChuHoSo"), names),
                **dict.fromkeys(("SoBienNhan", "MaDoiTuong", "Fax"), plain),
                **dict.fromkeys(("ThongTinKhac", "GhiChu", "ThongTinTra", "TrichYeuHoSo"), several),
                "DonViXuLy": names,
                "KenhThucHien": st.sampled_from("123"),
                "SoGiayToChuHoSo": maybe_codes,
                "LoaiDoiTuong": st.sampled_from("1234"),
                "Email": st.sampled_from(["", "a.b@c.vn"]),
                "SoDienThoai": st.sampled_from(["", "0912345678", "+84 (28) 38.123"]),
                "HinhThuc": YES_NO,
                "NoiNopHoSo": st.sampled_from(["", "1", "2"]),
                "HoSoCoThanhPhanSoHoa": YES_NO,
                "TaiKhoanDuocXacThucVoiVNeID": YES_NO,
                "DuocThanhToanTrucTuyen": st.sampled_from("0123"),
                "DinhDanhCHS": identities,
                "DSKetNoiCSDL": named_entries(MaCSDL=names),
                "TaiLieuNop": files,
                "DanhSachLePhi": fees,
                "DanhSachTepDinhKemKhac": papers,
                "DanhSachHoSoBoSung": supplements,
                "DanhSachGiayToKetQua": results,
                "TrangThaiHoSo": st.just(status),
                "NgayNopHoSo": moments(),
                "NgayHenTra": maybe_moments,
            }
        )
    )
    told["NgayTiepNhan"] = told["NgayNopHoSo"] if status in "13" else draw(moments())
    for name in ("NgayTuChoi", "NgayKetThucXuLy", "NgayTra"):
        told[name] = draw(moments()) if name in _ends.get(status, ()) else ""
    citizen_paper = told["LoaiDoiTuong"] == "1" and told["SoGiayToChuHoSo"].isdigit()
    if citizen_paper and len(told["SoGiayToChuHoSo"]) in {9, 12} and not told["DinhDanhCHS"]:
        told["SoGiayToChuHoSo"] += "X"
    return told


rows = st.fixed_dictionaries(
    {
        "MaHoSo": codes,
        "NguoiXuLy": names.map(lambda told: told[:50].strip()).filter(bool),
        "ChucDanh": plain,
        "ThoiDiemXuLy": moments(),
        "PhongBanXuLy": plain,
        "NoiDungXuLy": several.filter(bool),
        "TrangThai": st.integers(1, 10).map(str),
        "NgayBatDau": maybe_moments,
        "NgayKetThucTheoQuyDinh": maybe_moments,
    }
)

RECORDED = datetime(2026, 1, 1, tzinfo=VIETNAM)


def entry(row) -> TimelineEntry:
    """A row of progress as a timeline shows it."""
    return TimelineEntry(recorded_at=RECORDED, **row.model_dump(exclude={"pause"}))


def record(read: DossierReading, *, status=None, steps=None, **names) -> DossierRecord:
    """What intake keeps of a dossier, folded as plainly as can be."""
    filing = read.filing
    told = list(read.all_rows) if steps is None else list(steps)
    status = status or read.status or DossierStatus.SUBMITTED

    def first(kind):
        return min(
            (row.occurred_at for row in told if row.status is kind and not row.stage), default=None
        )

    ends = {DossierStatus.REFUSED, DossierStatus.WITHDRAWN, DossierStatus.STOPPED}
    view = DossierView(
        **filing.model_dump(include={"code", "procedure", "agency", "channel", "return_mode"}),
        procedure_version=1,
        competent_agency=filing.agency,
        returning_agency=filing.agency,
        status=status,
        submitted_at=filing.submitted_at,
        received_at=filing.received_at,
        due_at=next((row.due_at for row in told if row.due_at), None),
        done_at=first(DossierStatus.DONE) or first(DossierStatus.RETURNED),
        returned_at=first(DossierStatus.RETURNED),
        ended_at=first(status) if status in ends else None,
        revision=1,
        clock=ClockView.model_construct(),
    )
    return DossierRecord.model_construct(
        filing=filing,
        view=view,
        steps=[entry(row) for row in told],
        procedure_name=names.get("TenTTHC", "Thủ tục"),
        field=names.get("MaLinhVuc", "LV"),
        field_name=names.get("TenLinhVuc", "Lĩnh vực"),
        agency_name="Sở",
        competent_agency_name="Sở",
    )


def plainly(told) -> str:
    """A text without what cleaning may change."""
    return "".join(str(told).split())
