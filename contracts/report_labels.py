"""What people read for the words of `contracts.report_words`: Vietnamese, English."""

from collections.abc import Mapping
from enum import StrEnum

from contracts.post_labels import labelled
from contracts.report_words import (
    Cadence,
    DueState,
    FigureSource,
    Manner,
    ReportState,
    SeriesKind,
    TaskState,
)

REPORT_LABELS: Mapping[type[StrEnum], Mapping[StrEnum, tuple[str, str]]] = {
    SeriesKind: labelled(
        SeriesKind,
        ("Tỷ lệ", "Ratio"),
        ("Số lượng", "Count"),
        ("Xếp loại", "Grade"),
        ("Có hoặc không", "Yes or no"),
        ("Tỷ lệ được công bố", "Announced share"),
        ("Sự việc", "Occurrence"),
        ("Nhiệm vụ", "Task"),
    ),
    Cadence: labelled(
        Cadence,
        ("Hằng năm", "Every year"),
        ("6 tháng", "Every half-year"),
        ("Hằng quý", "Every quarter"),
        ("Hằng tháng", "Every month"),
        ("Một lần", "Once"),
    ),
    FigureSource: labelled(
        FigureSource,
        ("Cơ quan tự báo cáo", "Reported by the agency"),
        ("Nhập từ nguồn khác", "Taken over from elsewhere"),
    ),
    ReportState: labelled(
        ReportState,
        ("Chờ duyệt", "Waiting for approval"),
        ("Đã duyệt", "Approved"),
        ("Không duyệt", "Rejected"),
        ("Đã thay thế", "Superseded"),
        ("Đã rút", "Withdrawn"),
    ),
    Manner: labelled(Manner, ("Định kỳ", "Planned"), ("Đột xuất", "Unannounced")),
    TaskState: labelled(
        TaskState,
        ("Chưa thực hiện", "Not started"),
        ("Đang thực hiện", "Under way"),
        ("Hoàn thành", "Done"),
    ),
    DueState: labelled(
        DueState,
        ("Đã duyệt", "Approved"),
        ("Chờ duyệt", "Waiting for approval"),
        ("Đến hạn", "Due"),
        ("Quá hạn", "Late"),
    ),
}
