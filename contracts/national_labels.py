"""What people read for the words of `contracts.national_words`: Vietnamese, English."""

from collections.abc import Mapping
from enum import StrEnum

from contracts.national_words import AnswerState, ComparisonState, ComputedState, Evaluation
from contracts.post_labels import labelled

NATIONAL_LABELS: Mapping[type[StrEnum], Mapping[StrEnum, tuple[str, str]]] = {
    Evaluation: labelled(
        Evaluation,
        ("Công khai, minh bạch", "Publicity and transparency"),
        ("Tiến độ giải quyết", "Progress"),
        ("Cung cấp dịch vụ công trực tuyến", "Online services"),
        ("Thanh toán trực tuyến", "Online payment"),
        ("Mức độ hài lòng", "Satisfaction"),
        ("Số hóa hồ sơ", "Digitisation"),
    ),
    AnswerState: labelled(
        AnswerState,
        ("Đang có hiệu lực", "In force"),
        ("Đã được thay thế", "Superseded"),
    ),
    ComparisonState: labelled(
        ComparisonState,
        ("So sánh được", "Compared"),
        ("Địa phương chưa có số liệu", "No figure here"),
        ("Cổng chưa có số liệu", "Not reported nationally"),
        ("Cả hai chưa có số liệu", "Neither has a figure"),
    ),
    ComputedState: labelled(
        ComputedState,
        ("Tính được", "Computed"),
        ("Chưa phát sinh", "Nothing to compute from"),
        ("Ẩn vì quá ít phiếu", "Hidden: too few ratings"),
        ("Không tính được từ hồ sơ", "Not computed from dossiers"),
    ),
}
