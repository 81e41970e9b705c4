"""How intake shows what it remembers."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from contracts.intake import (
    ClockView,
    DossierPage,
    DossierView,
    ProgressAnswer,
    ProgressOutcome,
    TimeLimit,
    TimelineEntry,
    TimelineView,
)
from contracts.vocabulary import VIETNAM
from services.intake.commands import Filing
from services.intake.tables import Dossier, Step


def dossier(row: Dossier) -> DossierView:
    """A dossier as its agency sees it, instants in Vietnam's time."""
    values = dict(row.__dict__)
    for name in ("submitted_at", "received_at", "due_at", "done_at", "returned_at"):
        if values[name] is not None:
            values[name] = values[name].astimezone(VIETNAM)
    values["clock"] = _clock(row)
    here = f"/v1/dossiers/{row.code}"
    values["links"] = {
        "self": here,
        "progress": f"{here}/progress",
        "timeline": f"{here}/timeline",
        "shipments": f"{here}/shipments",
        "rating_invitations": f"{here}/rating-invitations",
    }
    # The row passed the contract or the domain: it is not checked again.
    return DossierView.model_construct(**{name: values[name] for name in DossierView.model_fields})


def filing(filed: Filing) -> tuple[int, DossierView]:
    """201 for a new dossier, 200 for one that was filed before with the same content."""
    return (200 if filed.repeated else 201), dossier(filed.dossier)


def progress(reported: tuple[Dossier, list[str]]) -> tuple[int, ProgressAnswer]:
    """What became of each row."""
    row, outcomes = reported
    return 200, ProgressAnswer(
        items=[ProgressOutcome(outcome=outcome) for outcome in outcomes],
        status=row.status,
        revision=row.revision,
    )


def page(rows: Sequence[Dossier], limit: int) -> DossierPage:
    """A page of at most `limit` dossiers; one more row tells that there is another page."""
    shown = rows[:limit]
    following = shown[-1].code if len(rows) > limit else None
    return DossierPage(items=[dossier(row) for row in shown], next_cursor=following)


def timeline(code: str, steps: Sequence[Step]) -> TimelineView:
    """A dossier's steps."""
    return TimelineView(
        code=code,
        items=[TimelineEntry.model_validate(_in_vietnam(step.__dict__)) for step in steps],
    )


def _in_vietnam(values: Mapping[str, Any]) -> dict[str, Any]:
    return {
        name: value.astimezone(VIETNAM) if isinstance(value, datetime) else value
        for name, value in values.items()
    }


def _clock(row: Dossier) -> ClockView:
    limit = None
    if row.limit_amount is not None and row.limit_unit is not None:
        limit = TimeLimit.model_construct(amount=row.limit_amount, unit=row.limit_unit)
    return ClockView.model_construct(
        rule_set=row.rule_set,
        starts_on=row.starts_on,
        limit=limit,
        due_on=row.due_on,
        calendar=row.calendar,
    )
