"""What stands on the papers of a dossier (biểu mẫu), and in the register (sổ theo dõi hồ sơ)."""

from contracts.intake.catalogue import TimeLimit
from contracts.intake.dossiers import Component
from contracts.vocabulary import (
    ApplicantKind,
    Channel,
    DossierStatus,
    IdentityKind,
    PaperKind,
    ReturnMode,
)
from contracts.wire import Day, Instant, Reckoned, View


class PaperAgency(View):
    """An agency as a paper names it."""

    code: str
    name: str


class PaperApplicant(View):
    """Who a paper is for; the identity number shows its last three digits only."""

    kind: ApplicantKind
    name: str
    id_kind: IdentityKind | None = None
    id_number: str | None = None
    """Masked, e.g. ``*********123``."""
    phone: str | None = None
    email: str | None = None
    address: str | None = None


class PaperNotice(View):
    """What the office told the applicant in writing: a request for papers, or a refusal."""

    told_at: Instant
    reason: str | None
    """What is missing, or why it is refused, in the officer's words."""
    actor: str | None
    unit: str | None
    answer_days: int | None = None
    """Days to answer a request in, where the decree fixes them."""
    answer_by: Day | None = None
    """The last day to answer a request; left open where the decree leaves it to the law of the sector."""


class PaperApology(View):
    """A new appointment (hẹn lại ngày trả kết quả)."""

    told_at: Instant
    old_due_at: Reckoned | None
    new_due_at: Reckoned
    reason: str | None
    actor: str | None
    unit: str | None
    count: int
    """Which new appointment of this dossier it is, counted from 1."""
    allowed: int | None
    """How many the decree allows; None where it fixes no number."""


class PaperStep(View):
    """One line of the control slip."""

    status: DossierStatus
    unit: str | None
    actor: str | None
    received_at: Instant
    handed_over_at: Instant | None
    """When the next unit took over; open for whoever has it now."""
    due_at: Reckoned | None
    note: str | None


class PaperView(View):
    """Everything one paper of a dossier shows (nội dung biểu mẫu)."""

    kind: PaperKind
    form: int
    """The number of the form in its circular (mẫu số)."""
    circular: str
    """The circular the form is from, by the rules the dossier stands under."""
    issued_at: Instant
    """When this print was asked for."""
    code: str
    procedure: str
    procedure_name: str
    agency: PaperAgency
    parent: PaperAgency | None
    """The agency above the receiving one."""
    competent_agency: PaperAgency
    returning_agency: PaperAgency
    channel: Channel
    return_mode: ReturnMode
    status: DossierStatus
    applicant: PaperApplicant
    components: list[Component]
    limit: TimeLimit | None
    submitted_at: Instant | None
    received_at: Instant | None
    due_at: Reckoned | None
    rule_set: str
    decree: str
    officer: str | None
    """Who accepted the dossier, where that was told."""
    pin: str | None = None
    """What the dossier is tracked with, in two groups of four; on the receipt alone."""
    supplement: PaperNotice | None = None
    refusal: PaperNotice | None = None
    apology: PaperApology | None = None
    steps: list[PaperStep] = []
    """Who had the dossier and until when; on the control slip alone."""


class RegisterRow(View):
    """One line of the register."""

    number: int
    """Counted from 1 over the whole period."""
    code: str
    procedure: str
    procedure_name: str
    applicant: str
    address: str | None
    phone: str | None
    """Masked to its last three digits."""
    agency: str
    competent_agency: str
    competent_name: str
    channel: Channel
    received_at: Instant
    due_at: Reckoned | None
    done_at: Instant | None
    returned_at: Instant | None
    return_mode: ReturnMode
    status: DossierStatus


class RegisterView(View):
    """The dossiers an agency and those below it received in a period, in the order they came."""

    form: int
    circular: str
    agency: PaperAgency
    period_from: Day
    period_to: Day
    """Exclusive."""
    issued_at: Instant
    items: list[RegisterRow]
    next_cursor: str | None = None
    """Where the next part begins, if there is one."""


class DossierContents(View):
    """What a dossier is about and holds, with nothing of the applicant: what a postman may read."""

    code: str
    procedure: str
    procedure_name: str
    agency: PaperAgency
    parent: PaperAgency | None
    components: list[Component]
    """Its papers as they were declared (thành phần hồ sơ); may be empty."""
