"""What people read for the words of `contracts.rating_words`: Vietnamese, English."""

from collections.abc import Mapping
from enum import StrEnum

from contracts.post_labels import labelled
from contracts.rating_words import (
    ActionState,
    AlertRule,
    AnomalyRule,
    CaseKind,
    CaseOutcome,
    CaseState,
    CommentState,
    HiddenReason,
    PersonalKind,
    ReplyChannel,
)

RATING_LABELS: Mapping[type[StrEnum], Mapping[StrEnum, tuple[str, str]]] = {
    PersonalKind: labelled(
        PersonalKind,
        ("Số căn cước", "Citizen identity number"),
        ("Số chứng minh nhân dân", "Old identity number"),
        ("Số điện thoại", "Telephone number"),
        ("Thư điện tử", "E-mail address"),
        ("Mã số thuế", "Tax code"),
        ("Mã số BHXH", "Social insurance number"),
        ("Số tài khoản", "Bank account"),
        ("Biển số xe", "Vehicle plate"),
        ("Mã hồ sơ", "Dossier code"),
        ("Đường dẫn", "Link"),
        ("Dãy số khác", "Another long number"),
    ),
    CommentState: labelled(
        CommentState,
        ("Chờ duyệt", "To be looked at"),
        ("Được hiển thị", "Shown"),
        ("Đã ẩn", "Hidden"),
    ),
    HiddenReason: labelled(
        HiddenReason,
        ("Có thông tin cá nhân", "Tells of a person"),
        ("Xúc phạm", "Insults somebody"),
        ("Quảng cáo", "Advertises"),
        ("Không liên quan", "Beside the point"),
        ("Trái pháp luật", "Against the law"),
    ),
    CaseKind: labelled(
        CaseKind,
        ("Đánh giá thấp", "Low rating"),
        ("Phản ánh, kiến nghị", "Complaint"),
        ("Yêu cầu phản hồi", "A reply is asked for"),
        ("Dấu hiệu nhũng nhiễu", "Harassment"),
    ),
    CaseState: labelled(
        CaseState,
        ("Mới mở", "Opened"),
        ("Đã giao xử lý", "Assigned"),
        ("Đã phản hồi", "Answered"),
        ("Người dân xác nhận đã giải quyết", "Settled, says the citizen"),
        ("Đã đóng", "Closed"),
    ),
    CaseOutcome: labelled(
        CaseOutcome,
        ("Đã giải quyết", "Resolved"),
        ("Không có căn cứ", "Unfounded"),
        ("Chưa giải quyết được", "Not resolved"),
        ("Chuyển hệ thống phản ánh, kiến nghị", "Handed over as a petition"),
        ("Người dân đã sửa đánh giá", "Rating changed"),
        ("Đánh giá bị hủy", "Rating void"),
    ),
    ReplyChannel: labelled(
        ReplyChannel,
        ("Tại trang đánh giá", "At the rating's page"),
        ("Điện thoại", "By telephone"),
        ("Thư điện tử", "By e-mail"),
        ("Tin nhắn", "By SMS"),
        ("Bưu chính", "By post"),
    ),
    AlertRule: labelled(
        AlertRule,
        ("Có việc mới từ đánh giá", "Cases opened"),
        ("Có dấu hiệu nhũng nhiễu", "Harassment reported"),
        ("Việc quá hạn phản hồi", "Cases overdue"),
        ("Tỷ lệ chưa hài lòng cao", "Many negative ratings"),
        ("Đánh giá có dấu hiệu bất thường", "Anomalies"),
        ("Biện pháp khắc phục quá hạn", "Corrective actions overdue"),
    ),
    AnomalyRule: labelled(
        AnomalyRule,
        ("Dồn dập trong thời gian ngắn", "Burst"),
        ("Nhiều lượt giống hệt nhau liên tiếp", "Run of identical answers"),
        ("Tỷ lệ cán bộ nhập thay cao", "High share with an officer's help"),
        ("Kiosk chênh lệch so với tự đánh giá", "Kiosk and link differ"),
        ("Đánh giá ngay khi trả kết quả", "Within seconds of the hand-over"),
        ("Ngoài giờ làm việc", "Outside opening hours"),
        ("Kiosk chỉ có đánh giá tốt", "Only positive"),
    ),
    ActionState: labelled(
        ActionState,
        ("Đã lập kế hoạch", "Planned"),
        ("Đang thực hiện", "Under way"),
        ("Đã hoàn thành", "Done"),
        ("Không thực hiện", "Dropped"),
    ),
}
