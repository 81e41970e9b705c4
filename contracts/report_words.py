"""Words of figures that agencies report, or that are taken over from elsewhere."""

from enum import StrEnum


class SeriesKind(StrEnum):
    """What one report of a series says (loại số liệu báo cáo)."""

    RATIO = "ratio"
    """So many among so many."""
    COUNT = "count"
    LABEL = "label"
    """A grade of an ordered scale (xếp loại)."""
    BOOL = "bool"
    PERCENT = "percent"
    """A share announced elsewhere, of which nobody told the numbers."""
    OCCURRENCE = "occurrence"
    """Something that happened on a day: a dialogue, an inspection."""
    TASK = "task"
    """How a task of a plan stands (nhiệm vụ)."""


class Cadence(StrEnum):
    """How often something is reported (kỳ báo cáo)."""

    YEAR = "year"
    HALF = "half"
    QUARTER = "quarter"
    MONTH = "month"
    ONCE = "once"
    """Once for the period of its plan."""


class FigureSource(StrEnum):
    """Whose word a reported figure is (nguồn số liệu)."""

    SELF_REPORTED = "self_reported"
    """The agency's own (tự báo cáo)."""
    IMPORTED = "imported"
    """Announced by somebody else, and taken over (nhập từ nguồn khác)."""


class ReportState(StrEnum):
    """Where a report of a figure is on its way (trạng thái báo cáo)."""

    SUBMITTED = "submitted"
    APPROVED = "approved"
    REJECTED = "rejected"
    SUPERSEDED = "superseded"
    """A later report of the same was approved."""
    WITHDRAWN = "withdrawn"


class Manner(StrEnum):
    """Whether an inspection was announced (hình thức kiểm tra)."""

    PLANNED = "planned"
    """By the plan of the year (định kỳ)."""
    UNANNOUNCED = "unannounced"
    """Without notice (đột xuất)."""


class TaskState(StrEnum):
    """How far a task of a plan is (tình trạng nhiệm vụ)."""

    NOT_STARTED = "not_started"
    UNDER_WAY = "under_way"
    DONE = "done"


class DueState(StrEnum):
    """How a report that is owed stands (tình trạng nộp báo cáo)."""

    APPROVED = "approved"
    WAITING = "waiting"
    """Handed in, and waiting for the second person."""
    DUE = "due"
    LATE = "late"
