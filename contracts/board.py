"""The board's pages for programs: each of them is the JSON twin of a page."""

from contracts.exploring import (
    BreakdownView,
    DistributionView,
    FigureCoverage,
    TrendView,
    WatchListView,
)
from contracts.kpi import EntryView, FigureView, Scoreboard, ScoreboardTarget
from contracts.plan_tasks import PlanTasks
from contracts.wire import Instant, View


class EditionNote(View):
    """An edition of the plan's period: when it was closed or restated, and why."""

    number: int
    cut_at: Instant
    reason: str | None
    """None of the first, which closed the period."""
    hash: str


class ClosedFigure(View):
    """A target as its period was closed, beside what it is now (đã chốt, hiện tại)."""

    figure: EntryView
    """As the edition in force tells it."""
    changed: bool
    corrected: int | None
    """How many dossiers behind it were corrected since."""
    shown_vi: str | None
    shown_en: str | None
    editions: list[EditionNote]
    """The first as it was closed, then the restatements."""


class BoardTarget(View):
    """One target of a plan with everything told beside it: the JSON of ``/board/{plan}/{target}``."""

    plan: str
    plan_title: str
    target: ScoreboardTarget
    """As on the plan's board; of a row without a target its figure."""
    figure: FigureView
    agencies: BreakdownView | None = None
    """Told apart by agency; none where the figure cannot be."""
    cells: BreakdownView | None = None
    """By agency and field."""
    fields: BreakdownView | None = None
    procedures: BreakdownView | None = None
    trend: TrendView | None = None
    distribution: DistributionView | None = None
    coverage: FigureCoverage
    tasks: PlanTasks | None = None
    """The plan's tasks, where they are told beside this."""
    closed: ClosedFigure | None = None
    """None while the plan's period is open, and of satisfaction on the public page."""


class BoardUnit(View):
    """An agency in every target of a plan: the JSON of ``/board/{plan}/units/{agency}``."""

    scoreboard: Scoreboard
    fields: WatchListView
    """Its own fields, those that are watched first."""
    coverage: FigureCoverage
    """Since when nothing was heard from it and those below it."""
