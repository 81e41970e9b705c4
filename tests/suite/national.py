"""What a caller of the national portal sends, with what a test cares about changed by name."""

from contextlib import asynccontextmanager, suppress

import httpx

from suite.sandbox.faults import Faults
from suite.sandbox.national import NationalAccount, NationalLedger, create_national
from suite.sandbox.national.app import GENERAL, LOGIN
from suite.sandbox.national.sessions import DSTCODE
from suite.sandbox.serving import served

CODE = "000.00.19.H29-200316-0001"


def dossier(**changes):
    """A dossier taken in at the counter."""
    return {
        "MaHoSo": CODE,
        "MaTTHC": "1.001612",
        "TenTTHC": "Đăng ký thành lập hộ kinh doanh",
        "MaLinhVuc": "ho-kinh-doanh",
        "TenLinhVuc": "Thành lập và hoạt động doanh nghiệp",
        "KenhThucHien": "1",
        "LoaiDoiTuong": "1",
        "ChuHoSo": "Nguyễn Văn A",
        "NgayTiepNhan": "20200316090000",
        "NgayHenTra": "20200319090000",
        "TrangThaiHoSo": "2",
        "HinhThuc": "0",
        "DonViXuLy": "UBND quận Bình Thạnh",
    } | changes


def progress(**changes):
    """A row of progress."""
    return {
        "MaHoSo": CODE,
        "NguoiXuLy": "Trần Thị B",
        "ThoiDiemXuLy": "20200316093000",
        "NoiDungXuLy": "Tiếp nhận hồ sơ",
        "TrangThai": "2",
    } | changes


class Caller:
    """A one-stop system with a session."""

    def __init__(self, client: httpx.AsyncClient) -> None:
        self.client = client
        self.session = ""

    async def login(self, **changes) -> httpx.Response:
        account = NationalAccount()
        body = {"username": account.username, "password": account.password} | changes
        answer = await self.client.post(LOGIN, json=body, headers={"dstcode": DSTCODE})
        if answer.headers.get("content-type", "").startswith("application/json"):
            with suppress(ValueError):
                self.session = answer.json().get("session", self.session)
        return answer

    async def call(self, service: str, address: str = GENERAL, **fields) -> httpx.Response:
        body = {"session": self.session, "madonvi": "000.00.19.H29", "service": service} | fields
        return await self.client.post(address, json=body)

    async def insert(self, **changes) -> httpx.Response:
        return await self.call("DongBoHoSoMC", isUpdating="False", data=[dossier(**changes)])

    async def update(self, **changes) -> httpx.Response:
        return await self.call("DongBoHoSoMC", isUpdating="True", data=[dossier(**changes)])

    async def report(self, *rows) -> httpx.Response:
        return await self.call("CapNhatTienDoHoSoMC", data=list(rows))

    async def look_up(self, code: str = CODE) -> httpx.Response:
        return await self.call("TraCuuHoSo", mahoso=code)


@asynccontextmanager
async def portal(ledger: NationalLedger, faults: Faults | None = None, **told):
    """A caller with a session, at the stand-in on a real socket."""
    async with served(create_national(ledger, faults=faults, **told)) as url:
        async with httpx.AsyncClient(base_url=url, timeout=1) as client:
            caller = Caller(client)
            await caller.login()
            yield caller
