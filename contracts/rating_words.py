"""Words of what happens after a rating was given: comments, cases, alerts, anomalies, corrective actions."""

from enum import StrEnum


class PersonalKind(StrEnum):
    """What of a person was taken out of a comment (loại thông tin cá nhân)."""

    NATIONAL_ID = "national_id"
    """Twelve digits, or a number the writer calls one (căn cước công dân)."""
    OLD_ID = "old_id"
    """Nine digits (chứng minh nhân dân)."""
    PHONE = "phone"
    EMAIL = "email"
    TAX_CODE = "tax_code"
    """Ten digits, with a branch thirteen (mã số thuế)."""
    SOCIAL_INSURANCE = "social_insurance"
    """Ten digits that the writer calls one (mã số BHXH)."""
    BANK_ACCOUNT = "bank_account"
    """Eight to sixteen digits that the writer calls an account (số tài khoản)."""
    PLATE = "plate"
    """A vehicle's plate (biển số xe)."""
    DOSSIER_CODE = "dossier_code"
    LINK = "link"
    NUMBER = "number"
    """Any other number of nine digits or more."""


class CommentState(StrEnum):
    """Whether a comment may be shown (trạng thái duyệt ý kiến)."""

    PENDING = "pending"
    SHOWN = "shown"
    HIDDEN = "hidden"


class HiddenReason(StrEnum):
    """Why a comment is not shown (lý do ẩn ý kiến). That it is unwelcome is no reason."""

    PERSONAL = "personal"
    """It tells of a person what the screen did not see."""
    INSULT = "insult"
    """It insults somebody (xúc phạm)."""
    ADVERTISING = "advertising"
    OFF_TOPIC = "off_topic"
    """It says nothing of how a dossier was handled."""
    UNLAWFUL = "unlawful"


class CaseKind(StrEnum):
    """Why a rating became a case (lý do mở việc)."""

    LOW_SCORE = "low_score"
    COMPLAINT = "complaint"
    """The citizen says that the comment is a complaint (phản ánh, kiến nghị)."""
    ASKED = "asked"
    """The citizen asks for a reply."""
    INTEGRITY = "integrity"
    """It tells of harassment or of money asked for (nhũng nhiễu, vòi vĩnh); for a restricted role."""


class CaseState(StrEnum):
    """How far a case has come (tình trạng xử lý)."""

    OPENED = "opened"
    ASSIGNED = "assigned"
    ANSWERED = "answered"
    RESOLVED = "resolved"
    """The citizen says that it is settled."""
    CLOSED = "closed"


class CaseOutcome(StrEnum):
    """How a case ended (kết quả xử lý)."""

    RESOLVED = "resolved"
    UNFOUNDED = "unfounded"
    """What was said was found not to be so (không có căn cứ)."""
    UNRESOLVED = "unresolved"
    HANDED_OVER = "handed_over"
    """It goes on as a petition in another system (phản ánh, kiến nghị)."""
    REVISED = "revised"
    """The citizen changed the rating, and nothing calls for a case any more."""
    VOID = "void"
    """The rating does not count any more."""


class ReplyChannel(StrEnum):
    """Where the citizen wants the reply (kênh nhận phản hồi)."""

    PAGE = "page"
    """At the address of the rating link."""
    PHONE = "phone"
    EMAIL = "email"
    SMS = "sms"
    POST = "post"


class AlertRule(StrEnum):
    """What an alert is raised for (loại cảnh báo)."""

    CASES_OPENED = "cases_opened"
    INTEGRITY_CASES = "integrity_cases"
    """Told to the agency above all others alone."""
    CASES_OVERDUE = "cases_overdue"
    NEGATIVE_SHARE = "negative_share"
    """Of the last ratings too many are negative."""
    ANOMALIES = "anomalies"
    ACTIONS_OVERDUE = "actions_overdue"


class AnomalyRule(StrEnum):
    """A way in which ratings look as if somebody had helped (dấu hiệu bất thường)."""

    BURST = "burst"
    """Many within a short time from one device, or of one agency."""
    RUN = "run"
    """Many alike one after another on one device."""
    ASSISTED_SHARE = "assisted_share"
    """Far more with an officer's help than elsewhere."""
    KIOSK_AGAINST_LINK = "kiosk_against_link"
    """People are happier at the kiosk than at home, or the reverse."""
    TOO_SOON = "too_soon"
    """Given within seconds of the hand-over."""
    OUTSIDE_HOURS = "outside_hours"
    """Given at the office while it was closed."""
    ONLY_POSITIVE = "only_positive"
    """A device on which nobody is ever unhappy."""


class ActionState(StrEnum):
    """How far a corrective action has come (tình trạng khắc phục)."""

    PLANNED = "planned"
    UNDERWAY = "underway"
    DONE = "done"
    DROPPED = "dropped"
