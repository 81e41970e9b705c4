"""A one-stop system that knows the national adapter alone: plain HTTP, the envelope, nothing of ours."""

from dataclasses import dataclass
from typing import Any

import httpx

from contracts.gateway import ClientKind
from gateway.commands import PartnerEntry, enter_partner
from gateway.keys import SigningKey
from tests.builders import procedure

CITY, AGENCY, BELOW, OTHER = "H29", "000.00.19.H29", "000.01.19.H29", "000.00.20.H29"
PROCEDURE = "1.001612"
CODE = f"{AGENCY}-260316-0001"

HEADERS = {"Charset": "utf-8", "dstcode": "VN:GOV:000.00.00.G22:vpcpdvcprovider"}


@dataclass
class Legacy:
    """What an old system holds: an address, a session, the agency it writes into every message."""

    http: httpx.AsyncClient
    base: str = "/dvcqg/mapi"
    session: str = ""
    madonvi: str = AGENCY

    async def log_in(self, username: str, password: str) -> dict[str, Any]:
        told = await self.post(f"{self.base}/login", username=username, password=password)
        self.session = told["session"]
        return told

    async def call(self, service: str, **members: Any) -> dict[str, Any]:
        envelope = {"session": self.session, "madonvi": self.madonvi, "service": service}
        return await self.post(f"{self.base}/g", **(envelope | members))

    async def post(self, path: str, **members: Any) -> dict[str, Any]:
        answer = await self.http.post(path, json=members, headers=HEADERS)
        assert answer.status_code == 200, answer.text
        return answer.json()


async def founded(partner: httpx.AsyncClient) -> None:
    """A city with two departments, a unit below one of them, and a procedure."""
    places = {
        CITY: {"name": "Thành phố Hồ Chí Minh", "kind": "city"},
        AGENCY: {"name": "Sở Nông nghiệp", "kind": "department", "parent": CITY},
        BELOW: {"name": "Chi cục Thủy sản", "kind": "unit", "parent": AGENCY},
        OTHER: {"name": "Sở Xây dựng", "kind": "department", "parent": CITY},
    }
    for code, entry in places.items():
        assert (await partner.put(f"/v1/agencies/{code}", json=entry)).status_code in {200, 201}
    entry = procedure(field_name="Hộ kinh doanh", valid_from="1900-01-01", by_post=True)
    answer = await partner.put(f"/v1/procedures/{PROCEDURE}", json=entry)
    assert answer.status_code in {200, 201}, answer.text


async def account(running, *, agency: str = AGENCY, scopes: str = "dossiers:write", **told: Any):
    """An account of the dialect in the register: user name and password."""
    entry = PartnerEntry(
        name="Một cửa cũ",
        agencies=[agency],
        scopes=scopes.split(),
        kind=ClientKind.PARTNER,
        dialect=True,
        **{"networks": ["127.0.0.1"], **told},
    )
    made = await running["gateway"].do(enter_partner, entry, "test")
    return made.client_id, made.client_secret


def dossier(**changes: Any) -> dict[str, Any]:
    """A dossier with every field an old system fills."""
    return {
        "MaHoSo": CODE,
        "MaTTHC": PROCEDURE,
        "TenTTHC": "Thành lập hộ kinh doanh",
        "MaLinhVuc": "ho-kinh-doanh",
        "TenLinhVuc": "Hộ kinh doanh",
        "KenhThucHien": "1",
        "SoBienNhan": "BN-1",
        "SoGiayToChuHoSo": "079012345678",
        "ChuHoSo": "Nguyễn Văn A",
        "LoaiDoiTuong": "1",
        "MaDoiTuong": "",
        "ThongTinKhac": "",
        "Email": "",
        "Fax": "",
        "SoDienThoai": "0912345678",
        "TrichYeuHoSo": "Thành lập hộ kinh doanh cá thể",
        "NgayTiepNhan": "20260316090000",
        "NgayHenTra": "20260319170000",
        "TrangThaiHoSo": "2",
        "NgayTra": "",
        "NgayKetThucXuLy": "",
        "ThongTinTra": "",
        "HinhThuc": "0",
        "DonViXuLy": "Phòng Đăng ký kinh doanh",
        "GhiChu": "",
        "NoiNopHoSo": "2",
        "HoSoCoThanhPhanSoHoa": "1",
        "TaiKhoanDuocXacThucVoiVNeID": "0",
        "DuocThanhToanTrucTuyen": "0",
        "NgayTuChoi": "",
        "NgayNopHoSo": "20260316083000",
        "DinhDanhCHS": [{"LoaiDinhDanh": "1", "SoDinhDanh": "079012345678"}],
        "DSKetNoiCSDL": [{"MaCSDL": "7"}],
        "TaiLieuNop": [],
        "DanhSachLePhi": [],
        "DanhSachTepDinhKemKhac": [],
        "DanhSachHoSoBoSung": [],
        "DanhSachGiayToKetQua": [],
    } | changes


def row(status: str, at: str, **changes: Any) -> dict[str, str]:
    """A row of progress."""
    return {
        "MaHoSo": CODE,
        "NguoiXuLy": "Trần Thị B",
        "ChucDanh": "Chuyên viên",
        "ThoiDiemXuLy": at,
        "PhongBanXuLy": "Phòng Đăng ký kinh doanh",
        "NoiDungXuLy": "Xử lý hồ sơ",
        "TrangThai": status,
        "NgayBatDau": "",
        "NgayKetThucTheoQuyDinh": "",
    } | changes


async def record_of(city, code: str) -> dict[str, Any]:
    """A dossier's record, as the gateway reads it."""
    token = city.running["gateway"].own(SigningKey).token("gateway", None, ["dossiers:read"])
    client = city.app.state.upstreams["intake"].client
    answer = await client.get(
        f"/v1/dossiers/{code}/record", headers={"Authorization": f"Bearer {token}"}
    )
    assert answer.status_code == 200, answer.text
    return answer.json()
