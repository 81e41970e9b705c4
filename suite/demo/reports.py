"""What the district reports itself in the demonstration, each with its document, approved by a second client.

The programme tells the shares: all documents sent electronically, every procedure under ISO, eight tasks, and
inspections under way. How many documents and which wards were inspected it does not tell; those
numbers are the demonstration's, as is the text whose digest stands for the document.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from itertools import pairwise
from typing import Any

from contracts.vocabulary import AgencyKind
from suite.demo.district import DISTRICT, NINE_MONTHS, District
from suite.demo.office import DAY

PROGRAMME = "Chương trình cải cách hành chính năm 2018 của Ủy ban nhân dân quận Bình Thạnh"
DOCUMENTS = (640, 590, 630)
"""Documents that were exchanged in each quarter."""

INSPECTED = 12
"""How many of the twenty wards were inspected by the end of September."""

TASKS = 8
SIGNERS = {
    AgencyKind.DISTRICT: "Chủ tịch Ủy ban nhân dân quận",
    AgencyKind.WARD: "Chủ tịch Ủy ban nhân dân phường",
}


@dataclass(frozen=True)
class SelfReport:
    """A report of a figure."""

    series: str
    agency: str
    body: dict[str, Any]
    """What ``POST /v1/indicators/{series}/reports`` takes."""


def reports_of(district: District) -> tuple[SelfReport, ...]:
    """Everything the district and its wards report of the nine months."""
    return tuple(_reports(district))


def _reports(district: District) -> Iterator[SelfReport]:
    kinds = {one.code: AgencyKind(one.body["kind"]) for one in district.city.agencies}
    wards = [code for code, kind in kinds.items() if kind is AgencyKind.WARD]
    whole = {"period_from": NINE_MONTHS.first, "period_to": NINE_MONTHS.last + DAY}
    begins = (date(2018, month, 1) for month in (1, 4, 7, 10))
    for (first, end), count in zip(pairwise(begins), DOCUMENTS, strict=True):
        quarter = {"period_from": first, "period_to": end, "count": count, "among": count}
        yield _report("k43", DISTRICT, kinds, quarter)
    for agency in (DISTRICT, *wards):
        kind = kinds[agency]
        count = sum(office == kind for office in district.offices.values())
        series = "k44.district" if kind is AgencyKind.DISTRICT else "k44.ward"
        yield _report(series, agency, kinds, {**whole, "count": count, "among": count})
    for task in range(1, TASKS + 1):
        yield _report("k46.tasks", DISTRICT, kinds, {**whole, "about": str(task), "value": "done"})
    for place, ward in enumerate(wards[:INSPECTED]):
        # A Tuesday every second week, from the middle of March.
        day = date(2018, 3, 13) + place * 14 * DAY
        told = {"occurred_on": day, "about": ward, "manner": "planned"}
        yield _report("k47", DISTRICT, kinds, told)


def _report(
    series: str, agency: str, kinds: dict[str, AgencyKind], told: dict[str, Any]
) -> SelfReport:
    plain = {
        name: value.isoformat() if isinstance(value, date) else value
        for name, value in told.items()
    }
    text = f"{PROGRAMME}\n{series}\n{agency}\n{sorted(plain.items())}\n".encode()
    number = sha256(text).hexdigest()
    evidence = {
        "document_no": f"minh-hoa-{number[:8]}",
        "title": f"Báo cáo kết quả thực hiện (dữ liệu minh họa): {PROGRAMME}",
        "issued_on": plain.get("occurred_on") or plain["period_to"],
        "signer": {"position": SIGNERS[kinds[agency]]},
        "file": {
            "name": f"{series}-{number[:8]}.txt",
            "sha256": number,
            "size": len(text),
            "media_type": "text/plain",
        },
    }
    return SelfReport(series, agency, {"agency": agency, **plain, "evidence": evidence})
