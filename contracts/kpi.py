"""What kpi shows over HTTP."""

from contracts.vocabulary import (
    BreakdownBy,
    EditionKind,
    FigureKind,
    FigureState,
    Operator,
    Structure,
    Verdict,
)
from contracts.wire import Day, Instant, Text, View, Wire


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
    document: str | None = None
    """The document's number, where it is known."""


class VersionView(View):
    """Which version of a definition it is (phiên bản định nghĩa), and where it is written."""

    version: int
    effective_from: Day | None = None
    """The first day it is in force; from the beginning when null."""
    effective_to: Day | None = None
    """Exclusive: the day on which the next version takes its place, or its own end; none when null."""
    digest: str | None = None
    """SHA-256 of all it says: another text, another digest."""
    file: str | None = None
    """The file it is written in."""
    shipped: bool = True
    """Whether that file came with the suite, rather than from the operator."""
    in_force: bool = True
    """Whether it is in force on the last day asked for; where none is, there is no figure."""


class DefinitionView(VersionView):
    """How a figure is counted (định nghĩa)."""

    id: str
    title_vi: str
    title_en: str
    counts_vi: str
    counts_en: str
    choices_vi: list[str] = []
    """Open readings that were decided, and how."""
    source: SourceView | None = None


class BesideView(View):
    """A number told beside a figure and no part of it (số liệu kèm theo)."""

    id: str
    """What the dossiers behind it are asked for by: ``/cases?part=<id>``."""
    title_vi: str
    title_en: str
    count: int


class PartView(View):
    """A part of a figure that is made of several: a component of a score, one of several conditions."""

    id: str
    title_vi: str
    title_en: str
    kind: FigureKind
    count: int | None
    among: int | None
    value: str | None
    state: FigureState
    verdict: Verdict
    shown: str | None = None
    """What is asked of the part, e.g. ``≥ 100 %``."""
    points: str | None = None
    """What it adds to the score."""
    most: str | None = None
    """The most it can add."""
    left_out: bool = False
    """Whether the official rule leaves it out, because there was nothing to count."""


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
    beside: list[BesideView] = []
    """Numbers told beside the figure, such as items registered with the post that it never accepted."""
    unknown: int = 0
    """Among how many nothing is told: they count neither as holding nor as not holding."""
    unplaced: int = 0
    """Of how many beside them it is not told whether they are counted among at all."""
    missing: list[str] = []
    """Agencies that owe a report without which there is no figure."""
    of: str | None = None
    """Whose figure it is, where one of several was picked, e.g. the lowest procedure."""
    parts: list[PartView] = []
    under_check: bool = False
    """Whether the last check of the cells found a difference (số liệu đang kiểm tra)."""
    edition: "EditionMark | None" = None
    """The edition it is read from, where it was asked for as of an instant at which one was in force."""


class EditionMark(View):
    """Which edition a figure is read from (bản chốt số liệu)."""

    place: int
    """Its place in the chain of all editions."""
    kind: EditionKind
    key: str
    number: int
    """1 when the period was closed, then one more with each restatement."""
    hash: str


class CasePage(View):
    """The codes of the dossiers behind a figure, in order; their number equals the figure."""

    items: list[str]
    next_cursor: str | None = None
    kind: str = "dossier"
    """What the codes are of: ``dossier``, or what the figure counts: ``agency``, ``field``, ``procedure``."""


class IndicatorView(View):
    """An indicator of the catalogue (chỉ số)."""

    definition: DefinitionView
    kind: FigureKind
    plans: list[str]
    target: TargetView | None = None
    computed: bool
    """Whether it is counted from events; a reported one is typed in with evidence."""
    confidential: bool = False
    """Satisfaction: dossiers are never listed, and small numbers not shown."""
    told_apart_by: list[BreakdownBy] = []
    """What ``/breakdown`` can tell it apart by."""
    by_half_month: bool = False
    """Whether ``/trend`` tells it."""
    by_level: bool = False
    """Whether ``/distribution`` tells its ratings by level."""
    tasks_of: list[str] = []
    """Plans whose ``/tasks`` are told beside it."""
    versions: list[VersionView] = []
    """Every version of its definition, in the order in which they are in force."""


