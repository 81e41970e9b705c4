"""Papers of one invented dossier, and registers of many."""

from datetime import date, datetime

from contracts.intake import (
    Component,
    PaperAgency,
    PaperApology,
    PaperApplicant,
    PaperNotice,
    PaperStep,
    PaperView,
    RegisterRow,
    RegisterView,
    TimeLimit,
)
from contracts.vocabulary import PaperKind

CODE = "000.00.19.H29-200316-0001"
OFFICE = PaperAgency(code="000.00.19.H29", name="Sở Nông nghiệp và Phát triển nông thôn")
CITY = PaperAgency(code="H29", name="Ủy ban nhân dân Thành phố Hồ Chí Minh")
NAME = "Nguyễn Thị Ngọc Huyền"
EVIL = "<script>alert(1)</script>"


def at(told: str) -> datetime:
    return datetime.fromisoformat(f"{told}+07:00")


def a_paper(kind: PaperKind | str = "receipt", **changes) -> PaperView:
    """A paper with everything on it, and the `changes` a test is about."""
    notice = {
        "told_at": at("2020-03-17T10:00:00"),
        "reason": "Bổ sung bản sao hợp đồng có chứng thực.\nGiấy đề nghị thiếu chữ ký.",
        "actor": "Lê Thị Hoa",
        "unit": "Phòng Chuyên môn",
    }
    usual = {
        "kind": kind,
        "form": 1,
        "circular": "Thông tư 01/2018/TT-VPCP",
        "issued_at": at("2020-03-16T09:02:11"),
        "code": CODE,
        "procedure": "1.001612",
        "procedure_name": "Thành lập hộ kinh doanh",
        "agency": OFFICE,
        "parent": CITY,
        "competent_agency": OFFICE,
        "returning_agency": OFFICE,
        "channel": "counter",
        "return_mode": "post",
        "status": "accepted",
        "applicant": PaperApplicant(
            kind="citizen",
            name=NAME,
            id_kind="citizen_id",
            id_number="*********123",
            phone="0903 123 456",
            email="huyen@example.vn",
            address="12/3 Đường Nguyễn Thị Minh Khai, Phường Bến Nghé, Quận 1",
        ),
        "components": [
            Component(name="Giấy đề nghị đăng ký hộ kinh doanh", originals=1, digitised=True),
            Component(name="Bản sao giấy tờ chứng thực của chủ hộ", copies=2),
            Component(name="Hợp đồng thuê mặt bằng", copies=1),
        ],
        "limit": TimeLimit(amount=3, unit="working_day"),
        "submitted_at": None,
        "received_at": at("2020-03-16T09:00:00"),
        "due_at": at("2020-03-19T17:00:00"),
        "rule_set": "R2018",
        "decree": "Nghị định 61/2018/NĐ-CP",
        "officer": "Trần Văn Bình",
        "pin": "HGFM TMX5" if kind == "receipt" else None,
        "supplement": PaperNotice(**notice, answer_days=15, answer_by=date(2020, 4, 1)),
        "refusal": PaperNotice(**notice),
        "apology": PaperApology(
            **notice,
            old_due_at=at("2020-03-19T17:00:00"),
            new_due_at=at("2020-03-25T17:00:00"),
            count=1,
            allowed=1,
        ),
        "steps": [
            a_step("accepted", "Sở Nông nghiệp", None, "16T09:00:00", "16T10:00:00"),
            a_step("processing", "Phòng Chuyên môn", "Lê Thị Hoa", "16T10:00:00", "18T10:00:00"),
            a_step("done", None, None, "18T10:00:00", None),
        ],
    }
    return PaperView.model_validate(usual | changes)


def a_step(status, unit, actor, taken, handed) -> PaperStep:
    return PaperStep(
        status=status,
        unit=unit,
        actor=actor,
        received_at=at(f"2020-03-{taken}"),
        handed_over_at=handed and at(f"2020-03-{handed}"),
        due_at=at("2020-03-19T17:00:00"),
        note="Thẩm định",
    )


def a_register(lines: int = 2, next_cursor: str | None = None, **changes) -> RegisterView:
    """A register of so many lines, each with the `changes` a test is about."""
    usual = {
        "procedure": "1.001612",
        "procedure_name": "Thành lập hộ kinh doanh",
        "applicant": NAME,
        "address": "12 Nguyễn Huệ",
        "phone": "*********456",
        "agency": OFFICE.code,
        "competent_agency": OFFICE.code,
        "competent_name": OFFICE.name,
        "channel": "counter",
        "received_at": at("2020-03-16T09:00:00"),
        "due_at": at("2020-03-19T17:00:00"),
        "done_at": None,
        "returned_at": None,
        "return_mode": "counter",
        "status": "processing",
    }
    return RegisterView(
        form=6,
        circular="Thông tư 01/2018/TT-VPCP",
        agency=OFFICE,
        period_from=date(2020, 3, 16),
        period_to=date(2020, 3, 17),
        issued_at=at("2020-03-17T08:00:00"),
        items=[
            RegisterRow.model_validate(
                usual | {"number": number, "code": f"000.00.19.H29-200316-{number:04d}"} | changes
            )
            for number in range(1, lines + 1)
        ],
        next_cursor=next_cursor,
    )
