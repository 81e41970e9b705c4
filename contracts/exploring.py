"""What kpi shows of a figure beside its one number: told apart, over time, and how much of it was heard."""

from contracts.kpi import DefinitionView, TargetView
from contracts.vocabulary import (
    BreakdownBy,
    FigureState,
    OnlineService,
    RowsOf,
    Structure,
    Verdict,
    WatchReason,
)
from contracts.wire import Day, Instant, View


class ExploredView(View):
    """Of whom and of which days something is told."""

    agency: str
    agency_name: str | None
    structure: Structure = Structure.THEN
    period_from: Day
    period_to: Day
    """Exclusive."""
    as_of: Instant
    provisional: bool
    """Whether the period is not over."""
    public: bool = False
    """Whether it is told as anybody may see it."""
    minimum: int = 0
    """What is counted among fewer than this stays hidden (`suppressed`); 0 where nothing does."""


class BreakdownRow(View):
    """One row of a figure told apart; on the total nothing is named."""

    agency: str | None = None
    agency_name: str | None = None
    field: str | None = None
    field_name: str | None = None
    field_name_en: str | None = None
    procedure: str | None = None
    """None on the row of what is in no catalogue."""
    procedure_name: str | None = None
    count: int | None
    among: int | None
    value: str | None
    state: FigureState
    verdict: Verdict


class BreakdownView(ExploredView):
    """A figure told apart (số liệu chi tiết); shown rows and hidden ones add up to the total."""

    indicator: str
    by: BreakdownBy
    rows_of: RowsOf
    definition: DefinitionView
    test: TargetView | None
    """What every row is held against."""
    total: BreakdownRow
    rows: list[BreakdownRow]
    hidden: int
    """Rows that are hidden: those over too few, and as many more as would give them away."""
    cells_digest: str | None = None
    """SHA-256 of the counted cells; none where it could give away what is hidden."""


class TrendPoint(View):
    """A half-month of a figure, or the part of it that lies in the period."""

    first: Day
    end: Day
    """Exclusive."""
    count: int | None
    among: int | None
    value: str | None
    state: FigureState
    verdict: Verdict
    """Against the target, as if the period were this half-month."""


class TrendView(ExploredView):
    """A figure by half-month (diễn biến theo nửa tháng), never by day."""

    indicator: str
    target: TargetView | None
    points: list[TrendPoint]


class LevelView(View):
    """How many gave one of five levels."""

    level: int
    """5 is the best."""
    count: int


class DistributionView(ExploredView):
    """How a satisfaction figure's ratings are distributed over five levels (phân bố mức đánh giá)."""

    indicator: str
    state: FigureState
    ratings: int | None
    levels: list[LevelView]
    """The best first; none where they are hidden."""


class WatchCriteria(View):
    """From when on a field is watched; settings of the installation."""

    volume_percent: int
    """With at least so many of a hundred of all dossiers received."""
    overdue: int
    """With at least so many overdue dossiers."""
    between_agencies: int
    """With at least so many dossiers that another agency settles."""


class WatchedField(View):
    """A field of procedures (lĩnh vực), what happened in it, and why it is watched."""

    field: str
    name: str | None
    name_en: str | None = None
    received: int
    settled: int
    on_time: int
    late: int
    """Settled after their promise, in the period."""
    overdue: int
    """Open at the end of the period, or today while it lasts, and past their promise."""
    between_agencies: int
    """Received in the period for another agency to settle (liên thông), as far as filings tell."""
    reasons: list[WatchReason]
    """None of a field that is not on the list."""


class WatchListView(ExploredView):
    """Fields to hold a dialogue about (danh sách lĩnh vực cần đối thoại)."""

    criteria: WatchCriteria
    received: int
    items: list[WatchedField]
    """Most reasons first, then by dossiers received, overdue, and between agencies."""
    others: list[WatchedField]
    """Fields that are not on the list."""


class SourceHeard(View):
    """The newest moment that a kind of news tells of."""

    id: str
    title_vi: str
    title_en: str
    newest_at: Instant | None


class SilentUnit(View):
    """An agency of which nothing was heard in the period."""

    agency: str
    name: str | None


class UnitHeard(View):
    """Since when nothing was heard from an agency (thời điểm nhận tin gần nhất)."""

    agency: str
    name: str | None
    told: bool
    """Whether anything was heard of the period."""
    last_on: Day | None
    """The last day on which its office told anything of any dossier; none if it never did."""
    quiet_days: int | None
    """Days since then, 0 if it was today."""


class FigureCoverage(ExploredView):
    """How many units have told anything, and how fresh that is (độ bao phủ, độ mới)."""

    units: int
    """Agencies with nobody below them, and those above that told something themselves."""
    told: int
    silent: list[SilentUnit]
    agencies: list[UnitHeard] = []
    """Each of these agencies, by its code."""
    heard_at: Instant | None
    """When kpi last heard anything at all."""
    sources: list[SourceHeard]


class ProcedureTarget(View):
    """How a procedure stands in one target of a plan."""

    id: str
    title: str
    title_en: str
    rows_of: RowsOf
    count: int | None
    among: int | None
    value: str | None
    test: TargetView | None
    """What it is held against; nothing where it either holds or does not."""
    state: FigureState
    verdict: Verdict


class ProcedureStanding(ExploredView):
    """A procedure of the catalogue in the targets of a plan (thủ tục hành chính)."""

    plan: str
    plan_title: str
    code: str
    name: str
    field: str
    field_name: str | None
    field_name_en: str | None = None
    online_level: int
    online_service: OnlineService | None
    by_post: bool
    on_national_portal: bool
    received: int
    received_online: int
    received_by_post: int
    settled: int
    returned_by_post: int
    targets: list[ProcedureTarget]
