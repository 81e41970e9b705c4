"""What people read for the words of the API: Vietnamese first, English second."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Literal

from contracts.vocabulary import (
    AgencyKind,
    ApplicantKind,
    Carrier,
    CarrierOutcome,
    Channel,
    DossierStatus,
    FigureKind,
    FigureState,
    IdentityKind,
    ImportFormat,
    ImportOutcome,
    ImportState,
    Leg,
    Milestone,
    Occasion,
    Operator,
    OptionClass,
    Proof,
    Provenance,
    ReturnMode,
    Scope,
    ShipmentStatus,
    TimeUnit,
    Verdict,
)

Label = tuple[str, str]
"""Vietnamese, English."""


def _labels(kind: type[StrEnum], *pairs: Label) -> dict[StrEnum, Label]:
    return dict(zip(kind, pairs, strict=True))


LABELS: Mapping[type[StrEnum], Mapping[StrEnum, Label]] = {
    Channel: _labels(
        Channel,
        ("Trực tiếp", "At the counter"),
        ("Trực tuyến", "Online"),
        ("Qua bưu chính công ích", "By public post"),
    ),
    ReturnMode: _labels(
        ReturnMode,
        ("Nhận trực tiếp", "At the counter"),
        ("Nhận qua bưu chính công ích", "By public post"),
        ("Nhận trực tuyến", "Online"),
    ),
    DossierStatus: _labels(
        DossierStatus,
        ("Mới đăng ký", "Submitted"),
        ("Được tiếp nhận", "Accepted"),
        ("Không được tiếp nhận", "Refused at intake"),
        ("Đang xử lý", "Processing"),
        ("Yêu cầu bổ sung giấy tờ", "Waiting for a supplement"),
        ("Yêu cầu thực hiện nghĩa vụ tài chính", "Waiting for payment"),
        ("Công dân yêu cầu rút hồ sơ", "Withdrawn"),
        ("Dừng xử lý", "Stopped"),
        ("Đã xử lý xong", "Result ready"),
        ("Đã trả kết quả", "Result returned"),
    ),
    ApplicantKind: _labels(
        ApplicantKind,
        ("Người dân", "Citizen"),
        ("Doanh nghiệp", "Business"),
        ("Cơ quan nhà nước", "State agency"),
        ("Tổ chức khác", "Other organisation"),
    ),
    IdentityKind: _labels(
        IdentityKind,
        ("Căn cước công dân", "Citizen identity card"),
        ("Chứng minh nhân dân", "Old identity card"),
        ("Mã số thuế", "Tax code"),
        ("Hộ chiếu", "Passport"),
    ),
    AgencyKind: _labels(
        AgencyKind,
        ("Thành phố", "City"),
        ("Tỉnh", "Province"),
        ("Bộ", "Ministry"),
        ("Sở, ban, ngành", "Department"),
        ("Quận, huyện", "District"),
        ("Phường, xã", "Ward"),
        ("Đơn vị trực thuộc", "Unit"),
        ("Cơ quan thuế", "Tax office"),
        ("Công an", "Police"),
        ("Đăng ký đất đai", "Land registry"),
        ("Bảo hiểm xã hội", "Social insurance"),
    ),
    TimeUnit: _labels(
        TimeUnit,
        ("Ngày làm việc", "Working day"),
        ("Ngày", "Calendar day"),
        ("Giờ làm việc", "Working hour"),
        ("Tháng", "Month"),
    ),
    Leg: _labels(
        Leg,
        ("Gửi hồ sơ đến cơ quan", "Dossier to the office"),
        ("Gửi giấy tờ bổ sung", "Supplement to the office"),
        ("Trả kết quả", "Result to the citizen"),
        ("Trả lại bản chính", "Originals to the citizen"),
        ("Giữa các cơ quan", "Between agencies"),
    ),
    Carrier: _labels(
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
    ShipmentStatus: _labels(
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
    Milestone: _labels(
        Milestone,
        ("Không xác định", "None"),
        ("Trước khi gửi", "Before posting"),
        ("Trên đường", "On the way"),
        ("Đang phát", "Being delivered"),
        ("Đang hoàn", "Going back"),
        ("Kết thúc", "Ended"),
    ),
    Proof: _labels(
        Proof,
        ("Không có", "None"),
        ("Được báo, chưa có bằng chứng", "Claimed"),
        ("Có bằng chứng", "Evidenced"),
        ("Đã kiểm tra", "Validated"),
    ),
    CarrierOutcome: _labels(
        CarrierOutcome,
        ("Đã ghi nhận", "Applied"),
        ("Đã có", "Duplicate"),
        ("Đến muộn, ghi vào lịch sử", "Late, kept as history"),
        ("Chưa khớp bưu gửi nào", "Orphan"),
        ("Tạm giữ để kiểm tra", "Quarantined"),
        ("Không đọc được", "Invalid"),
    ),
    Occasion: _labels(
        Occasion, ("Khi nhận kết quả", "On the result"), ("Khi được phát", "On delivery")
    ),
    OptionClass: _labels(
        OptionClass,
        ("Hài lòng", "Positive"),
        ("Bình thường", "Neutral"),
        ("Chưa hài lòng", "Negative"),
    ),
    Provenance: _labels(
        Provenance,
        ("Tự đánh giá qua đường dẫn", "Own link"),
        ("Tự đánh giá trên web", "Own, on the web"),
        ("Tự đánh giá qua mã QR", "Own, by QR code"),
        ("Tại kiosk", "At a kiosk"),
        ("Có cán bộ hỗ trợ", "With an officer's help"),
    ),
    FigureKind: _labels(
        FigureKind,
        ("Tỷ lệ", "Ratio"),
        ("Số lượng", "Count"),
        ("Xếp loại", "Grade"),
        ("Có/không", "Yes/no"),
        ("Mức thay đổi", "Change"),
    ),
    FigureState: _labels(
        FigureState,
        ("Có số liệu", "Told"),
        ("Chưa phát sinh", "Nothing to count"),
        ("Chưa có số liệu", "No data"),
        ("Chưa công bố do ít phiếu", "Hidden, too few"),
    ),
    Verdict: _labels(
        Verdict,
        ("Đạt", "Met"),
        ("Chưa đạt", "Not met"),
        ("Chưa đến hạn", "Not due"),
        ("Chưa có số liệu", "No data"),
        ("Chưa kết luận", "Undecided"),
    ),
    Operator: _labels(
        Operator,
        ("trên", "more than"),
        ("từ … trở lên", "at least"),
        ("dưới", "less than"),
        ("không quá", "at most"),
        ("bằng", "equal to"),
    ),
    ImportFormat: _labels(
        ImportFormat,
        ("NDJSON", "NDJSON"),
        ("CSV", "CSV"),
        ("Excel (XLSX)", "Excel (XLSX)"),
    ),
    ImportState: _labels(
        ImportState,
        ("Đang chờ", "Queued"),
        ("Đang nhập", "Running"),
        ("Đã xong", "Done"),
        ("Không nhập được", "Failed"),
    ),
    ImportOutcome: _labels(
        ImportOutcome,
        ("Đã ghi nhận", "Filed"),
        ("Đã cập nhật tiến độ", "Progressed"),
        ("Đã có, giống hệt", "Repeated"),
        ("Mâu thuẫn với hồ sơ đã có", "Conflict"),
        ("Chưa hợp lệ", "Invalid"),
    ),
    Scope: _labels(
        Scope,
        ("Đọc danh mục", "Read the catalogue"),
        ("Ghi danh mục", "Write the catalogue"),
        ("Đọc hồ sơ", "Read dossiers"),
        ("Ghi hồ sơ", "Write dossiers"),
        ("Đọc bưu gửi", "Read shipments"),
        ("Ghi bưu gửi", "Write shipments"),
        ("Đọc tổng hợp đánh giá", "Read rating summaries"),
        ("Lấy đường dẫn đánh giá", "Hand out rating links"),
        ("Đọc chỉ số", "Read indicators"),
        ("Báo cáo chỉ số", "Report indicators"),
        ("Duyệt chỉ số", "Approve indicators"),
        ("Ghi kế hoạch", "Write plans"),
        ("Quản lý webhook", "Manage webhooks"),
        ("Đọc sự kiện", "Read events"),
        ("Quản trị đối tác", "Administer partners"),
        ("Đọc nhật ký", "Read the audit log"),
    ),
}


def label(word: StrEnum, language: Literal["vi", "en"] = "vi") -> str:
    """What people read for a word.

    >>> label(Channel.POST), label(Verdict.MET, "en")
    ('Qua bưu chính công ích', 'Met')
    """
    vietnamese, english = LABELS[type(word)][word]
    return vietnamese if language == "vi" else english
