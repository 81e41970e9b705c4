"""What rating refuses, each in a sentence of its own."""

from contracts.problems import Conflict, Gone, Invalid, NotFound, Unavailable


class UnknownDossier(NotFound):
    """No such dossier is within your reach."""

    title_vi = "Không tìm thấy hồ sơ"


class UnknownRatingLink(NotFound):
    """There is no such rating link."""

    title_vi = "Liên kết đánh giá không tồn tại"


class RatingAlreadyGiven(Conflict):
    """This rating link has been used."""

    title_vi = "Liên kết đánh giá đã được sử dụng"


class RatingLinkExpired(Gone):
    """The time of this rating link is over."""

    title_vi = "Liên kết đánh giá đã hết hạn"


class RatingLinkVoid(Gone):
    """This rating link cannot be used now: its delivery is looked into, or the dossier was withdrawn."""

    title_vi = (
        "Liên kết đánh giá tạm ngừng: việc phát kết quả đang được xác minh, hoặc hồ sơ đã rút"
    )


class RatingLinkReplaced(Gone):
    """A newer link has taken the place of this one."""

    title_vi = "Liên kết đánh giá đã được thay bằng liên kết mới"


class RatingLinkTooEarly(Conflict):
    """What this code asks about has not arrived yet."""

    title_vi = "Chưa đến lúc đánh giá: kết quả chưa được phát"


class RatingCodeMistyped(Invalid):
    """A character of this code is not right."""

    title_vi = "Mã đánh giá có ký tự chưa đúng"


class UnknownInvitation(NotFound):
    """Nobody was invited to rate this occasion of the dossier yet."""

    title_vi = "Chưa có lời mời đánh giá cho dịp này"


class UnknownRating(NotFound):
    """There is no rating of this occasion of the dossier."""

    title_vi = "Chưa có đánh giá cho dịp này"


class RatingAlreadyVoid(Conflict):
    """This rating does not count already."""

    title_vi = "Đánh giá này đã bị hủy từ trước"


class RatingNotVoid(Conflict):
    """This rating counts already."""

    title_vi = "Đánh giá này đang có hiệu lực"


class RatingTakenOut(Gone):
    """This rating does not count any more, so it cannot be changed."""

    title_vi = "Đánh giá này đã bị hủy nên không sửa được"


class AnswersInvalid(Invalid):
    """The answers do not fit the questionnaire."""

    title_vi = "Câu trả lời chưa khớp với phiếu đánh giá"


class RatingKeyReplaced(Unavailable):
    """The rating key is not the one this link was made with."""

    title_vi = "Khóa tạo liên kết đánh giá đã bị thay"


class RatingRevisedMeanwhile(Conflict):
    """This rating is not at the version you revise."""

    title_vi = "Đánh giá đã được sửa ở nơi khác"
