"""The tasks of a plan (nhiệm vụ của kế hoạch), as kpi shows them."""

from contracts.vocabulary import DueState, TaskState
from contracts.wire import Day, Instant, View


class TaskDocument(View):
    """The document an approved report of a task rests on (tài liệu kiểm chứng)."""

    document_no: str
    title: str
    issued_on: Day


class TaskView(View):
    """One task of a plan, and how it stands."""

    series: str
    """The series it is reported in."""
    number: str
    title_vi: str
    title_en: str
    """Its number in words, where the series does not name its tasks."""
    state: TaskState | None
    """How far it is by the approved report of the latest period; none while none is approved."""
    due_on: Day
    """The last day it is to be done on: its own, else the plan's."""
    overdue: bool
    """Whether that day is over, and no approved report says it is done."""
    report_due_on: Day
    """The last day on which the report of it is in time."""
    reported: DueState | None
    """How that report stands; none while the plan lasts and nothing was handed in."""
    report: str | None = None
    """The approved report, see ``/v1/reports/{id}``; not told to the public."""
    document: TaskDocument | None = None


class PlanTasks(View):
    """The tasks of a plan, as they stand now."""

    plan: str
    title: str
    agency: str
    agency_name: str | None
    period_from: Day
    period_to: Day
    """Exclusive."""
    as_of: Instant
    public: bool = False
    """Whether it is told as anybody may see it."""
    done: int
    """How many are done, by approved reports."""
    among: int
    """How many there are; 0 where the plan has none."""
    items: list[TaskView]
