"""Words every service uses with the same meaning."""

from enum import StrEnum
from zoneinfo import ZoneInfo

from contracts.criteria_words import Gathered as Gathered
from contracts.criteria_words import PortalLevel as PortalLevel
from contracts.criteria_words import QualityClass as QualityClass
from contracts.criteria_words import RatingImportOutcome as RatingImportOutcome
from contracts.figure_words import BreakdownBy as BreakdownBy
from contracts.figure_words import FigureKind as FigureKind
from contracts.figure_words import FigureState as FigureState
from contracts.figure_words import Operator as Operator
from contracts.figure_words import RowsOf as RowsOf
from contracts.figure_words import Structure as Structure
from contracts.figure_words import Verdict as Verdict
from contracts.figure_words import WatchReason as WatchReason
from contracts.invitation_words import InvitationState as InvitationState
from contracts.invitation_words import VoidReason as VoidReason
from contracts.national_words import AnswerState as AnswerState
from contracts.national_words import ComparisonState as ComparisonState
from contracts.national_words import ComputedState as ComputedState
from contracts.national_words import Evaluation as Evaluation
from contracts.period_words import DurationBy as DurationBy
from contracts.period_words import DurationKind as DurationKind
from contracts.period_words import EditionKind as EditionKind
from contracts.period_words import PeriodKind as PeriodKind
from contracts.post_words import Carrier as Carrier
from contracts.post_words import CarrierOutcome as CarrierOutcome
from contracts.post_words import CodeState as CodeState
from contracts.post_words import DeskState as DeskState
from contracts.post_words import Leg as Leg
from contracts.post_words import Milestone as Milestone
from contracts.post_words import MoneyPurpose as MoneyPurpose
from contracts.post_words import MoneyStep as MoneyStep
from contracts.post_words import Proof as Proof
from contracts.post_words import Reconciliation as Reconciliation
from contracts.post_words import ShipmentQueue as ShipmentQueue
from contracts.post_words import ShipmentStatus as ShipmentStatus
from contracts.rating_words import ActionState as ActionState
from contracts.rating_words import AlertRule as AlertRule
from contracts.rating_words import AnomalyRule as AnomalyRule
from contracts.rating_words import CaseKind as CaseKind
from contracts.rating_words import CaseOutcome as CaseOutcome
from contracts.rating_words import CaseState as CaseState
from contracts.rating_words import CommentState as CommentState
from contracts.rating_words import HiddenReason as HiddenReason
from contracts.rating_words import PersonalKind as PersonalKind
from contracts.rating_words import ReplyChannel as ReplyChannel
from contracts.report_words import Cadence as Cadence
from contracts.report_words import DueState as DueState
from contracts.report_words import FigureSource as FigureSource
from contracts.report_words import Manner as Manner
from contracts.report_words import ReportState as ReportState
from contracts.report_words import SeriesKind as SeriesKind
from contracts.report_words import TaskState as TaskState
from contracts.result_words import IncidentKind as IncidentKind
from contracts.result_words import IncidentOutcome as IncidentOutcome
from contracts.result_words import IncidentState as IncidentState
from contracts.result_words import RecipientRule as RecipientRule
from contracts.result_words import ResultLocation as ResultLocation

VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")
"""Days, deadlines and reporting periods are counted here, wherever the server stands."""


class Channel(StrEnum):
    """How a dossier reached the office (hình thức tiếp nhận)."""

    COUNTER = "counter"
    ONLINE = "online"
    POST = "post"


class ReturnMode(StrEnum):
    """How the citizen wants the result (hình thức trả kết quả)."""

    COUNTER = "counter"
    POST = "post"
    ONLINE = "online"


class PaidThrough(StrEnum):
    """Which gateway fees were paid through (hình thức thanh toán trực tuyến): the portal's 0 to 3."""

    NOT_ONLINE = "not_online"
    NATIONAL = "national"
    """The payment gateway of the national portal (Cổng DVCQG)."""
    LOCAL = "local"
    """A gateway of the ministry or province."""
    OTHER = "other"
    """Another way; national scores do not count it."""


class DossierStatus(StrEnum):
    """Where a dossier stands (trạng thái hồ sơ): the national statuses 1 to 10, in that order, and none."""

    SUBMITTED = "submitted"
    ACCEPTED = "accepted"
    REFUSED = "refused"
    PROCESSING = "processing"
    WAITING_SUPPLEMENT = "waiting_supplement"
    WAITING_PAYMENT = "waiting_payment"
    WITHDRAWN = "withdrawn"
    STOPPED = "stopped"
    DONE = "done"
    RETURNED = "returned"
    UNMAPPED = "unmapped"
    """A report of no known state (trạng thái chưa rõ), such as national code 0: kept, and moves nothing."""


