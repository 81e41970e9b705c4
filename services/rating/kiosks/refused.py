"""What kiosks and those who run them are refused, each in a sentence of its own."""

from contracts.problems import Conflict, Gone, Invalid, NotFound, Unauthorised


class UnknownKiosk(NotFound):
    """No such kiosk is within your reach."""

    title_vi = "Không tìm thấy thiết bị"


class UnknownAgency(NotFound):
    """No such agency is within your reach."""

    title_vi = "Không tìm thấy cơ quan"


class EnrolmentCodeUnknown(NotFound):
    """There is no such enrolment code, or it is over."""

    title_vi = "Mã đăng ký thiết bị không đúng hoặc đã hết hiệu lực"


class KioskProofInvalid(Unauthorised):
    """The request is not proved by a key of this kiosk."""

    title_vi = "Yêu cầu của thiết bị không hợp lệ"


class KioskProofReused(Unauthorised):
    """This proof was used before."""

    title_vi = "Chứng thực của thiết bị đã được sử dụng"


class KioskRevoked(Unauthorised):
    """This kiosk has been revoked."""

    title_vi = "Thiết bị đã bị thu hồi"


class KioskKeyOver(Unauthorised):
    """The time of this kiosk's key is over."""

    title_vi = "Khóa của thiết bị đã hết hạn"


class KioskKeyTaken(Conflict):
    """This key belongs to a kiosk already."""

    title_vi = "Khóa này đã được đăng ký"


class KioskKeyUnproved(Invalid):
    """That the device holds this key is not shown."""

    title_vi = "Chưa chứng minh được thiết bị giữ khóa"


class KioskIsRevoked(Gone):
    """This kiosk has been revoked and takes no dossier."""

    title_vi = "Thiết bị đã bị thu hồi, không nhận hồ sơ"


class NoInvitationYet(Conflict):
    """There is nothing to rate in this dossier yet."""

    title_vi = "Hồ sơ chưa có lời mời đánh giá"
