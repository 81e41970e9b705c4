"""Scores of criteria and what they come to together: exact means, never 0 for not told. Values only."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction

from contracts.periods import Span
from contracts.vocabulary import FigureState, QualityClass, TimeUnit
from services.kpi.facts.fact import day_of
from services.kpi.quality.standard import MOST, Standard
from services.kpi.reports.values import Approved

FROM_ANSWERS = frozenset({3, 4, 6, 7})
"""Criteria that rest on what citizens answered: over too few of them they are not told."""


@dataclass(frozen=True)
class Score:
    """Points of a criterion: `sum` over `n` dossiers, or over the one unit."""

    sum: int
    n: int
    report: str | None = None

    @property
    def mean(self) -> Fraction | None:
        """Points of one dossier, 0 to 2; None of no dossier."""
        return Fraction(self.sum, self.n) if self.n else None

    @property
    def state(self) -> FigureState:
        """Whether there is a mean."""
        return FigureState.OK if self.n else FigureState.EMPTY


@dataclass(frozen=True)
class Total:
    """What criteria come to together."""

    told: int
    partial: Fraction
    total: Fraction | None
    """None until every criterion is told."""
    quality_class: QualityClass | None


def scores(
    reports: Mapping[str, Sequence[Approved]], agency: str, period: Span, who: str
) -> Mapping[int, Score]:
    """What approved reports tell of an agency's criteria in exactly a period, by number."""
    found = {}
    for number in range(1, 10):
        for one in reports.get(f"tt01.{number}.{who}", ()):
            if one.agency == agency and one.period == period:
                found[number] = Score(one.count or 0, (one.among or 0) // MOST, one.report)
    return found


def total(told: Mapping[int, Score], standard: Standard) -> Total:
    """What the criteria come to; a class only where every one of them is told.

    >>> from services.kpi.quality.standard import standard
    >>> some = total({1: Score(3, 2), 2: Score(0, 0)}, standard())
    >>> some.told, some.partial, some.total
    (1, Fraction(3, 2), None)
    """
    means = [one.mean for one in told.values() if one.mean is not None]
    partial = sum(means, Fraction())
    if len(means) < len(standard.criteria):
        return Total(len(means), partial, None, None)
    return Total(len(means), partial, partial, standard.classify(partial))


def time_points(
    received_at: datetime | None,
    due_at: datetime | None,
    due_unit: TimeUnit | None,
    done_at: datetime,
) -> int | None:
    """Criterion 1 of a dossier: shorter than its limit 2, equal 1, longer 0; limits in hours by the instant.

    Not known without a limit, or of one that was done on a day before it came, which is a slip.

    >>> from contracts.vocabulary import VIETNAM
    >>> due = datetime(2020, 3, 19, 17, tzinfo=VIETNAM)
    >>> came = datetime(2020, 3, 16, 9, tzinfo=VIETNAM)
    >>> [time_points(came, due, None, due.replace(day=day)) for day in (18, 19, 20, 15)]
    [2, 1, 0, None]
    """
    if due_at is None:
        return None
    if received_at is not None and day_of(done_at) < day_of(received_at):
        return None
    done: datetime | date = done_at
    due: datetime | date = due_at
    if due_unit is not TimeUnit.WORKING_HOUR:
        done, due = day_of(done_at), day_of(due_at)
    if done == due:
        return 1
    return MOST if done < due else 0


def attitude_points(time: int | None, complaint: bool | None) -> int | None:
    """Criterion 7 of a dossier: early or on time and no complaint; `time` is criterion 1's.

    Not known of one that was late and without a complaint: the standard has no line for it.

    >>> [attitude_points(time, False) for time in (2, 1, 0, None)]
    [2, 1, None, None]
    >>> attitude_points(2, True), attitude_points(2, None)
    (0, None)
    """
    if complaint:
        return 0
    return time if complaint is False and time else None


@dataclass(frozen=True)
class Answers:
    """What a citizen answered, beside how long the dossier took (criterion 1)."""

    time: int | None
    contacts: int | None
    agencies: int | None
    publication: int | None
    complaint: bool | None


def answer_scores(told: Sequence[Answers]) -> Mapping[int, Score]:
    """The criteria that citizens answer, by number."""
    return {
        3: mean_of(one.contacts for one in told),
        4: mean_of(one.agencies for one in told),
        6: mean_of(one.publication for one in told),
        7: mean_of(attitude_points(one.time, one.complaint) for one in told),
    }


def mean_of(points: Iterable[int | None]) -> Score:
    """Points of dossiers, of which those that are not known count for nothing.

    >>> mean_of([2, None, 1, 0])
    Score(sum=3, n=3, report=None)
    """
    known = [one for one in points if one is not None]
    return Score(sum(known), len(known))


@dataclass(frozen=True)
class OnlineService:
    """A unit's online service in a period."""

    eligible: int
    """Procedures that could be online."""
    offered: int
    """Of them those at level 3 and 4."""
    received: int
    online: int
    """Of those received, the ones filed online."""
    late: int
    """Of those filed online, late ones: settled late, or over the limit and not settled."""


def online_score(told: OnlineService, standard: Standard) -> Score:
    """Criterion 9 of a unit: enough procedures and dossiers online and none late 2, some dossiers 1, else 0.

    >>> from services.kpi.quality.standard import standard
    >>> [online_score(OnlineService(5, 1, 100, n, 0), standard()).sum for n in (14, 15, 29, 30)]
    [0, 1, 1, 2]
    """
    if not told.eligible or not told.received:
        return Score(0, 0)
    asks = standard.online
    if told.late or not _reaches(told.online, told.received, asks.some):
        return Score(0, 1)
    enough = _reaches(told.online, told.received, asks.dossiers)
    offered = _reaches(told.offered, told.eligible, asks.procedures)
    return Score(2 if enough and offered else 1, 1)


def _reaches(count: int, among: int, percent: int) -> bool:
    return count * 100 >= percent * among
