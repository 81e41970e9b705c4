"""Checklists and manifests of invented items."""

from datetime import date

from contracts.intake import Component, DossierContents, PaperAgency
from contracts.post_checklist import ChecklistView
from contracts.post_papers import (
    CountDifference,
    ManifestAgency,
    ManifestRow,
    ManifestTotal,
    ManifestView,
    OpeningView,
    PaperCount,
    PickupView,
)
from tests.gateway.paper_samples import CITY, CODE, OFFICE, at

ITEM = "CV497960035VN"
DECLARED = [
    Component(name="Giấy đề nghị đăng ký hộ kinh doanh", originals=1),
    Component(name="Bản sao giấy tờ chứng thực của chủ hộ", copies=2),
    Component(name="Hợp đồng thuê địa điểm", copies=1),
]
PICKUP = PickupView(
    counts=[
        PaperCount(name="Giấy đề nghị đăng ký hộ kinh doanh", originals=1),
        PaperCount(name="Bản sao giấy tờ chứng thực của chủ hộ", copies=2),
        PaperCount(name="Hợp đồng thuê địa điểm", copies=1),
    ],
    seal_number="NP-000123",
    collected_at=at("2020-03-16T08:30:00"),
    slip_number="PHS-77",
    fee=100_000,
    fee_receipt="BL-9",
)
OPENING = OpeningView(
    counts=[
        PaperCount(name="Giấy đề nghị đăng ký hộ kinh doanh", originals=1),
        PaperCount(name="Bản sao giấy tờ chứng thực của chủ hộ", copies=1),
        PaperCount(name="Hợp đồng thuê địa điểm", copies=1),
        PaperCount(name="Ảnh 3x4", originals=2),
    ],
    seal_intact=True,
    opened_at=at("2020-03-17T09:05:00"),
    differences=[
        CountDifference(
            name="Bản sao giấy tờ chứng thực của chủ hộ",
            originals_picked_up=0,
            originals_found=0,
            copies_picked_up=2,
            copies_found=1,
        ),
        CountDifference(
            name="Ảnh 3x4",
            originals_picked_up=0,
            originals_found=2,
            copies_picked_up=0,
            copies_found=0,
        ),
    ],
)


def a_checklist(*, components=DECLARED, procedure_name="Thành lập hộ kinh doanh", **changes):
    """A checklist that nothing is recorded on, and the `changes` a test is about."""
    contents = DossierContents(
        code=CODE,
        procedure="1.001612",
        procedure_name=procedure_name,
        agency=OFFICE,
        parent=CITY,
        components=components,
    )
    usual = {
        "issued_at": at("2020-03-16T08:00:00"),
        "shipment": "5f0c9c1e6d2f4f0f9b1d3a7c8e9f0a1b",
        "leg": "inbound_dossier",
        "attempt": 1,
        "carrier": "vnpost-d",
        "item_code": ITEM,
        "dossier": contents,
        "pickup": None,
        "opening": None,
    }
    return ChecklistView.model_validate(usual | changes)


def a_manifest(lines=3, *, row=None, **changes):
    """A manifest of so many items, and the `changes` a test is about."""
    usual_row = {
        "shipment": "5f0c9c1e6d2f4f0f9b1d3a7c8e9f0a1b",
        "leg": "outbound_result",
        "attempt": 1,
        "carrier": "vnpost-d",
        "account": "city",
        "ordered_at": at("2020-03-16T09:00:00"),
        "accepted_at": None,
        "slip_number": None,
    }
    items = [
        ManifestRow.model_validate(
            usual_row
            | {
                "number": number,
                "item_code": f"CV{number:09d}VN",
                "dossier": f"000.00.19.H29-200316-{number:04d}",
            }
            | (row or {})
        )
        for number in range(1, lines + 1)
    ]
    usual = {
        "agency": ManifestAgency(**PaperAgency.model_dump(OFFICE)),
        "account": None,
        "date": date(2020, 3, 17),
        "state": "waiting",
        "issued_at": at("2020-03-17T15:30:00"),
        "totals": [
            ManifestTotal(carrier="vnpost-d", account="city", items=lines, dossiers=lines),
            ManifestTotal(carrier="ems", account="", items=2, dossiers=3),
        ],
        "items": items,
    }
    return ManifestView.model_validate(usual | changes)
