"""What a report of a series must say, and how it goes from hand to hand. Values in, values out."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from contracts.periods import Span
from contracts.problems import FieldError, Invalid
from contracts.reports import FigureReport
from contracts.vocabulary import Cadence, Manner, ReportState, SeriesKind, TaskState
from services.kpi.indicators.series import Series
from services.kpi.reports import periods

PERCENT = re.compile(r"(?P<whole>\d{1,3})(?:\.(?P<rest>\d{1,4}))?", re.ASCII)
HUNDRED = 100
A_DAY = timedelta(days=1)

MEMBERS = ("period_from", "period_to", "count", "among", "value", "occurred_on", "about", "manner")
PERIOD = ("period_from", "period_to")
SAYS: Mapping[SeriesKind, tuple[str, ...]] = {
    SeriesKind.RATIO: (*PERIOD, "count", "among"),
    SeriesKind.COUNT: (*PERIOD, "count"),
    SeriesKind.LABEL: (*PERIOD, "value"),
    SeriesKind.BOOL: (*PERIOD, "value"),
    SeriesKind.PERCENT: (*PERIOD, "value"),
    SeriesKind.OCCURRENCE: ("occurred_on",),
    SeriesKind.TASK: (*PERIOD, "about", "value"),
}
"""What a report of each kind says, beside its evidence."""

WHEN_OVER = {SeriesKind.RATIO, SeriesKind.COUNT, SeriesKind.LABEL, SeriesKind.PERCENT}
"""What can be told of a whole period only."""

MOST = 2
MOST_POINTS = {
    "dossiers": "Tell the most the points could be: 2 for each dossier.",
    "unit": "Tell 2: the most points that the unit as a whole could have.",
}

STANDS = (ReportState.SUBMITTED, ReportState.APPROVED)
"""States in which a report counts for something."""


class FigureUnsuited(Invalid):
    """The report does not say what its series asks for."""

    title_vi = "Báo cáo chưa đúng nội dung của chuỗi số liệu"


class EvidenceMissing(Invalid):
    """A figure of this series needs the document it rests on."""

    title_vi = "Thiếu tài liệu kiểm chứng của số liệu"


class PeriodUnknown(Invalid):
    """The series is not reported for this period."""

    title_vi = "Chuỗi số liệu không báo cáo theo kỳ này"


@dataclass(frozen=True)
class Content:
    """What a report says, in the form it is kept."""

    period: Span
    count: int | None = None
    among: int | None = None
    value: str | None = None
    occurred_on: date | None = None
    about: str | None = None
    manner: Manner | None = None


def content_of(series: Series, told: FigureReport, plans: Collection[Span], today: date) -> Content:
    """What a report says. Raises `FigureUnsuited`, `PeriodUnknown`, `EvidenceMissing`.

    `plans` are the periods of the plans that ask for the series.
    """
    wrong = [*_members(series, told), *_sense(series, told, today)]
    if wrong:
        raise FigureUnsuited(f"{series.id} is reported as {_wanted(series)}.", errors=wrong)
    if series.evidence == "required" and told.evidence is None:
        detail = "Tell number, title, day, signer and file of the document."
        error = FieldError(pointer="/evidence", code="missing", detail=detail)
        raise EvidenceMissing(detail, errors=[error])
    if told.occurred_on is not None:
        period = Span(told.occurred_on, told.occurred_on + A_DAY)
    else:
        period = _period(series, told, plans, today)
    count, among, value = _figure(series, told)
    return Content(period, count, among, value, told.occurred_on, told.about, told.manner)


def shown_value(kind: SeriesKind, value: str | None) -> bool | str | None:
    """A kept value as it is told."""
    return value == "true" if kind is SeriesKind.BOOL and value is not None else value


def same_thing(series: SeriesKind, one: Content, other: Content) -> bool:
    """Whether two reports of an agency tell of the same, so that the later takes the place of the other."""
    if series is SeriesKind.OCCURRENCE:
        return (one.occurred_on, one.about) == (other.occurred_on, other.about)
    return one.period == other.period and one.about == other.about


def collide(series: SeriesKind, one: Content, other: Content) -> bool:
    """Whether days of an agency would be told twice, in periods that are not the same."""
    if series is SeriesKind.OCCURRENCE or one.about != other.about:
        return False
    return one.period != other.period and periods.overlap(one.period, other.period)


def _wanted(series: Series) -> str:
    needs = list(SAYS[series.kind])
    if series.about == "agency":
        needs.append("about")
    if series.manner:
        needs.append("manner")
    return ", ".join(needs)


def _members(series: Series, told: FigureReport) -> list[FieldError]:
    """What is missing, and what does not belong."""
    needed = set(SAYS[series.kind])
    needed |= {"about"} if series.about == "agency" else set()
    needed |= {"manner"} if series.manner else set()
    may = needed | ({"about"} if series.about else set())
    found = []
    for name in MEMBERS:
        given = getattr(told, name) is not None
        if name in needed and not given:
            found.append(_error(name, "missing", f"Tell {name}."))
        elif given and name not in may:
            found.append(_error(name, "unexpected", f"Leave {name} out of this series."))
    return found


def _sense(series: Series, told: FigureReport, today: date) -> list[FieldError]:
    """What is told and cannot be."""
    found = []
    if told.count is not None and told.among is not None and told.count > told.among:
        found.append(_error("count", "too_large", "Tell a count of at most among."))
    if series.points_of and told.among is not None and not _are_points(series, told.among):
        found.append(_error("among", "no-points", MOST_POINTS[series.points_of]))
    if told.occurred_on is not None and told.occurred_on > today:
        found.append(_error("occurred_on", "not_yet", "Report it once it has happened."))
    if told.value is not None and series.kind in VALUES:
        complaint = VALUES[series.kind](series, told.value)
        if complaint:
            found.append(_error("value", "unsuited", complaint))
    numbers = [str(number) for number in range(1, (series.tasks or 0) + 1)]
    if series.kind is SeriesKind.TASK and told.about is not None and told.about not in numbers:
        detail = f"Tell the number of the task, 1 to {series.tasks}."
        found.append(_error("about", "unsuited", detail))
    return found


def _are_points(series: Series, among: int) -> bool:
    """Whether so much is what some points could be at most."""
    return among % MOST == 0 if series.points_of == "dossiers" else among == MOST


def _grade(series: Series, value: bool | str) -> str | None:
    return None if value in series.scale else f"Tell one of {', '.join(series.scale)}."


def _yes_or_no(_: Series, value: bool | str) -> str | None:
    return None if isinstance(value, bool) else "Tell true or false, without quotation marks."


def _percentage(_: Series, value: bool | str) -> str | None:
    found = None if isinstance(value, bool) else PERCENT.fullmatch(value)
    good = found is not None and _pair(found)[0] <= _pair(found)[1]
    return None if good else 'Tell a percentage from "0" to "100", at most 4 places: "86.25".'


def _task(_: Series, value: bool | str) -> str | None:
    words = [str(state) for state in TaskState]
    return None if value in words else f"Tell one of {', '.join(words)}."


VALUES: Mapping[SeriesKind, Callable[[Series, bool | str], str | None]] = {
    SeriesKind.LABEL: _grade,
    SeriesKind.BOOL: _yes_or_no,
    SeriesKind.PERCENT: _percentage,
    SeriesKind.TASK: _task,
}
"""What is wrong with a value, by the kind of its series."""


def _pair(percent: re.Match[str]) -> tuple[int, int]:
    """A percentage as so many among so many, exactly: 86.25 is 8625 among 10000."""
    rest = (percent["rest"] or "").rstrip("0")
    return int(percent["whole"] + rest), HUNDRED * 10 ** len(rest)


def _figure(series: Series, told: FigureReport) -> tuple[int | None, int | None, str | None]:
    value = told.value
    if series.kind is SeriesKind.PERCENT:
        found = PERCENT.fullmatch(str(value))
        assert found is not None  # noqa: S101 - looked at before
        return *_pair(found), str(value)
    if isinstance(value, bool):
        return told.count, told.among, "true" if value else "false"
    return told.count, told.among, value


def _period(series: Series, told: FigureReport, plans: Collection[Span], today: date) -> Span:
    assert told.period_from is not None  # noqa: S101 - looked at before
    assert told.period_to is not None  # noqa: S101 - looked at before
    period = Span(told.period_from, told.period_to)
    cadences = [series.every]
    if series.every is Cadence.ONCE and not plans:
        # Its plan is not kept here, so nobody knows the plan's period.
        cadences = list(periods.MONTHS)
    if period not in plans and not any(periods.knows(one, period) for one in cadences):
        raise _unknown(
            f"Tell a whole {series.every}, of the calendar or from the 15th to the 14th, the last day not "
            "included; or the period of the plan."
            if series.every is not Cadence.ONCE
            else "Tell the period of the plan, the last day not included."
        )
    if period.first > today:
        raise _unknown("Report a period that has begun.")
    if series.kind in WHEN_OVER and period.end > today:
        raise _unknown("Report the period once its last day is over.")
    return period


def _unknown(detail: str) -> PeriodUnknown:
    error = FieldError(pointer="/period_from", code="period_unknown", detail=detail)
    return PeriodUnknown(detail, errors=[error])


def _error(name: str, code: str, detail: str) -> FieldError:
    return FieldError(pointer=f"/{name}", code=code, detail=detail)
