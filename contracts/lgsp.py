"""The monthly aggregates of an agency in the words of the provincial bus (LGSP): `/Statistic` and `/Vote`.

Names are the bus's own, ``PreExtisting`` included. Percentages lie between 0 and 100 with one decimal and
are null where there is nothing to divide by.
"""

from datetime import date, timedelta
from enum import StrEnum
from typing import Annotated, Any

from pydantic import StringConstraints

from contracts.wire import Instant, View

Month = Annotated[
    str, StringConstraints(pattern=r"^(19[0-9]{2}|20[0-9]{2}|21[0-8][0-9])-(0[1-9]|1[0-2])$")
]
"""A calendar month in Vietnam, e.g. ``2020-03``; of the years 1900 to 2189."""


def first_day(month: str) -> date:
    """The first day of a month.

    >>> first_day("2020-03").isoformat()
    '2020-03-01'
    """
    return date.fromisoformat(f"{month}-01")


def month_of(day: date) -> str:
    """The month a day lies in.

    >>> month_of(date(2020, 3, 31))
    '2020-03'
    """
    return f"{day:%Y-%m}"


def following_month(month: str) -> str:
    """The month after a month.

    >>> following_month("2020-12")
    '2021-01'
    """
    return month_of(first_day(month) + timedelta(days=31))


def preceding_month(month: str) -> str:
    """The month before a month.

    >>> preceding_month("2020-01")
    '2019-12'
    """
    return month_of(first_day(month) - timedelta(days=1))


class LgspKind(StrEnum):
    """Which aggregate."""

    STATISTIC = "statistic"
    VOTE = "vote"


class PushState(StrEnum):
    """How far an aggregate is on its way to the bus (tình trạng gửi)."""

    WAITING = "waiting"
    """It is sent until the bus says that it has it."""
    SENT = "sent"
    """The bus has it."""
    WITHHELD = "withheld"
    """There are too few ratings to tell of."""
    GIVEN_UP = "given_up"
    """It failed too often: a person must look, and have it sent again."""


class LgspPushView(View):
    """One aggregate of one agency and month, on its way to the bus or there."""

    id: str
    kind: LgspKind
    agency: str
    month: str
    state: PushState
    attempts: int
    """How often it was tried since it was last asked for."""
    resends: int
    """How often it was asked for again."""
    try_at: Instant | None
    """When it is tried next."""
    sent_at: Instant | None
    """When the bus last said that it has it."""
    problem: str | None
    """Why the last attempt failed."""
    content: dict[str, Any] | None
    """What is sent, the same on every attempt; none before the first."""
    revision: int


class LgspPushList(View):
    """What was pushed of a month, by agency and kind."""

    month: str
    items: list[LgspPushView]


class LgspStatistic(View):
    """Dossiers of a month (thống kê hồ sơ).

    ``Total = PreExtisting + NewReception = TotalSolved + TotalPending``, ``TotalSolved = SolvedInTime +
    SolvedLate``, ``TotalPending = Pending + PendingLate``, and a month's ``PreExtisting`` is the
    ``TotalPending`` of the month before.
    """

    Month: int
    Year: int
    IsMonthStatistic: bool = True
    NewReception: int
    """Received in the month."""
    PreExtisting: int
    """Received earlier and not settled when the month began."""
    Total: int
    TotalSolved: int
    """Settled in the month: result ready, refused, stopped or withdrawn."""
    SolvedInTime: int
    """By definition OT-D: early and on time together."""
    SolvedInTimePercent: float | None
    """Of those settled, rounded down."""
    SolvedLate: int
    SolvedLatePercent: float | None
    """What is missing to 100."""
    TotalPending: int
    """Not settled when the month ended; now, while it lasts."""
    Pending: int
    """Of these, not yet late."""
    PendingPercent: float | None
    """Rounded down."""
    PendingLate: int
    PendingLatePercent: float | None
    """What is missing to 100."""
    Note: str = ""
    OrganizationInchargeIdlevel1: str
    """The agency's code; everything below it is counted with it."""
    OrganizationInchargeName: str


class LgspQuestion(View):
    """One question of a questionnaire."""

    DocTypeCode: str = ""
    """The procedure; empty for all of them together."""
    Content: str
    PercentVeryGood: float
    PercentGood: float
    PercentBad: float


class LgspVote(View):
    """Ratings given in a month (đánh giá mức độ hài lòng); null below the smallest number shown."""

    DateCreated: Instant
    """When it was counted."""
    TotalVoted: int | None
    PercentVeryGood: float | None
    """The highest level, rounded down."""
    PercentGood: float | None
    """Other levels that count as satisfied, rounded down."""
    PercentBad: float | None
    """What is missing to 100: neither satisfied nor dissatisfied, and dissatisfied."""
    Questions: list[LgspQuestion]
    OrganizationInchargeIdlevel1: str
    """The agency's code; everything below it is counted with it."""
    OrganizationInchargeName: str
