"""What kpi shows over HTTP."""

from contracts.vocabulary import FigureKind, FigureState, Operator, Structure, Verdict
from contracts.wire import Day, Instant, View


class TargetView(View):
    """What a plan asks for (chỉ tiêu)."""

    operator: Operator
    target: str
    """A decimal number: shares as fractions of one (``0.85`` is 85 %)."""
    shown: str
    """As people write it, e.g. ``≥ 85 %``."""


class SourceView(View):
    """The official sentence a target rests on (căn cứ)."""

    plan_title: str
    sentence: str


class DefinitionView(View):
    """How a figure is counted (định nghĩa)."""

    id: str
    version: int
    title_vi: str
    title_en: str
    counts_vi: str
    counts_en: str
    choices_vi: list[str] = []
    """Open readings that were decided, and how."""
    source: SourceView | None = None


class FigureView(View):
    """A figure that anybody can check."""

    indicator: str
    kind: FigureKind
    count: int | None
    among: int | None
    value: str | None
    """The exact decimal where it is finite within 12 places, else rounded towards failure."""
    state: FigureState
    provisional: bool
    provisional_until: Day | None = None
    verdict: Verdict
    target: TargetView | None
    definition: DefinitionView
    agency: str
    period_from: Day | None = None
    period_to: Day | None = None
    """Exclusive."""
    as_of: Instant
    structure: Structure = Structure.THEN
    """Whether by the agencies at the time or by today's."""
    cells_digest: str | None = None
    """SHA-256 of the counted cells: equal digests, equal figures."""


class CasePage(View):
    """The codes of the dossiers behind a figure, in order; their number equals the figure."""

    items: list[str]
    next_cursor: str | None = None


class IndicatorView(View):
    """An indicator of the catalogue (chỉ số)."""

    definition: DefinitionView
    kind: FigureKind
    plans: list[str]
    computed: bool
    """Whether it is counted from events; a reported one is typed in with evidence."""


class IndicatorList(View):
    """Every indicator."""

    items: list[IndicatorView]


class ScoreboardTarget(View):
    """One target of a plan and how it stands."""

    id: str
    title: str
    title_en: str
    kind: FigureKind
    count: int | None
    among: int | None
    value: str | None
    operator: Operator | None
    target: str | None
    shown: str | None
    state: FigureState
    provisional: bool
    verdict: Verdict
    source: str
    """The sentence of the plan."""
    note: str | None = None
    """Why there is no figure, where there is none."""


class Scoreboard(View):
    """How a plan stands: met of due (bảng chỉ tiêu)."""

    plan: str
    title: str
    agency: str
    agency_name: str | None
    structure: Structure = Structure.THEN
    """Whether by the agencies at the time or by today's."""
    period_from: Day
    period_to: Day
    """Exclusive."""
    as_of: Instant
    met: int
    due: int
    shown: str
    """E.g. ``7/8``."""
    targets: list[ScoreboardTarget]


class PlanView(View):
    """A plan (kế hoạch cải cách hành chính) and its period."""

    id: str
    title: str
    title_en: str
    agency: str
    period_from: Day
    period_to: Day
    targets: int


class PlanList(View):
    """Every plan."""

    items: list[PlanView]
