"""What the post calls its own statuses (trạng thái bưu gửi) in an item's history, MyVNPost since 2022.

Its messages carry the codes, its history only the words. The words are those seen by integrators; where they
differ, the more frequent one stands here. Domestic codes alone: the stand-in sends nothing abroad.
"""

STATUS_NAMES = {
    0: "Lưu nháp",
    1: "Đã tạo",
    2: "Bưu tá nhận yêu cầu thu gom",
    3: "Chờ xác nhận",
    4: "Đang lấy hàng",
    5: "Lấy hàng không thành công",
    6: "Đã lấy hàng",
    7: "Bưu cục đã nhận hàng",
    8: "Lấy hàng thất bại",
    9: "Hủy thu gom",
    10: "Đang vận chuyển",
    11: "Đã đến bưu cục phát",
    12: "Đang giao hàng",
    13: "Chuyển tiếp",
    14: "Đã giao hàng",
    15: "Giao không thành công",
    16: "Chờ để chuyển hoàn",
    17: "Đã duyệt hoàn",
    18: "Bắt đầu chuyển hoàn",
    19: "Trả hàng thành công",
    20: "Đã trả hàng một phần",
    21: "Đã trả tiền COD",
    22: "Hủy giao hàng",
    23: "Giao hàng thành công một phần",
    24: "Đang chuyển hoàn",
    28: "Đã trả phí ship",
    29: "Đã trả phí hủy đơn hàng",
}
"""Words by code."""


def status_name(code: int) -> str:
    """The post's words for a code; for one nobody has explained, words nobody has explained either.

    >>> status_name(14)
    'Đã giao hàng'
    """
    return STATUS_NAMES.get(code, f"Trạng thái {code}")
