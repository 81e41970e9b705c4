"""How ratings are told in figures (kết quả đánh giá): counts, shares of them, and how sure those are."""

from enum import StrEnum

from contracts.vocabulary import FigureState, Occasion
from contracts.wire import Day, Instant, View


class SummaryBy(StrEnum):
    """What a summary is told apart by (phân tổ)."""

    NONE = "none"
    """Only the total."""
    AGENCY = "agency"
    """Each agency that counts something, by itself: what lies below it has rows of its own."""
    PROCEDURE = "procedure"
    MONTH = "month"
    """Calendar months, as ``2020-03``."""
    OFFICIAL_MONTH = "official_month"
    """Months of official reports: ``2020-03`` runs from 15 February to 14 March."""
    PROVENANCE = "provenance"
    QUESTIONNAIRE = "questionnaire"
    QUESTION = "question"
    """Every question but the overall one, as ``<questionnaire>#<question>``."""


class ScoreView(View):
    """One way of telling how satisfied citizens are (mức độ hài lòng), and by which definition."""

    definition: str
    """Which definition, e.g. ``satisfaction/1``; two of them give two numbers for the same ratings."""
    count: int
    among: int
    value: str
    """``count`` of ``among`` as a decimal, a fraction of one, rounded down to six places: never told better
    than it is."""
    low: str | None = None
    """Lower end of the 95 % interval (Wilson, without continuity correction), rounded down to six places;
    None where the definition counts no persons."""
    high: str | None = None
    """Upper end, rounded up to six places."""


class HistogramView(View):
    """Ratings by the level chosen, on the scale of five (phân bố mức độ)."""

    s1: int
    """Very dissatisfied."""
    s2: int
    s3: int
    s4: int
    s5: int
    """Very satisfied."""


class CoverageView(View):
    """How many of those who were asked answered (tỷ lệ tham gia đánh giá)."""

    invited: int
    """All who were asked in the period, those whose invitation is void left out."""
    mature: int
    """Of them those who answered or had time to: the denominator."""
    rated: int
    """Those who rated themselves; what an officer entered for them is `RatingFigures.assisted`."""
    declined: int
    """Those who said that they would rather not."""
    ignored: int
    """Those whose time was over without an answer."""
    value: str | None
    """``rated`` of ``mature`` as a decimal, rounded down to six places; None while nobody is mature."""


class OptionFigure(View):
    """How often one option of a question was chosen."""

    option: str
    label_vi: str
    label_en: str
    count: int


class RatingFigures(View):
    """What was counted in a row; present only where it may be shown."""

    ratings: int
    """n: ratings that count. Those an officer entered for a citizen, and void ones, are not among them."""
    histogram: HistogramView | None
    """Of the overall question; None by question, whose options are told in `options`."""
    positive: int
    neutral: int
    negative: int
    satisfaction: ScoreView | None
    """By the definition asked for; None where there are no ratings."""
    coverage: CoverageView | None
    """None where invitations have no such thing: by provenance, by question."""
    assisted: int
    """Ratings an officer entered for a citizen (cán bộ nhập hộ): told beside, counted nowhere else."""
    voided: int = 0
    """Ratings that were made void: told beside; whoever gave them was asked, and is not among the rated."""
    options: list[OptionFigure] = []
    """By question only: each option it offers, in its order."""


class RatingRow(View):
    """One row of a summary."""

    key: str
    """Code of the agency or the procedure, month, provenance, questionnaire or question; ``total``."""
    name_vi: str
    name_en: str
    state: FigureState
    """``ok``; ``empty``: nobody has rated; ``suppressed``: too few, or a hidden row could be worked out."""
    figures: RatingFigures | None
    """None where suppressed."""


class DefinitionOfSatisfaction(View):
    """How a share of satisfied citizens is counted (định nghĩa)."""

    id: str
    title_vi: str
    title_en: str
    counts_vi: str
    counts_en: str


class RatingSummary(View):
    """Ratings of an agency and everything below it in a period (tổng hợp kết quả đánh giá)."""

    agency: str
    agency_name: str | None
    procedure: str | None
    occasion: Occasion | None
    """None: all occasions together."""
    period_from: Day
    """First Vietnamese day on which those who are counted could first rate (a cohort)."""
    period_to: Day
    """Exclusive."""
    by: SummaryBy
    definition: DefinitionOfSatisfaction
    total: RatingRow
    rows: list[RatingRow]
    """In the order of their keys; empty where nothing is told apart."""
    minimum: int
    """Fewer ratings than this are not shown."""
    mature_days: int
    """So many days after they could first rate, those who were asked count whether they rated or not."""
    provisional: bool
    """Whether the figures can still grow: not all who were asked have had their time."""
    as_of: Instant
