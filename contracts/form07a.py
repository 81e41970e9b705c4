"""Forms 07a and 07b of Thông tư 09/2026/TT-BTP: dossiers received and settled in a period, by field."""

from contracts.vocabulary import AdministrativeLevel, PeriodKind, Structure
from contracts.wire import Day, Instant, View

FORM = "07a/BTP/KSTT"
FORM_BY_LEVEL = "07b/BTP/KSTT"


class Form07aRow(View):
    """One line of the form; the columns are numbered as the form numbers them."""

    field: str | None = None
    """The field (2, lĩnh vực) by its code; none on the total."""
    field_name: str | None = None
    received: int
    """(3) All that was there: received in the period, and carried over."""
    full_online: int
    """(4) Received online, of services full online (trực tuyến toàn trình)."""
    partial_online: int
    """(5) Received online, of any other procedure (trực tuyến một phần)."""
    by_post: int
    """(6) Sent by public post (bưu chính công ích)."""
    counter: int
    """(7) Handed in at the counter (trực tiếp)."""
    carried_over: int
    """(8) Carried over from the period before (từ kỳ trước chuyển sang)."""
    settled: int
    """(9) Settled in the period, with a result or without (đã giải quyết)."""
    early: int
    """(10) Before the due day (trước hạn)."""
    on_time: int
    """(11) On the due day (đúng hạn)."""
    late: int
    """(12) Late (quá hạn)."""
    in_progress: int
    """(13) Still in progress when the period ended (đang giải quyết)."""
    within: int
    """(14) Within their time (trong hạn)."""
    overdue: int
    """(15) Past it (quá hạn)."""
    balanced: bool = True
    """Whether every equation of the form holds on this line."""
    breaches: list[str] = []
    """The equations that do not, with both sides: (3)=(9)+(13): 7≠6."""


class SettlingForm(View):
    """Whose a form is and of when: as of the end of its period, or as of now while that is to come."""

    circular: str = "Thông tư 09/2026/TT-BTP"
    agency: str
    agency_name: str | None
    """It and everything below it."""
    structure: Structure
    kind: PeriodKind
    key: str
    period_from: Day
    period_to: Day
    """Exclusive."""
    as_of: Instant
    """The instant that dossiers in progress are compared with."""
    counted_at: Instant
    provisional: bool
    """Whether the period still lasts."""
    total: Form07aRow
    balanced: bool
    """Whether every equation holds on every line."""
    notes_vi: list[str]
    """How it was counted, and what of the form is not verified."""
    notes_en: list[str]


class Form07a(SettlingForm):
    """The form of an agency that settles dossiers itself (cơ quan, đơn vị trực tiếp giải quyết)."""

    form: str = FORM
    rows: list[Form07aRow]
    """Fields with anything to tell, in the order of their codes."""


class Form07bPart(View):
    """A part of form 07b: what is within the competence of one level (phạm vi thẩm quyền)."""

    level: AdministrativeLevel
    number: str
    """As the form numbers it, e.g. ``II``."""
    title_vi: str
    title_en: str
    rows: list[Form07aRow]
    """Fields with anything to tell, in the order of their codes."""
    total: Form07aRow


class Form07b(SettlingForm):
    """The form of a province: its own agencies, and what its communes told of themselves."""

    form: str = FORM_BY_LEVEL
    parts: list[Form07bPart]
    """Province and commune; a third part, which the form does not know, of districts while there were any."""
