"""How the tasks of a plan are shown."""

from collections.abc import Sequence

from contracts.plan_tasks import PlanTasks, TaskDocument, TaskView
from contracts.vocabulary import DueState
from services.kpi.indicators import Plan
from services.kpi.tasks.standing import Task
from services.kpi.views import Asked


def plan_tasks(plan: Plan, tasks: Sequence[tuple[str, Task]], asked: Asked) -> PlanTasks:
    """The tasks of a plan, each with the series it is reported in."""
    return PlanTasks(
        plan=plan.id,
        title=plan.title,
        agency=asked.agency,
        agency_name=asked.agency_name,
        period_from=asked.period.first,
        period_to=asked.period.end,
        as_of=asked.at,
        public=asked.public,
        done=sum(task.done for _, task in tasks),
        among=len(tasks),
        items=[_task(series, task, asked) for series, task in tasks],
    )


def _task(series: str, task: Task, asked: Asked) -> TaskView:
    reported = task.reported
    if asked.public and reported is DueState.WAITING:
        # What nobody has approved is between those who report and those who approve.
        reported = DueState.LATE if asked.today > task.report_due_on else DueState.DUE
    told, named = task.told, task.named
    document = told.evidence if told is not None else None
    return TaskView(
        series=series,
        number=task.number,
        title_vi=named.vi if named else f"Nhiệm vụ {task.number}",
        title_en=named.en if named else f"Task {task.number}",
        state=told.state if told else None,
        due_on=task.due_on,
        overdue=task.overdue,
        report_due_on=task.report_due_on,
        reported=reported,
        report=told.report if told and not asked.public else None,
        document=TaskDocument.model_validate(document) if document else None,
    )
