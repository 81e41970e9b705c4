"""What is refused about cases, each in a sentence of its own."""

from contracts.problems import Conflict, NotFound


class UnknownCase(NotFound):
    """No such case is within your reach."""

    title_vi = "Không tìm thấy việc cần xử lý"


class CaseSettled(Conflict):
    """The case has ended, with another outcome."""

    title_vi = "Việc đã kết thúc với kết quả khác"


class CaseNotHandedOver(Conflict):
    """The case has not been handed over as a petition."""

    title_vi = "Việc chưa được chuyển thành phản ánh, kiến nghị"


class CaseHandedOver(Conflict):
    """The case was handed over before, to another system or under another number."""

    title_vi = "Việc đã được chuyển đến hệ thống khác hoặc với mã số khác"


class PetitionConsentMissing(Conflict):
    """The citizen has not agreed that the case is handed over as a petition."""

    title_vi = "Người dân chưa đồng ý chuyển thành phản ánh, kiến nghị"


class NoReplyAwaited(NotFound):
    """No reply is owed to this rating."""

    title_vi = "Đánh giá này không chờ phản hồi"


class ReplyNotAsked(Conflict):
    """Whether the matter is settled is not asked now."""

    title_vi = "Hiện không hỏi ý kiến về kết quả giải quyết"
