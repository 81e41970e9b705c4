"""What the portal was asked: which days, and how a question is told from another. Values only."""

from datetime import timedelta

from contracts.national_evaluations import EvaluationUpload
from contracts.periods import Span
from contracts.problems import FieldError, Invalid
from contracts.vocabulary import PeriodKind
from services.kpi.calendars import period_of

ASKED = ("time_type", "year", "quarter", "month", "from_date", "to_date", "root_department")
"""What of an upload was asked of the portal."""
_BY_DAYS = ("from_date", "to_date")
_NEEDS = {"year": ("year",), "quarter": ("year", "quarter"), "month": ("year", "month")}


class QuestionUnsuited(Invalid):
    """What the portal was asked does not name one period."""

    title_vi = "Kỳ đã hỏi Cổng chưa rõ"


def span_asked(told: EvaluationUpload) -> Span:
    """The days that were asked for. Raises `QuestionUnsuited`."""
    if told.time_type is None:
        _expect(told, _BY_DAYS)
        assert told.from_date is not None  # noqa: S101 - looked at before
        assert told.to_date is not None  # noqa: S101 - looked at before
        if told.to_date < told.from_date:
            raise _unsuited("to_date", "Tell the last day asked for, not before `from_date`.")
        return Span(told.from_date, told.to_date + timedelta(days=1))
    _expect(told, _NEEDS[told.time_type])
    keys = {
        "year": f"{told.year}",
        "quarter": f"{told.year}-Q{told.quarter}",
        "month": f"{told.year}-{told.month or 0:02}",
    }
    return period_of(PeriodKind(told.time_type), keys[told.time_type])


def _expect(told: EvaluationUpload, needed: tuple[str, ...]) -> None:
    for name in ("year", "quarter", "month", *_BY_DAYS):
        given = getattr(told, name) is not None
        if given is not (name in needed):
            word = "Leave it out" if given else "Tell it"
            wanted = f"time_type and {' and '.join(needed)}" if told.time_type else "both days"
            raise _unsuited(name, f"{word}: a question here has {wanted}.")


def _unsuited(name: str, detail: str) -> QuestionUnsuited:
    error = FieldError(pointer=f"/{name}", code="period", detail=detail)
    return QuestionUnsuited(detail, errors=[error])
