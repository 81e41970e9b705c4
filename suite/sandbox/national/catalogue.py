"""The portal's dictionaries with their UPPERCASE keys, from the catalogue of the demonstration.

Only keys that public one-stop systems read are written; a value the catalogue does not have is "".
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from contracts.vocabulary import Channel, TimeUnit
from suite.demo.city import Agency, City, Procedure, read_city

UNITS: Mapping[TimeUnit, str] = {
    TimeUnit.WORKING_DAY: "Ngày làm việc",
    TimeUnit.CALENDAR_DAY: "Ngày",
    TimeUnit.WORKING_HOUR: "Giờ",
    TimeUnit.MONTH: "Tháng",
}
"""DONVITINH."""

CHANNELS: Mapping[Channel, str] = {
    Channel.COUNTER: "1",
    Channel.ONLINE: "2",
    Channel.POST: "3",
}
"""KENH: taken to be the codes of KenhThucHien."""


class Catalogue:
    """Procedures, fields and agencies as the portal tells them."""

    def __init__(self, city: City | None = None) -> None:
        city = city or read_city()
        self._procedures = {one.code: one for one in city.procedures}
        self._agencies = {one.code: one for one in city.agencies}
        self._handled: dict[str, set[str]] = {}
        for one in city.handled:
            self._handled.setdefault(one.agency, set()).add(one.field)

    def procedure(self, code: str) -> list[dict[str, Any]]:
        """LayThuTuc: the one procedure with its limits, or none."""
        found = self._procedures.get(code)
        return [self._whole(found)] if found else []

    def procedures(self) -> list[dict[str, Any]]:
        """LayDanhSachTTHC."""
        return [_listed(one) for one in self._procedures.values()]

    def procedures_of(self, agency: str) -> list[dict[str, Any]]:
        """LayDanhSachTTHCDonVi: what an agency, and those below it, have at work."""
        fields = {
            field
            for code, handled in self._handled.items()
            if agency in self._line_of(code)
            for field in handled
        }
        return [_listed(one) for one in self._procedures.values() if one.field in fields]

    def agencies(self) -> list[dict[str, Any]]:
        """LayDanhMucCoQuan."""
        return [
            {
                "MADONVI": one.code,
                "TENDONVI": one.body["name"],
                "CAPDONVI": one.body["kind"],
            }
            for one in self._agencies.values()
        ]

    def fields(self) -> list[dict[str, Any]]:
        """LayDanhMucLinhVuc."""
        names = {one.field: one.body["field_name"] for one in self._procedures.values()}
        return [{"MALINHVUC": code, "TENLINHVUC": name} for code, name in names.items()]

    def _line_of(self, code: str | None) -> Iterable[str]:
        while code is not None:
            yield code
            agency: Agency | None = self._agencies.get(code)
            code = agency.parent if agency else None

    def _whole(self, one: Procedure) -> dict[str, Any]:
        return _listed(one) | {
            "THANHPHANHOSO": [],
            "TRUONGHOP": [],
            "CACHTHUCTHUCHIEN": [
                {
                    "KENH": CHANNELS[channel],
                    "THOIGIAN": [
                        {
                            "THOIGIANGIAIQUYET": str(amount),
                            "DONVITINH": UNITS[unit],
                            "MOTA": "",
                            "PHILEPHI": [],
                        }
                    ],
                }
                for channel, (amount, unit) in one.limits.items()
            ],
            "KETQUATHUCHIEN": [],
            "CANCUPHAPLY": [],
            "COQUANTHUCHIEN": "",
            "MACOQUANCONGBO": "",
            "MADOITUONG": "",
        }


def _listed(one: Procedure) -> dict[str, Any]:
    field = {"MALINHVUC": one.field, "TENLINHVUC": one.body["field_name"]}
    return {
        "MATTHC": one.code,
        "TENTTHC": one.body["name"],
        "LINHVUCTHUCHIEN": [field],
    }
