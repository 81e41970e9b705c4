"""What follows from ratings: cases, alerts, corrective actions, and who did what about them."""

from datetime import date, datetime

from sqlalchemy import Index, UniqueConstraint
from sqlmodel import Field

from chassis.tables import BigSerial, Json, Words
from contracts.vocabulary import (
    ActionState,
    AlertRule,
    CaseKind,
    CaseOutcome,
    CaseState,
    OptionClass,
    ReplyChannel,
)
from services.rating.tables.base import Base


class RatingCase(Base, table=True):
    """Something an agency owes an answer to (việc cần xử lý): neither a dossier nor a score stands here."""

    __tablename__ = "rating_case"

    id: str = Field(primary_key=True)
    invitation: str = Field(unique=True)
    """Of the rating; the one way back to it, which no answer shows."""
    agency: str | None = None
    """Who owes the answer; None until it is heard whose dossier it was."""
    procedure: str | None = None
    kind: CaseKind = Field(sa_type=Words(CaseKind))
    restricted: bool = False
    """Whether it is for the restricted role alone; once it is, it stays so."""
    option_class: OptionClass = Field(sa_type=Words(OptionClass))
    state: CaseState = Field(sa_type=Words(CaseState))
    owner: str
    """The role or desk that owes the answer, never a person."""
    channel: ReplyChannel = Field(sa_type=Words(ReplyChannel))
    contact: str | None = None
    """How the citizen wants to be reached, sealed; None once its time is over."""
    petition_consent: bool = False
    """Whether the citizen agrees that it is handed over as a petition."""
    reply: str | None = None
    """What the citizen is told, sealed."""
    opened_at: datetime
    """Shown to nobody; the day is."""
    opened_on: date
    due_on: date
    answered_on: date | None = None
    resolved: bool | None = None
    """What the citizen said when asked whether it is settled; asked once."""
    reopened: int = 0
    outcome: CaseOutcome | None = Field(default=None, sa_type=Words(CaseOutcome))
    closed_on: date | None = None
    petition: dict[str, str] | None = Field(default=None, sa_type=Json)
    """Where it went as a petition: `system`, `number`, `handed_over_on`."""
    alerted_at: datetime | None = None
    """When an alert told of it."""
    overdue_told_at: datetime | None = None
    revision: int = 1

    __table_args__ = (
        Index("rating_case_due", "due_on", "id"),
        Index("rating_case_owed", "state", "due_on"),
        Index("rating_case_of_agency", "agency", "due_on", "id"),
        Index("rating_case_untold", "alerted_at", "opened_at"),
    )


class RatingAct(Base, table=True):
    """Who did what about a comment, a case or a corrective action (nhật ký); rows are only ever added."""

    __tablename__ = "rating_act"

    id: int | None = Field(default=None, primary_key=True, sa_type=BigSerial)
    at: datetime
    client: str
    subject: str = Field(index=True)
    """The id of the comment, the case or the action."""
    agency: str | None = None
    act: str
    """E.g. ``case.reply``; what only reads has it too: ``comment.original``."""
    before: str | None = None
    """The state before."""
    after: str | None = None
    note: str | None = None
    """A reason, screened as comments are."""
    request: str | None = None
    """The id of the request."""


class RatingAlert(Base, table=True):
    """An alert that was raised (cảnh báo); its key is what it is about, so that two processes raise one."""

    __tablename__ = "rating_alert"

    id: str = Field(primary_key=True)
    rule: AlertRule = Field(sa_type=Words(AlertRule))
    agency: str
    """Who is told."""
    count: int
    since: date
    until: date
    raised_at: datetime = Field(index=True)


class CorrectiveAction(Base, table=True):
    """What an agency does about what citizens are unhappy with (biện pháp khắc phục)."""

    __tablename__ = "corrective_action"

    id: str = Field(primary_key=True)
    agency: str
    period: str
    """The period whose results call for it, e.g. ``2026-Q4``."""
    plan: str | None = None
    criterion: str
    """The question whose answers were weak."""
    share: list[int] | None = Field(default=None, sa_type=Json)
    """Of how many answers how many were good: `count`, `among`."""
    cause: str
    measure: str
    deadline: date
    state: ActionState = Field(sa_type=Words(ActionState))
    result: str | None = None
    evidence: str | None = None
    cases: list[str] = Field(default_factory=list, sa_type=Json)
    natural_key: str
    """Digest of what was entered: the same again is the same action."""
    overdue_told_at: datetime | None = None
    entered_on: date
    revision: int = 1

    __table_args__ = (
        UniqueConstraint("natural_key", name="one_for_each_entry"),
        Index("corrective_action_of_agency", "agency", "deadline", "id"),
    )
