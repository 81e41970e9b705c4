"""What people read for the words of `contracts.result_words`: Vietnamese, English."""

from collections.abc import Mapping
from enum import StrEnum

from contracts.result_words import (
    IncidentKind,
    IncidentOutcome,
    IncidentState,
    RecipientRule,
    ResultLocation,
)

RESULT_LABELS: Mapping[type[StrEnum], Mapping[StrEnum, tuple[str, str]]] = {
    RecipientRule: {
        RecipientRule.ANYONE: ("Bất kỳ ai tại địa chỉ nhận", "Anyone at the address"),
        RecipientRule.IN_PERSON: ("Chỉ chính chủ", "The addressee alone"),
        RecipientRule.AUTHORISED: (
            "Chính chủ hoặc người được ủy quyền",
            "The addressee or somebody authorised",
        ),
        RecipientRule.IDENTITY_SHOWN: (
            "Người nhận xuất trình giấy tờ tùy thân",
            "Whoever shows identity papers",
        ),
    },
    ResultLocation: {
        ResultLocation.COUNTER: ("Tại Bộ phận Một cửa", "At the counter"),
        ResultLocation.POST: ("Bưu điện đang giữ", "With the post"),
        ResultLocation.CITIZEN: ("Người dân đã nhận", "With the citizen"),
        ResultLocation.UNKNOWN: ("Chưa rõ", "Not known"),
    },
    IncidentKind: {
        IncidentKind.MISDELIVERED: ("Phát nhầm hoặc có mâu thuẫn", "Misdelivered or contested"),
        IncidentKind.LOST: ("Mất bưu gửi", "Lost"),
        IncidentKind.DAMAGED: ("Hư hỏng", "Damaged"),
        IncidentKind.WRONG_RECEIVER: ("Người nhận không đúng quy định", "Wrong receiver"),
        IncidentKind.IDENTITY_PAPERS_EXPOSED: (
            "Lộ giấy tờ tùy thân",
            "Identity papers exposed",
        ),
    },
    IncidentState: {
        IncidentState.OPEN: ("Đang xử lý", "Open"),
        IncidentState.CLOSED: ("Đã xử lý", "Closed"),
    },
    IncidentOutcome: {
        IncidentOutcome.REVOKED: ("Đã thu hồi, hủy giá trị", "Revoked"),
        IncidentOutcome.REISSUED: ("Đã cấp lại", "Issued anew"),
        IncidentOutcome.FOUND: ("Đã tìm thấy", "Found"),
        IncidentOutcome.NO_HARM: ("Không gây hậu quả", "No harm"),
    },
}
