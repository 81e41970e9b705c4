"""How forms 07a and 07b are shown."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from contracts.form07a import Form07a, Form07aRow, Form07b, Form07bPart
from contracts.vocabulary import PeriodKind
from services.kpi.form07a.counting import Line, breaches
from services.kpi.form07a.levels import Part
from services.kpi.views import Asked

NOTES_VI = (
    "Tính tại thời điểm kết thúc kỳ, theo ngày tiếp nhận và kết thúc, không theo trạng thái hiện nay.",
    "Hạn trả lấy theo hạn đang biết hiện nay.",
    "Hồ sơ bị từ chối, rút hoặc dừng sau khi tiếp nhận được tính là đã giải quyết.",
    "Hồ sơ trực tuyến của thủ tục không phải toàn trình được tính vào cột (5).",
    "Tiêu đề cột theo bản chép nguyên văn Thông tư 09/2026/TT-BTP; chưa đối chiếu với công báo.",
    "Ngày chốt kỳ báo cáo (15 đến 14) lấy theo Nghị định 09/2019/NĐ-CP, chưa đọc nguyên văn.",
)
NOTES_EN = (
    "Counted as of the period's end, by when each was received and ended, not by how it stands today.",
    "Promises are taken as they are known today.",
    "Dossiers refused, withdrawn or stopped after their receipt count as settled.",
    "Online dossiers of a procedure that is not full online stand in column (5).",
    "The headings are those of a copy of the circular's text, which was not compared with the gazette.",
    "The day on which periods close (15th to 14th, Decree 09/2019) was not read at its source.",
)


BY_LEVEL_VI = (
    "Mục theo cấp của cơ quan tiếp nhận (đơn vị thuộc phường, xã tính ở cấp xã); hồ sơ tiếp nhận cho cơ quan "
    "khác giải quyết vẫn ở mục của cơ quan tiếp nhận."
)
BY_LEVEL_EN = (
    "Parts are by the level of the agency that received, with what stands below a commune as its own; what "
    "was received for another agency to settle stays with who received it."
)


@dataclass(frozen=True)
class Of:
    """Whose form is shown, of which period, and as of when."""

    asked: Asked
    kind: PeriodKind
    key: str
    as_of: datetime


def form(lines: Mapping[str, Line], names: Mapping[str, str], of: Of) -> Form07a:
    """The form of an agency and a period; its total is the sum of its lines."""
    rows = _rows(lines, names)
    total = _row(sum(lines.values(), Line()))
    return Form07a(**_head(of, (*rows, total)), rows=rows, total=total)


def form_by_level(
    parts: Mapping[Part, Mapping[str, Line]], names: Mapping[str, str], of: Of
) -> Form07b:
    """The same in parts; each has a total of its own, and together they are that of the whole."""
    shown = [_part(part, lines, names) for part, lines in parts.items()]
    every = (line for lines in parts.values() for line in lines.values())
    total = _row(sum(every, Line()))
    rows = [row for part in shown for row in (*part.rows, part.total)]
    head = _head(of, (*rows, total))
    head["notes_vi"] = [*head["notes_vi"], BY_LEVEL_VI]
    head["notes_en"] = [*head["notes_en"], BY_LEVEL_EN]
    return Form07b(**head, parts=shown, total=total)


def _part(part: Part, lines: Mapping[str, Line], names: Mapping[str, str]) -> Form07bPart:
    return Form07bPart(
        level=part.level,
        number=part.number,
        title_vi=part.vi,
        title_en=part.en,
        rows=_rows(lines, names),
        total=_row(sum(lines.values(), Line())),
    )


def _head(of: Of, rows: Iterable[Form07aRow]) -> dict[str, Any]:
    asked = of.asked
    return {
        "agency": asked.agency,
        "agency_name": asked.agency_name,
        "structure": asked.structure,
        "kind": of.kind,
        "key": of.key,
        "period_from": asked.period.first,
        "period_to": asked.period.end,
        "as_of": of.as_of,
        "counted_at": asked.at,
        "provisional": not asked.over,
        "balanced": all(row.balanced for row in rows),
        "notes_vi": list(NOTES_VI),
        "notes_en": list(NOTES_EN),
    }


def _rows(lines: Mapping[str, Line], names: Mapping[str, str]) -> list[Form07aRow]:
    return [_row(line, field, names.get(field)) for field, line in lines.items()]


def _row(line: Line, field: str | None = None, name: str | None = None) -> Form07aRow:
    told = {each: getattr(line, each) for each in Form07aRow.model_fields if hasattr(line, each)}
    wrong = list(breaches(line))
    return Form07aRow(**told, field=field, field_name=name, balanced=not wrong, breaches=wrong)
