"""What people read for the words of kiosks: Vietnamese, English."""

from collections.abc import Mapping
from enum import StrEnum

from contracts.post_labels import labelled
from contracts.rating.kiosks import ItemOrder, KioskOutcome, KioskReason, KioskState

KIOSK_LABELS: Mapping[type[StrEnum], Mapping[StrEnum, tuple[str, str]]] = {
    KioskState: labelled(
        KioskState,
        ("Đang hoạt động", "Ready"),
        ("Mất liên lạc", "Silent"),
        ("Đã thu hồi", "Revoked"),
    ),
    KioskOutcome: labelled(
        KioskOutcome,
        ("Đã ghi nhận", "Taken"),
        ("Tạm giữ chờ xác nhận", "Held for an operator"),
        ("Không được tính", "Not counted"),
    ),
    KioskReason: labelled(
        KioskReason,
        ("Quá nhiều lượt trong thời gian ngắn", "Too many within a few seconds"),
        ("Chữ ký không phải của thiết bị", "Not signed by this device"),
        ("Không có phiên của quầy", "No such ticket"),
        ("Phiên của quầy đã kết thúc", "The ticket was over"),
        ("Gửi đến quá muộn", "Too old"),
        ("Hồ sơ đã được đánh giá", "Rated already"),
        ("Lời mời đánh giá tạm ngừng", "The invitation is void"),
        ("Câu trả lời chưa khớp với phiếu", "The answers do not fit the questionnaire"),
    ),
    ItemOrder: labelled(
        ItemOrder,
        ("Đúng thứ tự", "In order"),
        ("Thiếu lượt trước", "Items before it are missing"),
        ("Đến sau lượt kế tiếp", "Came after a later one"),
        ("Trùng số thứ tự", "Its number was used before"),
        ("Không khớp với lượt trước", "Does not follow the one before"),
    ),
}