class Breach(StrEnum):
    """A way in which what was reported left the rules (vi phạm quy trình): told, never refused."""

    UNEXPECTED_MOVE = "unexpected_move"
    """The law knows no such move."""
    CODE_REISSUED = "code_reissued"
    """The code was issued again with other content."""
    LATE_ACCEPTANCE = "late_acceptance"
    """C2: an online dossier was answered after its working hours."""
    LATE_FORWARDING = "late_forwarding"
    """C3: the office that handles it got it later than the same day or the next first hour."""
    LATE_SUPPLEMENT_REQUEST = "late_supplement_request"
    """C4: papers were asked for later than allowed."""
    SECOND_SUPPLEMENT = "second_supplement"
    """C4: papers were asked for more often than once."""
    CLOSED_EARLY = "closed_early"
    """C5: closed as unanswered before the time to answer was over."""
    LATE_REFUSAL = "late_refusal"
    """C6: refused or stopped after the limit."""
    LATE_APOLOGY = "late_apology"
    """C7: a new day was appointed too close to the old one, or after it."""
    SECOND_REAPPOINTMENT = "second_reappointment"
    """C7: a new day was appointed more often than once."""
    LATE_STAGE = "late_stage"
    """C8: an agency finished its stage after the stage's own limit."""
    LATE_HANDOVER = "late_handover"
    """C9: the competent agency got it later than allowed."""
    WITHDRAWN_AFTER_DECISION = "withdrawn_after_decision"
    """C10: withdrawn when the decision had been made."""
    LATE_CORRECTION = "late_correction"
    """C13: an error in a result was corrected later than allowed."""
    OTHER_PORTAL = "other_portal"
    """C14: filed online elsewhere than on the national portal when that was the only one left."""
    REOPENED = "reopened"
    """An ended dossier went on: no article provides for it."""
    AGENCY_NOT_VALID = "agency_not_valid"
    """The agency did not exist on the day of receipt: not yet, or no longer."""
    IMPOSSIBLE_DATE = "impossible_date"
    """Work was dated before the day of receipt, or a step after the day it was told on."""
    RECIPIENT_RULE = "recipient_rule"
    """The post gave the result to somebody the procedure does not allow, or does not tell to whom."""


class PauseKind(StrEnum):
    """Why a dossier's time is not the agency's (lý do tạm dừng tính thời hạn)."""

    SUPPLEMENT = "supplement"
    """The applicant was asked for papers (bổ sung hồ sơ)."""
    PAYMENT = "payment"
    """The applicant owes a fee or tax (nghĩa vụ tài chính)."""
    CLOSED = "closed"
    """It was ended and later reopened (mở lại hồ sơ)."""


class Turn(StrEnum):
    """Whose time it is now (thời gian đang tính cho ai)."""

    AGENCY = "agency"
    CITIZEN = "citizen"
    POST = "post"
    NOBODY = "nobody"


class Timeliness(StrEnum):
    """How a dossier stands against its limit by one definition (tình trạng thời hạn)."""

    EARLY = "early"
    ON_TIME = "on_time"
    LATE = "late"
    WITHIN = "within"
    OVERDUE = "overdue"
    PAUSED = "paused"
    NOT_COUNTED = "not_counted"


class OnTimeDefinition(StrEnum):
    """A definition of "on time" in use (định nghĩa đúng hạn); figures by two of them differ."""

    OT_A = "OT-A"
    """Result against promise to the second; refusals and withdrawals do not count."""
    OT_B = "OT-B"
    """Day of the result against the promised day; without a promise it is on time."""
    OT_C = "OT-C"
    """As the national score counts (Quyết định 766): the applicant's time is taken out, a second request
    for papers makes it late."""
    OT_D = "OT-D"
    """As the statistical report counts (Thông tư 09/2026, Biểu 07a): early, on time and late apart."""


class ApplicantKind(StrEnum):
    """Who applies (loại đối tượng)."""

    CITIZEN = "citizen"
    BUSINESS = "business"
    STATE_AGENCY = "state_agency"
    ORGANISATION = "organisation"


class IdentityKind(StrEnum):
    """Which paper identifies the applicant (loại giấy tờ định danh)."""

    CITIZEN_ID = "citizen_id"
    OLD_ID = "old_id"
    TAX_CODE = "tax_code"
    PASSPORT = "passport"


class AgencyKind(StrEnum):
    """What kind of body an agency is (loại cơ quan)."""

    CITY = "city"
    PROVINCE = "province"
    MINISTRY = "ministry"
    DEPARTMENT = "department"
    DISTRICT = "district"
    WARD = "ward"
    UNIT = "unit"
    TAX = "tax"
    POLICE = "police"
    LAND_REGISTRY = "land_registry"
    SOCIAL_INSURANCE = "social_insurance"
    SANDBOX = "sandbox"
    """No agency: a root below which partners try things out (môi trường thử nghiệm)."""


