"""What the national portal tells of agencies (Cổng DVCQG), taken over and set beside our own figures."""

from typing import Annotated, Any, Literal

from pydantic import Field, StringConstraints, field_validator

from contracts.vocabulary import AnswerState, ComparisonState, Evaluation, FigureState, Structure
from contracts.wire import Code, Day, Instant, View, Wire

LONGEST_ANSWER = 2 * 1024 * 1024
FIRST_YEAR, LAST_YEAR = 2017, 2200
Pointer = Annotated[str, StringConstraints(pattern=r"^(/([^~/\x00]|~[01])*)*$", max_length=200)]
"""A JSON Pointer (RFC 6901); empty for the whole value."""


class ComponentPlaces(Wire):
    """Where a department's numbers of one component stand, from the department's own entry on."""

    count: Pointer
    """The numerator."""
    among: Pointer
    """The denominator."""
    points: Pointer | None = None
    """The score, where it is told."""


class AnswerMapping(Wire):
    """Where things stand in an answer, as JSON Pointers: the portal's names are data, not code."""

    nodes: Pointer
    """The list of departments, or the one at the root of a tree, from the whole answer on."""
    department: Pointer
    """A department's id, from its own entry on, as are all that follow."""
    code: Pointer | None = None
    """Its code (mã định danh)."""
    name: Pointer | None = None
    children: Pointer | None = None
    """The list of departments below it."""
    with_below: bool = True
    """Whether a department's numbers hold those of the departments below it."""
    components: Annotated[dict[Code, ComponentPlaces], Field(min_length=1, max_length=20)]
    """By the id of our own indicator, e.g. ``766.progress``."""


class EvaluationUpload(Wire):
    """An answer of the portal's reporting interface as it came, and what it was asked."""

    evaluation: Evaluation
    time_type: Literal["year", "quarter", "month"] | None = None
    year: Annotated[int, Field(ge=FIRST_YEAR, le=LAST_YEAR)] | None = None
    quarter: Annotated[int, Field(ge=1, le=4)] | None = None
    month: Annotated[int, Field(ge=1, le=12)] | None = None
    from_date: Day | None = None
    """Instead of a year, of reports that are asked for by days (``fromDate``)."""
    to_date: Day | None = None
    """The last day asked for (``toDate``), included."""
    root_department: Code
    """``rootDepartmentId``."""
    agency: Code | None = None
    """Whose answer it is: who reads its figures, or those below it, may read it. The caller's own agency
    when left out."""
    answer: Annotated[str, Field(min_length=2, max_length=LONGEST_ANSWER)]
    """The body of the answer, byte for byte, as text."""
    mapping: AnswerMapping | None = None
    """Where things stand in it; what is shipped when left out."""

    @field_validator("answer")
    @classmethod
    def _can_be_stored(cls, value: str) -> str:
        if "\x00" in value:
            raise ValueError("take the NUL characters out")
        return value


class NationalFigureView(View):
    """What the portal told of one department and component; null is not told, never 0."""

    department: str
    """The portal's own id."""
    code: str | None
    name: str | None
    agency: str | None
    """The agency of the directory it means; null where nobody knows (chưa ánh xạ)."""
    component: str
    count: int | None
    among: int | None
    points: str | None
    provisional: bool
    """Whether the portal marks the denominator as provisional (``TEMP_NATIONAL_REPORT_DENOMINATOR``)."""
    reported: bool
    """False where the portal says that it has no data (``NO_NATIONAL_REPORT_DATA``)."""


class EvaluationView(View):
    """An answer of the portal, and how it is read."""

    id: str
    evaluation: Evaluation
    agency: str
    root_department: str
    period_from: Day
    period_to: Day
    """Exclusive."""
    sha256: str
    """Of the answer's bytes."""
    size: int
    """Bytes."""
    stored_at: Instant
    stored_by: str
    """The client."""
    number: int
    """Of the answers to this question, the how manieth."""
    state: AnswerState
    mapping_shipped: bool
    """Whether it was read at the places that are shipped, which are a guess; else at those of the upload."""
    departments: int
    unmapped: list[str]
    """Departments that mean no agency of the directory yet, by the portal's ids."""


class EvaluationFullView(EvaluationView):
    """The same with what was read, and the answer as it came."""

    asked: dict[str, Any]
    mapping: AnswerMapping
    figures: list[NationalFigureView]
    answer: str


class EvaluationPage(View):
    """Answers of the portal, the latest first."""

    items: list[EvaluationView]
    next_cursor: str | None = None


class DepartmentAgency(Wire):
    """Which agency a department of the portal means."""

    agency: Code


class DepartmentView(View):
    """Which agency a department of the portal means, and who said so."""

    department: str
    agency: str
    by: str
    at: Instant
    revision: int


class OurSide(View):
    """What is counted here."""

    count: int | None
    among: int | None
    value: str | None
    """The exact decimal where it is finite within 12 places, else rounded down."""
    points: str | None
    state: FigureState


class TheirSide(View):
    """What the portal told."""

    department: str
    count: int | None
    among: int | None
    value: str | None
    points: str | None
    provisional: bool
    reported: bool


class Difference(View):
    """Ours less theirs."""

    count: int | None
    among: int | None
    ratio: str | None
    """The exact fraction, e.g. ``-1/30``."""
    value: str | None
    """The same as a decimal."""
    points: str | None


class DifferenceRow(View):
    """One agency's figure beside the portal's."""

    agency: str
    agency_name: str | None
    state: ComparisonState
    ours: OurSide | None
    theirs: TheirSide | None
    difference: Difference | None


class DifferenceTable(View):
    """Figures of agencies beside those the portal told of them for the same days, the furthest first."""

    component: str
    title_vi: str
    title_en: str
    most: str
    """The points a component can have at most."""
    agency: str
    agency_name: str | None
    structure: Structure
    period_from: Day
    period_to: Day
    """Exclusive."""
    counted_at: Instant
    answers: list[EvaluationView]
    """The portal's answers it was read from."""
    rows: list[DifferenceRow]
    unmapped: list[NationalFigureView]
    """What the portal told of departments that mean no agency yet: compared with nothing, and not dropped."""
    notes_vi: list[str]
    notes_en: list[str]
