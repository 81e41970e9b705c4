"""The nine criteria of Thông tư 01/2018/TT-VPCP of a unit and a quarter, as it and others scored them."""

from contracts.rating.questionnaires import Bilingual
from contracts.vocabulary import ComputedState, FigureState, PeriodKind, QualityClass
from contracts.wire import Day, Instant, View


class ScoredView(View):
    """A criterion as it was scored and approved."""

    state: FigureState
    """``no_data`` where no approved report tells it, ``empty`` where it tells of no dossier."""
    sum: int | None
    """Points of all dossiers."""
    n: int | None
    """Of how many dossiers; 1 of the unit as a whole."""
    mean: str | None
    """Sum over n, 0 to 2: the exact decimal, or rounded down after 12 places."""
    report: str | None
    """The report that tells it, see ``/v1/reports``."""


class ComputedView(View):
    """A criterion as dossiers and catalogue give it."""

    state: ComputedState
    sum: int | None
    n: int | None
    mean: str | None
    why_vi: str
    """What it was computed from, or why it is not."""
    why_en: str


class CriterionView(View):
    """One criterion (tiêu chí)."""

    criterion: int
    """Its number, 1 to 9."""
    label: Bilingual
    whole_unit: bool
    """Whether it is scored for the unit as a whole and not for each dossier."""
    self_scored: ScoredView
    """By the unit itself (tự chấm điểm)."""
    verified: ScoredView
    """By an agency above it (thẩm định)."""
    computed: ComputedView


class QualityTotal(View):
    """All nine criteria together, 18 at most."""

    state: FigureState
    """``no_data`` until all nine are told: a criterion that is not told is not 0."""
    total: str | None
    quality_class: QualityClass | None
    """From 15 excellent, from 12 good, from 9 fair, from 6 average, else weak (xếp loại)."""
    told: int
    """How many of the nine are told."""
    partial: str | None
    """What those that are told come to; it is no total and has no class."""


class QualityScores(View):
    """How a unit's handling of procedures is scored in a quarter (đánh giá chất lượng giải quyết TTHC)."""

    standard: str
    source: str
    agency: str
    agency_name: str | None
    kind: PeriodKind
    quarter: str
    period_from: Day
    period_to: Day
    """Exclusive."""
    counted_at: Instant
    full: int
    """What all criteria come to at most."""
    criteria: list[CriterionView]
    self_scored: QualityTotal
    verified: QualityTotal
    notes_vi: list[str]
    notes_en: list[str]
