"""Words of figures: what they are, how they stand, and by which structure they are told."""

from enum import StrEnum


class FigureKind(StrEnum):
    """What a figure is (loại số liệu)."""

    RATIO = "ratio"
    COUNT = "count"
    LABEL = "label"
    BOOL = "bool"
    DELTA = "delta"
    SCORE = "score"
    """Points added up (điểm), such as those of the national score."""


class FigureState(StrEnum):
    """Whether there is anything to read (tình trạng số liệu)."""

    OK = "ok"
    EMPTY = "empty"
    NO_DATA = "no_data"
    SUPPRESSED = "suppressed"


class Verdict(StrEnum):
    """How a figure stands against its target (kết luận so với chỉ tiêu)."""

    MET = "met"
    NOT_MET = "not_met"
    NOT_DUE = "not_due"
    NO_DATA = "no_data"
    UNDECIDED = "undecided"


class Operator(StrEnum):
    """How a target compares (phép so sánh): "trên" is gt, "từ ... trở lên" is gte."""

    GT = "gt"
    GTE = "gte"
    LT = "lt"
    LTE = "lte"
    EQ = "eq"


class Structure(StrEnum):
    """By which structure of agencies a figure is told (theo cơ cấu tổ chức)."""

    THEN = "then"
    """A dossier counts for the agency that received it."""
    TODAY = "today"
    """A dossier counts for the agency that has taken over from the one that received it."""


class BreakdownBy(StrEnum):
    """What the rows of a figure are told apart by."""

    AGENCY = "agency"
    FIELD = "field"
    AGENCY_FIELD = "agency,field"
    PROCEDURE = "procedure"


class RowsOf(StrEnum):
    """What a row of a figure counts."""

    DOSSIERS = "dossiers"
    FIELDS = "fields"
    """The agency's fields that pass, among those with anything to judge."""
    ITSELF = "itself"
    """Whether it holds what is asked for: 1 of 1, or 0 of 1."""


class WatchReason(StrEnum):
    """Why a field is on the watch list (lý do theo dõi)."""

    VOLUME = "volume"
    OVERDUE = "overdue"
    BETWEEN_AGENCIES = "between_agencies"
