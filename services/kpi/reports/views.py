"""How reports of figures, their series and what is owed are shown."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping, Sequence
from datetime import date, datetime

from pydantic import TypeAdapter

from contracts.labels import label
from contracts.reports import (
    DueCounts,
    DueList,
    DueView,
    Evidence,
    OwnerView,
    ReportPage,
    ReportStepView,
    ReportView,
    SeriesView,
)
from contracts.vocabulary import DueState, SeriesKind
from services.kpi.indicators import Definitions
from services.kpi.indicators.series import Series
from services.kpi.reports.domain import shown_value
from services.kpi.reports.due import Due, received
from services.kpi.reports.refused import CursorUnknown
from services.kpi.reports.reminding import Reminders
from services.kpi.reports.tables import FigureReportRow, FigureReportStep

Known = Mapping[str, Series]
"""Every series by its id."""

_CURSOR: TypeAdapter[tuple[datetime, str]] = TypeAdapter(tuple[datetime, str])


def report_view(
    row: FigureReportRow, known: Known, steps: Sequence[FigureReportStep] = ()
) -> ReportView:
    """One report."""
    series = known.get(row.series)
    happened = row.kind is SeriesKind.OCCURRENCE
    vietnamese, english = _badge(row)
    return ReportView(
        **{name: getattr(row, name) for name in SAME},
        title_vi=series.title.vi if series else row.series,
        title_en=series.title.en if series else row.series,
        period_from=None if happened else row.period_from,
        period_to=None if happened else row.period_to,
        value=shown_value(row.kind, row.value),
        badge_vi=vietnamese,
        badge_en=english,
        evidence=Evidence.model_validate(row.evidence) if row.evidence else None,
        history=[_step(step) for step in steps],
    )


SAME = (
    *("id", "series", "kind", "agency", "count", "among", "occurred_on", "about", "manner"),
    *("source", "note", "causes", "remedies", "state", "submitted_by", "submitted_at"),
    *("decided_by", "decided_at", "reason", "replaces", "version", "revision"),
)
"""What is shown as it is kept."""


def _badge(row: FigureReportRow) -> tuple[str, str]:
    """Where a figure comes from, in a few words that can stand beside it."""
    told = [label(row.source), label(row.source, "en")]
    if row.evidence is not None:
        told = [f"{words}, {row.evidence['document_no']}" for words in told]
    return f"{told[0]} · {label(row.state)}", f"{told[1]} · {label(row.state, 'en')}"


def _step(step: FigureReportStep) -> ReportStepView:
    return ReportStepView(
        at=step.at,
        by=step.client,
        act=step.act,
        before=step.before,
        after=step.after,
        note=step.note,
    )


def report_page(rows: Sequence[FigureReportRow], known: Known, limit: int) -> ReportPage:
    """A page of reports, of which one more than fits was asked for."""
    shown = rows[:limit]
    more = cursor_of(shown[-1].submitted_at, shown[-1].id) if len(rows) > limit else None
    return ReportPage(items=[report_view(row, known) for row in shown], next_cursor=more)


def cursor_of(moment: datetime, key: str) -> str:
    """Where a list goes on after what is of an instant and an id."""
    told = json.dumps([moment.isoformat(), key])
    return base64.urlsafe_b64encode(told.encode()).decode().rstrip("=")


def cursor_read(cursor: str | None) -> tuple[datetime, str] | None:
    """The report before, by its instant and id. Raises `CursorUnknown`."""
    if cursor is None:
        return None
    try:
        told = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True)
        moment, key = _CURSOR.validate_json(told)
    except ValueError as bad:
        raise CursorUnknown("Send `next_cursor` as it was given.") from bad
    if moment.tzinfo is None:
        raise CursorUnknown("Send `next_cursor` as it was given.")
    return moment, key


def series_view(series: Series, told: Definitions) -> SeriesView:
    """One series."""
    return SeriesView(
        id=series.id,
        indicators=list(series.read_by),
        title_vi=series.title.vi,
        title_en=series.title.en,
        kind=series.kind,
        source=series.source,
        every=series.every,
        due_days=series.due_days,
        owner=OwnerView(
            kinds=list(series.kinds),
            plans=[plan.id for plan in told.asking_for(series)],
            offices=series.owner == "offices",
        ),
        evidence_required=series.evidence == "required",
        scale=list(series.scale),
        about="task" if series.tasks else series.about,
        manner=series.manner,
        points_of=series.points_of,
        from_above=series.from_above,
    )


def due_list(found: Reminders, on: date, *, all_of_it: bool) -> DueList:
    """What is owed on a day: what still waits for somebody, or all of it."""
    counts = received(found.dues, on)
    shown = [due for due in found.dues if all_of_it or due.state is not DueState.APPROVED]
    return DueList(
        on=on,
        items=[_due(due, found) for due in shown],
        received=DueCounts(
            count=counts.count,
            among=counts.among,
            agencies=counts.agencies,
            among_agencies=counts.among_agencies,
        ),
    )


def _due(due: Due, found: Reminders) -> DueView:
    owed = due.owed
    return DueView(
        series=owed.series.id,
        title_vi=owed.series.title.vi,
        title_en=owed.series.title.en,
        plan=owed.plan,
        agency=owed.agency,
        agency_name=found.names.get(owed.agency),
        period_from=owed.period.first,
        period_to=owed.period.end,
        due_on=owed.due_on,
        state=due.state,
        late_since=due.late_since,
        report=due.report,
    )
