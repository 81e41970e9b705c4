"""Names and codes of the dialect besides those of `contracts.national`, and what warnings say."""

from collections.abc import Mapping
from types import MappingProxyType

from contracts import national
from contracts.national import Kind
from contracts.vocabulary import DossierStatus, IdentityKind

CODE_OF_STATUS: Mapping[DossierStatus, str] = {
    status: code for code, status in national.STATUSES.items()
}
"""TrangThaiHoSo and TrangThai of each status; what is unmapped has none."""

CODE_OF_CHANNEL = {channel: code for code, channel in national.CHANNELS.items()}
CODE_OF_RETURN_MODE = {mode: code for code, mode in national.RETURN_MODES.items()}
CODE_OF_APPLICANT = {kind: code for code, kind in national.APPLICANTS.items()}

CODE_OF_PAID_THROUGH = {way: code for code, way in national.PAID_THROUGH.items()}
CODE_OF_PORTAL = {told: code for code, told in national.PORTALS.items()}

IDENTITIES: Mapping[str, IdentityKind] = {"1": IdentityKind.CITIZEN_ID, "2": IdentityKind.OLD_ID}
"""LoaiDinhDanh: CCCD and CMND; other papers have no known code."""
CODE_OF_IDENTITY = {kind: code for code, kind in IDENTITIES.items()}

PORTAL_REFUSAL = "11"
"""TrangThai of `DongBoTrangThaiHoSo` for a refused dossier that was filed on the national portal."""

PARTICULARS: Mapping[str, str] = MappingProxyType(
    {
        "SoBienNhan": "receipt_number",
        "MaDoiTuong": "tech_id",
        "Fax": "fax",
        "GhiChu": "note",
        "ThongTinKhac": "other",
        "ThongTinTra": "return_note",
        "DonViXuLy": "unit",
        "TrichYeuHoSo": "abstract",
    }
)
"""Texts that nobody counts by, and the particulars they are kept in."""

CATALOGUE = ("TenTTHC", "MaLinhVuc", "TenLinhVuc")
"""A snapshot of the catalogue that travels with each dossier; here the catalogue itself is asked."""

LISTS = (
    *("DinhDanhCHS", "DSKetNoiCSDL", "TaiLieuNop", "DanhSachLePhi", "DanhSachTepDinhKemKhac"),
    *("DanhSachHoSoBoSung", "DanhSachGiayToKetQua"),
)

DOSSIER = frozenset({*national.FIELDS, *national.UNUSED, *PARTICULARS, *CATALOGUE, *LISTS})
"""Every field a dossier may have."""

EXPECTED = (
    *(*CATALOGUE, "KenhThucHien", "LoaiDoiTuong", "ChuHoSo", "NgayTiepNhan", "TrangThaiHoSo"),
    *("HinhThuc", "DonViXuLy"),
)
"""Fields whose absence is told; without a code, a procedure and an agency nothing can be filed."""

PROGRESS: Mapping[str, str] = {
    "NguoiXuLy": "actor",
    "ChucDanh": "title",
    "PhongBanXuLy": "unit",
    "NoiDungXuLy": "note",
}
PROGRESS_MOMENTS: Mapping[str, str] = {
    "NgayBatDau": "begun_at",
    "NgayKetThucTheoQuyDinh": "expected_by",
}
PROGRESS_ROW = frozenset({"MaHoSo", "TrangThai", "ThoiDiemXuLy", *PROGRESS, *PROGRESS_MOMENTS})
"""Every field of a row of `CapNhatTienDoHoSoMC`."""

PORTAL_STATUS = frozenset(
    {"MaHoSo", "MaHoSoDonVi", "MaDoiTuong", "TrangThai", "NoiDung", "NgayXuLy", "TaiLieuXuLy"}
)
"""Every field of `DongBoTrangThaiHoSo`."""

LONGEST_OFFICER = 50
"""Characters of NguoiXuLy."""
LONGEST_RESULT = 2000
"""Characters of the name of a result (TenGiayTo)."""
LONGEST_ABSTRACT = 1000
"""Characters of TrichYeuHoSo."""
MANY = 100
"""Entries of a list within a dossier."""

NAMELESS = "(không ghi tên)"
"""What is kept where a name is needed and none was told; it is told back as no name."""

SENTENCES: Mapping[Kind, str] = {
    Kind.UNKNOWN_CODE: "mã không có trong danh mục; đã bỏ trống",
    Kind.DATE_UNREADABLE: "không đọc được thời điểm (yyyyMMddHHmmss); đã bỏ trống",
    Kind.UNMAPPED_STATUS: "trạng thái không xác định; đã ghi lại, không làm thay đổi hồ sơ",
    Kind.MISSING: "chưa có giá trị",
    Kind.ASSUMED: "chưa có giá trị; đã dùng giá trị mặc định",
    Kind.DAY_ONLY: "chỉ có ngày; đã lấy giờ làm việc của ngày đó",
    Kind.CUT: "quá dài; phần thừa đã bị cắt",
    Kind.CLEANED: "có ký tự không hiển thị được; đã bỏ các ký tự đó",
    Kind.NOT_A_TEXT: "phải là chuỗi ký tự; đã bỏ trống",
    Kind.NOT_A_LIST: "phải là danh sách các đối tượng; đã bỏ trống",
    Kind.UNFIT: "giá trị không hợp lệ; đã bỏ trống",
    Kind.MONEY_GROUPED: "số tiền có dấu phân cách hoặc đơn vị; đã đọc là số đồng nguyên",
    Kind.UNKNOWN_FIELD: "trường không có trong đặc tả; không được lưu",
    Kind.CONTRADICTORY: "mâu thuẫn với trường khác; không được dùng",
    Kind.MOVED: "giá trị được giữ ở trường khác",
}
"""What a warning says of a field, in Vietnamese."""