class PaperKind(StrEnum):
    """A paper the law has an office hand out or keep with a dossier (biểu mẫu)."""

    RECEIPT = "receipt"
    SUPPLEMENT = "supplement"
    REFUSAL = "refusal"
    APOLOGY = "apology"
    CONTROL_SLIP = "control-slip"


class TimeUnit(StrEnum):
    """What a statutory time limit (thời hạn giải quyết) is counted in."""

    WORKING_DAY = "working_day"
    CALENDAR_DAY = "calendar_day"
    WORKING_HOUR = "working_hour"
    MONTH = "month"


class AdministrativeLevel(StrEnum):
    """At which level of the administration a procedure is handled (cấp thực hiện)."""

    MINISTRY = "ministry"
    PROVINCE = "province"
    DISTRICT = "district"
    COMMUNE = "commune"


class OnlineService(StrEnum):
    """How far a procedure can be done online (dịch vụ công trực tuyến), as Decree 42/2022 counts it."""

    NONE = "none"
    """Information and forms at most."""
    PARTIAL = "partial"
    """Handed in online; something still needs a visit (dịch vụ công trực tuyến một phần)."""
    FULL = "full"
    """From the form to the result without a visit (dịch vụ công trực tuyến toàn trình)."""


class Occasion(StrEnum):
    """What a citizen is invited to rate (dịp đánh giá): the result in hand, its delivery, the reception."""

    RETURNED = "returned"
    DELIVERED = "delivered"
    RECEIVED = "received"


class OptionClass(StrEnum):
    """What an answer counts as when shares are compared across questionnaires (nhóm mức độ)."""

    POSITIVE = "positive"
    NEUTRAL = "neutral"
    NEGATIVE = "negative"


class Provenance(StrEnum):
    """Through whose hands a rating came (nguồn đánh giá)."""

    SELF_LINK = "self_link"
    SELF_WEB = "self_web"
    SELF_QR = "self_qr"
    KIOSK = "kiosk"
    """A kiosk nobody attends."""
    KIOSK_COUNTER = "kiosk_counter"
    """A kiosk beside a counter, whose session names the dossier."""
    POSTAL_CARD = "postal_card"
    """The card that comes with a result by post."""
    PAPER = "paper"
    """A slip filled in by hand, or another way of asking, entered afterwards (phiếu lấy ý kiến)."""
    ASSISTED = "assisted"
    """Entered by an officer for the citizen; no headline figure counts it."""


class ImportFormat(StrEnum):
    """What kind of file dossiers come in (định dạng tệp)."""

    NDJSON = "ndjson"
    CSV = "csv"
    XLSX = "xlsx"


class ImportState(StrEnum):
    """How far an import has come (tình trạng nhập tệp)."""

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


class ImportOutcome(StrEnum):
    """What became of one row of a file (kết quả từng dòng)."""

    FILED = "filed"
    PROGRESSED = "progressed"
    REPEATED = "repeated"
    CONFLICT = "conflict"
    INVALID = "invalid"


class Scope(StrEnum):
    """What a partner's token allows (quyền truy cập)."""

    CATALOGUE_READ = "catalogue:read"
    CATALOGUE_WRITE = "catalogue:write"
    DOSSIERS_READ = "dossiers:read"
    DOSSIERS_WRITE = "dossiers:write"
    SHIPMENTS_READ = "shipments:read"
    SHIPMENTS_WRITE = "shipments:write"
    RATINGS_READ = "ratings:read"
    RATINGS_WRITE = "ratings:write"
    RATINGS_OFFICERS = "ratings:officers"
    """For the head of a unit: what citizens said of its officers, never of single dossiers."""
    RATINGS_CASES = "ratings:cases"
    """Moderate comments, work on cases, keep the register of corrective actions."""
    RATINGS_INTEGRITY = "ratings:integrity"
    """See what tells of harassment (nhũng nhiễu): for whoever looks into it, above the unit concerned."""
    RATINGS_ORIGINALS = "ratings:originals"
    """Open a comment as it was written, and how a citizen wants to be reached; each reading is recorded."""
    INDICATORS_READ = "indicators:read"
    INDICATORS_REPORT = "indicators:report"
    INDICATORS_APPROVE = "indicators:approve"
    PLANS_WRITE = "plans:write"
    WEBHOOKS_MANAGE = "webhooks:manage"
    EVENTS_READ = "events:read"
    PARTNERS_ADMIN = "partners:admin"
    AUDIT_READ = "audit:read"
