"""Words every service uses with the same meaning."""

from enum import StrEnum
from zoneinfo import ZoneInfo

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


class OnlineService(StrEnum):
    """How far a procedure can be done online (dịch vụ công trực tuyến), as Decree 42/2022 counts it."""

    NONE = "none"
    """Information and forms at most."""
    PARTIAL = "partial"
    """Handed in online; something still needs a visit (dịch vụ công trực tuyến một phần)."""
    FULL = "full"
    """From the form to the result without a visit (dịch vụ công trực tuyến toàn trình)."""


class Leg(StrEnum):
    """Which way an item of the public post (bưu chính công ích) travels."""

    INBOUND_DOSSIER = "inbound_dossier"
    INBOUND_SUPPLEMENT = "inbound_supplement"
    OUTBOUND_RESULT = "outbound_result"
    OUTBOUND_ORIGINALS = "outbound_originals"
    BETWEEN_AGENCIES = "between_agencies"


class Carrier(StrEnum):
    """Which interface of which carrier speaks; a status code means nothing without it."""

    VNPOST_A = "vnpost-a"
    VNPOST_B = "vnpost-b"
    VNPOST_C = "vnpost-c"
    VNPOST_D = "vnpost-d"
    EMS = "ems"
    VIETTELPOST = "viettelpost"
    GHN = "ghn"
    GHTK = "ghtk"
    UPU = "upu"
    NATIVE = "native"


class ShipmentStatus(StrEnum):
    """Where an item stands, in the suite's own words whatever the carrier's (trạng thái bưu gửi)."""

    REGISTERED = "registered"
    ORDER_CREATED = "order_created"
    PICKUP_SCHEDULED = "pickup_scheduled"
    PICKUP_FAILED = "pickup_failed"
    ACCEPTED = "accepted"
    IN_TRANSIT = "in_transit"
    AT_DELIVERY_OFFICE = "at_delivery_office"
    OUT_FOR_DELIVERY = "out_for_delivery"
    DELIVERY_FAILED = "delivery_failed"
    HELD_FOR_PICKUP = "held_for_pickup"
    DELIVERED = "delivered"
    RETURN_PROPOSED = "return_proposed"
    RETURNING = "returning"
    RETURNED = "returned"
    CANCELLED = "cancelled"
    LOST = "lost"
    DESTROYED = "destroyed"
    UNMAPPED = "unmapped"


class Milestone(StrEnum):
    """The stretch of an item's way that its status belongs to (chặng đường của bưu gửi)."""

    NONE = "none"
    PRE = "pre"
    TRANSIT = "transit"
    DELIVERY = "delivery"
    RETURN = "return"
    END = "end"


class Proof(StrEnum):
    """How well a delivery is evidenced (bằng chứng phát)."""

    NONE = "none"
    CLAIMED = "claimed"
    EVIDENCED = "evidenced"
    VALIDATED = "validated"


class CarrierOutcome(StrEnum):
    """What became of one record of a carrier's message (kết quả ghi nhận)."""

    APPLIED = "applied"
    DUPLICATE = "duplicate"
    LATE = "late"
    ORPHAN = "orphan"
    QUARANTINED = "quarantined"
    INVALID = "invalid"


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
    ASSISTED = "assisted"


class FigureKind(StrEnum):
    """What a figure is (loại số liệu)."""

    RATIO = "ratio"
    COUNT = "count"
    LABEL = "label"
    BOOL = "bool"
    DELTA = "delta"


class FigureState(StrEnum):
    """Whether there is anything to read (tình trạng số liệu)."""

    OK = "ok"
    EMPTY = "empty"
    NO_DATA = "no_data"
    SUPPRESSED = "suppressed"


class Verdict(StrEnum):
    """How a figure stands against its target (kết luận so với chỉ tiêu)."""

    MET = "met"
    NOT_MET = "not_met"
    NOT_DUE = "not_due"
    NO_DATA = "no_data"
    UNDECIDED = "undecided"


class Operator(StrEnum):
    """How a target compares (phép so sánh): "trên" is gt, "từ ... trở lên" is gte."""

    GT = "gt"
    GTE = "gte"
    LT = "lt"
    LTE = "lte"
    EQ = "eq"


class Structure(StrEnum):
    """By which structure of agencies a figure is told (theo cơ cấu tổ chức)."""

    THEN = "then"
    """A dossier counts for the agency that received it."""
    TODAY = "today"
    """A dossier counts for the agency that has taken over from the one that received it."""


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
    INDICATORS_READ = "indicators:read"
    INDICATORS_REPORT = "indicators:report"
    INDICATORS_APPROVE = "indicators:approve"
    PLANS_WRITE = "plans:write"
    WEBHOOKS_MANAGE = "webhooks:manage"
    EVENTS_READ = "events:read"
    PARTNERS_ADMIN = "partners:admin"
    AUDIT_READ = "audit:read"
