"""How corrective actions are shown, and their register as a file for a spreadsheet."""

import csv
import io
from collections.abc import Sequence
from datetime import date

from contracts.labels import label
from contracts.rating import ActionPage, ActionStepView, ActionView, Proportion
from contracts.spreadsheets import BYTE_ORDER_MARK, safe_cell
from contracts.vocabulary import ActionState
from services.rating.cases.office import day_of
from services.rating.corrective.queries import UNFINISHED
from services.rating.lists import cursor_after
from services.rating.tables import CorrectiveAction, RatingAct

COLUMNS = (
    *("id", "agency", "period", "plan", "criterion", "count", "among", "cause", "measure"),
    *("deadline", "state", "state_vi", "overdue", "result", "evidence", "cases", "entered_on"),
)


def action(row: CorrectiveAction, today: date, acts: Sequence[RatingAct] = ()) -> ActionView:
    """One corrective action."""
    share = Proportion(count=row.share[0], among=row.share[1]) if row.share else None
    return ActionView(
        id=row.id,
        agency=row.agency,
        period=row.period,
        plan=row.plan,
        criterion=row.criterion,
        share=share,
        cause=row.cause,
        measure=row.measure,
        deadline=row.deadline,
        state=row.state,
        overdue=row.state in UNFINISHED and row.deadline < today,
        result=row.result,
        evidence=row.evidence,
        cases=row.cases,
        entered_on=row.entered_on,
        history=[_step(act) for act in acts],
        revision=row.revision,
    )


def page(rows: Sequence[CorrectiveAction], today: date, limit: int) -> ActionPage:
    """A page of the register, of which one more than fits was asked for."""
    shown = rows[:limit]
    more = cursor_after(shown[-1].deadline, shown[-1].id) if len(rows) > limit else None
    return ActionPage(items=[action(row, today) for row in shown], next_cursor=more)


def spreadsheet(rows: Sequence[CorrectiveAction], today: date) -> str:
    """The register as CSV (RFC 4180, every cell quoted, with a byte order mark)."""
    written = io.StringIO()
    writer = csv.writer(written, quoting=csv.QUOTE_ALL)
    writer.writerow(COLUMNS)
    writer.writerows(_cells(action(row, today)) for row in rows)
    return BYTE_ORDER_MARK + written.getvalue()


def _cells(view: ActionView) -> list[str]:
    told: dict[str, object] = dict(view) | {
        "count": view.share.count if view.share else None,
        "among": view.share.among if view.share else None,
        "deadline": view.deadline.isoformat(),
        "state": view.state.value,
        "state_vi": label(view.state),
        "overdue": "true" if view.overdue else "false",
        "cases": " ".join(view.cases),
        "entered_on": view.entered_on.isoformat(),
    }
    return [safe_cell(told[column]) for column in COLUMNS]


def _step(act: RatingAct) -> ActionStepView:
    return ActionStepView(
        on=day_of(act.at),
        by=act.client,
        before=ActionState(act.before) if act.before else None,
        after=ActionState(act.after) if act.after else None,
        note=act.note,
    )