class IndicatorList(View):
    """Every indicator, in the version of the day asked for or the one nearest to it."""

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
    beside: list[BesideView] = []
    """Numbers told beside the figure, and no part of it."""
    unknown: int = 0
    """Among how many nothing is told."""
    unplaced: int = 0
    """Of how many beside them it is not told whether they are counted among at all."""
    missing: list[str] = []
    """Agencies that owe a report without which there is no figure."""
    of: str | None = None
    """Whose figure it is, where one of several was picked."""
    parts: list[PartView] = []
    definition: VersionView | None = None
    """Which definition it is counted by."""


class RowView(View):
    """A row of a plan for which it sets no target."""

    id: str
    title: str
    title_en: str


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
    public: bool = False
    """Whether it is told as anybody may see it."""
    targets: list[ScoreboardTarget]
    others: list[RowView] = []
    """Rows of the plan for which it sets no target: what it only tells of, such as its own score."""
    definition: VersionView | None = None
    """Which version of the plan it is: the one in force on the period's last day."""
    under_check: bool = False
    """Whether the last check of the cells found a difference (số liệu đang kiểm tra)."""


class PlanView(View):
    """A plan (kế hoạch cải cách hành chính) and its period."""

    id: str
    title: str
    title_en: str
    document: str | None = None
    """Its number, where it is known."""
    agency: str
    period_from: Day
    period_to: Day
    targets: int
    definition: VersionView | None = None
    """Which version of the plan this is."""


class PlanList(View):
    """Every plan."""

    items: list[PlanView]


class Restatement(Wire):
    """Why a closed period is told anew (công bố điều chỉnh)."""

    reason: Text


class EntryView(View):
    """One figure of an edition, or as it stands now."""

    indicator: str
    kind: FigureKind
    count: int | None
    among: int | None
    value: str | None
    state: FigureState
    verdict: Verdict
    unknown: int = 0
    """Among how many nothing is told."""
    unplaced: int = 0
    """Of how many beside them it is not told whether they are counted among at all."""
    missing: list[str] = []
    """Agencies that owe a report."""
    of: str | None = None
    operator: Operator | None
    target: str | None
    definition_version: int
    definition_digest: str
    """SHA-256 of how it is counted."""


class EditionView(View):
    """Figures of a period as they were closed or restated; never changed afterwards (bản chốt số liệu)."""

    place: int
    """Its place in the chain of all editions, from 1."""
    kind: EditionKind
    key: str
    agency: str
    structure: Structure
    period_from: Day
    period_to: Day
    """Exclusive."""
    number: int
    """1 when the period was closed, then one more with each restatement."""
    cut_at: Instant
    closed_by: str
    """The client that closed or restated it."""
    reason: str | None = None
    """Why it was restated; none of the first."""
    met: int
    due: int
    counted: dict[str, int]
    """How many dossiers were received, settled and returned in the period."""
    missing: list[str]
    """Indicators without data at the cut."""
    cells_digest: str
    previous: str
    """Hash of the edition before it in the chain."""
    hash: str
    """SHA-256 of the previous hash, a line end, and the edition as canonical JSON."""
    figures: list[EntryView] = []


class EditionPage(View):
    """Editions in the order of the chain, without their figures."""

    items: list[EditionView]
    next_cursor: str | None = None


class ChangedFigure(View):
    """A figure as it was closed, and as it stands now."""

    indicator: str
    closed: EntryView | None
    now: EntryView | None
    changed: bool
    corrected: int | None = None
    """How many dossiers behind it were corrected since; none where it is not counted over dossiers."""
    shown_vi: str | None = None
    """E.g. ``đã chốt 95,3 %, hiện tại 95,1 % (2 hồ sơ sửa)``, where it has changed."""
    shown_en: str | None = None


class PeriodView(View):
    """A period: whether it is closed, its editions, and its figures beside those of today."""

    kind: EditionKind
    key: str
    agency: str
    structure: Structure
    period_from: Day
    period_to: Day
    """Exclusive."""
    over: bool
    closed: EditionView | None
    """The edition asked for, else the one in force; none while the period is open."""
    editions: list[EditionView]
    """All of them, without their figures: the first as it was closed, then the restatements."""
    changed: bool
    """Whether any figure is no longer as it was closed."""
    corrected: int
    """How many dossiers of the period were corrected since the edition."""
    figures: list[ChangedFigure]
    under_check: bool = False


class ChainView(View):
    """What walking the chain of editions found."""

    holds: bool
    editions: int
    head: str
    """Hash of the last edition that holds: write it down elsewhere, and nobody can change what was before."""
    broken_at: int | None = None
    """Place of the first edition that does not hold."""
    why: str | None = None
    places: list[int]
    """Places of the editions of the period asked for."""
