"""The walk of a system that speaks the national dialect: what it would send, with the codes it would get."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from suite.checking.visit import StepFailed, StepLeftOut, StepMissing, Visit

LOGIN, CALL = "/dvcqg/mapi/login", "/dvcqg/mapi/g"
DONE, EXISTS, NOT_FOUND, OUT_OF_REACH = "0", "3", "4", "5"
MOST_TRIED = 50
"""Sandboxes that are asked for being the account's own; beyond that, --agency names it."""


@dataclass
class Speaker:
    """A session of the dialect, and what it has learnt."""

    visit: Visit
    session: str = ""
    entry: dict[str, Any] = field(default_factory=dict)
    """The test dossier that was filed."""

    async def log_in(self) -> str:
        """Open a session."""
        access = self.visit.access
        body = {"username": access.client_id, "password": access.secret}
        told = await self.visit.expect(200, "POST", LOGIN, json=body)
        if not told.get("session"):
            raise StepFailed(
                f"{told.get('error_code')} {told.get('message', '')}".strip(),
                "Check user name, password, last day and networks (motcua partner show).",
            )
        self.session = told["session"]
        return "a session is open"

    async def call(self, service: str, *expected: str, **members: Any) -> dict[str, Any]:
        """What a service answers with one of these codes. Raises `StepMissing`, `StepFailed`."""
        body = {"session": self.session, "service": service} | members
        told: dict[str, Any] = await self.visit.expect(200, "POST", CALL, json=body)
        code, message = str(told["error_code"]), str(told.get("message", ""))[:200]
        if code in expected:
            return told
        seen = f"{service} answers {code} instead of {' or '.join(expected)}: {message}"
        if code == OUT_OF_REACH:
            raise StepMissing(seen, "Ask the operator for dossiers:write, or for the agency.")
        raise StepFailed(seen)

    async def find_place(self) -> str:
        """Which agency a test dossier would be of: the sandbox of the account, or the one that was named."""
        told = await self.call("LayDanhMucCoQuan", DONE)
        kinds = {one["MADONVI"]: one["CAPDONVI"] for one in told["result"]}
        if self.visit.agency is None:
            trials = [code for code, kind in kinds.items() if kind == "sandbox"]
            for code in trials[:MOST_TRIED]:
                # Whose agency it is not is told so before anything is looked up.
                asked = {"madonvi": code, "maTTHC": "0"}
                found = await self.call("LayThuTuc", DONE, NOT_FOUND, OUT_OF_REACH, **asked)
                if found["error_code"] != OUT_OF_REACH:
                    self.visit.agency = code
                    break
        self.visit.sandbox = kinds.get(self.visit.agency or "") == "sandbox"
        where = f"; the account's sandbox is {self.visit.agency}" if self.visit.sandbox else ""
        return f"{len(kinds)} agencies{where}"

    async def find_procedure(self) -> str:
        """The procedure that a test dossier is of."""
        if self.visit.procedure is not None:
            await self.call("LayThuTuc", DONE, maTTHC=self.visit.procedure)
            return self.visit.procedure
        told = await self.call("LayDanhSachTTHC", DONE)
        if not told["result"]:
            raise StepFailed("The catalogue is empty.", "Ask the operator to publish procedures.")
        self.visit.procedure = told["result"][0]["MATTHC"]
        return f"{len(told['result'])} procedures, the first {self.visit.procedure}"

    async def look_up(self) -> str:
        """A dossier that nobody filed is not there."""
        await self.call("TraCuuHoSo", NOT_FOUND, mahoso="khong-co-ho-so-nay")
        return "TraCuuHoSo of no dossier: 4"

    async def file(self) -> str:
        """File the test dossier."""
        visit = self.visit
        if not visit.sandbox and not (visit.files and visit.agency):
            raise StepLeftOut(
                "No test dossier is left in a real agency: use a sandbox, or say --files and --agency."
            )
        if visit.procedure is None:
            raise StepLeftOut("No procedure is known: name one with --procedure.")
        filing = visit.test_dossier()
        entry = {
            "MaHoSo": filing["code"],
            "MaTTHC": filing["procedure"],
            "KenhThucHien": "1",
            "HinhThuc": "0",
            "ChuHoSo": filing["applicant"]["name"],
            "LoaiDoiTuong": "1",
            "NgayTiepNhan": _written(filing["received_at"]),
            "TrangThaiHoSo": "2",
        }
        await self._send("DongBoHoSoMC", DONE, entry, isUpdating="False")
        self.entry = entry
        return f"{entry['MaHoSo']}: 0"

    async def file_again(self) -> str:
        """The same as a new one is there already."""
        await self._send("DongBoHoSoMC", EXISTS, self.entry, isUpdating="False")
        return "the same as new: 3, it is there"

    async def update(self) -> str:
        """The whole dossier again, changed."""
        changed = self.entry | {"TrichYeuHoSo": "Hồ sơ thử nghiệm, đã sửa"}
        await self._send("DongBoHoSoMC", DONE, changed, isUpdating="True")
        return "isUpdating with another content: 0"

    async def report(self) -> str:
        """Report the result and its return, then the same again."""
        received = datetime.strptime(self.entry["NgayTiepNhan"], _WRITTEN)  # noqa: DTZ007 - Vietnam's
        rows = [
            {
                "MaHoSo": self.entry["MaHoSo"],
                "NguoiXuLy": "Thử nghiệm",
                "ThoiDiemXuLy": (received + timedelta(minutes=n)).strftime(_WRITTEN),
                "TrangThai": status,
            }
            for n, status in enumerate(("9", "10"), start=1)
        ]
        for _ in range(2):
            await self._send("CapNhatTienDoHoSoMC", DONE, *rows)
        return "9 and 10 are taken, and when sent again"

    async def look_up_own(self) -> str:
        """The dossier as it stands."""
        told = await self.call("TraCuuHoSo", DONE, mahoso=self.entry["MaHoSo"])
        status = told["result"][0]["TrangThaiHoSo"]
        if status != "10":
            raise StepFailed(f"It stands at {status} instead of 10.")
        return "TraCuuHoSo of the test dossier: it stands at 10"

    async def _send(self, service: str, expected: str, *entries: Any, **members: Any) -> None:
        told = {"data": list(entries), "madonvi": self.visit.agency}
        await self.call(service, expected, **told, **members)


_WRITTEN = "%Y%m%d%H%M%S"


def _written(instant: str) -> str:
    """An instant as the dialect writes it; that of a test dossier is told in Vietnam's time."""
    return datetime.fromisoformat(instant).strftime(_WRITTEN)


Words = Callable[[Speaker], Awaitable[str]]
LOOKS: tuple[tuple[str, Words], ...] = (
    ("directory", Speaker.find_place),
    ("catalogue", Speaker.find_procedure),
    ("look a dossier up", Speaker.look_up),
)
"""What leaves no trace."""

FILING = "file a dossier"
FILED: tuple[tuple[str, Words], ...] = (
    ("file it again", Speaker.file_again),
    ("update it", Speaker.update),
    ("report progress", Speaker.report),
    ("look it up", Speaker.look_up_own),
)
"""What needs the test dossier."""
