"""How the due moment of a dossier is told, shortly and line by line."""

from contracts.intake.catalogue import TimeLimit
from contracts.vocabulary import (
    Breach,
    DossierStatus,
    OnTimeDefinition,
    PauseKind,
    Timeliness,
    TimeUnit,
    Turn,
)
from contracts.wire import Reckoned, ReckonedDay, View


class ClockView(View):
    """How the due moment came about (thời hạn và cách tính)."""

    rule_set: str
    """Which rules applied, e.g. ``R2018``."""
    starts_on: ReckonedDay | None
    """The day counting starts (the day after receipt, or after the papers were complete)."""
    limit: TimeLimit | None
    due_on: ReckonedDay | None
    """The promised day (ngày hẹn trả kết quả)."""
    calendar: str
    """Edition of the working-day calendar used."""
    paused_since: Reckoned | None = None
    """Since when the applicant is waited for; the limit does not run meanwhile."""
    statistical_due_at: Reckoned | None = None
    """The due moment as statistics count it: the applicant's time is taken out, nothing starts anew."""


class ViolationView(View):
    """A place where what was reported left the rules (vi phạm): told, never refused."""

    code: Breach
    rule: str | None
    """Number of the clock rule, ``C1`` to ``C14``; none for what is no clock rule."""
    occurred_at: Reckoned
    before: DossierStatus | None = None
    after: DossierStatus | None = None
    allowed_until: Reckoned | None = None
    """Until when it would have been in order."""
    allowed_on: ReckonedDay | None = None
    """The last day on which it would have been in order, where days count."""
    text_vi: str
    text: str


class PauseView(View):
    """A stretch in which the time was not the agency's."""

    kind: PauseKind
    since: Reckoned
    until: Reckoned | None
    """None while it lasts."""
    length: int | None
    """In units of the limit; whole hours for working hours, days otherwise. None without a limit."""
    restarts: bool
    """Whether the limit started anew when it ended, rather than going on."""


class SpentView(View):
    """How much of the limit is used up, in its own units; whole hours for working hours."""

    used: int
    allowed: int | None
    """None where the limit counts months: their length differs."""
    unit: TimeUnit


class StageView(View):
    """Where one agency's stage of an inter-agency dossier stands (liên thông)."""

    id: str
    agency: str
    limit: TimeLimit
    after: list[str]
    started_at: Reckoned | None
    due_at: Reckoned | None
    done_at: Reckoned | None
    late: bool


class JudgementView(View):
    """How the dossier stands by one definition of "on time"."""

    definition: OnTimeDefinition
    timeliness: Timeliness
    end_at: Reckoned | None
    due_at: Reckoned | None


class ClockLine(View):
    """One line of the explanation, in Vietnamese and English."""

    rule: str | None
    """Number of the clock rule it rests on."""
    at: Reckoned | None
    text_vi: str
    text: str


class ClockExplanation(View):
    """A dossier's clock explained line by line (giải trình thời hạn giải quyết)."""

    code: str
    as_of: Reckoned
    """The instant it is explained for: what is open is measured up to here."""
    status: DossierStatus
    rule_set: str
    decree: str
    calendar: str
    """Edition of the working-day calendar the present promise rests on."""
    limit: TimeLimit | None
    started_at: Reckoned | None
    """When the present run of the limit began."""
    starts_on: ReckonedDay | None
    """The first day that counts in it."""
    restarts: int
    """How often the limit started anew."""
    due_at: Reckoned | None
    """By the law."""
    due_on: ReckonedDay | None
    statistical_due_at: Reckoned | None
    """For statistics, which take the applicant's time out instead of starting anew."""
    projected_due_at: Reckoned | None
    """What would be promised if what is waited for came now; the due moment where nothing is."""
    apologise_by: ReckonedDay | None
    """The last day on which a new day may be appointed, with an apology (xin lỗi, hẹn lại)."""
    answer_by: ReckonedDay | None
    """The last day for the applicant to answer a request for papers, where the rules fix one."""
    turn: Turn
    """Whose time it is now."""
    spent: SpentView | None
    pauses: list[PauseView]
    supplements: int
    """How often papers were asked for."""
    reappointments: int
    """How often the promised day was moved."""
    stages: list[StageView]
    on_time: list[JudgementView]
    """By each of the four definitions in use."""
    violations: list[ViolationView]
    lines: list[ClockLine]
