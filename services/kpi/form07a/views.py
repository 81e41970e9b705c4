"""How form 07a is shown."""

from collections.abc import Mapping
from datetime import datetime

from contracts.form07a import Form07a, Form07aRow
from contracts.vocabulary import PeriodKind
from services.kpi.form07a.counting import Line, breaches
from services.kpi.views import Asked

NOTES_VI = (
    "Tính tại thời điểm kết thúc kỳ, theo ngày tiếp nhận và kết thúc, không theo trạng thái hiện nay.",
    "Hạn trả lấy theo hạn đang biết hiện nay.",
    "Hồ sơ bị từ chối, rút hoặc dừng sau khi tiếp nhận được tính là đã giải quyết.",
    "Hồ sơ trực tuyến của thủ tục không phải toàn trình được tính vào cột (5).",
    "Chưa đối chiếu tiêu đề cột với bản chính thức của biểu.",
    "Ngày chốt kỳ báo cáo (15 đến 14) lấy theo Nghị định 09/2019/NĐ-CP, chưa đọc nguyên văn.",
)
NOTES_EN = (
    "Counted as of the period's end, by when each was received and ended, not by how it stands today.",
    "Promises are taken as they are known today.",
    "Dossiers refused, withdrawn or stopped after their receipt count as settled.",
    "Online dossiers of a procedure that is not full online stand in column (5).",
    "The headings were not compared with the official form.",
    "The day on which periods close (15th to 14th, Decree 09/2019) was not read at its source.",
)


def form(
    lines: Mapping[str, Line],
    names: Mapping[str, str],
    asked: Asked,
    period: tuple[PeriodKind, str],
    as_of: datetime,
) -> Form07a:
    """The form of an agency and a period; its total is the sum of its lines."""
    rows = [_row(line, field, names.get(field)) for field, line in lines.items()]
    total = _row(sum(lines.values(), Line()))
    kind, key = period
    return Form07a(
        agency=asked.agency,
        agency_name=asked.agency_name,
        structure=asked.structure,
        kind=kind,
        key=key,
        period_from=asked.period.first,
        period_to=asked.period.end,
        as_of=as_of,
        counted_at=asked.at,
        provisional=not asked.over,
        rows=rows,
        total=total,
        balanced=all(row.balanced for row in (*rows, total)),
        notes_vi=list(NOTES_VI),
        notes_en=list(NOTES_EN),
    )


def _row(line: Line, field: str | None = None, name: str | None = None) -> Form07aRow:
    told = {each: getattr(line, each) for each in Form07aRow.model_fields if hasattr(line, each)}
    wrong = list(breaches(line))
    return Form07aRow(**told, field=field, field_name=name, balanced=not wrong, breaches=wrong)
