"""How a month's aggregates are told to the bus."""

from datetime import datetime

from contracts.lgsp import LgspQuestion, LgspStatistic, LgspVote, first_day
from services.kpi.lgsp.counting import Balance, Votes, percent, rest

OVERALL = "Đánh giá chung về việc giải quyết thủ tục"
"""The one question every questionnaire asks."""


def statistic(told: Balance, month: str, agency: str, name: str) -> LgspStatistic:
    """A month's balance."""
    solved, left = told.in_time + told.late, told.pending + told.pending_late
    in_time, waiting = percent(told.in_time, solved), percent(told.pending, left)
    day = first_day(month)
    return LgspStatistic(
        Month=day.month,
        Year=day.year,
        NewReception=told.received,
        PreExtisting=told.carried,
        Total=told.received + told.carried,
        TotalSolved=solved,
        SolvedInTime=told.in_time,
        SolvedInTimePercent=in_time,
        SolvedLate=told.late,
        SolvedLatePercent=rest(in_time),
        TotalPending=left,
        Pending=told.pending,
        PendingPercent=waiting,
        PendingLate=told.pending_late,
        PendingLatePercent=rest(waiting),
        OrganizationInchargeIdlevel1=agency,
        OrganizationInchargeName=name,
    )


def vote(told: Votes, suppress_below: int, at: datetime, agency: str, name: str) -> LgspVote:
    """A month's ratings; of few of them nothing is told."""
    hidden = 0 < told.total < suppress_below
    shown = Votes() if hidden else told
    very_good, good = percent(shown.very_good, shown.total), percent(shown.good, shown.total)
    bad = rest(very_good, good)
    questions = []
    if very_good is not None and good is not None and bad is not None:
        levels = {"PercentVeryGood": very_good, "PercentGood": good, "PercentBad": bad}
        questions = [LgspQuestion(Content=OVERALL, **levels)]
    return LgspVote(
        DateCreated=at,
        TotalVoted=None if hidden else told.total,
        PercentVeryGood=very_good,
        PercentGood=good,
        PercentBad=bad,
        Questions=questions,
        OrganizationInchargeIdlevel1=agency,
        OrganizationInchargeName=name,
    )
