"""Labels of words about questionnaires, criteria and imported ratings: Vietnamese first, English second."""

from collections.abc import Mapping
from enum import StrEnum

from contracts.criteria_words import Gathered, PortalLevel, QualityClass, RatingImportOutcome
from contracts.post_labels import labelled

CRITERIA_LABELS: Mapping[type[StrEnum], Mapping[StrEnum, tuple[str, str]]] = {
    PortalLevel: labelled(PortalLevel, ("Rất tốt", "Very good"), ("Tốt", "Good"), ("Kém", "Bad")),
    QualityClass: labelled(
        QualityClass,
        ("Xuất sắc", "Excellent"),
        ("Tốt", "Good"),
        ("Khá", "Fair"),
        ("Trung bình", "Average"),
        ("Yếu", "Weak"),
        ("Chưa đủ tiêu chí", "Too few criteria known"),
    ),
    Gathered: labelled(
        Gathered,
        ("Phiếu giấy", "Paper slip"),
        ("Thẻ gửi kèm bưu gửi", "Card that came by post"),
        ("Công chức nhập hộ", "Entered by an officer"),
        ("Phần mềm khác", "Other software"),
    ),
    RatingImportOutcome: labelled(
        RatingImportOutcome,
        ("Đã ghi nhận", "Taken"),
        ("Đã nhập trước đó", "Came before"),
        ("Người dân đã tự đánh giá", "Rated already"),
        ("Chưa hợp lệ", "To be changed"),
    ),
}
