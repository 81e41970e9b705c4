"""What people read for the words of the post: Vietnamese, English."""

from collections.abc import Mapping
from enum import StrEnum

from contracts.vocabulary import (
    Carrier,
    CarrierOutcome,
    CodeState,
    DeskState,
    Leg,
    Milestone,
    MoneyPurpose,
    MoneyStep,
    Proof,
    Reconciliation,
    ShipmentQueue,
    ShipmentStatus,
)


def labelled(kind: type[StrEnum], *pairs: tuple[str, str]) -> dict[StrEnum, tuple[str, str]]:
    """Labels for the words of a kind, in the order the words are declared."""
    return dict(zip(kind, pairs, strict=True))


POST_LABELS: Mapping[type[StrEnum], Mapping[StrEnum, tuple[str, str]]] = {
    Leg: labelled(
        Leg,
        ("Gửi hồ sơ đến cơ quan", "Dossier to the office"),
        ("Gửi giấy tờ bổ sung", "Supplement to the office"),
        ("Trả kết quả", "Result to the citizen"),
        ("Trả lại bản chính", "Originals to the citizen"),
        ("Giữa các cơ quan", "Between agencies"),
    ),
    Carrier: labelled(
        Carrier,
        ("VNPost, Hành chính công trực tuyến", "VNPost, HCC online"),
        ("VNPost, trục NGSP/LGSP", "VNPost over NGSP/LGSP"),
        ("MyVNPost, bản cũ", "MyVNPost, old"),
        ("MyVNPost", "MyVNPost"),
        ("EMS", "EMS"),
        ("Viettel Post", "Viettel Post"),
        ("Giao Hàng Nhanh", "GHN"),
        ("Giao Hàng Tiết Kiệm", "GHTK"),
        ("Liên minh Bưu chính Thế giới", "Universal Postal Union"),
        ("Định dạng của Một Cửa", "Motcua's own format"),
    ),
    ShipmentStatus: labelled(
        ShipmentStatus,
        ("Đã đăng ký gửi bưu chính", "Registered"),
        ("Đã tạo đơn", "Order created"),
        ("Đang đi lấy hàng", "Pickup scheduled"),
        ("Lấy hàng không thành công", "Pickup failed"),
        ("Bưu điện đã chấp nhận", "Accepted by the post"),
        ("Đang vận chuyển", "In transit"),
        ("Đã đến bưu cục phát", "At the delivery office"),
        ("Đang đi phát", "Out for delivery"),
        ("Phát không thành công", "Delivery failed"),
        ("Chờ người nhận đến lấy", "Held for pickup"),
        ("Đã phát thành công", "Delivered"),
        ("Chờ chuyển hoàn", "Return proposed"),
        ("Đang chuyển hoàn", "Returning"),
        ("Đã hoàn về nơi gửi", "Returned to sender"),
        ("Đã hủy", "Cancelled"),
        ("Thất lạc", "Lost"),
        ("Hư hỏng", "Destroyed"),
        ("Chưa rõ nghĩa", "Unmapped"),
    ),
    Milestone: labelled(
        Milestone,
        ("Không xác định", "None"),
        ("Trước khi gửi", "Before posting"),
        ("Trên đường", "On the way"),
        ("Đang phát", "Being delivered"),
        ("Đang hoàn", "Going back"),
        ("Kết thúc", "Ended"),
    ),
    Proof: labelled(
        Proof,
        ("Không có", "None"),
        ("Được báo, chưa có bằng chứng", "Claimed"),
        ("Có bằng chứng", "Evidenced"),
        ("Đã kiểm tra", "Validated"),
    ),
    CarrierOutcome: labelled(
        CarrierOutcome,
        ("Đã ghi nhận", "Applied"),
        ("Đã có", "Duplicate"),
        ("Đến muộn, ghi vào lịch sử", "Late, kept as history"),
        ("Chưa khớp bưu gửi nào", "Orphan"),
        ("Tạm giữ để kiểm tra", "Quarantined"),
        ("Không đọc được", "Invalid"),
        ("Đã lưu, đang xử lý", "Stored"),
    ),
    DeskState: labelled(
        DeskState,
        ("Bưu gửi chưa rõ hồ sơ", "Items nobody registered"),
        ("Thông tin phát mâu thuẫn", "Ends that contradict each other"),
        ("Chờ xác nhận kết quả phát", "Ends waiting for confirmation"),
        ("Không có tin trong thời gian dài", "Nothing heard for long"),
        ("Số tiền mâu thuẫn", "Amounts that contradict each other"),
        ("Đã phát, chưa có bằng chứng", "Delivered, without proof"),
        ("Đơn gửi không thực hiện được", "Orders refused or given up"),
    ),
    MoneyPurpose: labelled(
        MoneyPurpose,
        ("Tiền thu hộ", "Cash on delivery"),
        ("Phí, lệ phí của cơ quan", "The agency's fee"),
        ("Cước bưu chính", "Postage"),
    ),
    MoneyStep: labelled(
        MoneyStep,
        ("Tạm tính", "Estimated"),
        ("Phải thu", "Due"),
        ("Đã thu", "Collected"),
        ("Đã chuyển trả", "Remitted"),
        ("Thực tế", "Charged"),
    ),
    Reconciliation: labelled(
        Reconciliation,
        ("Chưa đối soát", "Open"),
        ("Khớp", "Agreed"),
        ("Lệch", "Differs"),
        ("Số liệu mâu thuẫn", "Disputed"),
    ),
    CodeState: labelled(
        CodeState,
        ("Chưa dùng", "Free"),
        ("Đã cấp", "Taken"),
        ("Đã hủy", "Void"),
    ),
    ShipmentQueue: labelled(
        ShipmentQueue,
        ("Đã phát, chưa có bằng chứng", "Delivered, without proof"),
        ("Chờ xác nhận kết thúc", "End not confirmed"),
        ("Có mâu thuẫn", "Contested"),
        ("Không có tin", "Stalled"),
        ("Số tiền mâu thuẫn", "Amounts disputed"),
    ),
}
