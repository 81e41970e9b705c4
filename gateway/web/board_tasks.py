"""The tasks of a plan as a page tells them: how far each is, by when it is due, on what that rests."""

from collections.abc import Sequence
from dataclasses import dataclass

from contracts.plan_tasks import PlanTasks, TaskView
from contracts.vocabulary import DueState
from gateway.web.board_frame import Frame
from gateway.web.wording import shown_day


@dataclass(frozen=True, kw_only=True)
class TaskLine:
    """A task as it is written."""

    number: str
    title: str
    state: str
    note: str | None
    """What is to be said of its report, where none is approved."""
    due_on: str
    overdue: bool
    document: str | None
    """In Vietnamese, as the document says."""


@dataclass(frozen=True, kw_only=True)
class Tasks:
    """All tasks, and how many of them are done."""

    said: str
    lines: Sequence[TaskLine]


def tasks_told(told: PlanTasks | None, frame: Frame) -> Tasks | None:
    """The tasks beside a target; none where there are none."""
    if told is None or not told.among:
        return None
    said = frame.t["tasks_done"].format(done=frame.count(told.done), among=frame.count(told.among))
    return Tasks(said=said, lines=[_line(one, frame) for one in told.items])


def _line(one: TaskView, frame: Frame) -> TaskLine:
    document = None
    if one.document is not None:
        document = f"{one.document.title} ({one.document.document_no}, {shown_day(one.document.issued_on)})"
    return TaskLine(
        number=one.number,
        title=frame.title(one.title_vi, one.title_en),
        state=frame.name(one.state) if one.state is not None else frame.t["task_untold"],
        note=_note(one, frame),
        due_on=shown_day(one.due_on),
        overdue=one.overdue,
        document=document,
    )


def _note(one: TaskView, frame: Frame) -> str | None:
    if one.state is not None or one.reported is None:
        return None
    if one.reported is DueState.WAITING:
        return frame.name(DueState.WAITING)
    word = "task_report_late" if one.reported is DueState.LATE else "task_report_due"
    return frame.t[word].format(day=shown_day(one.report_due_on))
